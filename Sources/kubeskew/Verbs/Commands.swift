/// Every verb, in the order in which help lists them.
let commands: [Command] = [
    .captureDiscovery,
    .scenario,
    .check,
    .catalog,
    .query,
    .version,
    .completion,
    .help,
]
