import Analysis
import Arguments
import Capture
import Glibc
import KubeAPI
import Output

/// What a running verb is given: its arguments, and the two streams it may speak on.
struct Context {
    let arguments: ParsedArguments
    let interface: CommandInterface
    let environment: [String: String]
    let output: StandardOutput
    let terminal: Terminal

    init(
        arguments: ParsedArguments, interface: CommandInterface, environment: [String: String],
        output: StandardOutput
    ) {
        self.arguments = arguments
        self.interface = interface
        self.environment = environment
        self.output = output
        terminal = Terminal(
            isQuiet: arguments.isOn(Flags.quiet), isVerbose: arguments.isOn(Flags.verbose),
            paint: Paint(isOn: Context.usesColour(STDERR_FILENO, arguments, environment)),
            isDumb: environment["TERM"] == "dumb")
    }

    /// Colour for standard output.
    var paint: Paint {
        Paint(isOn: Context.usesColour(STDOUT_FILENO, arguments, environment))
    }

    /// The `RowFormat` asked for; nil where it is a `ResultFormat`.
    var rowFormat: RowFormat? {
        let word = arguments.text(Flags.output)?.prefix { $0 != "=" }
        return word.flatMap { RowFormat(rawValue: String($0)) }
    }

    /// Whether a person reads rows, and not a program.
    var isForPerson: Bool { rowFormat == .table || rowFormat == .wide }

    /// Columns of the terminal that reads standard output; nil where none does.
    var width: Int? { Terminal.width(of: STDOUT_FILENO) }

    /// Prints text for a person: at a terminal it breaks at words, and says a date once.
    func printProse(_ text: String) {
        guard let width else { return output.write(text) }
        var prose = Prose(width: width)
        output.write(prose.folded(text))
    }

    /// The `ResultFormat` asked for, for verbs that take `Flags.outputOrResults`.
    var resultFormat: ResultFormat? {
        arguments.text(Flags.outputOrResults).flatMap(ResultFormat.init(rawValue:))
    }

    /// The name of the cluster that a capture is of.
    func capturedCluster() throws -> String {
        let name = arguments.text(Flags.captured) ?? ""
        guard name.isEmpty || ServerName.isValid(name) else {
            throw UsageError("--cluster takes a name of \(ServerName.grammar)")
        }
        return name
    }

    /// Prints how many requests each server has; of which cluster, where there are several.
    func printServers(_ summary: CaptureSummary) throws {
        let isFleet = summary.servers.contains { !$0.cluster.isEmpty }
        try printRows(
            summary.servers.map { server in
                (isFleet ? [Cell(server.cluster)] : []) + [
                    Cell(server.name), Cell(server.requests),
                ]
            },
            columns: (isFleet ? [Column("cluster")] : [])
                + [Column("server"), Column("requests", .number)])
    }

    /// Prints rows as `-o`, `--no-headers` and `--columns` say; for verbs that take `Flags.rows`.
    func printRows(_ rows: [[Cell]], columns: [Column]) throws {
        var printer = try rowPrinter(columns: columns)
        for row in rows { printer.append(row) }
        try printer.finish()
    }

    /// Prints what a query reads, row by row, in constant memory.
    ///
    /// - Parameters:
    ///   - filter: nil for all rows.
    ///   - name: what the query is called in a complaint of the filter's.
    func printRows(of query: QueryRun, filter: Filter? = nil, name: String = "") throws {
        var printer: RowPrinter?
        var judge: RowJudge?
        try query.read(
            columns: {
                printer = try rowPrinter(columns: $0)
                judge = try filter?.judge(of: $0, query: name)
            },
            row: { row in
                if judge?.allows(row) ?? true { printer?.append(row) }
                return printer?.isClosed == false
            })
        try printer?.finish()
    }

    /// The same as `printRows`, one by one.
    func rowPrinter(columns: [Column]) throws -> RowPrinter {
        var options = try RowOptions(word: arguments.text(Flags.output) ?? "table")
        if options.format == .arrow, isatty(STDOUT_FILENO) == 1 {
            throw UsageError(
                "-o arrow is for programs, not for a terminal",
                hint: "Write it to a file: > rows.arrows")
        }
        options.showsHeader = !arguments.isOn(Flags.noHeaders)
        options.columns = (arguments.text(Flags.columns) ?? "").split(separator: ",")
            .map { String($0.drop { $0 == " " }) }
        options.terminalWidth = width
        options.usesColour = paint.isOn
        return RowPrinter(
            writer: try RowWriter(columns: columns, options: options), output: output)
    }

    private static func usesColour(
        _ descriptor: Int32, _ arguments: ParsedArguments, _ environment: [String: String]
    ) -> Bool {
        let policy = arguments.text(Flags.colour).flatMap(ColourPolicy.init(rawValue:)) ?? .auto
        return policy.usesColour(
            isTerminal: isatty(descriptor) == 1, environment: environment)
    }
}

/// Rows on their way to standard output.
struct RowPrinter {
    private var writer: RowWriter
    private let output: StandardOutput
    private var bytes: [UInt8] = []

    init(writer: RowWriter, output: StandardOutput) {
        self.writer = writer
        self.output = output
    }

    /// Whether nobody reads any more, or can, so that further rows are wasted work.
    var isClosed: Bool { output.isClosed || writer.misfit != nil }

    mutating func append(_ row: [Cell]) {
        writer.append(row, to: &bytes)
        drain()
    }

    mutating func finish() throws {
        writer.finish(&bytes)
        drain()
        if let misfit = writer.misfit {
            throw Failure(
                "the values of column '\(misfit.name)' are of several types, and Arrow takes one",
                hint: "CAST(… AS TEXT) AS \(misfit.name) makes them one.")
        }
    }

    private mutating func drain() {
        output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// The environment as a value, so that nothing else reads it.
func currentEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let text = String(cString: entry)
        if let equals = text.firstIndex(of: "=") {
            variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        next += 1
    }
    return variables
}
