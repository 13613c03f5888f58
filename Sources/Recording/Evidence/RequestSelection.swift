import Bytes
public import KubeAPI
import SQLiteKit

/// The few requests that rules about consequences look at, picked out of all.
///
/// The verb `replay` asks for them after judging. Each method is one walk over the table, or one
/// look-up per id; filters are sets of ids that were settled before, never texts. Only first passes
/// are handed out: a forwarded request counts once.
extension Recording {
    private static let columns = """
        id, at_ns, server, resource, status, not_found, verb, client, namespace, name, \
        duration_us, path
        """

    /// Requests by id, in the order of the ids that are there.
    public func requests(_ ids: [Int64]) throws(RecordingError) -> [RecordedRequest] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                "SELECT \(Recording.columns) FROM request WHERE id = ?")
            var result: [RecordedRequest] = []
            result.reserveCapacity(ids.count)
            for id in ids {
                select.bind(1, id)
                if try select.step() { result.append(RecordedRequest(select)) }
                select.reset()
            }
            return result
        }
    }

    /// All requests of some clients, and the writes to some resources by anybody.
    public func requests(
        ofClients clients: [UInt32], orWritesTo resources: [UInt32]
    ) throws(RecordingError) -> [RecordedRequest] {
        try requests(
            where: """
                client IN (\(list(clients))) OR (resource IN (\(list(resources)))
                    AND verb IN (\(list([.create, .update, .patch, .delete]))))
                """)
    }

    /// What was done to objects of some names, and created or deleted in some namespaces.
    public func requests(
        naming names: [UInt32], orChanging namespaces: [UInt32]
    ) throws(RecordingError) -> [RecordedRequest] {
        guard !names.isEmpty || !namespaces.isEmpty else { return [] }
        return try requests(
            where: """
                (name IN (SELECT id FROM temp.wanted_name)
                    AND verb NOT IN (\(list([.list, .watch, .deletecollection]))))
                OR (namespace IN (SELECT id FROM temp.wanted_namespace)
                    AND verb IN (\(list([.create, .delete]))))
                """, names: names, namespaces: namespaces)
    }

    /// Successful GETs of some paths that name no resource.
    public func requests(forPaths paths: [UInt32]) throws(RecordingError) -> [RecordedRequest] {
        try requests(
            where: """
                resource = 0 AND path IN (\(list(paths))) AND verb = \(Verb.get.rawValue)
                    AND status = 200
                """)
    }

    private func requests(
        where condition: String, names: [UInt32] = [], namespaces: [UInt32] = []
    ) throws(RecordingError) -> [RecordedRequest] {
        try run { connection throws(SQLiteError) in
            if !names.isEmpty || !namespaces.isEmpty {
                try fill("wanted_name", names, connection)
                try fill("wanted_namespace", namespaces, connection)
            }
            var select = try connection.prepare(
                """
                SELECT \(Recording.columns) FROM request
                WHERE (\(condition)) AND origin IS NULL ORDER BY id
                """)
            var result: [RecordedRequest] = []
            while try select.step() { result.append(RecordedRequest(select)) }
            return result
        }
    }

    /// What the DeleteOptions of some requests said, where the log has them.
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

    /// How often which client asked for each of some resources, and when.
    public func uses(
        of resources: [UInt32], in time: ClosedRange<Int64>
    ) throws(RecordingError) -> [RecordedUse] {
        guard !resources.isEmpty else { return [] }
        return try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT client, resource, count(*), min(at_ns), max(at_ns) FROM request
                WHERE resource IN (\(list(resources))) AND at_ns BETWEEN ? AND ?
                    AND origin IS NULL
                GROUP BY client, resource ORDER BY client, resource
                """)
            select.bind(1, time.lowerBound)
            select.bind(2, time.upperBound)
            var result: [RecordedUse] = []
            while try select.step() {
                result.append(
                    RecordedUse(
                        client: UInt32(truncatingIfNeeded: select.integer(0)),
                        resource: UInt32(truncatingIfNeeded: select.integer(1)),
                        requests: Int(select.integer(2)), first: select.integer(3),
                        last: select.integer(4)))
            }
            return result
        }
    }
}

private func list(_ ids: [UInt32]) -> String {
    ids.map { "\($0)" }.joined(separator: ", ")
}

private func list(_ verbs: [Verb]) -> String {
    verbs.map { "\($0.rawValue)" }.joined(separator: ", ")
}

/// A set of ids as a table of the connection's own: there may be many.
private func fill(
    _ table: String, _ ids: [UInt32], _ connection: borrowing Connection
) throws(SQLiteError) {
    try connection.execute(
        """
        CREATE TABLE IF NOT EXISTS temp.\(table) (id INTEGER PRIMARY KEY);
        DELETE FROM temp.\(table);
        """)
    var insert = try connection.prepare("INSERT OR IGNORE INTO temp.\(table) VALUES (?)")
    for id in ids {
        insert.bind(1, Int64(id))
        try insert.run()
    }
}

extension RecordedRequest {
    /// The request of a row; numbers that no writer leaves are cut to what the type holds.
    fileprivate init(_ row: borrowing Statement) {
        self.init(
            id: row.integer(0), at: row.integer(1),
            durationMicroseconds: row.isNull(10) ? -1 : row.integer(10),
            server: UInt32(truncatingIfNeeded: row.integer(2)),
            resource: UInt32(truncatingIfNeeded: row.integer(3)),
            client: UInt32(truncatingIfNeeded: row.integer(7)),
            namespace: UInt32(truncatingIfNeeded: row.integer(8)),
            name: UInt32(truncatingIfNeeded: row.integer(9)),
            path: UInt32(truncatingIfNeeded: row.integer(11)),
            status: UInt16(truncatingIfNeeded: row.integer(4)),
            verb: Verb(rawValue: UInt8(truncatingIfNeeded: row.integer(6))) ?? .other,
            notFound: NotFoundShape(rawValue: UInt8(truncatingIfNeeded: row.integer(5)))
                ?? .unknown)
    }
}
