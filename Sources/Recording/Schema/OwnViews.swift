import SQLiteKit

/// The views as this program makes them, in front of those that a file brings.
///
/// Recordings are mailed around, and a view in one may never end, or lie. Every connection is given
/// the views of the schema anew, where SQLite looks first; a file of an older schema keeps its own,
/// since this one's may ask for columns that it lacks.
enum OwnViews {
    /// `CREATE TEMP VIEW` statements, from a database in memory that was made as a file would be.
    private static let statements: [String] = {
        do throws(SQLiteError) {
            let memory = try Connection(path: ":memory:", mode: .create)
            for migration in Schema.migrations { try memory.execute(migration) }
            var select = try memory.prepare("SELECT sql FROM sqlite_schema WHERE type = 'view'")
            var statements: [String] = []
            while try select.step() {
                let words = select.text(0).drop { $0 != " " }.drop { $0 == " " }
                statements.append("CREATE TEMP \(words)")
            }
            return statements
        } catch {
            return []
        }
    }()

    static func shadow(on connection: borrowing Connection) throws(SQLiteError) {
        for statement in statements { try connection.execute(statement) }
    }

    /// Whether what should be tables are tables, and nothing happens behind a writer's back.
    static func isSound(_ connection: borrowing Connection) throws(SQLiteError) -> Bool {
        try connection.integer(
            """
            SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'
                OR (type = 'view' AND substr(name, 1, 2) <> 'v_')
                OR (type = 'table' AND (sql LIKE 'CREATE VIRTUAL%' OR sql LIKE '%GENERATED%'))
            """) == 0
    }
}
