import Bytes
public import KubeAPI
import SQLiteKit

/// The few requests that rules about consequences look at, picked out of all.
///
/// The verb `replay` asks for them by the ids that it noted while it judged.
extension Recording {
    private static let columns = [
        "request.id", "at_ns", "server", "resource", "status", "not_found", "verb", "client",
        "namespace", "name", "ifnull(duration_us, -1)", "path",
    ]

    /// Requests by id, in the order of the ids, without those that are not there.
    public func requests(_ ids: ArraySlice<Int64>) throws(RecordingError) -> [RecordedRequest] {
        try run { connection throws(SQLiteError) in
            var result: [RecordedRequest] = []
            guard !ids.isEmpty else { return result }
            let ceilings = try Ceilings(connection)
            var wanted = try RowBatch(
                connection, name: "wanted", integers: 1, capacity: ids.count, textCapacity: 1)
            for id in ids {
                _ = wanted.append(textBytes: 0) { integers, _ in
                    integers[0] = id
                    return 0
                }
            }
            result.reserveCapacity(ids.count)
            // One statement: to run one for each id takes ten times as long.
            try connection.scan(
                Recording.columns, from: "wanted CROSS JOIN request ON request.id = wanted.c0"
            ) { rows in
                for row in 0..<rows.count { result.append(RecordedRequest(rows, row, ceilings)) }
            }
            // The scan reads it; nothing but this says so.
            _ = consume wanted
            return result
        }
    }

    /// What the DeleteOptions of some requests said, where the log has them.
    ///
    /// To be asked of a snapshot: outside of a transaction every look-up takes and leaves the lock
    /// of the file.
    public func deletions(
        of requests: [RecordedRequest], into objects: inout RecordedObjects
    ) throws(RecordingError) -> [RecordedDeletion] {
        var oddIDs = objects.oddIDs
        let found = try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                "SELECT uid, propagation FROM deletion WHERE request = ?")
            var result: [RecordedDeletion] = []
            for request in requests where request.verb == .delete {
                select.bind(1, request.id)
                if try select.step() {
                    let uid = select.withText(0) { UniqueID($0, in: &oddIDs) }
                    let propagation = UInt8(truncatingIfNeeded: select.integer(1))
                    result.append(
                        RecordedDeletion(
                            request: request.id, uid: uid,
                            propagation: Deletion.Propagation(rawValue: propagation) ?? .none))
                }
                select.reset()
            }
            return result
        }
        objects.oddIDs = oddIDs
        return found
    }
}

extension RecordedRequest {
    fileprivate init(_ rows: borrowing RowBlock, _ row: Int, _ ceilings: Ceilings) {
        self.init(
            id: rows[row, 0], at: rows.instant(row, 1),
            durationMicroseconds: min(rows[row, 10], RFC3339.latest / 1_000),
            server: rows.id(row, 2, ceilings.servers),
            resource: rows.id(row, 3, ceilings.resources),
            client: rows.id(row, 7, ceilings.clients),
            namespace: rows.id(row, 8, ceilings.strings), name: rows.id(row, 9, ceilings.strings),
            path: rows.id(row, 11, ceilings.strings),
            status: UInt16(truncatingIfNeeded: rows[row, 4]), verb: rows.verb(row, 6),
            notFound: rows.shape(row, 5))
    }
}
