import SQLiteKit

/// Which captures filled a recording, and whether each came to its end.
///
/// A row is there before the first batch is, so that a capture that was killed has left one.
enum CaptureRows {
    static func begin(
        _ inputs: [String], of cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        let transaction = try connection.begin()
        var insert = try connection.prepare(
            "INSERT OR REPLACE INTO main.capture (inputs, is_whole, cluster) VALUES (?, 0, ?)")
        insert.bind(1, key(inputs))
        insert.bind(2, cluster.id)
        try insert.run()
        try transaction.commit()
    }

    /// Those that read no more than this one are made up for: it has read the same again.
    ///
    /// - Parameter merged: the captures of the recordings that were merged, where these were the
    ///   inputs: they stand for it.
    static func end(
        _ inputs: [String], merged: [(inputs: String, isWhole: Bool)]?,
        of cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        let transaction = try connection.begin()
        if let merged {
            try adopt(merged, of: cluster, on: connection)
            try forget(inputs, of: cluster, on: connection)
        } else {
            try makeUp(inputs, of: cluster, on: connection)
        }
        try transaction.commit()
    }

    private static func makeUp(
        _ inputs: [String], of cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var mended: [String] = []
        var open = try connection.prepare("SELECT inputs FROM capture WHERE NOT is_whole")
        while try open.step() {
            let lines = open.text(0).split(separator: "\n").map(String.init)
            if Set(lines).isSubset(of: inputs) { mended.append(open.text(0)) }
        }
        for inputs in mended {
            var update = try connection.prepare(
                "UPDATE main.capture SET is_whole = 1 WHERE inputs = ? AND cluster = ?")
            update.bind(1, inputs)
            update.bind(2, cluster.id)
            try update.run()
        }
    }

    private static func adopt(
        _ captures: [(inputs: String, isWhole: Bool)], of cluster: ClusterScope,
        on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(
            """
            INSERT INTO main.capture (inputs, is_whole, cluster) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET is_whole = max(is_whole, excluded.is_whole)
            """)
        for capture in captures {
            insert.bind(1, capture.inputs)
            insert.bind(2, capture.isWhole)
            insert.bind(3, cluster.id)
            try insert.run()
        }
    }

    private static func forget(
        _ inputs: [String], of cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var delete = try connection.prepare(
            "DELETE FROM main.capture WHERE inputs = ? AND cluster = ?")
        delete.bind(1, key(inputs))
        delete.bind(2, cluster.id)
        try delete.run()
    }

    private static func key(_ inputs: [String]) -> String {
        Set(inputs).sorted().joined(separator: "\n")
    }
}
