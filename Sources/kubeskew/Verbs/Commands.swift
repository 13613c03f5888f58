/// Every verb, in the order in which help lists them.
let commands: [Command] = [
    .captureAudit,
    .capturePcap,
    .captureLive,
    .captureDiscovery,
    .scenario,
    .check,
    .replay,
    .compare,
    .explain,
    .catalog,
    .servers,
    .query,
    .version,
    .completion,
    .help,
]
