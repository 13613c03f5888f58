import SQLiteKit

/// Between which rows of `request` those of a cluster lie, so that of many clusters in one file
/// each is read in its own time.
///
/// `meta` has it of clusters with a name that requests were captured of: the first row, and the
/// last once the capture came to its end. Until then they may lie up to the end of the table.
enum ClusterRows {
    private static func key(_ cluster: ClusterScope) -> String { "rows \(cluster.id)" }

    static func range(
        of cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) -> (first: Int64, last: Int64?)? {
        let line = try connection.text("SELECT value FROM main.meta WHERE key = '\(key(cluster))'")
        let words = (line ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 2, let first = Int64(words[0]) else { return nil }
        return (first, Int64(words[1]))
    }

    /// Says that rows may come from `next` on.
    static func open(
        _ cluster: ClusterScope, next: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        guard cluster.id != 0 else { return }
        let first = try range(of: cluster, on: connection)?.first ?? next
        try put("\(first)-", cluster, on: connection)
    }

    /// Says that none come after `last`.
    static func close(
        _ cluster: ClusterScope, last: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        guard cluster.id != 0 else { return }
        let first = try range(of: cluster, on: connection)?.first ?? 1
        try put("\(first)-\(last)", cluster, on: connection)
    }

    private static func put(
        _ line: String, _ cluster: ClusterScope, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare("INSERT OR REPLACE INTO main.meta VALUES (?, ?)")
        insert.bind(1, key(cluster))
        insert.bind(2, line)
        try insert.run()
    }
}
