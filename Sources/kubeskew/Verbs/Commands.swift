/// Every verb, in the order in which help lists them.
let commands: [Command] = [
    .catalog,
    .version,
    .completion,
    .help,
]
