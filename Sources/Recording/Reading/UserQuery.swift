import SQLiteKit

/// Why a statement of a user's did not give its rows.
public enum QueryError: Error, Sendable {
    /// It ran longer than it may.
    case ranTooLong
    /// It does more than read.
    case forbidden(String)
    /// It is no SQL over this recording; where, as a byte of it.
    case bad(String, offset: Int?)
    case recording(RecordingError)
}

/// A column of what a statement of a user's gives.
public struct QueryColumn: Sendable {
    public let name: String
    /// By the first row.
    public let isNumber: Bool
    /// The type in the table that it comes from; empty where it is computed.
    public let declaredType: String
}

extension Recording {
    /// Runs one statement that may come from anybody: SQLite is told to refuse whatever does more
    /// than read, and a clock runs.
    ///
    /// - Parameters:
    ///   - values: one for each parameter, given their names; nil where one has none.
    ///   - columns: told once, before any row.
    ///   - row: says whether more are wanted.
    public func ask(
        _ sql: String, timeLimit: Duration?, values: ([String?]) throws -> [SQLValue],
        columns: ([QueryColumn]) throws -> Void, row: ([SQLValue]) -> Bool
    ) throws {
        connection.setLimits(.init())
        connection.allowReadsOnly()
        connection.setTimeLimit(timeLimit)
        defer { connection.setTimeLimit(nil) }
        do {
            var statement = try connection.prepare(sql)
            let names = (0..<statement.parameterCount).map { index in
                statement.parameterName(index + 1).flatMap {
                    $0.hasPrefix("?") ? nil : String($0.dropFirst())
                }
            }
            for (index, value) in try values(names).enumerated() {
                statement.bind(index + 1, value)
            }
            var hasRow = try statement.step()
            try columns(
                (0..<statement.columnCount).map { index in
                    let type = hasRow ? statement.type(index) : .null
                    return QueryColumn(
                        name: statement.columnName(index),
                        isNumber: type == .integer || type == .real,
                        declaredType: statement.declaredType(index))
                })
            while hasRow, row((0..<statement.columnCount).map { statement.value($0) }) {
                hasRow = try statement.step()
            }
        } catch let error as SQLiteError {
            throw failure(error, of: sql)
        } catch RecordingError.interrupted {
            throw QueryError.ranTooLong
        }
    }

    private func failure(_ error: SQLiteError, of sql: String) -> QueryError {
        if error.isInterrupted { return .ranTooLong }
        if error.isForbidden { return .forbidden(error.message) }
        if error.isDamaged || error.sql != sql {
            return .recording(RecordingError(error, path: path))
        }
        return .bad(error.message, offset: error.offset)
    }

    /// The views and tables that a statement may name, by name.
    public func viewNames() throws(RecordingError) -> [String] {
        try texts("SELECT name FROM sqlite_schema WHERE type IN ('view', 'table') ORDER BY name")
    }
}
