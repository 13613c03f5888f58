import KubeAPI
import SQLiteKit

/// The statements that store what comes with requests: options, headers, documents, rejects.
struct RowStore: ~Copyable {
    /// So many sightings of fields are inserted by one statement.
    private static let fieldsAtOnce = 2_048

    /// Of two sightings in one request's bodies, what either shows counts.
    static let fullerField = """
        ON CONFLICT DO UPDATE SET sent = ifnull(excluded.sent, sent),
            shown = ifnull(excluded.shown, shown), version = max(excluded.version, version)
        """

    private static let fullerHeader = """
        ON CONFLICT DO UPDATE SET request_bytes = excluded.request_bytes,
            response_bytes = excluded.response_bytes, response_type = excluded.response_type,
            response_encoding = excluded.response_encoding,
            retry_after = excluded.retry_after, warning = excluded.warning
        WHERE (excluded.response_bytes, excluded.request_bytes, excluded.response_type)
            > (response_bytes, request_bytes, response_type)
        """

    private var deletion: Statement
    private var fields: RowBatch
    private var insertFields: Statement
    private var revision: Statement
    private var header: Statement
    private var repeated: Statement
    private var document: Statement
    private var reject: Statement
    private var rejectCount: Statement
    private let cluster: ClusterScope

    /// Stores the options of deletes; `rows` has the row of each request of the batch, or 0.
    mutating func store(
        _ deletions: [Deletion], _ rows: [Int64], _ passes: inout PassStore
    ) throws(SQLiteError) {
        for options in deletions {
            guard rows.indices.contains(options.request), rows[options.request] != 0 else {
                continue
            }
            deletion.bind(1, rows[options.request])
            try bind(options.uid, to: &deletion, at: 2, &passes)
            deletion.bind(3, Int64(options.resourceVersion))
            deletion.bind(4, Int64(options.propagation.rawValue))
            try deletion.run()
        }
    }

    /// Stores which fields bodies had; of a request seen twice the fuller record counts.
    mutating func store(_ sightings: [FieldSighting], _ rows: [Int64]) throws(SQLiteError) {
        for seen in sightings {
            guard rows.indices.contains(seen.request), rows[seen.request] != 0 else { continue }
            let row = rows[seen.request]
            _ = fields.append(textBytes: 0) { values, _ in
                values[0] = row
                values[1] = Int64(seen.name)
                values[2] = seen.version
                values[3] = seen.sent.map { Int64($0) } ?? RowBatch.null
                values[4] = seen.shown.map { Int64($0) } ?? RowBatch.null
                return 0
            }
            if fields.count == RowStore.fieldsAtOnce { try flushFields() }
        }
        if fields.count > 0 { try flushFields() }
    }

    private mutating func flushFields() throws(SQLiteError) {
        defer { fields.removeAll() }
        try insertFields.run()
    }

    mutating func store(_ revisions: [Revision]) throws(SQLiteError) {
        for write in revisions {
            revision.bind(1, cluster.server(write.server))
            revision.bind(2, write.from)
            revision.bind(3, write.until)
            revision.bind(4, Int64(write.name))
            revision.bind(5, write.used)
            revision.bind(6, write.made)
            try revision.run()
        }
    }

    /// Stores what packets showed of requests; of a request seen twice the fuller view counts.
    mutating func store(_ headers: [WireHeader], _ rows: [Int64]) throws(SQLiteError) {
        for seen in headers {
            guard rows.indices.contains(seen.request), rows[seen.request] != 0 else { continue }
            header.bind(1, rows[seen.request])
            header.bind(2, seen.isHTTP2)
            header.bind(3, seen.isEncrypted)
            header.bind(4, Int64(seen.clientPort))
            header.bind(5, seen.requestBytes)
            header.bind(6, seen.responseBytes)
            let texts = [
                seen.clientAddress, seen.serverAddress, seen.accept, seen.contentType,
                seen.peerProxied, seen.via, seen.forwardedFor, seen.responseType,
                seen.responseEncoding, seen.retryAfter, seen.warning,
            ]
            for (index, text) in texts.enumerated() { header.bind(7 + index, Int64(text)) }
            try header.run()
        }
    }

    /// Stores documents; one that the server sent before widens the time of that one.
    mutating func store(_ documents: [StoredDocument]) throws(SQLiteError) {
        for stored in documents {
            let server = cluster.server(stored.server)
            RowStore.fill(&repeated, with: stored, of: server)
            let isKnown = try repeated.step()
            repeated.reset()
            if isKnown { continue }
            RowStore.fill(&document, with: stored, of: server)
            try document.run()
        }
    }

    private static func fill(
        _ statement: inout Statement, with stored: StoredDocument, of server: Int64
    ) {
        statement.bind(1, stored.at)
        statement.bind(2, server)
        statement.bind(3, stored.path)
        stored.json.withUnsafeBytes { statement.bindBlob(4, $0, copying: true) }
    }

    mutating func store(_ rejected: Reject) throws(SQLiteError) {
        reject.bind(1, Int64(rejected.source))
        reject.bind(2, rejected.position)
        reject.bind(3, rejected.reason)
        try reject.run()
    }

    mutating func storeRejectCount(_ source: UInt32, _ count: Int) throws(SQLiteError) {
        rejectCount.bind(1, Int64(source))
        rejectCount.bind(2, Int64(count))
        try rejectCount.run()
    }
}

extension RowStore {
    init(_ connection: borrowing Connection, _ cluster: ClusterScope) throws(SQLiteError) {
        self.init(
            deletion: try connection.prepare(
                """
                INSERT INTO main.deletion (request, uid, resource_version, propagation)
                    VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET uid = excluded.uid,
                    resource_version = excluded.resource_version, propagation = excluded.propagation
                """),
            fields: try RowBatch(
                connection, name: "fields_at_once", integers: 5, capacity: RowStore.fieldsAtOnce,
                textCapacity: 1),
            insertFields: try connection.prepare(
                """
                INSERT INTO main.field_sighting
                    SELECT c0, c1, c2, c3, c4 FROM fields_at_once WHERE true
                \(RowStore.fullerField)
                """),
            revision: try connection.prepare(
                "INSERT OR IGNORE INTO main.revision VALUES (?, ?, ?, ?, ?, ?)"),
            header: try connection.prepare(
                """
                INSERT INTO main.wire_header
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                \(RowStore.fullerHeader)
                """),
            repeated: try connection.prepare(
                """
                UPDATE OR IGNORE main.document
                SET at_ns = min(at_ns, ?1), last_ns = max(last_ns, ?1)
                WHERE server = ?2 AND path = ?3 AND length(json) = length(?4) AND json = ?4
                RETURNING id
                """),
            document: try connection.prepare(
                """
                INSERT OR IGNORE INTO main.document (at_ns, last_ns, server, path, json)
                VALUES (?1, ?1, ?2, ?3, ?4)
                """),
            reject: try connection.prepare("INSERT OR IGNORE INTO main.reject VALUES (?, ?, ?)"),
            rejectCount: try connection.prepare(
                """
                INSERT INTO main.reject_count VALUES (?, ?)
                ON CONFLICT DO UPDATE SET rejects = max(rejects, excluded.rejects)
                """),
            cluster: cluster)
    }
}
