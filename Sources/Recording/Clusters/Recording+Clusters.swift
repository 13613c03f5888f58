import SQLiteKit

extension Recording {
    /// The names of the clusters that a recording holds, in the order in which they came.
    ///
    /// Empty where nothing was captured; an empty name is that of a cluster that nobody named.
    public static func clusterNames(at path: String) throws(RecordingError) -> [String] {
        try Recording(path: path, access: .read, of: .all).run { connection throws(SQLiteError) in
            try ClusterScope.all(on: connection).map(\.name)
        }
    }

    /// What another connection is to see that sees the same.
    var own: Clusters { scope.map { .named($0.name) } ?? .all }

    /// The cluster that what is written is of.
    var written: ClusterScope { scope ?? ClusterScope(name: "", id: 0) }

    /// Which rows of a scan of requests are this connection's; nil for all.
    func requestFilter() throws(RecordingError) -> RowFilter? {
        guard let scope else { return nil }
        let servers = try run { connection throws(SQLiteError) in
            try scope.servers(on: connection)
        }
        let pairs = servers.enumerated().map { number, id in
            (id, number == 0 || scope.isRenumbered ? Int64(number) : id)
        }
        return RowFilter("server", given: Dictionary(uniqueKeysWithValues: pairs))
    }
}

extension ClusterScope {
    /// What a connection is to see; nil for all that there is.
    ///
    /// A recording that is written to gets the cluster, where it has none of that name.
    static func chosen(
        _ clusters: Clusters, on connection: borrowing Connection, at path: String, writes: Bool
    ) throws(RecordingError) -> ClusterScope? {
        if clusters == .all { return nil }
        let known: [ClusterScope]
        do throws(SQLiteError) {
            if case .named(let name) = clusters, writes { try add(name, to: connection) }
            known = try all(on: connection)
        } catch {
            throw RecordingError(error, path: path)
        }
        let isNamed = known.contains { $0.id > 0 }
        switch clusters {
        case .named(let name):
            if let scope = known.first(where: { $0.name == name }) { return isNamed ? scope : nil }
            // Of a recording without any named one, everything.
            if name.isEmpty, !isNamed { return nil }
            guard name.isEmpty, writes else {
                throw .noSuchCluster(path: path, name: name, known: known.map(\.name))
            }
            return ClusterScope(name: "", id: 0)
        case .only, .all:
            guard known.count < 2 else {
                throw .severalClusters(path: path, names: known.map(\.name))
            }
            return isNamed ? known.first : nil
        }
    }

    /// Those that a recording holds something of, or was to.
    static func all(on connection: borrowing Connection) throws(SQLiteError) -> [ClusterScope] {
        var found: [ClusterScope] = []
        let hasUnnamed = try connection.integer(
            """
            SELECT EXISTS (SELECT 1 FROM main.capture WHERE cluster = 0)
                OR EXISTS (SELECT 1 FROM main.coverage AS c
                    JOIN main.server AS s ON s.id = c.server WHERE s.cluster = '')
                OR EXISTS (SELECT 1 FROM main.document AS d
                    JOIN main.server AS s ON s.id = d.server WHERE s.cluster = '')
            """)
        if hasUnnamed == 1 { found.append(ClusterScope(name: "", id: 0)) }
        var select = try connection.prepare(
            "SELECT cluster, id FROM main.server WHERE id > 0 AND name = '' ORDER BY id")
        while try select.step() {
            found.append(ClusterScope(name: select.text(0), id: select.integer(1)))
        }
        return found
    }

    private static func add(
        _ name: String, to connection: borrowing Connection
    ) throws(SQLiteError) {
        guard !name.isEmpty else { return }
        var insert = try connection.prepare(
            """
            INSERT INTO main.server (id, name, cluster)
            SELECT (SELECT max(id) + 1 FROM main.server), '', ?1
            WHERE NOT EXISTS (SELECT 1 FROM main.server WHERE name = '' AND cluster = ?1)
            """)
        insert.bind(1, name)
        try insert.run()
    }
}
