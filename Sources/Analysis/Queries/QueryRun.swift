import Judgments
import Arguments
import Bytes
public import Output
public import Recording

/// One query over one recording, row by row to whoever prints it.
///
/// The SQL may come from anybody: the recording is opened for reading, and `ask` refuses all else.
public struct QueryRun {
    let recordingPath: String
    let clusters: Clusters
    let query: QueryText
    let settings: [(key: String, value: String)]
    /// Nil for no limit.
    let timeLimit: Duration?
    /// Columns that only `wide` and the formats for machines show.
    let wideColumns: Set<String>

    public init(
        recordingPath: String, of clusters: Clusters = .only, query: QueryText,
        settings: [(key: String, value: String)],
        timeLimit: Duration?, wideColumns: Set<String> = []
    ) {
        self.recordingPath = recordingPath
        self.clusters = clusters
        self.query = query
        self.settings = settings
        self.timeLimit = timeLimit
        self.wideColumns = wideColumns
    }

    /// - Parameters:
    ///   - columns: told once, before any row.
    ///   - row: says whether more are wanted.
    public func read(
        columns: ([Column]) throws -> Void, row: ([Cell]) -> Bool
    ) throws {
        let recording = try Recording(path: recordingPath, access: .read, of: clusters)
        do {
            try recording.ask(
                query.sql, timeLimit: timeLimit,
                values: { names in
                    let span = needsSpan ? try recording.span() : nil
                    let parameters = QueryParameters(query: query, given: settings, span: span)
                    return try parameters.values(of: try named(names))
                },
                columns: { found in
                    try columns(
                        found.map { column in
                            Column(
                                column.name, column.isNumber ? .number : .text,
                                isWide: wideColumns.contains(column.name),
                                paint: Palette.paint(column.name), type: type(of: column))
                        })
                },
                row: { row($0.map(cell)) })
        } catch let error as QueryError {
            throw explained(error, tables: (try? recording.viewNames()) ?? [])
        }
    }

    /// Whether a time counts from the recording's ends, which takes a walk over it to find.
    private var needsSpan: Bool {
        query.parameters.contains { parameter in
            let text = settings.last { $0.key == parameter.name }?.value ?? parameter.fallback
            return parameter.kind == .time && RFC3339.nanoseconds(text) == nil
        }
    }

    private func named(_ names: [String?]) throws -> [String] {
        try names.map { name in
            guard let name else {
                throw UsageError(
                    "parameters need names", hint: "Write :since instead of ?, and -p since=VALUE")
            }
            return name
        }
    }

    /// By its name where that means the same in every view, else by the table it comes from.
    private func type(of column: QueryColumn) -> CellType? {
        if let type = ViewSchema.type(ofColumn: column.name) { return CellType(rawValue: type) }
        switch column.declaredType {
        case "TEXT", "BLOB": return .text
        case "INTEGER": return .integer
        case "REAL": return .real
        default: return nil
        }
    }

    private func cell(_ value: SQLValue) -> Cell {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .text(blobText(bytes))
        }
    }

    /// Stored documents are text in a blob; anything else is shown as SQLite writes blobs.
    private func blobText(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return "x'"
            + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined() + "'"
    }
}

extension QueryRun {
    /// SQLite's word on a statement as one that helps the person who wrote it.
    private func explained(_ error: QueryError, tables: [String]) -> any Error {
        switch error {
        case .recording(let error): return error
        case .ranTooLong:
            let limit = timeLimit.map { English.duration($0) } ?? "its limit"
            return Failure(
                "the query was stopped after \(limit)",
                hint: "--timeout allows more, and --timeout 0 any time.")
        case .forbidden(let message):
            return Failure(
                "a query may only read the recording: \(message)",
                hint: "One SELECT over the views; sqlite3 opens the file for anything else.")
        case .bad(let reason, let offset):
            var message = "bad SQL"
            var hint: String?
            if let position = SQLPosition(byte: offset, in: query.sql) {
                message += " at line \(position.line), column \(position.column)"
                hint = position.excerpt
            }
            message += ": \(reason)"
            if let missing = reason.split(separator: "no such table: ").last,
                missing.count < reason.count,
                let meant = nearestName(to: String(missing), among: tables)
            {
                message += "; did you mean \(meant)?"
            }
            return Failure(message, hint: hint)
        }
    }
}

/// A place in SQL as a person counts.
struct SQLPosition: Equatable {
    let line: Int
    let column: Int
    /// The line, and a mark under the place.
    let excerpt: String

    init?(byte: Int?, in sql: String) {
        guard let byte, byte >= 0, byte <= sql.utf8.count else { return nil }
        let before = String(decoding: Array(sql.utf8.prefix(byte)), as: UTF8.self)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        line = lines.count
        let beginning = displaySafe(String(lines.last ?? ""))
        column = (lines.last?.count ?? 0) + 1
        let rest = String(decoding: Array(sql.utf8.dropFirst(byte)), as: UTF8.self)
        let ending = displaySafe(String(rest.prefix { !$0.isNewline }))
        excerpt =
            "  \(beginning)\(ending.prefix(60))\n  "
            + String(repeating: " ", count: displayWidth(beginning)) + "^"
    }
}
