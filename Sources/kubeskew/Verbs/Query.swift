import Analysis
import Arguments
import Output
import Recording

extension Command {
    private static let sql = Flag(
        "sql", short: "e", .text("SQL"), help: "Run this statement instead of a query by name")
    private static let parameter = Flag(
        "param", short: "p", .setting, repeats: true, help: "Set a parameter of the query")
    private static let timeout = Flag(
        "timeout", .duration, fallback: "30s", help: "Stop a query that runs longer; 0 for no limit"
    )
    private static let list = Flag("list", .none, help: "List the queries with their titles")
    private static let datasette = Flag(
        "datasette", .none, help: "Print the queries as Datasette's metadata.json and run nothing")
    private static let show = Flag("show", .none, help: "Print the query's text and run nothing")

    static let query = Command(
        usage: VerbUsage(
            "query", summary: "Asks a recording in SQL, with queries by name or your own",
            text: """
                Runs one SELECT over the views of a recording and prints its rows. Nothing can be \
                changed: the recording is opened for reading, and SQLite refuses whatever does \
                more than read.

                A query by name is looked for in the folder queries/ here, beside the tool, and \
                among those built in; its last part will do where it is the only one so called. A \
                name that ends in .sql is a file.

                Parameters stand in the SQL as :name. A time is an instant in RFC 3339, 10m for \
                ten minutes after the first request, -10m for ten minutes before the last, start \
                or end. In your own SQL an instant becomes nanoseconds, as in at_ns, or text \
                beside a column such as at.
                """,
            arguments: [
                Argument("RECORDING", .optional, help: "the recording to ask"),
                Argument(
                    "QUERY", .optional, help: "a query's name, or a file that ends in .sql",
                    completion: .output(of: "query --list --no-headers --columns query -o csv")),
            ],
            flags: [sql, parameter, Flags.cluster, timeout, list, show, datasette] + FilterFlags.all
                + Flags.rows,
            example: Example(
                "kubeskew query upgrade.db clients/top -p since=10m -p limit=5",
                "The five busiest clients from the tenth minute on:"),
            forms: [
                "RECORDING QUERY [-p KEY=VALUE]... [flags]",
                "RECORDING -e SQL [-p KEY=VALUE]... [flags]", "--list [flags]",
                "--show QUERY", "[RECORDING] --datasette",
            ]),
        run: runQuery)

    @Sendable private static func runQuery(_ context: Context) throws -> ExitStatus {
        let arguments = context.arguments
        if arguments.isOn(list) { return try listQueries(context) }
        if arguments.isOn(show) { return try showQuery(context) }
        if arguments.isOn(datasette) { return try printMetadata(context) }
        guard let recording = arguments.argument("RECORDING") else {
            throw UsageError("query needs RECORDING: the recording to ask", hint: usageHint)
        }
        let limit = arguments.nanoseconds(timeout) ?? 0
        guard limit >= 0 else {
            throw UsageError("--timeout takes a time such as 30s, or 0 for no limit")
        }
        // A statement of the user's sees the column; a query by name would take clusters together.
        let clusters =
            arguments.argument("QUERY") == nil ? context.clustersOrAll : context.clusters
        let run = QueryRun(
            recordingPath: recording, of: clusters, query: try queryText(arguments),
            settings: arguments.settings(parameter),
            timeLimit: limit > 0 ? .nanoseconds(limit) : nil)
        let watchdog = limit > 0 ? Watchdog(after: .nanoseconds(limit)) : nil
        defer { watchdog?.cancel() }
        let filter = try FilterFlags.filter(
            context, in: Recording(path: recording, access: .read, of: clusters))
        try context.printRows(
            of: run, filter: filter, name: arguments.argument("QUERY") ?? "the statement")
        return .done
    }

    private static var usageHint: String { "Run 'kubeskew query --help' for its usage." }

    private static func queryText(_ arguments: ParsedArguments) throws -> QueryText {
        let name = arguments.argument("QUERY")
        if let statement = arguments.text(sql), arguments.isGiven(sql) {
            guard name == nil else {
                throw UsageError("query takes a name or -e, not both", hint: usageHint)
            }
            return QueryText(plain: statement)
        }
        guard let name else {
            throw UsageError("query needs QUERY or -e SQL", hint: QueryLibrary.listHint)
        }
        if name.contains(where: \.isWhitespace), !name.hasSuffix(".sql") {
            let recording = arguments.argument("RECORDING") ?? "RECORDING"
            throw UsageError(
                "'\(name)' is no query's name: a statement of your own goes behind -e",
                hint: "kubeskew query \(recording) -e \"\(name)\"")
        }
        let entry = try namedText(name)
        return try parsed(entry.text, origin: entry.origin)
    }

    private static func namedText(_ name: String) throws -> (text: String, origin: String) {
        if name.hasSuffix(".sql") { return (try readText(name), name) }
        let entry = try QueryLibrary.current().query(name)
        return (entry.text, entry.origin)
    }

    private static func parsed(_ text: String, origin: String) throws -> QueryText {
        do {
            return try QueryText(file: text)
        } catch {
            throw Failure("\(origin):\(error.line): the header wants \(error.expected)")
        }
    }

    /// The name is the only argument here, and so stands where a recording otherwise does.
    private static func showQuery(_ context: Context) throws -> ExitStatus {
        let arguments = context.arguments
        guard let name = arguments.argument("QUERY") ?? arguments.argument("RECORDING") else {
            throw UsageError("query --show needs QUERY", hint: QueryLibrary.listHint)
        }
        context.output.write(try namedText(name).text)
        return .done
    }

    private static func printMetadata(_ context: Context) throws -> ExitStatus {
        var queries: [(name: String, text: QueryText)] = []
        for entry in QueryLibrary.current().entries {
            do {
                queries.append((entry.name, try QueryText(query: entry.text)))
            } catch {
                context.terminal.warn(
                    "\(entry.origin):\(error.line): the header wants \(error.expected)")
            }
        }
        let metadata = try DatasetteMetadata(
            recording: context.arguments.argument("RECORDING"), queries: queries)
        context.output.write(metadata.rendered())
        return .done
    }

    private static func listQueries(_ context: Context) throws -> ExitStatus {
        var rows: [[Cell]] = []
        for entry in QueryLibrary.current().entries {
            do {
                let text = try QueryText(query: entry.text)
                let parameters = text.parameters.map { "\($0.name)=\($0.fallback)" }
                rows.append([
                    .text(entry.name), .text(text.title),
                    .text(parameters.joined(separator: " ")),
                    .text(text.columns.map(\.name).joined(separator: ",")), .text(text.why),
                    .text(entry.origin),
                ])
            } catch {
                context.terminal.warn(
                    "\(entry.origin):\(error.line): the header wants \(error.expected)")
            }
        }
        let columns = [
            Column("query"), Column("title"), Column("parameters", isWide: true),
            Column("columns", isWide: true), Column("why", isWide: true),
            Column("origin", isWide: true),
        ]
        try context.printRows(rows, columns: columns)
        return .done
    }
}
