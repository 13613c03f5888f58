import Bytes
public import KubeAPI
import SQLiteKit

/// What bodies showed of the fields that releases added, for the rules about fields.
extension Recording {
    /// Of every object that was ever seen with such a field all that its bodies showed, by instant.
    public func recordedFields() throws(RecordingError) -> [RecordedFields] {
        let hasAny = try count(
            "SELECT EXISTS (SELECT 1 FROM field_sighting WHERE sent <> 0 OR shown <> 0)")
        guard hasAny == 1 else { return [] }
        let ceilings = try self.ceilings()
        return try rows(
            """
            WITH object AS MATERIALIZED (
                SELECT DISTINCT r.namespace, f.name
                FROM field_sighting AS f JOIN request AS r ON r.id = f.request
                WHERE f.sent <> 0 OR f.shown <> 0
            )
            SELECT r.id, r.at_ns, ifnull(r.duration_us, -1), r.server, r.resource, r.client,
                r.namespace, r.status, r.verb, r.query, f.name, f.version, f.sent, f.shown
            FROM field_sighting AS f JOIN request AS r ON r.id = f.request
            WHERE (r.namespace, f.name) IN object
            ORDER BY r.at_ns, r.id
            """
        ) { row in RecordedFields(row, ceilings) }
    }
}

extension Recording {
    /// The queries of those of some requests whose bodies nobody saw, by request.
    public func queriesWithoutBodies(
        _ requests: [Int64]
    ) throws(RecordingError) -> [Int64: UInt32] {
        guard !requests.isEmpty else { return [:] }
        let ceilings = try self.ceilings()
        let list = requests.prefix(10_000).map { "\($0)" }.joined(separator: ", ")
        let found = try rows(
            """
            SELECT id, query FROM request WHERE id IN (\(list))
                AND NOT EXISTS (SELECT 1 FROM field_sighting AS f WHERE f.request = request.id)
            """
        ) { row in (row.integer(0), row.id(1, ceilings.strings)) }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
}

extension RecordedFields {
    fileprivate init(_ row: borrowing Statement, _ ceilings: Ceilings) {
        let strings = ceilings.strings
        let request = RecordedRequest(
            id: row.integer(0), at: row.instant(1),
            durationMicroseconds: min(row.integer(2), RFC3339.latest / 1_000),
            server: row.id(3, ceilings.servers), resource: row.id(4, ceilings.resources),
            client: row.id(5, ceilings.clients), namespace: row.id(6, strings),
            name: row.id(10, strings), status: UInt16(truncatingIfNeeded: row.integer(7)),
            verb: Verb(rawValue: UInt8(truncatingIfNeeded: row.integer(8))) ?? .other)
        self.init(
            request, query: row.id(9, strings), name: row.id(10, strings), version: row.integer(11),
            sent: row.type(12) == .null ? nil : row.id(12, strings),
            shown: row.type(13) == .null ? nil : row.id(13, strings))
    }
}
