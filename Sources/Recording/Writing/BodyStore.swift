import Bytes
import KubeAPI
import SQLiteKit

/// The statements that store bodies: each text once, each body as a pair of request and text.
///
/// `RecordingWriter` calls it for what a reader was asked to keep. Decides nothing about content:
/// what comes here was made harmless by whoever read it.
struct BodyStore: ~Copyable {
    private var find: Statement
    private var addText: Statement
    private var add: Statement
    private var nextText: Int64

    /// Stores bodies; `rows` has the row of each request of the batch, or 0.
    mutating func store(_ bodies: [StoredBody], _ rows: [Int64]) throws(SQLiteError) {
        for body in bodies {
            guard rows.indices.contains(body.request), rows[body.request] != 0 else { continue }
            let text = try id(ofText: body.json)
            add.bind(1, rows[body.request])
            add.bind(2, Int64(body.side.rawValue))
            add.bind(3, text)
            try add.run()
        }
    }

    private mutating func id(ofText json: [UInt8]) throws(SQLiteError) -> Int64 {
        let hash = Int64(bitPattern: json.withUnsafeBufferPointer { byteHash($0) })
        if let known = try find(json, hash) { return known }
        addText.bind(1, nextText)
        addText.bind(2, hash)
        json.withUnsafeBytes { addText.bindText(3, $0, copying: true) }
        try addText.run()
        defer { nextText += 1 }
        return nextText
    }

    private mutating func find(_ json: [UInt8], _ hash: Int64) throws(SQLiteError) -> Int64? {
        find.bind(1, hash)
        json.withUnsafeBytes { find.bindText(2, $0, copying: true) }
        defer { find.reset() }
        return try find.step() ? find.integer(0) : nil
    }
}

extension BodyStore {
    init(_ connection: borrowing Connection) throws(SQLiteError) {
        self.init(
            find: try connection.prepare("SELECT id FROM body_text WHERE hash = ? AND json = ?"),
            addText: try connection.prepare("INSERT INTO main.body_text VALUES (?, ?, ?)"),
            // Of two records of one pass the longer body stays, in whatever order they come.
            add: try connection.prepare(
                """
                INSERT INTO main.body (request, side, text) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET text = excluded.text
                    WHERE excluded.text <> body.text AND (
                        SELECT (length(new.json), new.json) > (length(old.json), old.json)
                        FROM body_text AS new, body_text AS old
                        WHERE new.id = excluded.text AND old.id = body.text)
                """),
            nextText: 1 + (try connection.integer("SELECT max(id) FROM body_text") ?? 0))
    }
}
