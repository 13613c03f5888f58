import SQLiteKit

/// The views as this program makes them, in front of those that a file brings.
///
/// Recordings are mailed around, and a view in one may never end, or lie. Where a file's views are
/// not word for word those of the schema, a connection is given them anew, where SQLite looks
/// first; that of a file of an older schema once it has the columns that they ask for.
enum OwnViews {
    /// Where a statement is repeated, the last one counts.
    private static let statements: [String] = {
        var latest: [Substring: String] = [:]
        for view in Schema.statements(of: Schema.migrations) {
            latest[view.name] = String(view.text)
        }
        return latest.values.sorted()
    }()

    static func shadow(on connection: borrowing Connection) throws(SQLiteError) {
        var select = try connection.prepare(
            "SELECT sql FROM main.sqlite_schema WHERE type = 'view' ORDER BY sql")
        var found: [String] = []
        while try select.step() { found.append(select.text(0)) }
        if found != statements { try make(on: connection) }
    }

    /// Makes them where SQLite looks first, and they look there first too.
    static func make(on connection: borrowing Connection) throws(SQLiteError) {
        for statement in statements {
            let rest = statement.dropFirst("CREATE VIEW ".count)
            let name = rest.prefix { $0 != " " }
            try connection.execute("DROP VIEW IF EXISTS temp.\(name); CREATE TEMP VIEW \(rest)")
        }
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
