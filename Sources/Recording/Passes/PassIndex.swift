import Bytes
import KubeAPI
import SQLiteKit

/// Gives each pass of each request its row: merges stages, drops duplicates, and at the end finds
/// the passes that make one request (`PassSettling`).
///
/// Works in memory, while the batch before is being stored; only a record of a pass that is in the
/// table already waits for that. Passes whose end was not seen yet wait too, since their last
/// record usually follows soon. Memory is bounded: `PassTable` has its bound, and so have the
/// waiting passes and the noted keys. Where one is passed, `finish` sorts the keys of all rows
/// instead.
struct PassIndex: ~Copyable {
    /// A pass of a request, before anything is known of its place in the table.
    private struct Identity: Hashable {
        var key: PassKey
        var server: UInt32
        var at: Int64

        /// Two of one key at one instant are told apart by what they ask for.
        var asked: UInt64

        init(_ key: PassKey, _ request: Request) {
            self.key = key
            server = request.server
            at = request.at
            asked =
                UInt64(request.resource) << 32 | UInt64(request.resource == 0 ? request.path : 0)
            asked ^= UInt64(request.namespace) << 8 | UInt64(request.verb.rawValue)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(key.hash ^ UInt64(bitPattern: at) ^ asked)
        }
    }

    static let mostClockSamples = 20_000
    /// A client's own audit id is kept up to here.
    private static let longestAuditID = 4_096
    /// Passes of one key that are looked at for each record: a proxied request has two or three.
    private static let mostOfOneKey = 16

    let bounds: RecordingWriter.Bounds
    var table: PassTable
    private var waiting: [Identity: Request] = [:]
    /// Keys under which more than one pass was seen.
    var noted: Set<PassKey> = []
    /// Keys with more passes than are looked at: clients choose audit ids, and may send one for
    /// ever.
    private var crowded: Set<PassKey> = []
    /// The keys of all rows are to be sorted at the end, since something was not looked up.
    private(set) var mustSort: Bool
    private(set) var nextRow: Int64
    /// The users that each client's requests run as.
    private(set) var effectiveUsers: [UInt32]
    var coverage = Coverage()
    /// Whether the requests are rows of another recording: none of them waits for its end.
    let isMerging: Bool

    private static let touchedAhead = 32
    /// What `touch` has read: a sum that means nothing, so that the reading is not left out.
    private var touched: UInt64 = 0

    private let storing: Storing
    /// The rows that this batch has made so far, and those of the batch that is being stored.
    private var fresh: FreshRows
    private var spare: FreshRows
    /// Names that the batch brings and that are not in the table yet.
    private var names = NamesDelta()

    /// Reads what the recording holds, so that nothing of it is added again.
    ///
    /// Where recordings are merged, what was settled is settled again: whose clocks go how is
    /// learned from all that there is.
    mutating func load(
        _ connection: borrowing Connection, of scope: ClusterScope?
    ) throws(SQLiteError) {
        guard let ids = try RequestScan.ids(connection, scope) else { return }
        try PassKey.forEach(in: ids, on: connection) { key, row in
            if isMerging {
                var probe = table.probe(key)
                if table.next(&probe) != 0 { note(key) }
            }
            let insertion = table.insert(key, row: row)
            if insertion != .done { mustSort = true }
            return insertion != .full
        }
    }

    /// Takes the names that the next batch brings.
    mutating func learn(_ delta: NamesDelta) {
        names = delta
        effectiveUsers += delta.tail.clients.map(\.effectiveUser)
    }

    /// The rows of the batch, once all of it was placed, to be stored from now on.
    mutating func takeFresh() -> FreshRows {
        swap(&fresh, &spare)
        fresh.removeAll()
        return spare
    }

    mutating func takeCoverage() -> [Coverage.Row] {
        defer { coverage.removeAll() }
        return coverage.rows
    }
}

extension PassIndex {
    init(
        _ connection: borrowing Connection, _ names: Names, _ storing: Storing,
        _ bounds: RecordingWriter.Bounds, of cluster: ClusterScope, isMerging: Bool
    ) throws(SQLiteError) {
        // A merge looks at all keys anew, whatever was settled before.
        let isSettled = try PassState.of(connection, cluster) == .settled
        self.init(
            bounds: bounds, table: PassTable(largestSize: bounds.tableSlots),
            mustSort: !isMerging && !isSettled,
            nextRow: 1 + (try connection.integer("SELECT max(id) FROM main.request") ?? 0),
            effectiveUsers: (0..<names.clients.count).map {
                names.clients[UInt32($0)].effectiveUser
            },
            isMerging: isMerging, storing: storing,
            fresh: try FreshRows(connection, name: "fresh_even", of: cluster),
            spare: try FreshRows(connection, name: "fresh_odd", of: cluster))
    }
}

