import Arguments

/// A small command line that has one of everything.
enum Sample {
    static let quiet = Flag("quiet", short: "q", .none, help: "Say nothing")
    static let output = Flag(
        "output", short: "o", .choice(["table", "json", "yaml", "csv"]), fallback: "table",
        help: "How to print")
    static let kind = Flag("kind", .choice(["loop", "wrong-404"]), repeats: true, help: "Kinds")
    static let sql = Flag("sql", short: "e", .text("SQL"), help: "The statement")
    static let parameter = Flag("param", short: "p", .setting, repeats: true, help: "Parameter")
    static let timeout = Flag("timeout", .duration, fallback: "30s", help: "Time limit")
    static let threads = Flag("threads", .integer(1...64), help: "Threads")
    static let memory = Flag("memory", .size, help: "Memory")

    static let query = VerbUsage(
        "query", summary: "Asks", text: "Asks a recording.",
        arguments: [
            Argument("RECORDING", help: "the file"),
            Argument("NAME", .optional, help: "the query", completion: .output(of: "query --list")),
        ],
        flags: [output, kind, sql, parameter, timeout, threads, memory],
        example: Example("kubeskew query r.db top", "The top:"))
    static let audit = VerbUsage(
        "capture audit", summary: "Reads logs", text: "Reads logs.",
        arguments: [
            Argument("RECORDING", help: "the file"), Argument("INPUT", .oneOrMore, help: "logs"),
        ],
        example: Example("kubeskew capture audit r.db a.log", "One log:"))
    static let pcap = VerbUsage(
        "capture pcap", summary: "Reads packets", text: "Reads packets.",
        example: Example("kubeskew capture pcap", "Packets:"))

    static let interface = named("kubeskew")

    static func named(_ name: String) -> CommandInterface {
        CommandInterface(
            name: name, summary: "a sample", text: "Text.", globalFlags: [quiet],
            verbs: [query, audit, pcap])
    }

    static func parse(
        _ words: String..., environment: [String: String] = [:]
    ) throws -> ParsedArguments {
        let invocation = try interface.parse(words, environment: environment)
        guard case .run(let parsed) = invocation else { throw UsageError("asked for help") }
        return parsed
    }
}
