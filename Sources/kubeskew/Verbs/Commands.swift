/// Every verb, in the order in which help lists them.
let commands: [Command] = [
    .version,
    .completion,
    .help,
]
