import Arguments
import Output

/// A verb of the command line: how it is used, and what it does.
///
/// To add one: a file in `Verbs/` that holds `extension Command { static let name = … }`, and its
/// line in `Verbs/Commands.swift`. Parsing, help, completion and the man page follow.
struct Command: Sendable {
    let usage: VerbUsage
    let run: @Sendable (Context) throws -> ExitStatus
}

func commandInterface(name: String) -> CommandInterface {
    CommandInterface(
        name: name,
        summary: "records and replays what clients ask of a Kubernetes control plane in an upgrade",
        text: """
            kubeskew captures audit logs or packets into one SQLite file, a recording, and replays \
            it against a model of a control plane whose API servers run different releases. It \
            reports requests that get a wrong 404, requests that loop between servers, objects \
            that the garbage collector deletes by mistake, and namespaces deleted with things \
            still in them.

            Data goes to standard output; progress and warnings go to standard error. The exit \
            status is 0 when all is well, 1 when it failed, 2 for wrong usage, 3 when there are \
            findings at or above --fail-on, 4 when there are none but the evidence does not carry \
            an all-clear, and 130 when interrupted.
            """,
        globalFlags: [Flags.quiet, Flags.verbose, Flags.colour],
        verbs: commands.map(\.usage), otherNames: otherNames)
}

/// What people who come from other tools type first.
private let otherNames = [
    "import": "capture audit", "audit": "capture audit", "ingest": "capture audit",
    "load": "capture audit", "record": "capture audit", "pcap": "capture pcap",
    "sniff": "capture live", "live": "capture live", "diff": "compare", "whatif": "replay",
    "what-if": "replay", "simulate": "replay", "run": "replay", "lint": "check",
    "validate": "scenario", "sql": "query", "html": "report", "why": "explain",
    "describe": "explain", "get": "findings", "list": "findings", "show": "findings",
    "timeline": "servers", "versions": "servers", "redact": "scrub", "anonymize": "scrub",
]

/// Flags that more than one verb takes: the same name, help and default wherever they appear.
enum Flags {
    static let quiet = Flag(
        "quiet", short: "q", .none, help: "No progress, no notes: errors and warnings only")
    static let verbose = Flag("verbose", short: "v", .none, help: "Say more on standard error")
    static let colour = Flag(
        "color", .choice(ColourPolicy.allCases.map(\.rawValue)), fallback: "auto",
        help: "Colour the output")

    static let output = Flag(
        "output", short: "o", .choice(RowFormat.choices), fallback: "table",
        help: "How rows are printed")
    static let noHeaders = Flag("no-headers", .none, help: "Print no column headers")
    static let columns = Flag(
        "columns", .text("A,B,C"), help: "Print these columns, in this order")
    /// For every verb that prints rows.
    static let rows = [output, noHeaders, columns]

    /// `--output` for verbs whose rows are also results for a build server.
    static let outputOrResults = Flag(
        "output", short: "o",
        .choice(RowFormat.choices + ResultFormat.allCases.map(\.rawValue)),
        fallback: "table", help: "How rows are printed")
    static let rowsOrResults = [outputOrResults, noHeaders, columns]

    /// For every verb that writes to a recording.
    static let captured = Flag(
        "cluster", .text("NAME"), help: "The name of the cluster; by default it has none")

    /// For every verb that reads a recording.
    static let cluster = Flag(
        "cluster", .text("NAME"), help: "Of this cluster, where the recording holds several")

    static let run = Flag(
        "run", .text("NAME"), help: "The run to read; by default the one as recorded")
    static let evidence = Flag(
        "evidence", .choice(["require", "report"]), fallback: "require",
        help: "Exit with 4 where the evidence carries no all-clear, or only say so")
    static let servers = Flag(
        "servers", .integer(1...1_000), help: "How many API servers there were")
    static let clocks = Flag(
        "clock", .text("SERVER=OFFSET"), repeats: true,
        help: "By how much a server's clock was ahead (+30s) or behind (-2s)")
    static let failOn = Flag(
        "fail-on", .choice(["none", "info", "warning", "error"]), fallback: "error",
        help: "Exit with 3 when there is a finding of this severity or a higher one")
}
