import Bytes
import KubeAPI
import SQLiteKit

/// What a recording holds, read as the traffic that it was made from.
///
/// Rows are folded already: an object is one row from its first sight to its last, and becomes the
/// observations that fold to it again.
final class RecordedTraffic {
    /// Few enough that a batch fits into what a writer keeps of one in memory.
    private static let rowsAtOnce: Int64 = 16_384

    private let recording: Recording
    private let translation: NamesTranslation
    private let filter: RowFilter?
    private var tables: RecordedTables

    init(_ recording: consuming Recording, names: inout Names) throws(RecordingError) {
        translation = NamesTranslation(ofAll: try recording.names(), into: &names)
        filter = try recording.requestFilter()
        let path = recording.path
        try recording.beginReading()
        do throws(SQLiteError) {
            tables = try RecordedTables(recording.connection)
            self.recording = recording
        } catch {
            throw RecordingError(error, path: path)
        }
    }

    /// Reads everything but rejects' counts, some rows at a time.
    func forEach(
        _ names: inout Names, _ body: (Traffic, inout Names) throws(RecordingError) -> Bool
    ) throws(RecordingError) -> Bool {
        for ids in try ranges("request") {
            let traffic = try read { () throws(SQLiteError) in try requests(in: ids, &names) }
            guard try body(traffic, &names) else { return false }
        }
        for ids in try ranges("object") {
            let traffic = try read { () throws(SQLiteError) in try objects(in: ids, &names) }
            guard try body(traffic, &names) else { return false }
        }
        return try body(rest(), &names)
    }