// One record after the other.
extension PassIndex {
    /// Finds or makes the row of each request; 0 for one that still waits for its end.
    mutating func place(
        _ requests: [Request], _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> [Int64] {
        var rows = [Int64](repeating: 0, count: requests.count)
        for index in requests.indices {
            if index % PassIndex.touchedAhead == 0 { touch(requests[index...]) }
            rows[index] = try place(requests[index], &summary)
        }
        return rows
    }

    /// Brings the places of the next requests into the processor's cache, all at once: one after
    /// the other, waiting for memory takes as long as everything else.
    private mutating func touch(_ requests: ArraySlice<Request>) {
        for request in requests.prefix(PassIndex.touchedAhead) {
            touched &+= table.touch(PassKey(uuid: request.auditID))
        }
    }

    private mutating func place(
        _ record: Request, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> Int64 {
        var request = record
        if !isMerging { request.flags.remove(RequestRow.receivedSeen) }
        if request.stage == .requestReceived { request.flags.insert(RequestRow.receivedSeen) }
        let key = try key(of: request)
        let isFinal = isMerging || request.stage >= .responseComplete
        if !waiting.isEmpty || !isFinal {
            let identity = Identity(key, request)
            if let held = waiting[identity], held.asksTheSame(as: request) {
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
        let identity = Identity(key, request)
        // One that waits and asks for something else keeps its place.
        if isFinal || waiting[identity] != nil { return try add(request, key, &summary) }
        waiting[identity] = request
        if waiting.count > bounds.waitingRequests { try release(&summary) }
        return 0
    }

    /// Gives up waiting: what the passes show so far becomes their rows.
    mutating func release(_ summary: inout RecordingWriter.Summary) throws(SQLiteError) {
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
        let fresh = names.text(id)
        let text = if let fresh { fresh } else { try stored().passes.text(id) }
        return text.prefix(PassIndex.longestAuditID)
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
        var seen = 0
        if !crowded.isEmpty, crowded.contains(key) { return nil }
        while true {
            let row = table.next(&probe)
            if row == 0 { break }
            seen &+= 1
            if seen > PassIndex.mostOfOneKey {
                crowd(key)
                return found
            }
            guard let other = try pass(row), other.key == key else { continue }
            if PassViews.isSame(other.request, request) {
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

    /// No more passes of a key are looked up: sorting tells them apart at the end.
    private mutating func crowd(_ key: PassKey) {
        mustSort = true
        if crowded.count < bounds.notedKeys { crowded.insert(key) }
    }

    private mutating func note(_ key: PassKey) {
        if noted.count < bounds.notedKeys { noted.insert(key) } else { mustSort = true }
    }

    @inline(__always)
    private mutating func add(
        _ request: Request, _ key: PassKey, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) -> Int64 {
        let row = nextRow
        if try !append(request, row) {
            _ = try flush()
            _ = try append(request, row)
        }
        nextRow += 1
        summary.added += 1
        coverage.count(request, 1)
        if crowded.isEmpty || !crowded.contains(key) {
            if table.insert(key, row: row) != .done { mustSort = true }
        }
        return row
    }

    @inline(__always)
    private mutating func append(
        _ request: Request, _ row: Int64
    ) throws(SQLiteError) -> Bool {
        guard let id = request.auditID.internedText else { return fresh.append(request, row) }
        return fresh.append(request, row, auditID: try auditText(id))
    }

    private mutating func merge(_ request: Request, into row: Int64) throws(SQLiteError) {
        guard let known = try pass(row) else { return }
        let whole = merged(known.request, request)
        guard !isSame(whole, known.request) else { return }
        coverage.count(known.request, -1)
        coverage.count(whole, 1)
        if let index = fresh.index(of: row) {
            fresh.replace(index, with: whole, row)
        } else {
            let store = try stored()
            try store.begin()
            try store.passes.replace(row, with: whole)
        }
    }
}

// What is in the table already.
extension PassIndex {
    /// The database, once the batch before is in it.
    private func stored() throws(SQLiteError) -> BatchStore { try storing.settled() }

    /// A row, wherever it is: rows of the batch that is being stored can still be read.
    private mutating func pass(
        _ row: Int64
    ) throws(SQLiteError) -> (key: PassKey, request: Request)? {
        if let index = fresh.index(of: row) { return fresh[index] }
        if storing.isBusy, let index = spare.index(of: row) { return spare[index] }
        guard let stored = try stored().passes.row(row) else { return nil }
        return (stored.key, stored.request)
    }

    /// Puts the rows of the batch so far into the table.
    mutating func flush() throws(SQLiteError) -> BatchStore {
        let store = try stored()
        try store.begin()
        try store.insert(fresh)
        fresh.removeAll()
        return store
    }
}
