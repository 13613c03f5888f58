import SQLiteKit

/// Which of a recording's clusters somebody works on.
public enum Clusters: Sendable, Equatable {
    /// The only one that there is; where there are more, that is an error.
    case only
    /// One by its name, which is empty for records of a cluster that nobody named.
    case named(String)
    /// All of the file, for whoever keeps their rows apart.
    case all
}

/// The cluster that a connection is of.
///
/// A row is a cluster's by its server, source, object or run. A connection that was opened for one
/// cluster sees its rows alone: views in front of the tables (`ClusterViews`) leave the others out,
/// so that what reads need not know of clusters. What writes names the tables of the file, as
/// `main.request`.
struct ClusterScope: Sendable, Equatable {
    let name: String
    /// The server that the cluster's records do not name, which stands for the cluster wherever a
    /// row names one; 0 in the cluster without a name.
    let id: Int64
    /// Whether its servers are numbered from 1, as if there were no others; for readers, since a
    /// writer's names go on from those of the file.
    var isRenumbered = false

    /// What stands between a cluster and the name of one of its servers or sources, where those of
    /// several clusters come together; no name has it.
    static let mark = "\u{1F}"

    /// Id and name of every server that a connection knows; others' go by names that no server has.
    static func servers(seenBy scope: ClusterScope?) -> String {
        let own: String
        switch scope {
        case .some(let scope) where scope.isRenumbered:
            return "SELECT id, name FROM server ORDER BY id"
        case .some(let scope): own = "cluster = \(quoted(scope.name)) AND id <> \(scope.id)"
        case nil: own = "cluster = ''"
        }
        return """
            SELECT id, CASE WHEN id = 0 THEN '' WHEN \(own) THEN name
                ELSE cluster || char(31) || name END FROM main.server ORDER BY id
            """
    }

    /// The same of sources.
    static func sources(seenBy scope: ClusterScope?) -> String {
        """
        SELECT id, CASE WHEN id = 0 OR cluster = \(scope?.id ?? 0) THEN name
            ELSE cluster || char(31) || name END FROM main.source ORDER BY id
        """
    }

    /// A row's server, of which 0 is the one that records do not name.
    func server(_ id: UInt32) -> Int64 { id == 0 ? self.id : Int64(id) }

    /// The file's numbers of its servers, by those that a reader gives them.
    func servers(on connection: borrowing Connection) throws(SQLiteError) -> [Int64] {
        var ids = [id]
        var select = try connection.prepare(
            "SELECT id FROM main.server WHERE cluster = ? AND id <> ? ORDER BY id")
        select.bind(1, name)
        select.bind(2, id)
        while try select.step() { ids.append(select.integer(0)) }
        return ids
    }
}

/// A text as SQL has it.
func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}
