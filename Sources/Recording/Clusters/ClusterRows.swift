import SQLiteKit

/// Between which rows of `request` and `object` those of a cluster lie, so that of many clusters in
/// one file each is read in its own time.
///
/// `meta` has it of clusters with a name that requests were captured of: the first row, and the
/// last once the capture came to its end. Until then they may lie up to the end of the table.
enum ClusterRows {
    enum Table: String {
        case request = "rows"
        case object = "objects"
    }

    static func range(
        of cluster: ClusterScope, in table: Table = .request, on connection: borrowing Connection
    ) throws(SQLiteError) -> (first: Int64, last: Int64?)? {
        let key = "\(table.rawValue) \(cluster.id)"
        let line = try connection.text("SELECT value FROM main.meta WHERE key = '\(key)'")
        let words = (line ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 2, let first = Int64(words[0]) else { return nil }
        return (first, Int64(words[1]))
    }

    /// Says that rows may come from `next` on.
    static func open(
        _ cluster: ClusterScope, next: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        guard cluster.id != 0 else { return }
        let first = try range(of: cluster, on: connection)?.first
        // Of a capture that kept none of its own they lie anywhere.
        let nextObject = try first == nil ? lastObject(on: connection) + 1 : 1
        let object = try range(of: cluster, in: .object, on: connection)?.first ?? nextObject
        try put("\(first ?? next)-", cluster, .request, on: connection)
        try put("\(object)-", cluster, .object, on: connection)
    }

    /// Says that none come after `last`.
    static func close(
        _ cluster: ClusterScope, last: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        guard cluster.id != 0 else { return }
        let first = try range(of: cluster, on: connection)?.first ?? 1
        try put("\(first)-\(last)", cluster, .request, on: connection)
        let object = try range(of: cluster, in: .object, on: connection)?.first ?? 1
        try put("\(object)-\(lastObject(on: connection))", cluster, .object, on: connection)
    }

    private static func lastObject(
        on connection: borrowing Connection
    ) throws(SQLiteError) -> Int64 {
        try connection.integer("SELECT max(id) FROM main.object") ?? 0
    }

    private static func put(
        _ line: String, _ cluster: ClusterScope, _ table: Table,
        on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare("INSERT OR REPLACE INTO main.meta VALUES (?, ?)")
        insert.bind(1, "\(table.rawValue) \(cluster.id)")
        insert.bind(2, line)
        try insert.run()
    }
}
