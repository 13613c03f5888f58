public import KubeAPI
import SQLiteKit

/// A request of a recording, in words, with what followed it on its way.
public struct RequestWords: Sendable {
    /// Where it was then: server, instant, status, shape of a 404.
    public struct Pass: Sendable {
        public var server: String
        public var at: Int64
        public var status: Int64?
        public var notFound: String
    }

    public var id: Int64
    public var at: Int64
    public var server: String
    public var verb: String
    public var path: String
    public var resource: GroupVersionResource?
    public var client: String
    public var status: Int64?
    public var notFound: String
    public var auditID: String
    public var flags: RequestFlags
    /// The input that shows it, and the line or frame in it.
    public var source: String
    public var position: Int64?
    /// Later passes.
    public var passes: [Pass] = []
}

extension Recording {
    /// The requests that an id names: one by its row, or those of an audit id.
    ///
    /// A later pass stands for the request that it belongs to.
    public func requests(named id: String) throws(RecordingError) -> [RequestWords] {
        let ids = try ids(named: id)
        var requests: [RequestWords] = []
        for id in ids {
            requests += try words(of: id)
        }
        return requests
    }

    private func ids(named id: String) throws(RecordingError) -> [Int64] {
        let whole = try rows(
            """
            SELECT DISTINCT coalesce(origin, id) FROM request
            WHERE id = CAST(?1 AS INTEGER) AND ?1 GLOB '[0-9]*' AND ?1 NOT GLOB '*[^0-9]*'
                OR audit_id = ?1
            ORDER BY 1
            """, [.text(id)]
        ) { $0.integer(0) }
        guard whole.isEmpty, id.utf8.count >= 6 else { return whole }
        // The beginning of an audit id, of which one or two are as many as need be seen.
        let begun = try rows(
            """
            SELECT DISTINCT coalesce(origin, id) FROM request
            WHERE audit_id >= ?1 AND audit_id < ?1 || char(127) ORDER BY 1 LIMIT 20
            """, [.text(id)]
        ) { $0.integer(0) }
        var auditIDs: Set<String> = []
        for id in begun { auditIDs.formUnion(try words(of: id).map(\.auditID)) }
        return auditIDs.count == 1 ? begun : []
    }

    /// One request with its later passes; none where there is no such row.
    private func words(of id: Int64) throws(RecordingError) -> [RequestWords] {
        let rows = try rows(
            """
            SELECT v.at_ns, v.server, v.verb, v.path, v.api_group, v.api_version, v.resource,
                v.user_agent || ' as ' || v.user, v.status, v.not_found, v.audit_id, r.flags,
                v.source, v.position
            FROM v_request AS v JOIN request AS r ON r.id = v.request_id
            WHERE v.request_id = ?1 OR v.origin = ?1 ORDER BY v.origin IS NOT NULL, v.at_ns
            """, [.integer(id)]
        ) { RequestWords(id, $0) }
        guard var request = rows.first else { return [] }
        request.passes = rows.dropFirst().map {
            .init(server: $0.server, at: $0.at, status: $0.status, notFound: $0.notFound)
        }
        return [request]
    }
}

extension RequestWords {
    fileprivate init(_ id: Int64, _ row: borrowing Statement) {
        self.id = id
        at = row.integer(0)
        server = row.text(1)
        verb = row.text(2)
        path = row.text(3)
        let name = row.text(6)
        resource =
            name.isEmpty
            ? nil
            : GroupVersionResource(group: row.text(4), version: row.text(5), resource: name)
        client = row.text(7)
        status = row.optional(8)
        notFound = row.text(9)
        auditID = row.text(10)
        flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: row.integer(11)))
        source = row.text(12)
        position = row.optional(13)
    }
}
