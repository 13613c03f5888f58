import SQLiteKit

extension Recording {
    /// The columns of every view that a new recording has, in order.
    public static func viewColumns() throws(RecordingError) -> [(view: String, column: String)] {
        do throws(SQLiteError) { return try columnsOfViews() } catch {
            throw RecordingError(error, path: ":memory:")
        }
    }
}

extension Recording {
    /// All rows of a view, for whoever carries them elsewhere.
    public static func wholeView(_ name: String) -> String { "SELECT * FROM \(name)" }

    /// The tables below the views, which are no interface.
    public static func tableNames() throws(RecordingError) -> [String] {
        do throws(SQLiteError) {
            let connection = try Connection(path: ":memory:", mode: .create)
            for migration in Schema.migrations { try connection.execute(migration) }
            var rows = try connection.prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            var names: [String] = []
            while try rows.step() { names.append(rows.text(0)) }
            return names
        } catch {
            throw RecordingError(error, path: ":memory:")
        }
    }

    /// A view with types, in DuckDB's words, over a recording that is attached as `recording`.
    ///
    /// DuckDB takes every column of a view of SQLite's for text.
    ///
    /// - Parameter columns: with the types that `kubeskew schema` gives them.
    public static func duckDBView(
        _ name: String, columns: [(name: String, type: String)]
    ) -> String {
        let list = columns.map { column in
            let plain = "\"\(column.name)\""
            let typed =
                switch column.type {
                case "integer": "CAST(\(plain) AS BIGINT)"
                case "flag": "CAST(\(plain) AS BIGINT) <> 0"
                case "instant": "make_timestamp_ns(CAST(\(plain) AS BIGINT))"
                default: plain
                }
            return "    \(typed) AS \(plain)"
        }
        return """
            CREATE OR REPLACE VIEW \(name) AS SELECT
            \(list.joined(separator: ",\n"))
            FROM recording.\(name);

            """
    }
}

private func columnsOfViews() throws(SQLiteError) -> [(view: String, column: String)] {
    let connection = try Connection(path: ":memory:", mode: .create)
    for migration in Schema.migrations { try connection.execute(migration) }
    var rows = try connection.prepare(
        """
        SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
        WHERE m.type = 'view' ORDER BY m.rowid, c.cid
        """)
    var columns: [(view: String, column: String)] = []
    while try rows.step() { columns.append((rows.text(0), rows.text(1))) }
    return columns
}
