import Arguments
public import Output
import Recording
import SQLiteKit

/// One query over one recording, row by row to whoever prints it.
///
/// The recording is opened for reading, SQLite is told to refuse all else, and a clock runs: the
/// SQL may come from anybody.
public struct QueryRun {
    let recordingPath: String
    let query: QueryText
    let settings: [(key: String, value: String)]
    /// Nil for no limit.
    let timeLimit: Duration?
    /// Columns that only `wide` and the formats for machines show.
    let wideColumns: Set<String>

    public init(
        recordingPath: String, query: QueryText, settings: [(key: String, value: String)],
        timeLimit: Duration?, wideColumns: Set<String> = []
    ) {
        self.recordingPath = recordingPath
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
        let recording = try Recording(path: recordingPath, access: .read)
        do {
            try read(recording.connection, columns, row)
        } catch let error as SQLiteError {
            throw explained(error, tables: (try? viewNames(recording.connection)) ?? [])
        }
    }

    private func read(
        _ connection: borrowing Connection, _ columns: ([Column]) throws -> Void,
        _ row: ([Cell]) -> Bool
    ) throws {
        connection.setLimits(.init())
        connection.allowReadsOnly()
        connection.setTimeLimit(timeLimit)
        var statement = try connection.prepare(query.sql)
        let names = try parameterNames(statement)
        // An error that the closure cannot throw over the borrowed connection is kept here.
        let span = needsSpan ? try recordingSpan(connection) : RecordingSpan(first: 0, last: 0)
        let parameters = QueryParameters(query: query, given: settings) { span }
        for (index, value) in try parameters.values(of: names).enumerated() {
            switch value {
            case .integer(let number): statement.bind(index + 1, number)
            case .real(let number): statement.bind(index + 1, number)
            case .text(let text): statement.bind(index + 1, text)
            }
        }
        try readRows(&statement, columns, row)
    }

    /// Whether a time counts from the recording's ends, which takes a walk over it to find.
    private var needsSpan: Bool {
        query.parameters.contains { parameter in
            let text = settings.last { $0.key == parameter.name }?.value ?? parameter.fallback
            return parameter.kind == .time && Quantity.nanoseconds(text) != nil
        }
    }

    private func recordingSpan(_ connection: borrowing Connection) throws -> RecordingSpan {
        RecordingSpan(
            first: try connection.integer("SELECT min(at_ns) FROM v_request") ?? 0,
            last: try connection.integer("SELECT max(at_ns) FROM v_request") ?? 0)
    }

    private func parameterNames(_ statement: borrowing Statement) throws -> [String] {
        var names: [String] = []
        for index in 0..<statement.parameterCount {
            guard let name = statement.parameterName(index + 1), !name.hasPrefix("?") else {
                throw UsageError(
                    "parameters need names", hint: "Write :since instead of ?, and -p since=VALUE")
            }
            names.append(String(name.dropFirst()))
        }
        return names
    }

    private func readRows(
        _ statement: inout Statement, _ receiveColumns: ([Column]) throws -> Void,
        _ receiveRow: ([Cell]) -> Bool
    ) throws {
        var hasRow = try statement.step()
        let columns = (0..<statement.columnCount).map { index in
            let isNumber =
                hasRow
                && (statement.type(index) == .integer || statement.type(index) == .real)
            let name = statement.columnName(index)
            return Column(
                name, isNumber ? .number : .text, isWide: wideColumns.contains(name),
                paint: Palette.paint(name))
        }
        try receiveColumns(columns)
        while hasRow, receiveRow(columns.indices.map { cell(statement, $0) }) {
            hasRow = try statement.step()
        }
    }

    private func cell(_ statement: borrowing Statement, _ column: Int) -> Cell {
        switch statement.type(column) {
        case .null: .null
        case .integer: .integer(statement.integer(column))
        case .real: .real(statement.real(column))
        case .text: .text(statement.text(column))
        case .blob: .text(blobText(statement.blob(column)))
        }
    }

    /// Stored documents are text in a blob; anything else is shown as SQLite writes blobs.
    private func blobText(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return "x'"
            + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined() + "'"
    }

    private func viewNames(_ connection: borrowing Connection) throws -> [String] {
        connection.setTimeLimit(nil)
        var names: [String] = []
        var statement = try connection.prepare(
            "SELECT name FROM sqlite_schema WHERE type IN ('view', 'table') ORDER BY name")
        while try statement.step() { names.append(statement.text(0)) }
        return names
    }
}

extension QueryRun {
    /// SQLite's word on a statement as one that helps the person who wrote it.
    private func explained(_ error: SQLiteError, tables: [String]) -> any Error {
        if error.isInterrupted {
            let limit = timeLimit.map { secondsText($0 / .seconds(1)) } ?? "its limit"
            return Failure(
                "the query was stopped after \(limit)",
                hint: "--timeout allows more, and --timeout 0 any time.")
        }
        if error.isForbidden {
            return Failure(
                "a query may only read the recording: \(error.message)",
                hint: "One SELECT over the views; sqlite3 opens the file for anything else.")
        }
        if error.isDamaged { return RecordingError(error, path: recordingPath) }
        guard error.sql == query.sql else { return error }
        var message = "bad SQL"
        var hint: String?
        if let position = SQLPosition(byte: error.offset, in: query.sql) {
            message += " at line \(position.line), column \(position.column)"
            hint = position.excerpt
        }
        message += ": \(error.message)"
        if let missing = error.message.split(separator: "no such table: ").last,
            missing.count < error.message.count,
            let meant = nearestName(to: String(missing), among: tables)
        {
            message += "; did you mean \(meant)?"
        }
        return Failure(message, hint: hint)
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
