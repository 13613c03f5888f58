import Bytes
import KubeAPI
import SQLiteKit

/// Gives each pass of each request its row: merges stages, drops duplicates, and at the end finds
/// the passes that make one request.
///
/// Passes whose end was not seen yet wait in memory, since their last record usually follows soon;
/// the rest is in the table. Memory is bounded: `PassTable` has its bound, and so have the waiting
/// passes and the noted keys. Where one is passed, `finish` sorts the whole table instead.
struct PassIndex: ~Copyable {
    /// A pass of a request, before anything is known of its place in the table.
    private struct Identity: Hashable {
        var key: PassKey
        var server: UInt32
        var at: Int64
    }

    private static let batchRows = 16_384
    private static let batchText = 2 << 20
    private static let waitingBound = 1 << 16
    private static let notedBound = 1 << 20
    private static let clockSamples = 20_000
    /// A client's own audit id is kept up to here.
    private static let longestAuditID = 4_096

    var passes: PassStore
    private var table = PassTable()
    private var waiting: [Identity: Request] = [:]
    /// Keys under which more than one pass was seen.
    private var noted: Set<PassKey> = []
    private var mustSort: Bool
    private var nextRow: Int64
    /// The users that each client's requests run as.
    private var effectiveUsers: [UInt32]
    private var coverage = Coverage()

    private var fresh: RowBatch
    private var freshRows: [(key: PassKey, request: Request)] = []
    private var insertFresh: Statement
    private var addCoverage: Statement
    private var setIncomplete: Statement
    private var isMarkedIncomplete = false

    /// Reads what the recording holds, so that nothing of it is added again.
    mutating func load(_ connection: borrowing Connection) throws(SQLiteError) {
        var rows = try connection.prepare("SELECT \(RequestRow.columns), audit_id FROM request")
        while try rows.step() {
            let key = rows.withText(RequestRow.width) { text in
                PassKey(auditID: text, of: text.isEmpty ? RequestRow.request(rows) : Request())
            }
            if !table.insert(key, row: rows.integer(0)) {
                mustSort = true
                break
            }
        }
    }

    mutating func learn(_ delta: NamesDelta) {
        for client in delta.clients { effectiveUsers.append(effectiveUser(client.ids)) }
    }
}

extension PassIndex {
    init(_ connection: borrowing Connection, _ names: Names) throws(SQLiteError) {
        let columns = (0..<RequestRow.width).map { "c\($0)" }.joined(separator: ", ")
        let incomplete = "SELECT value FROM meta WHERE key = 'incomplete'"
        self.init(
            passes: try PassStore(connection),
            mustSort: try connection.text(incomplete) == "1",
            nextRow: 1 + (try connection.integer("SELECT max(id) FROM request") ?? 0),
            effectiveUsers: (0..<names.clients.count).map {
                effectiveUser(names.clients[UInt32($0)])
            },
            fresh: try RowBatch(
                connection, name: "fresh", integers: RequestRow.width,
                capacity: PassIndex.batchRows, textCapacity: PassIndex.batchText),
            insertFresh: try connection.prepare(
                """
                INSERT INTO request (\(RequestRow.columns), audit_id)
                SELECT \(columns), text FROM fresh
                """),
            addCoverage: try connection.prepare(
                """
                INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
                    received = received + excluded.received
                """),
            setIncomplete: try connection.prepare(
                "INSERT OR REPLACE INTO meta VALUES ('incomplete', ?)"))
    }
}

/// The user that a client's requests run as: the impersonated one, where there is one.
private func effectiveUser(_ client: SIMD4<UInt32>) -> UInt32 {
    client[3] != 0 ? client[3] : client[0]
}

