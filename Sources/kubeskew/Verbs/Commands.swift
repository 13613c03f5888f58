/// Every verb, in the order in which help lists them.
let commands: [Command] = [
    .captureDiscovery,
    .catalog,
    .version,
    .completion,
    .help,
]
