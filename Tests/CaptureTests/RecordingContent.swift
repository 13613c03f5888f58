import Recording
import SQLiteKit
import Testing

/// What recordings hold, table by table, so that two of them can be compared.
enum RecordingContent {
    /// What a recording holds, in texts: ids and the order of rows are not of it, nor is which of
    /// two equal records of one pass was kept.
    private static let tables: [(name: String, sql: String)] = [
        (
            "request",
            """
            SELECT r.at_ns, r.server, r.verb, r.path, r.api_group, r.api_version, r.resource,
                r.subresource, r.namespace, r.name, r.user, r.user_agent, r.source_ip, r.status,
                r.not_found, r.audit_id, r.duration_us, r.query, r.impersonated, r.level, r.stage,
                q.flags, o.at_ns, o.server
            FROM v_request AS r JOIN request AS q ON q.id = r.request_id
            LEFT JOIN v_request AS o ON o.request_id = r.origin
            """
        ),
        (
            "object",
            """
            SELECT uid, api_group, api_version, kind, resource, namespace, name, first_ns, last_ns,
                created_ns, deleted_ns, deletion_requested_ns FROM v_object
            """
        ),
        (
            "owner",
            """
            SELECT o.uid, w.uid, w.api_group, w.api_version, w.kind, w.name, w.controller,
                w.blocks_deletion, w.first_ns, w.last_ns
            FROM v_owner AS w JOIN object AS o ON o.id = w.object_id
            """
        ),
        (
            "finalizer",
            """
            SELECT o.uid, f.finalizer, f.first_ns, f.last_ns
            FROM v_finalizer AS f JOIN object AS o ON o.id = f.object_id
            """
        ),
        (
            "deletion",
            """
            SELECT r.at_ns, r.audit_id, d.uid, d.resource_version, d.propagation
            FROM v_deletion AS d JOIN request AS r ON r.id = d.request_id
            """
        ),
        (
            "field_sighting",
            """
            SELECT at_ns, server, verb, resource, namespace, name, sent, shown, resource_version
            FROM v_field
            """
        ),
        (
            "body",
            """
            SELECT r.at_ns, r.audit_id, b.side, b.json
            FROM v_body AS b JOIN request AS r ON r.id = b.request_id
            """
        ),
        (
            "wire_header",
            """
            SELECT r.at_ns, r.audit_id, w.protocol, w.accept, w.content_type,
                w.response_content_type, w.peer_proxied_header, w.server_address,
                w.client_address, w.client_port, w.request_bytes, w.response_bytes, w.encrypted,
                w.response_content_encoding, w.via, w.forwarded_for, w.retry_after, w.warning
            FROM v_wire AS w JOIN request AS r ON r.id = w.request_id
            """
        ),
        ("document", "SELECT at_ns, last_ns, server, path, json FROM v_document"),
        (
            "process",
            """
            SELECT server, version, from_ns, until_ns, known_by, ready_ns, "end", start_seen,
                first_ns, last_ns FROM v_server
            """
        ),
        ("reject", "SELECT source, position, reason FROM v_reject"),
        (
            "reject_count",
            "SELECT s.name, c.rejects FROM reject_count AS c JOIN source AS s ON s.id = c.source"
        ),
        ("coverage", "SELECT server, verb, level, stage, requests, received FROM v_coverage"),
        ("string", "SELECT text FROM string"),
        ("server", "SELECT name FROM server"),
        ("source", "SELECT name FROM source"),
        ("resource", "SELECT api_group, api_version, resource, subresource FROM resource"),
        ("client", "SELECT user, user_agent, source_ip, impersonated FROM client"),
    ]

    private static func content(
        _ connection: borrowing Connection, _ sql: String
    ) throws -> [String] {
        var rows: [String] = []
        var select = try connection.prepare(sql)
        let skipped = (0..<select.columnCount).filter { select.columnName($0) == "request_id" }
        while try select.step() {
            let columns = (0..<select.columnCount).filter { !skipped.contains($0) }
            rows.append(columns.map { select.text($0) }.joined(separator: "|"))
        }
        return rows.sorted()
    }

    /// Names that clusters share in one file, so that there may be more.
    private static let shared: Set = ["string", "resource", "client"]

    /// - Parameter left: tables that are not compared.
    static func expectSame(
        _ path: String, _ expected: String, _ what: String, but left: Set<String> = []
    ) throws {
        let one = try Connection(path: path, mode: .readOnly)
        let other = try Connection(path: expected, mode: .readOnly)
        try expectSame(one, other, what, but: left)
        try expectSound(path)
    }

    /// One cluster of a recording, with a recording of it alone.
    static func expectSame(
        _ path: String, _ expected: String, _ what: String, of cluster: String
    ) throws {
        let one = try Recording(path: path, access: .read, of: .named(cluster))
        let other = try Recording(path: expected, access: .read)
        #expect(one.cluster == cluster)
        try expectSame(one.connection, other.connection, what, but: shared)
    }

    private static func expectSame(
        _ one: borrowing Connection, _ other: borrowing Connection, _ what: String,
        but left: Set<String>
    ) throws {
        for (name, sql) in tables where !left.contains(name) {
            let (found, wanted) = (try content(one, sql), try content(other, sql))
            if found != wanted {
                let differing = Set(found).symmetricDifference(wanted).sorted().prefix(4)
                Issue.record("\(what): \(name) differs: \(differing.joined(separator: "\n"))")
            }
        }
    }
}