    private func read(
        _ body: () throws(SQLiteError) -> Traffic
    ) throws(RecordingError) -> Traffic {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw RecordingError(error, path: recording.path)
        }
    }

    /// Ranges of ids that hold all rows, each from a row that there is: somebody may have given one
    /// any number.
    private func ranges(_ table: String) throws(RecordingError) -> [ClosedRange<Int64>] {
        var ranges: [ClosedRange<Int64>] = []
        var last: Int64 = 0
        while last < .max {
            let next = try recording.count("SELECT min(id) FROM \(table) WHERE id > \(last)")
            guard next > 0 else { break }
            let end = Int64(next).addingReportingOverflow(RecordedTraffic.rowsAtOnce - 1)
            last = end.overflow ? .max : end.partialValue
            ranges.append(Int64(next)...last)
        }
        return ranges
    }

    private static func each(
        _ statement: inout Statement, in ids: ClosedRange<Int64>,
        _ body: (borrowing Statement) -> Void
    ) throws(SQLiteError) {
        statement.bind(1, ids.lowerBound)
        statement.bind(2, ids.upperBound)
        defer { statement.reset() }
        while try statement.step() { body(statement) }
    }

    // MARK: Requests

    private func requests(
        in ids: ClosedRange<Int64>, _ names: inout Names
    ) throws(SQLiteError) -> Traffic {
        var traffic = Traffic()
        let translation = translation
        let filter = filter
        // Where the request of a row is in the batch.
        var places = [Int](repeating: -1, count: ids.count)
        func place(_ row: Int64) -> Int { places[Int(row - ids.lowerBound)] }
        try recording.connection.scan(
            RequestRow.scanned, text: "audit_id", of: "request", rows: ids, keeping: filter
        ) { rows in
            for row in 0..<rows.count {
                var request = translation.translated(
                    rows.withIntegers(row) { RequestRow.request($0) })
                request.auditID = rows.withText(row) { UniqueID($0, in: &names.strings) }
                places[Int(rows[row, 0] - ids.lowerBound)] = traffic.requests.count
                traffic.requests.append(request)
            }
        }
        try RecordedTraffic.each(&tables.deletions, in: ids) { row in
            traffic.deletions.append(
                Deletion(
                    request: place(row.integer(0)),
                    uid: row.withText(1) { UniqueID($0, in: &names.strings) },
                    resourceVersion: translation.string(row.integer(2)),
                    propagation: Deletion.Propagation(
                        rawValue: UInt8(truncatingIfNeeded: row.integer(3))) ?? .none))
        }
        try RecordedTraffic.each(&tables.headers, in: ids) { row in
            traffic.headers.append(header(row, place(row.integer(0)), translation))
        }
        try RecordedTraffic.each(&tables.fields, in: ids) { row in
            var seen = FieldSighting(
                request: place(row.integer(0)), name: translation.string(row.integer(1)))
            seen.version = row.integer(2)
            if row.type(3) != .null { seen.sent = translation.string(row.integer(3)) }
            if row.type(4) != .null { seen.shown = translation.string(row.integer(4)) }
            traffic.fields.append(seen)
        }
        try RecordedTraffic.each(&tables.bodies, in: ids) { row in
            let side = StoredBody.Side(rawValue: UInt8(truncatingIfNeeded: row.integer(1)))
            traffic.bodies.append(
                StoredBody(
                    request: place(row.integer(0)), side: side ?? .request,
                    json: row.withText(2) { [UInt8]($0) }))
        }
        return traffic
    }

    // MARK: Objects

    private func objects(
        in ids: ClosedRange<Int64>, _ names: inout Names
    ) throws(SQLiteError) -> Traffic {
        var traffic = Traffic()
        let translation = translation
        var shown: [Int64: ObjectObservation] = [:]
        try RecordedTraffic.each(&tables.objects, in: ids) { row in
            var object = ObjectObservation(
                at: row.instant(8), request: 0, state: .seen,
                uid: row.withText(1) { UniqueID($0, in: &names.strings) },
                group: translation.string(row.integer(2)),
                version: translation.string(row.integer(3)),
                kind: translation.string(row.integer(4)),
                resource: translation.string(row.integer(5)),
                namespace: translation.string(row.integer(6)),
                name: translation.string(row.integer(7)))
            shown[row.integer(0)] = object
            object.deletionRequestedAt = row.optionalInstant(12)
            traffic.objects.append(object)
            if row.instant(9) != object.at {
                object.at = row.instant(9)
                traffic.objects.append(object)
            }
            for (column, state) in [(10, ObjectObservation.State.created), (11, .deleted)] {
                guard let at = row.optionalInstant(column) else { continue }
                object.at = at
                object.state = state
                traffic.objects.append(object)
            }
        }
        traffic.objects += try links(of: shown, in: ids, &names)
        return traffic
    }

    /// Whom objects belonged to and what held them, each at its first sight and at its last.
    private func links(
        of shown: [Int64: ObjectObservation], in ids: ClosedRange<Int64>, _ names: inout Names
    ) throws(SQLiteError) -> [ObjectObservation] {
        var observations: [ObjectObservation] = []
        let translation = translation
        func link(
            _ id: Int64, from: Int64, until: Int64, _ change: (inout ObjectObservation) -> Void
        ) {
            guard var object = shown[id] else { return }
            change(&object)
            for at in from == until ? [from] : [from, until] {
                object.at = at
                observations.append(object)
            }
        }
        try RecordedTraffic.each(&tables.owners, in: ids) { row in
            let owner = OwnerReference(
                group: translation.string(row.integer(1)),
                version: translation.string(row.integer(2)),
                kind: translation.string(row.integer(3)),
                name: translation.string(row.integer(4)),
                uid: row.withText(9) { UniqueID($0, in: &names.strings) },
                isController: row.integer(5) != 0, blocksDeletion: row.integer(6) != 0)
            link(row.integer(0), from: row.instant(7), until: row.instant(8)) {
                $0.owners = [owner]
            }
        }
        try RecordedTraffic.each(&tables.finalizers, in: ids) { row in
            let finalizer = translation.string(row.integer(1))
            link(row.integer(0), from: row.instant(2), until: row.instant(3)) {
                $0.finalizers = [finalizer]
            }
        }
        return observations
    }

    // MARK: What belongs to no request

    private func rest() throws(RecordingError) -> Traffic {
        var traffic = Traffic()
        let documents = try recording.rows(
            "SELECT at_ns, last_ns, server, path, json FROM document ORDER BY at_ns, id"
        ) { row in
            var document = StoredDocument(
                at: row.instant(0), server: translation.server(row.integer(2)),
                path: row.text(3), json: row.blob(4))
            document.last = row.instant(1)
            return document
        }
        for var document in documents {
            traffic.documents.append(document)
            guard document.last > document.at else { continue }
            document.at = document.last
            traffic.documents.append(document)
        }
        traffic.rejects = try recording.rows(
            "SELECT source, position, reason FROM reject ORDER BY source, position, reason"
        ) { row in
            Reject(
                source: translation.source(row.integer(0)), position: row.integer(1),
                reason: row.text(2))
        }
        traffic.revisions = try recording.revisions().map { write in
            var write = write
            write.server = translation.server(Int64(write.server))
            write.name = translation.string(Int64(write.name))
            return write
        }
        return traffic
    }

    /// How many rejects each source had, of which the recording keeps the first.
    func rejectCounts() throws(RecordingError) -> [(source: UInt32, count: Int)] {
        try recording.rows("SELECT source, rejects FROM reject_count") { row in
            (translation.source(row.integer(0)), Int(row.integer(1)))
        }
    }

    /// Which captures filled the recording, and whether each came to its end.
    func captures() throws(RecordingError) -> [(inputs: String, isWhole: Bool)] {
        try recording.rows("SELECT inputs, is_whole FROM capture") { row in
            (row.text(0), row.integer(1) != 0)
        }
    }
}

