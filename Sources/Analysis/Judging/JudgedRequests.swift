import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Recording
import Replay

/// Every request of a recording, judged: the rows that a run keeps, and the counts of all.
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
    var verdicts: [Verdict] { numbered.verdicts }
    private var numbered = NumberedVerdicts()
    private(set) var tallies: Tallies
    private(set) var noted = NotedRequests()
    /// Those whose records were cut by a platform.
    private(set) var truncated = 0

    func verdict(of row: Row, _ mode: RunMode) -> Verdict {
        verdicts[Int(mode == .asRecorded ? row.asRecorded : row.whatIf)]
    }

    /// Judges everything; with `keepsAll` plainly local requests are rows too.
    init(
        _ outline: RecordedOutline, _ replay: Replay, _ interest: RuleInterest, keepsAll: Bool
    ) throws {
        tallies = Tallies(serverCount: replay.table.servers.count)
        let parts = try outline.inRanges { recording, ids throws(RecordingError) in
            var part = Part(
                passes: outline.passes, from: ids.lowerBound, keepsAll: keepsAll,
                serverCount: replay.table.servers.count)
            let clocks = outline.clocks
            let isCorrected = clocks.isCorrected
            try RequestScan.forEach(in: ids, on: recording) { row in
                guard isCorrected else { return part.receive(row, replay, interest) }
                var row = row
                row.at = clocks.corrected(row.at, of: row.server)
                part.receive(row, replay, interest)
            }
            return part
        }
        rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
        for part in parts { append(part) }
    }

    private mutating func append(_ part: Part) {
        tallies.add(part.tallies)
        noted.append(part.noted)
        truncated += part.truncated
        let numbers = part.numbered.verdicts.map { numbered.number($0) }
        for row in part.rows {
            rows.append(
                Row(
                    request: row.request, server: row.server,
                    asRecorded: numbers[Int(row.asRecorded)], whatIf: numbers[Int(row.whatIf)]))
        }
    }
}

/// Verdicts under numbers, each once.
private struct NumberedVerdicts: Sendable {
    private(set) var verdicts: [Verdict] = []
    private var numbers: [Verdict: UInt32] = [:]

    mutating func number(_ verdict: Verdict) -> UInt32 {
        if let number = numbers[verdict] { return number }
        let number = UInt32(verdicts.count)
        verdicts.append(verdict)
        numbers[verdict] = number
        return number
    }
}

/// What one thread makes of one range of row ids.
private struct Part: Sendable {
    private let passes: [Pass]
    private let keepsAll: Bool
    private var next: Int
    private var memory = JudgeMemory()
    private(set) var tallies: Tallies
    private(set) var rows: [JudgedRequests.Row] = []
    private(set) var numbered = NumberedVerdicts()
    private(set) var noted = NotedRequests()
    private(set) var truncated = 0

    init(passes: [Pass], from first: Int64, keepsAll: Bool, serverCount: Int) {
        self.passes = passes
        self.keepsAll = keepsAll
        tallies = Tallies(serverCount: serverCount)
        next = passes.partitioningIndex { $0.origin >= first }
    }

    // What judges is no part of this: it would be copied for every request.
    mutating func receive(
        _ row: RequestScan.Row, _ replay: Replay, _ interest: RuleInterest
    ) {
        noted.note(row, interest)
        if row.flags.contains(.truncated) { truncated += 1 }
        let subject = Replay.Subject(row)
        let judgement =
            next == passes.count
            ? replay.judge(subject, memory: &memory, tallies: &tallies)
            : replay.judge(
                subject, passes: passes(of: row.id), memory: &memory, tallies: &tallies)
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
                request: row.id, server: row.server, asRecorded: numbered.number(first),
                whatIf: numbered.number(whatIf ?? first)))
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
