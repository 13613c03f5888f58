import SQLiteKit

/// The views through which a connection sees one cluster of a recording.
///
/// They have the names of the tables, and SQLite looks among them first. In them the cluster is the
/// one without a number, as if there were no other: its nameless server is 0, and for readers the
/// others have the numbers that they had if it were alone.
enum ClusterViews {
    /// How a row of a table tells its cluster.
    private enum Key {
        case own
        case server
        case source
        case request
        case object(String)
        case run
    }

    private static let keys: [(table: String, key: Key)] =
        [
            ("object", .own), ("run", .own), ("capture", .own),
            ("request", .server), ("process", .server), ("document", .server),
            ("coverage", .server), ("revision", .server),
            ("reject", .source), ("reject_count", .source),
            ("deletion", .request), ("field_sighting", .request), ("wire_header", .request),
            ("body", .request), ("owner", .object("dependent")), ("finalizer", .object("object")),
        ] + RunWriter.tables.filter { $0 != "run" }.map { ($0, .run) }

    static func make(
        of scope: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        let requests = try ClusterRows.range(of: scope, on: connection)
        let objects = try ClusterRows.range(of: scope, in: .object, on: connection)
        func bounds(_ column: String, _ known: (first: Int64, last: Int64?)?) -> String {
            // A writer's rows are yet to come.
            let end = scope.isRenumbered ? known?.last : nil
            return "t.\(column) >= \(known?.first ?? 1) AND "
                + (end.map { "t.\(column) <= \($0) AND " } ?? "")
        }
        if scope.isRenumbered { try number(scope, on: connection) }
        for (table, key) in keys {
            let columns = try columns(of: table, on: connection).map { column in
                switch (key, column) {
                // That of a finding is a name.
                case (.server, "server"), (_, "entry_server"):
                    "\(server(column, scope)) AS \(column)"
                case (_, "cluster"): "0 AS cluster"
                default: "t.\"\(column)\""
                }
            }
            let rows =
                switch key {
                case .server where table == "request": bounds("id", requests)
                case .own where table == "object": bounds("id", objects)
                case .request: bounds("request", requests)
                case .object(let column): bounds(column, objects)
                default: ""
                }
            try connection.execute(
                """
                CREATE TEMP VIEW \(table) AS SELECT \(columns.joined(separator: ", "))
                FROM main.\(table) AS t WHERE \(rows)\(condition(key, scope))
                """)
        }
        try connection.execute(
            """
            CREATE TEMP VIEW server AS \(servers(scope));
            CREATE TEMP VIEW source AS SELECT id, name, 0 AS cluster FROM main.source
                WHERE cluster = \(scope.id) OR id = 0
            """)
        try OwnViews.make(on: connection)
    }

    /// Makes a table of the cluster's servers with their numbers.
    private static func number(
        _ scope: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        try connection.execute(
            "CREATE TEMP TABLE own_server (id INTEGER PRIMARY KEY, number INTEGER UNIQUE, name)")
        var insert = try connection.prepare(
            "INSERT INTO temp.own_server SELECT ?1, ?2, name FROM main.server WHERE id = ?1")
        for (number, id) in try scope.servers(on: connection).enumerated() {
            insert.bind(1, id)
            insert.bind(2, Int64(number))
            try insert.run()
        }
    }

    private static func servers(_ scope: ClusterScope) -> String {
        let (name, id) = (quoted(scope.name), scope.id)
        return scope.isRenumbered
            ? "SELECT number AS id, name, \(name) AS cluster FROM temp.own_server"
            : """
            SELECT id, name, cluster FROM main.server WHERE cluster = \(name) AND id <> \(id)
            UNION ALL SELECT 0, '', \(name)
            """
    }

    private static func server(_ column: String, _ scope: ClusterScope) -> String {
        scope.isRenumbered
            ? "(SELECT o.number FROM temp.own_server AS o WHERE o.id = t.\(column))"
            : "iif(t.\(column) = \(scope.id), 0, t.\(column))"
    }

    private static func condition(_ key: Key, _ scope: ClusterScope) -> String {
        func exists(_ table: String, _ reference: String, _ condition: String = "") -> String {
            "EXISTS (SELECT 1 FROM \(table) AS o WHERE o.id = t.\(reference)\(condition))"
        }
        let isOwn = " AND o.cluster = \(scope.id)"
        return switch key {
        case .own: "t.cluster = \(scope.id)"
        // Where servers are the first of a key, no others' rows are read.
        case .server where scope.isRenumbered: "t.server IN (SELECT o.id FROM temp.own_server AS o)"
        case .server:
            exists("main.server", "server", " AND o.cluster = \(quoted(scope.name))")
        case .source: exists("main.source", "source", isOwn)
        // The view of this name.
        case .request: exists("request", "request")
        case .object(let column): exists("main.object", column, isOwn)
        case .run: exists("main.run", "run", isOwn)
        }
    }

    private static func columns(
        of table: String, on connection: borrowing Connection
    ) throws(SQLiteError) -> [String] {
        let select = try connection.prepare("SELECT * FROM main.\(table)")
        return (0..<select.columnCount).map { select.columnName($0) }
    }
}
