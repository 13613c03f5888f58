import KubeAPI
import SQLiteKit

/// The statements that store what comes with requests: delete options, documents, rejects.
struct RowStore: ~Copyable {
    private var deletion: Statement
    private var document: Statement
    private var reject: Statement
    private var rejectCount: Statement

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

    mutating func store(_ documents: [StoredDocument]) throws(SQLiteError) {
        for stored in documents {
            document.bind(1, stored.at)
            document.bind(2, Int64(stored.server))
            document.bind(3, stored.path)
            stored.json.withUnsafeBytes { document.bindBlob(4, $0, copying: true) }
            try document.run()
        }
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
    init(_ connection: borrowing Connection) throws(SQLiteError) {
        self.init(
            deletion: try connection.prepare(
                """
                INSERT INTO deletion (request, uid, resource_version, propagation) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET uid = excluded.uid,
                    resource_version = excluded.resource_version, propagation = excluded.propagation
                """),
            document: try connection.prepare(
                "INSERT OR IGNORE INTO document (at_ns, server, path, json) VALUES (?, ?, ?, ?)"),
            reject: try connection.prepare("INSERT OR IGNORE INTO reject VALUES (?, ?, ?)"),
            rejectCount: try connection.prepare(
                """
                INSERT INTO reject_count VALUES (?, ?)
                ON CONFLICT DO UPDATE SET rejects = max(rejects, excluded.rejects)
                """))
    }
}
