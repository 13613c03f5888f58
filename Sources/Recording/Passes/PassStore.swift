import Bytes
import KubeAPI
import SQLiteKit

/// The statements that read and change single rows of `request`.
struct PassStore: ~Copyable {
    private var select: Statement
    private var update: Statement
    private var link: Statement
    private var delete: Statement
    private var deletions: RowsOfRequest
    private var headers: RowsOfRequest
    private var fields: RowsOfRequest
    private var bodies: RowsOfRequest
    private var string: Statement

    struct Row {
        var request: Request
        var key: PassKey
        /// The first pass of the request, where this is a later one.
        var origin: Int64?
    }

    mutating func row(_ id: Int64) throws(SQLiteError) -> Row? {
        select.bind(1, id)
        defer { select.reset() }
        guard try select.step() else { return nil }
        let request = RequestRow.request(select)
        let key = select.withText(RequestRow.width) { PassKey(auditID: $0, of: request) }
        return Row(
            request: request, key: key, origin: select.isNull(7) ? nil : select.integer(7))
    }

    /// The text of an audit id that is no UUID.
    mutating func text(_ id: UInt32) throws(SQLiteError) -> [UInt8] {
        string.bind(1, Int64(id))
        defer { string.reset() }
        guard try string.step() else { return [] }
        return string.withText(0) { [UInt8]($0) }
    }

    mutating func replace(_ id: Int64, with request: Request) throws(SQLiteError) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: RequestRow.width) { values in
            guard let row = values.baseAddress else { return }
            RequestRow.fill(row, id: id, request)
            update.bind(1, id)
            let changed = [3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
            for (index, column) in changed.enumerated() {
                if row[column] == RowBatch.null {
                    update.bindNull(index + 2)
                } else {
                    update.bind(index + 2, row[column])
                }
            }
        }
        try update.run()
    }

    mutating func link(
        _ id: Int64, origin: Int64?, shape: NotFoundShape
    ) throws(SQLiteError) {
        link.bind(1, id)
        link.bind(2, origin)
        link.bind(3, Int64(shape.rawValue))
        try link.run()
    }

    /// Removes a row that another row of the same pass has taken the content of.
    mutating func remove(_ id: Int64, keeping kept: Int64) throws(SQLiteError) {
        try deletions.move(from: id, to: kept)
        try headers.move(from: id, to: kept)
        try fields.move(from: id, to: kept)
        try bodies.move(from: id, to: kept)
        delete.bind(1, id)
        try delete.run()
    }
}

extension PassStore {
    init(_ connection: borrowing Connection) throws(SQLiteError) {
        self.init(
            select: try connection.prepare(
                "SELECT \(RequestRow.columns), audit_id FROM request WHERE id = ?"),
            update: try connection.prepare(
                """
                UPDATE main.request SET resource = ?2, status = ?3, not_found = ?4, flags = ?5,
                    verb = ?6, client = ?7, namespace = ?8, name = ?9, duration_us = ?10,
                    path = ?11, query = ?12,
                    stage = ?13, level = ?14, source = ?15, position = ?16 WHERE id = ?1
                """),
            link: try connection.prepare(
                "UPDATE main.request SET origin = ?2, not_found = ?3 WHERE id = ?1"),
            delete: try connection.prepare("DELETE FROM main.request WHERE id = ?"),
            deletions: try RowsOfRequest(connection, "deletion"),
            headers: try RowsOfRequest(connection, "wire_header"),
            fields: try RowsOfRequest(
                connection, "field_sighting",
                moving: """
                    INSERT INTO main.field_sighting SELECT ?2, name, version, sent, shown
                        FROM field_sighting WHERE request = ?1
                    \(RowStore.fullerField)
                    """),
            bodies: try RowsOfRequest(connection, "body"),
            string: try connection.prepare("SELECT text FROM string WHERE id = ?"))
    }
}

/// What a table holds of a request.
private struct RowsOfRequest: ~Copyable {
    private var move: Statement
    private var drop: Statement

    mutating func move(from id: Int64, to kept: Int64) throws(SQLiteError) {
        move.bind(1, id)
        move.bind(2, kept)
        try move.run()
        drop.bind(1, id)
        try drop.run()
    }
}

extension RowsOfRequest {
    init(
        _ connection: borrowing Connection, _ table: String, moving: String? = nil
    ) throws(SQLiteError) {
        self.init(
            move: try connection.prepare(
                moving ?? "UPDATE OR IGNORE main.\(table) SET request = ?2 WHERE request = ?1"),
            drop: try connection.prepare("DELETE FROM main.\(table) WHERE request = ?"))
    }
}

extension PassKey {
    /// The key of a row by the text of its audit id.
    init(auditID text: UnsafeBufferPointer<UInt8>, of request: Request) {
        if text.isEmpty {
            self.init(content: request)
        } else if let uuid = UniqueID(uuid: text) {
            self.init(uuid: uuid)
        } else {
            self.init(text: text)
        }
    }
}

/// One pass from two records of it: of two stages, or of a file that was collected twice.
///
/// The later stage decides; what it left out, the earlier one fills in. Which of the two was read
/// first makes no difference.
func merged(_ one: Request, _ other: Request) -> Request {
    var (best, rest) = isFuller(other, than: one) ? (other, one) : (one, other)
    if best.status == 0 { (best.status, best.notFound) = (rest.status, rest.notFound) }
    if best.notFound == .none, best.status == rest.status { best.notFound = rest.notFound }
    if best.durationMicroseconds < 0 { best.durationMicroseconds = rest.durationMicroseconds }
    if best.resource == 0 { best.resource = rest.resource }
    if best.namespace == 0 { best.namespace = rest.namespace }
    if best.name == 0 { best.name = rest.name }
    if best.path == 0, best.resource == 0 { best.path = rest.path }
    if best.query == 0 { best.query = rest.query }
    if best.client == 0 { best.client = rest.client }
    // The wire shows the body of an answer; a log may show its code alone (F9.8).
    if rest.flags.contains(.fromWire), !best.flags.contains(.fromWire), best.status == rest.status,
        rest.notFound != .none, rest.notFound != .unknown
    {
        best.notFound = rest.notFound
    }
    best.level = max(best.level, rest.level)
    best.flags.formUnion(rest.flags)
    return best
}

private func isFuller(_ one: Request, than other: Request) -> Bool {
    if one.stage != other.stage { return one.stage > other.stage }
    if one.level != other.level { return one.level > other.level }
    let cut = RequestFlags.truncated
    if one.flags.contains(cut) != other.flags.contains(cut) { return !one.flags.contains(cut) }
    if one.status != other.status { return one.status > other.status }
    return one.durationMicroseconds > other.durationMicroseconds
}

/// Whether two states of a row are the same as far as a row shows it, its place in a file aside.
func isSame(_ one: Request, _ other: Request) -> Bool {
    one.resource == other.resource && one.status == other.status && one.flags == other.flags
        && one.notFound == other.notFound && one.verb == other.verb && one.client == other.client
        && one.namespace == other.namespace && one.name == other.name
        && one.durationMicroseconds == other.durationMicroseconds && one.path == other.path
        && one.query == other.query && one.stage == other.stage && one.level == other.level
}
