import Bytes
public import KubeAPI
import SQLiteKit

/// Discovery documents in a recording, put in and taken out one by one.
///
/// For `capture discovery` and for what judges by them: a few documents, each in memory whole.
extension Recording {
    /// Stores documents, all or none; one of the same server, path and instant is replaced.
    public func store(_ documents: [StoredDocument], of names: Names) throws(RecordingError) {
        try run { connection throws(SQLiteError) in
            let transaction = try connection.begin()
            for document in documents {
                let name = names.servers[document.server]
                let server = try id(ofServer: name, of: written, in: connection)
                var insert = try connection.prepare(
                    """
                    INSERT INTO main.document (at_ns, last_ns, server, path, json)
                    VALUES (?1, ?1, ?2, ?3, ?4)
                    ON CONFLICT (server, path, at_ns)
                        DO UPDATE SET json = excluded.json, last_ns = excluded.last_ns
                    """)
                insert.bind(1, document.at)
                insert.bind(2, server)
                insert.bind(3, document.path)
                document.json.withUnsafeBytes { insert.bindBlob(4, $0, copying: true) }
                try insert.run()
            }
            try transaction.commit()
        }
    }

    /// Every document by time; `server` is the id that the recording gives.
    public func documents() throws(RecordingError) -> [StoredDocument] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT at_ns, server, path, json, last_ns FROM document
                ORDER BY at_ns, server, path
                """)
            var documents: [StoredDocument] = []
            while try select.step() {
                var document = StoredDocument(
                    at: select.instant(0), server: UInt32(clamping: select.integer(1)),
                    path: select.text(2), json: select.blob(3))
                document.last = max(document.at, select.instant(4))
                documents.append(document)
            }
            return documents
        }
    }
}

/// The id of a server by its name, given where it has none.
///
/// Ids are dense and only grow: what writes traffic numbers its names the same way.
private func id(
    ofServer name: String, of cluster: ClusterScope, in connection: borrowing Connection
) throws(SQLiteError) -> Int64 {
    var find = try connection.prepare(
        "SELECT id FROM main.server WHERE name = ? AND cluster = ? ORDER BY id LIMIT 1")
    find.bind(1, name)
    find.bind(2, cluster.name)
    if try find.step() { return find.integer(0) }
    var add = try connection.prepare(
        "INSERT INTO main.server (id, name, cluster) SELECT max(id) + 1, ?, ? FROM main.server")
    add.bind(1, name)
    add.bind(2, cluster.name)
    try add.run()
    return connection.lastInsertedRow
}
