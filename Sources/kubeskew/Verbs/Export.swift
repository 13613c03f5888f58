import Analysis
import Arguments
import Capture
import Glibc
import Output

extension Command {
    private static let arrow = Flag(
        "arrow", .text("FOLDER"), help: "Write Arrow streams: requests.arrows and so on")
    private static let parquet = Flag(
        "parquet", .text("FOLDER"), help: "Write Parquet files, by way of pyarrow")
    private static let python = Flag(
        "python", .text("PROGRAM"),
        help: "The Python that has pyarrow (default that of the virtual environment in which "
            + "kubeskew is installed, else python3)")

    static let export = Command(
        usage: VerbUsage(
            "export", summary: "Writes requests, verdicts and findings for other engines",
            text: """
                Writes whole views as one file each: requests, verdicts, findings, \
                finding_requests, servers and runs, with integers, truth values and instants as \
                such. Pandas, Polars, DuckDB and Spark read them.

                Arrow needs nothing else. Parquet is written by pyarrow, which a Python on this \
                machine must have: pip install 'kubeskew[parquet]', or pyarrow.
                """,
            arguments: [Argument("RECORDING", help: "a recording")],
            flags: [parquet, arrow, Flags.cluster, python],
            example: Example(
                "kubeskew export incident.db --parquet incident",
                "For DuckDB: SELECT * FROM 'incident/requests.parquet'"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let targets = [arrow, parquet].map { context.arguments.text($0) ?? "" }
        guard targets.contains(where: { !$0.isEmpty }) else {
            throw UsageError(
                "export needs --parquet FOLDER or --arrow FOLDER",
                hint: "Run 'kubeskew export --help' for its usage.")
        }
        let program = context.arguments.text(python) ?? ParquetWriter.usualPython
        if !targets[1].isEmpty { try ParquetWriter.check(program) }
        for (folder, suffix) in zip(targets, ["arrows", "parquet"]) where !folder.isEmpty {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw Failure("cannot make \(folder): \(String(cString: strerror(errno)))")
            }
            var rows: [String] = []
            for (name, view) in Export.tables {
                let output = try OutputFile("\(folder)/\(name).\(suffix)", reading: [path])
                let count = try context.write(
                    Export.rows(of: view, inRecordingAt: path, context.clustersOrAll), to: output,
                    python: suffix == "parquet" ? program : nil)
                try output.commit()
                rows.append("\(count) \(name)")
            }
            context.terminal.note("\(folder): \(rows.joined(separator: ", "))")
        }
        return .done
    }
}

extension Context {
    /// Writes a view's rows as they are read; says how many there were.
    ///
    /// - Parameter python: which writes Parquet; nil for Arrow.
    fileprivate func write(
        _ rows: QueryRun, to output: OutputFile, python: String?
    ) throws -> Int {
        guard let python else {
            return try ArrowRows.write(rows) { try output.write($0) }
        }
        guard let draft = output.draftPath else {
            throw Failure("\(output.path) is no file that Parquet can be written to")
        }
        let writer = try ParquetWriter(python: python, file: draft)
        let count = try ArrowRows.write(rows) { try writer.write($0) }
        try writer.finish()
        return count
    }
}

/// A query's rows as an Arrow stream, in pieces.
private enum ArrowRows {
    static func write(_ rows: QueryRun, to sink: ([UInt8]) throws -> Void) throws -> Int {
        var writer: RowWriter?
        var bytes: [UInt8] = []
        var failure: (any Error)?
        var count = 0
        func drain() {
            guard failure == nil, !bytes.isEmpty else { return }
            do { try sink(bytes) } catch { failure = error }
            bytes.removeAll(keepingCapacity: true)
        }
        try rows.read { columns in
            writer = try RowWriter(columns: columns, options: RowOptions(format: .arrow))
        } row: { row in
            writer?.append(row, to: &bytes)
            count += 1
            drain()
            return failure == nil
        }
        writer?.finish(&bytes)
        drain()
        if let failure { throw failure }
        return count
    }
}
