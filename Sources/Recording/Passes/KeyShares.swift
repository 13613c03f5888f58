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
        let parts = try scanRequests { recording, ids throws(RecordingError) in
            var found: [UInt64] = []
            try recording.run { connection throws(SQLiteError) in
                try PassKey.forEach(in: ids, on: connection) { key, row in
                    let hash = key.hash
                    if Int(hash & 0xFFFF_FFFF) % shares == share {
                        found.append(hash & ~0xFFFF_FFFF | UInt64(row) & 0xFFFF_FFFF)
                    }
                    return true
                }
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

extension PassKey {
    /// The keys of the rows in a range of ids, until the body wants no more.
    static func forEach(
        in ids: ClosedRange<Int64>, on connection: borrowing Connection,
        _ body: (PassKey, Int64) -> Bool
    ) throws(SQLiteError) {
        let range = "id BETWEEN \(ids.lowerBound) AND \(ids.upperBound)"
        // Few rows have no audit id: only for those the rest of the row is read.
        var rows = try connection.prepare(
            "SELECT id, audit_id FROM request WHERE \(range) AND audit_id <> ''")
        while try rows.step() {
            let key = rows.withText(1) { PassKey(auditID: $0, of: Request()) }
            guard body(key, rows.integer(0)) else { return }
        }
        rows = try connection.prepare(
            "SELECT \(RequestRow.columns) FROM request WHERE \(range) AND audit_id = ''")
        while try rows.step() {
            guard body(PassKey(content: RequestRow.request(rows)), rows.integer(0)) else { return }
        }
    }
}
