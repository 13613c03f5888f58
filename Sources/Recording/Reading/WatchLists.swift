import KubeAPI
import SQLiteKit

/// Watches that ask for everything at their start, told by an option of their query.
extension Recording {
    private static let asksForAll =
        "query IN (SELECT id FROM string WHERE text LIKE '%sendInitialEvents=true%')"

    /// Those of some watches that do, in the order of ids; of very many the first.
    public func watchLists(among ids: [Int64]) throws(RecordingError) -> [Int64] {
        let list = ids.prefix(10_000).map { "\($0)" }.joined(separator: ", ")
        return try rows(
            "SELECT id FROM request WHERE id IN (\(list)) AND \(Recording.asksForAll) ORDER BY id"
        ) { $0.integer(0) }
    }

    /// Whether any server took such a watch.
    public func takesWatchLists() throws(RecordingError) -> Bool {
        try count(
            """
            SELECT EXISTS (SELECT 1 FROM request WHERE verb = \(Verb.watch.rawValue)
                AND status BETWEEN 200 AND 299 AND \(Recording.asksForAll))
            """) == 1
    }
}
