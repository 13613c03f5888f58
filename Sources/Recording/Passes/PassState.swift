import SQLiteKit

/// Whether the passes of a recording were joined to requests, as it says of itself.
enum PassState: String {
    case settled = "0"
    /// A capture is going on, or did not come to its end.
    case unsettled = "1"
    /// A part of a bigger capture, which a merge settles.
    case part

    /// The key of `meta` for a cluster.
    static func key(_ cluster: ClusterScope) -> String {
        cluster.id == 0 ? "incomplete" : "incomplete \(cluster.id)"
    }

    /// That of a cluster of a recording; a new one has nothing to settle.
    static func of(
        _ connection: borrowing Connection, _ cluster: ClusterScope
    ) throws(SQLiteError) -> PassState {
        let value = try connection.text(
            "SELECT value FROM main.meta WHERE key = '\(key(cluster))'")
        guard let value else { return .settled }
        return PassState(rawValue: value) ?? .unsettled
    }
}
