import ControlPlane
import Dispatch
import KubeAPI
import Recording
import Replay
import SQLiteKit
import Synchronization

/// Every request of a recording, judged: the rows that a run keeps, and the counts of all.
///
/// Row ids are cut into ranges that threads judge by themselves, each on a connection of its own.
/// Ranges are put together in their order, so that the result does not depend on the threads.
struct JudgedRequests: Sendable {
    struct Row: Sendable, BitwiseCopyable {
        var request: Int64
        /// Where the recording has it: the server's id there.
        var server: UInt32
        /// Indexes in `verdicts`, by mode.
        var asRecorded: UInt32
        var whatIf: UInt32
    }

    var rows: [Row] = []
    /// Each verdict once.
    private(set) var verdicts: [Verdict] = []
    private(set) var tallies: Tallies

    func verdict(of row: Row, _ mode: Replay.Mode) -> Verdict {
        verdicts[Int(mode == .asRecorded ? row.asRecorded : row.whatIf)]
    }

    /// Ids judged at a time: enough that opening a connection costs nothing beside it.
    private static let rangeSize: Int64 = 400_000

    /// Judges everything; with `keepsAll` plainly local requests are rows too.
    init(
        recordingAt path: String, replay: Replay, keepsAll: Bool
    ) throws {
        tallies = Tallies(serverCount: replay.table.servers.count)
        let ids = try Recording(path: path, access: .read).run {
            connection throws(SQLiteError) in try RequestScan.ids(on: connection)
        }
        guard let ids else { return }
        let ranges = stride(
            from: ids.lowerBound, through: ids.upperBound, by: Int(Self.rangeSize)
        ).map { $0...min($0 + Self.rangeSize - 1, ids.upperBound) }
        let passes = try Self.passes(recordingAt: path, ranges)
        let parts = try inParallel(ranges.count) { index in
            try Part(
                path: path, ids: ranges[index], replay: replay, passes: passes,
                keepsAll: keepsAll)
        }
        for part in parts { append(part) }
    }

    /// Every later pass, by the id of the request's first row and then by time.
    private static func passes(
        recordingAt path: String, _ ranges: [ClosedRange<Int64>]
    ) throws -> [Pass] {
        let parts = try inParallel(ranges.count) { index in
            try Recording(path: path, access: .read).run { connection throws(SQLiteError) in
                try RequestScan.passes(in: ranges[index], on: connection).map(Pass.init)
            }
        }
        // A stable order: parts come by id, and equal instants keep it.
        let all = parts.flatMap { $0 }.enumerated()
        return all.sorted {
            ($0.element.origin, $0.element.at, $0.offset)
                < ($1.element.origin, $1.element.at, $1.offset)
        }.map(\.element)
    }

    private mutating func append(_ part: Part) {
        tallies.add(part.tallies)
        let numbers = part.verdicts.map { add($0) }
        rows.reserveCapacity(rows.count + part.rows.count)
        for row in part.rows {
            rows.append(
                Row(
                    request: row.request, server: row.server,
                    asRecorded: numbers[Int(row.asRecorded)], whatIf: numbers[Int(row.whatIf)]))
        }
    }

    private var numbers: [Verdict: UInt32] = [:]

    private mutating func add(_ verdict: Verdict) -> UInt32 {
        if let number = numbers[verdict] { return number }
        let number = UInt32(verdicts.count)
        verdicts.append(verdict)
        numbers[verdict] = number
        return number
    }
}

/// What one thread makes of one range of row ids.
private struct Part: Sendable {
    var rows: [JudgedRequests.Row] = []
    var verdicts: [Verdict] = []
    var tallies: Tallies

    init(
        path: String, ids: ClosedRange<Int64>, replay: Replay, passes: [Pass], keepsAll: Bool
    ) throws {
        var state = State(replay: replay, passes: passes, from: ids.lowerBound, keepsAll: keepsAll)
        let reader = try Recording(path: path, access: .read)
        try reader.run { connection throws(SQLiteError) in
            try RequestScan.forEach(in: ids, on: connection) { state.receive($0) }
        }
        rows = state.rows
        verdicts = state.verdicts
        tallies = state.tallies
    }

    private struct State {
        let replay: Replay
        let passes: [Pass]
        let keepsAll: Bool
        var next: Int
        var cursor = EpochCursor()
        var tallies: Tallies
        var rows: [JudgedRequests.Row] = []
        var verdicts: [Verdict] = []
        var numbers: [Verdict: UInt32] = [:]

        init(replay: Replay, passes: [Pass], from first: Int64, keepsAll: Bool) {
            self.replay = replay
            self.passes = passes
            self.keepsAll = keepsAll
            tallies = Tallies(serverCount: replay.table.servers.count)
            next = passes.partitioningIndex { $0.origin >= first }
        }

        mutating func receive(_ row: RequestScan.Row) {
            let subject = Replay.Subject(row)
            let judgement = replay.judge(
                subject, passes: passes(of: row.id), cursor: &cursor, tallies: &tallies)
            guard let judgement else {
                if keepsAll { keep(row, replay.plainVerdict(of: subject), nil) }
                return
            }
            let isPlain =
                (judgement.asRecorded?.isPlainLocal ?? true)
                && (judgement.whatIf?.isPlainLocal ?? true)
            if keepsAll || !isPlain { keep(row, judgement.asRecorded, judgement.whatIf) }
        }

        /// The passes of a request: both come in the order of ids, so this is a merge.
        private mutating func passes(of id: Int64) -> ArraySlice<Pass> {
            while next < passes.count, passes[next].origin < id { next += 1 }
            var end = next
            while end < passes.count, passes[end].origin == id { end += 1 }
            return passes[next..<end]
        }

        private mutating func keep(
            _ row: RequestScan.Row, _ asRecorded: Verdict?, _ whatIf: Verdict?
        ) {
            guard let first = asRecorded ?? whatIf else { return }
            rows.append(
                JudgedRequests.Row(
                    request: row.id, server: row.server, asRecorded: number(first),
                    whatIf: number(whatIf ?? first)))
        }

        private mutating func number(_ verdict: Verdict) -> UInt32 {
            if let number = numbers[verdict] { return number }
            let number = UInt32(verdicts.count)
            verdicts.append(verdict)
            numbers[verdict] = number
            return number
        }
    }
}

/// Does pieces of work on all processors, and gives their results in the order of the pieces.
private func inParallel<Result: Sendable>(
    _ count: Int, _ work: @Sendable (Int) throws -> Result
) throws -> [Result] {
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = Swift.Result { try work(index) }
        results.withLock { $0[index] = result }
    }
    let done = results.withLock { $0 }
    return try (0..<count).compactMap { try done[$0]?.get() }
}

extension Pass {
    init(_ row: RequestScan.PassRow) {
        self.init(
            origin: row.origin, at: row.at, server: row.server, status: row.status,
            notFound: row.notFound, flags: row.flags)
    }
}

extension Replay.Subject {
    init(_ row: RequestScan.Row) {
        self.init(
            id: row.id, at: row.at, server: row.server, resource: row.resource,
            client: row.client, verb: row.verb, status: row.status, notFound: row.notFound,
            flags: row.flags)
    }
}

extension Array {
    /// The first index whose element satisfies a predicate that all later ones satisfy too.
    fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
