import SQLiteKit

extension Recording {
    /// The columns of every view that a new recording has, in order.
    public static func viewColumns() throws(RecordingError) -> [(view: String, column: String)] {
        do throws(SQLiteError) { return try columnsOfViews() } catch {
            throw RecordingError(error, path: ":memory:")
        }
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