// One record after the other.
extension PassIndex {
    /// Finds or makes the row of each request; 0 for one that still waits for its end.
    mutating func place(
        _ requests: [Request], _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> [Int64] {
        var rows = [Int64](repeating: 0, count: requests.count)
        for index in requests.indices { rows[index] = try place(requests[index], &summary) }
        return rows
    }

    private mutating func place(
        _ record: Request, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> Int64 {
        var request = record
        request.flags.remove(RequestRow.receivedSeen)
        if request.stage == .requestReceived { request.flags.insert(RequestRow.receivedSeen) }
        let key = try key(of: request)
        let isFinal = request.stage >= .responseComplete
        if !waiting.isEmpty || !isFinal {
            let identity = Identity(key: key, server: request.server, at: request.at)
            if let held = waiting[identity] {
                summary.merged += 1
                request = merged(held, request)
                waiting[identity] = isFinal ? nil : request
                guard isFinal else { return 0 }
                // Other passes may have come while it waited.
                _ = try find(request, key)
                return try add(request, key, &summary)
            }
        }
        if let row = try find(request, key) {
            summary.merged += 1
            try merge(request, into: row)
            return row
        }
        if isFinal { return try add(request, key, &summary) }
        waiting[Identity(key: key, server: request.server, at: request.at)] = request
        if waiting.count > PassIndex.waitingBound { try release(&summary) }
        return 0
    }

    /// Gives up waiting: what the passes show so far becomes their rows.
    private mutating func release(
        _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        let held = waiting.sorted {
            ($0.key.at, $0.key.server, $0.key.key) < ($1.key.at, $1.key.server, $1.key.key)
        }
        waiting.removeAll(keepingCapacity: true)
        for (identity, request) in held {
            _ = try find(request, identity.key)
            _ = try add(request, identity.key, &summary)
        }
    }

    private mutating func key(of request: Request) throws(SQLiteError) -> PassKey {
        if request.auditID == .none { return PassKey(content: request) }
        guard let text = request.auditID.internedText else {
            return PassKey(uuid: request.auditID)
        }
        return try auditText(text).withUnsafeBufferPointer { PassKey(text: $0) }
    }

    /// The text of a client's own audit id, as far as a row keeps it.
    private mutating func auditText(_ id: UInt32) throws(SQLiteError) -> ArraySlice<UInt8> {
        try passes.text(id).prefix(PassIndex.longestAuditID)
    }

    /// The row of the same pass, if there is one; notes where the key has other passes.
    @inline(__always)
    private mutating func find(
        _ request: Request, _ key: PassKey
    ) throws(SQLiteError) -> Int64? {
        var probe = table.probe(key)
        var found: Int64?
        var nearest: (row: Int64, distance: UInt64)?
        var others = 0
        while true {
            let row = table.next(&probe)
            if row == 0 { break }
            guard let other = try pass(row), other.key == key else { continue }
            if other.request.server == request.server && other.request.at == request.at {
                found = found ?? row
                continue
            }
            others += 1
            if let distance = PassViews.distance(request, other.request),
                distance < nearest?.distance ?? .max
            {
                nearest = (row, distance)
            }
        }
        // A packet and a log that show one pass are no two passes.
        if found == nil, let nearest { (found, others) = (nearest.row, others - 1) }
        if others > 0 { note(key) }
        return found
    }

    private mutating func note(_ key: PassKey) {
        if noted.count < PassIndex.notedBound { noted.insert(key) } else { mustSort = true }
    }

    private mutating func pass(
        _ row: Int64
    ) throws(SQLiteError) -> (key: PassKey, request: Request)? {
        let index = Int(row - nextRow) + freshRows.count
        if index >= 0 { return freshRows[index] }
        guard let stored = try passes.row(row) else { return nil }
        return (stored.key, stored.request)
    }

    @inline(__always)
    private mutating func add(
        _ request: Request, _ key: PassKey, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> Int64 {
        let row = nextRow
        if try !append(request, row) {
            try flush()
            _ = try append(request, row)
        }
        freshRows.append((key, request))
        nextRow += 1
        summary.added += 1
        coverage.count(request, 1)
        if !table.insert(key, row: row) { mustSort = true }
        return row
    }

    @inline(__always)
    private mutating func append(
        _ request: Request, _ row: Int64
    ) throws(SQLiteError) -> Bool {
        if let id = request.auditID.internedText {
            let text = try auditText(id)
            return fresh.append(textBytes: text.count) { values, start in
                RequestRow.fill(values, id: row, request)
                for (offset, byte) in text.enumerated() {
                    start[offset] = CChar(bitPattern: byte)
                }
                return text.count
            }
        }
        let length = request.auditID == .none ? 0 : 36
        return fresh.append(textBytes: length) { values, start in
            RequestRow.fill(values, id: row, request)
            if length > 0 { writeUUID(request.auditID, to: start) }
            return length
        }
    }

    /// Writes the rows of the batch so far.
    mutating func flush() throws(SQLiteError) {
        if !isMarkedIncomplete {
            setIncomplete.bind(1, "1")
            try setIncomplete.run()
            isMarkedIncomplete = true
        }
        guard fresh.count > 0 else { return }
        try insertFresh.run()
        fresh.removeAll()
        freshRows.removeAll(keepingCapacity: true)
    }

    private mutating func merge(_ request: Request, into row: Int64) throws(SQLiteError) {
        guard let stored = try pass(row) else { return }
        let whole = merged(stored.request, request)
        guard !isSame(whole, stored.request) else { return }
        try flush()
        coverage.count(stored.request, -1)
        coverage.count(whole, 1)
        try passes.replace(row, with: whole)
    }

    mutating func flushCoverage() throws(SQLiteError) {
        for row in coverage.rows {
            addCoverage.bind(1, Int64(row.server))
            addCoverage.bind(2, Int64(row.verb.rawValue))
            addCoverage.bind(3, Int64(row.level.rawValue))
            addCoverage.bind(4, Int64(row.stage.rawValue))
            addCoverage.bind(5, Int64(row.requests))
            addCoverage.bind(6, Int64(row.received))
            try addCoverage.run()
        }
        coverage.removeAll()
    }
}

// All records together.
extension PassIndex {
    /// Stores what still waits, and settles which passes make one request.
    mutating func finish(
        _ connection: borrowing Connection, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        try release(&summary)
        try flush()
        if mustSort {
            try settleSorted(connection)
        } else {
            try settleNoted()
        }
        try flushCoverage()
        setIncomplete.bind(1, "0")
        try setIncomplete.run()
    }

    private mutating func settleNoted() throws(SQLiteError) {
        var groups: [Int64] = []
        for key in noted.sorted() {
            var probe = table.probe(key)
            var row = table.next(&probe)
            while row != 0 {
                groups.append(row)
                row = table.next(&probe)
            }
            groups.append(0)
        }
        var clocks: ClockOffsets?
        try settle(groups, &clocks)
    }

    /// The same without the table, which held too little: SQLite sorts the audit ids, on disk.
    private mutating func settleSorted(
        _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var groups: [Int64] = []
        var clocks: ClockOffsets?
        for select in [PassIndex.rowsByAuditID, PassIndex.rowsByContent] {
            var rows = try connection.prepare(select)
            while try rows.step() {
                // The second column is 1 where a new group begins.
                if rows.integer(1) == 1 { groups.append(0) }
                groups.append(rows.integer(0))
                if groups.count > PassIndex.notedBound, rows.integer(1) == 1 {
                    let last = groups.removeLast()
                    try settle(groups, &clocks)
                    groups = [last]
                }
            }
            try settle(groups, &clocks)
            groups.removeAll()
        }
    }

    private static let rowsByAuditID = """
        SELECT id, audit_id IS NOT lag(audit_id) OVER w FROM request WHERE audit_id <> ''
        WINDOW w AS (ORDER BY audit_id, id)
        """

    private static let rowsByContent = """
        SELECT id, (at_ns, server, verb, resource, namespace, name, path, query, client)
            IS NOT (lag(at_ns) OVER w, lag(server) OVER w, lag(verb) OVER w, lag(resource) OVER w,
                lag(namespace) OVER w, lag(name) OVER w, lag(path) OVER w, lag(query) OVER w,
                lag(client) OVER w)
        FROM request WHERE audit_id = ''
        WINDOW w AS (
            ORDER BY at_ns, server, verb, resource, namespace, name, path, query, client, id)
        """

    /// Settles groups of rows, each the rows of one key, with zeros in between.
    private mutating func settle(
        _ groups: [Int64], _ clocks: inout ClockOffsets?
    ) throws(SQLiteError) {
        let groups = groups.split(separator: 0).filter { $0.count > 1 }
        if clocks == nil {
            var learned = ClockOffsets()
            for group in groups.prefix(PassIndex.clockSamples) where group.count == 2 {
                let pair = try load(group)
                if pair.count == 2, pair[0].asksTheSame(as: pair[1]) {
                    learned.learn(pair[0], pair[1])
                }
            }
            learned.settle()
            clocks = learned
        }
        guard let clocks else { return }
        for group in groups { try settle(load(group), clocks) }
    }

    private mutating func load(_ rows: ArraySlice<Int64>) throws(SQLiteError) -> [Pass] {
        var loaded: [Pass] = []
        for row in rows {
            guard let stored = try passes.row(row) else { continue }
            let client = Int(stored.request.client)
            loaded.append(
                Pass(
                    row: row, request: stored.request, key: stored.key, origin: stored.origin,
                    user: client < effectiveUsers.count ? effectiveUsers[client] : 0))
        }
        return loaded
    }

    private mutating func settle(
        _ group: [Pass], _ clocks: ClockOffsets
    ) throws(SQLiteError) {
        // Keys that share a tag in the table come in one group.
        for key in Set(group.map(\.key)).sorted() {
            let rows = try withoutDuplicates(group.filter { $0.key == key })
            for request in requests(of: rows, clocks) { try link(request) }
        }
    }

    /// Merges rows of one pass into the first of them.
    private mutating func withoutDuplicates(_ rows: [Pass]) throws(SQLiteError) -> [Pass] {
        var kept: [Pass] = []
        for row in rows.sorted(by: { $0.row < $1.row }) {
            let first = kept.firstIndex {
                $0.request.server == row.request.server && $0.request.at == row.request.at
            }
            guard let first else {
                kept.append(row)
                continue
            }
            let whole = merged(kept[first].request, row.request)
            coverage.count(row.request, -1)
            coverage.count(kept[first].request, -1)
            coverage.count(whole, 1)
            try passes.remove(row.row, keeping: kept[first].row)
            try passes.replace(kept[first].row, with: whole)
            kept[first].request = whole
        }
        return kept
    }

    /// Writes what one request's passes mean: all but the first point to it, and the last decides
    /// which 404 it was, since the others saw an opaque answer (F9.8).
    private mutating func link(_ passesOfRequest: [Pass]) throws(SQLiteError) {
        guard let first = passesOfRequest.first, let last = passesOfRequest.last else { return }
        for pass in passesOfRequest {
            let origin = pass.row == first.row ? nil : first.row
            let isDecided = pass.request.status == 404 && last.request.status == 404
            let shape = isDecided ? last.request.notFound : pass.request.notFound
            if origin != pass.origin || shape != pass.request.notFound {
                try passes.link(pass.row, origin: origin, shape: shape)
            }
        }
    }
}
