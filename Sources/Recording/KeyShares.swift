import KubeAPI
import SQLiteKit

/// The keys of all rows, a share of them at a time: what tells requests apart where `PassTable`
/// held too little.
extension Recording {
    /// The rows whose keys fall on a share, the rows of one key side by side.
    ///
    /// Eight bytes a row: the upper half of the key's hash, then the row id. Rows of one hash are a
    /// suspicion, as in the table. What is not committed yet is not seen.
    func keys(ofShare share: Int, of shares: Int) throws(RecordingError) -> [UInt64] {
        let parts = try scanRequests { connection, ids throws(SQLiteError) in
            var found: [UInt64] = []
            func take(_ key: PassKey, _ row: Int64) {
                let hash = key.hash
                guard Int(hash & 0xFFFF_FFFF) % shares == share else { return }
                found.append(hash & ~0xFFFF_FFFF | UInt64(row) & 0xFFFF_FFFF)
            }
            let range = "id BETWEEN \(ids.lowerBound) AND \(ids.upperBound)"
            var rows = try connection.prepare(
                "SELECT id, audit_id FROM request WHERE \(range) AND audit_id <> ''")
            while try rows.step() {
                take(rows.withText(1) { PassKey(auditID: $0, of: Request()) }, rows.integer(0))
            }
            rows = try connection.prepare(
                "SELECT \(RequestRow.columns) FROM request WHERE \(range) AND audit_id = ''")
            while try rows.step() {
                take(PassKey(content: RequestRow.request(rows)), rows.integer(0))
            }
            return found
        }
        var all: [UInt64] = []
        all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { all.append(contentsOf: part) }
        all.sort()
        return all
    }
}
