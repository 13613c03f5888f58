import KubeAPI
public import Recording
import SQLiteKit

/// Makes a copy of a recording in which users, namespaces, objects and addresses have tokens.
///
/// The copy can be given away: replayed, it gives the same verdicts and findings about the tokens.
/// Bodies, rejects' reasons and runs go, since their sentences hold names.
///
/// - Parameter draft: an empty file that becomes the copy.
public func scrubRecording(_ path: String, into draft: String) throws(RecordingError) {
    try copyWhole(path, into: draft)
    do throws(SQLiteError) {
        let connection = try Connection(path: draft, mode: .readWrite)
        _ = try connection.text("PRAGMA journal_mode = MEMORY")
        try connection.execute("PRAGMA foreign_keys = OFF")
        let transaction = try connection.begin()
        var scrubbing = try Scrubbing(connection)
        try scrubbing.dropWhatHoldsSentences(connection)
        try scrubbing.renameTables(connection)
        try scrubbing.renameStrings(connection)
        try transaction.commit()
        // What was overwritten is still in the file's free pages.
        try connection.execute("VACUUM")
    } catch {
        throw RecordingError(error, path: draft)
    }
}

private struct Scrubbing {
    private var tokens: Tokens

    /// Texts that are words of the API, whoever else is called so.
    private static let wordColumns = [
        "SELECT api_group FROM resource UNION SELECT api_version FROM resource",
        "SELECT resource FROM resource UNION SELECT subresource FROM resource",
        "SELECT user_agent FROM client",
        string("SELECT api_group FROM object UNION SELECT api_version FROM object"),
        string("SELECT kind FROM object UNION SELECT resource FROM object"),
        string("SELECT api_group FROM owner UNION SELECT api_version FROM owner"),
        string("SELECT kind FROM owner UNION SELECT finalizer FROM finalizer"),
        string("SELECT accept FROM wire_header UNION SELECT content_type FROM wire_header"),
        string("SELECT peer_proxied FROM wire_header UNION SELECT response_type FROM wire_header"),
        string(
            "SELECT response_encoding FROM wire_header UNION SELECT retry_after FROM wire_header"),
        string("SELECT resource_version FROM deletion"),
        string("SELECT sent FROM field_sighting UNION SELECT shown FROM field_sighting"),
        // What the control plane itself goes by: their names are words of the API.
        string(
            """
            SELECT r.name FROM request AS r JOIN resource AS g ON g.id = r.resource
            WHERE g.resource IN (\(selfDescribing))
            """),
        string(
            "SELECT name FROM object WHERE resource IN "
                + "(SELECT id FROM string WHERE text IN (\(selfDescribing)))"
        ),
        string(
            "SELECT name FROM object WHERE kind IN "
                + "(SELECT id FROM string WHERE text IN (\(selfDescribingKinds)))"
        ),
    ]

    private static let selfDescribing =
        "'customresourcedefinitions', 'apiservices', 'storageversions'"
    private static let selfDescribingKinds =
        "'CustomResourceDefinition', 'APIService', 'StorageVersion'"

    private static func string(_ ids: String) -> String {
        "SELECT text FROM string WHERE id IN (\(ids))"
    }

    init(_ connection: borrowing Connection) throws(SQLiteError) {
        var words: Set<String> = [""]
        for sql in Scrubbing.wordColumns {
            var select = try connection.prepare(sql)
            while try select.step() { words.insert(select.text(0)) }
        }
        tokens = Tokens(keeping: words)
    }

    func dropWhatHoldsSentences(_ connection: borrowing Connection) throws(SQLiteError) {
        for table in RunWriter.tables + ["body", "body_text"] {
            try connection.execute("DELETE FROM \(table)")
        }
        try connection.execute(
            """
            UPDATE OR REPLACE reject SET reason = 'scrubbed';
            UPDATE source SET name = 'source-' || id WHERE id > 0;
            UPDATE server SET cluster = 'cluster-' || known.id
                FROM (SELECT id, cluster AS old FROM server WHERE id > 0 AND name = '') AS known
                WHERE cluster = known.old;
            UPDATE capture SET inputs = 'inputs-' || known.number FROM (
                SELECT inputs AS old, cluster AS own,
                    row_number() OVER (ORDER BY inputs, cluster) AS number FROM capture
            ) AS known WHERE inputs = known.old AND cluster = known.own;
            UPDATE wire_header SET warning = 0;
            UPDATE request SET audit_id = 'audit-' || lower(hex(id)) WHERE audit_id <> ''
                AND audit_id NOT GLOB '????????-????-????-????-????????????';
            """)
    }

    /// The tables that hold texts of their own.
    mutating func renameTables(_ connection: borrowing Connection) throws(SQLiteError) {
        var select = try connection.prepare("SELECT id, name FROM server WHERE id > 0 ORDER BY id")
        var update = try connection.prepare("UPDATE server SET name = ?2 WHERE id = ?1")
        while try select.step() {
            let name = select.text(1)
            guard Tokens.isAddress(name) else { continue }
            update.bind(1, select.integer(0))
            update.bind(2, tokens.address(name))
            try update.run()
        }
        select = try connection.prepare(
            "SELECT id, user, source_ip, impersonated FROM client WHERE id > 0 ORDER BY id")
        update = try connection.prepare(
            "UPDATE client SET user = ?2, source_ip = ?3, impersonated = ?4 WHERE id = ?1")
        while try select.step() {
            update.bind(1, select.integer(0))
            update.bind(2, tokens.user(select.text(1)))
            update.bind(3, tokens.address(select.text(2)))
            update.bind(4, tokens.user(select.text(3)))
            try update.run()
        }
    }

    /// Every text of `string`, by the places that name it.
    mutating func renameStrings(_ connection: borrowing Connection) throws(SQLiteError) {
        var renamed: [Int64: String] = [:]
        func each(
            _ ids: String, _ rename: (String) -> String
        ) throws(SQLiteError) {
            var select = try connection.prepare(
                "SELECT id, text FROM string WHERE id > 0 AND id IN (\(ids)) ORDER BY id")
            while try select.step() {
                let id = select.integer(0)
                if renamed[id] == nil { renamed[id] = rename(select.text(1)) }
            }
        }
        try each("SELECT namespace FROM request UNION SELECT namespace FROM object") {
            tokens.namespace($0)
        }
        let names =
            """
            SELECT name FROM request UNION SELECT name FROM object UNION SELECT name FROM owner
            UNION SELECT name FROM field_sighting
            """
        try each(names) { tokens.object($0) }
        try each("SELECT path FROM request") { tokens.path($0) }
        try each("SELECT query FROM request") { tokens.query($0) }
        let addresses =
            "SELECT client_address FROM wire_header UNION SELECT server_address FROM wire_header"
        try each(addresses) { tokens.address($0) }
        try each("SELECT via FROM wire_header UNION SELECT forwarded_for FROM wire_header") {
            tokens.token($0, "hop")
        }
        // Users and whatever nothing names any more.
        try each("SELECT id FROM string") { tokens.token($0, "text") }
        try store(renamed, connection)
    }

    /// Two texts may get one name (a path and itself, trimmed): the later keeps a number.
    private func store(
        _ renamed: [Int64: String], _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var update = try connection.prepare("UPDATE string SET text = ?2 WHERE id = ?1")
        var taken: Set<String> = []
        for (id, text) in renamed.sorted(by: { $0.key < $1.key }) {
            update.bind(1, id)
            update.bind(2, taken.insert(text).inserted ? text : "\(text)~\(id)")
            try update.run()
        }
    }
}