extension NamesTranslation {
    /// Interns every name of a recording in `ours`, but for sources of its other clusters.
    fileprivate init(ofAll theirs: Names, into ours: inout Names) {
        self.init()
        for id in 1..<UInt32(theirs.strings.count) {
            theirs.strings.withBytes(of: id) { learn(string: $0, into: &ours) }
        }
        for id in 1..<UInt32(theirs.resources.count) { learn(theirs.resources[id], into: &ours) }
        for id in 1..<UInt32(theirs.clients.count) { learn(theirs.clients[id], into: &ours) }
        for id in 1..<UInt32(theirs.servers.count) {
            learn(server: theirs.servers[id], into: &ours)
        }
        for id in 1..<UInt32(theirs.sources.count) {
            let name = theirs.sources[id]
            learn(source: name.contains(ClusterScope.mark) ? nil : name, into: &ours)
        }
    }
}

/// The statements that read ranges of rows.
private struct RecordedTables: ~Copyable {
    var deletions: Statement
    var fields: Statement
    var headers: Statement
    var bodies: Statement
    var objects: Statement
    var owners: Statement
    var finalizers: Statement
}

extension RecordedTables {
    fileprivate init(_ connection: borrowing Connection) throws(SQLiteError) {
        func range(_ select: String, _ key: String) -> String {
            "SELECT \(select) WHERE \(key) BETWEEN ? AND ? ORDER BY \(key)"
        }
        self.init(
            deletions: try connection.prepare(
                range("request, uid, resource_version, propagation FROM deletion", "request")),
            fields: try connection.prepare(
                range("request, name, version, sent, shown FROM field_sighting", "request")),
            headers: try connection.prepare(range("* FROM wire_header", "request")),
            bodies: try connection.prepare(
                range(
                    "request, side, json FROM body JOIN body_text ON body_text.id = text", "request"
                )),
            objects: try connection.prepare(
                range(
                    """
                    id, uid, api_group, api_version, kind, resource, namespace, name,
                    first_ns, last_ns, created_ns, deleted_ns, deletion_requested_ns FROM object
                    """, "id")),
            owners: try connection.prepare(
                range(
                    """
                    dependent, api_group, api_version, kind, name, controller, blocks_deletion,
                    first_ns, last_ns, uid FROM owner
                    """, "dependent")),
            finalizers: try connection.prepare(
                range("object, finalizer, first_ns, last_ns FROM finalizer", "object")))
    }
}

private func header(
    _ row: borrowing Statement, _ place: Int, _ translation: NamesTranslation
) -> WireHeader {
    var header = WireHeader()
    header.request = place
    header.isHTTP2 = row.integer(1) != 0
    header.isEncrypted = row.integer(2) != 0
    header.clientPort = UInt16(truncatingIfNeeded: row.integer(3))
    header.requestBytes = row.integer(4)
    header.responseBytes = row.integer(5)
    header.clientAddress = translation.string(row.integer(6))
    header.serverAddress = translation.string(row.integer(7))
    header.accept = translation.string(row.integer(8))
    header.contentType = translation.string(row.integer(9))
    header.peerProxied = translation.string(row.integer(10))
    header.via = translation.string(row.integer(11))
    header.forwardedFor = translation.string(row.integer(12))
    header.responseType = translation.string(row.integer(13))
    header.responseEncoding = translation.string(row.integer(14))
    header.retryAfter = translation.string(row.integer(15))
    header.warning = translation.string(row.integer(16))
    return header
}
