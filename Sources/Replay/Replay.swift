import Bytes
public import ControlPlane
public import KubeAPI

/// Walks recorded requests through a routing table: the second half of "compile, then stream".
///
/// A verdict is a function of one request and the passes joined to it, so requests may come in any
/// order and on any number of threads; each thread keeps a `Tally`, and tallies add up. What is
/// served where it arrived, by everybody's account, is counted and never becomes a value.
public struct Replay: Sendable {
    /// Whether the recording decides between the model's alternatives.
    public enum Mode: Sendable, CaseIterable {
        /// The scenario is the control plane that was recorded: what was seen is what happened.
        case asRecorded
        /// The scenario is another control plane: what was seen happened elsewhere.
        case whatIf
    }

    /// The verdicts on one request, in each mode that was asked for.
    ///
    /// Both are asked for where only the whole recording tells whether a scenario is the one that it
    /// was taken from.
    public struct Judgement: Sendable {
        public var asRecorded: Verdict?
        public var whatIf: Verdict?

        public subscript(mode: Mode) -> Verdict? { mode == .asRecorded ? asRecorded : whatIf }
    }

    /// One recorded request, at the first server that it reached.
    public struct Subject: Sendable, BitwiseCopyable {
        public var id: Int64
        public var at: Int64
        /// Ids in the recording; 0 for "none".
        public var server: UInt32
        public var resource: UInt32
        public var client: UInt32
        public var verb: Verb
        public var status: UInt16
        public var notFound: NotFoundShape
        public var flags: RequestFlags

        public init(
            id: Int64, at: Int64, server: UInt32, resource: UInt32, client: UInt32, verb: Verb,
            status: UInt16, notFound: NotFoundShape, flags: RequestFlags
        ) {
            self.id = id
            self.at = at
            self.server = server
            self.resource = resource
            self.client = client
            self.verb = verb
            self.status = status
            self.notFound = notFound
            self.flags = flags
        }
    }

    public let table: RoutingTable
    private let modes: Set<Mode>
    /// By the recording's resource id: the table's column.
    private let columns: [Int]
    /// By the recording's server id: the table's server, or -1.
    private let servers: [Int]
    /// The table's servers whose logs the recording holds.
    private let recorded: Set<Int>
    private let entry: EntryDraw
    /// By decision number: the handlers of the receiving server answer, and nothing else can be.
    private let isPlain: [Bool]

    public init(
        table: RoutingTable, scenario: Scenario, modes: Set<Mode>, names: Names,
        loopbackClients: Set<UInt32>
    ) {
        self.table = table
        self.modes = modes
        columns = (0..<names.resources.count).map { id in
            guard id != 0 else { return RoutingTable.nonResourceColumn }
            return table.column(for: names.groupVersionResource(UInt32(id)))
                ?? RoutingTable.unknownColumn
        }
        let numbers = (0..<names.servers.count).map {
            table.server(named: names.servers[UInt32($0)]) ?? -1
        }
        servers = numbers
        recorded = Set(numbers.filter { $0 >= 0 })
        entry = EntryDraw(scenario, table: table, loopbackClients: loopbackClients)
        isPlain = table.decisions.map { decision in
            decision.branches.allSatisfy {
                $0.outcome == .local && $0.answer == .handlers && $0.path.count == 1
            }
        }
    }

    /// Judges one request; nil where it is plainly local in every mode, which the tallies count.
    ///
    /// - Parameter passes: the later passes of the request, in the order of their instants.
    public func judge(
        _ subject: Subject, passes: ArraySlice<Pass> = [], cursor: inout EpochCursor,
        tallies: inout Tallies
    ) -> Judgement? {
        let server = servers[Int(subject.server)]
        guard server >= 0 else { return outside(subject, &tallies) }
        let column = columns[Int(subject.resource)]
        let epoch = cursor.epoch(at: subject.at, in: table)
        if passes.isEmpty, entry.isRecorded, answeredByHandlers(subject) {
            let number = table.decisionNumber(epoch: epoch, server: server, column: column)
            if isPlain[number] {
                tallies.countPlain(server: server)
                return nil
            }
        }
        let seen = observe(subject, passes, server: server)
        let judge = Judge(table: table, recorded: recorded, column: column, epoch: epoch)
        var judgement = Judgement()
        if modes.contains(.asRecorded) {
            let (verdict, cell) = judge.asRecorded(subject, seen, server: server)
            tallies.asRecorded.count(verdict, subject, entry: server, cell)
            judgement.asRecorded = verdict
        }
        if modes.contains(.whatIf) {
            let (verdict, drawn, cell) = whatIf(subject, seen, server: server, judge)
            tallies.whatIf.count(verdict, subject, entry: drawn, cell)
            judgement.whatIf = verdict
        }
        return judgement
    }

    /// The verdict on a request that `judge` only counted, for runs that keep every verdict.
    public func plainVerdict(of subject: Subject) -> Verdict {
        let isResource = columns[Int(subject.resource)] != RoutingTable.nonResourceColumn
        return Verdict(
            outcome: .local, certainty: .certain, path: [servers[Int(subject.server)]],
            status: subject.status == 0 ? nil : subject.status,
            reason: .rung(isResource ? .servesLocally : .notAResource))
    }

    private func answeredByHandlers(_ subject: Subject) -> Bool {
        subject.status != 503 && !subject.notFound.isRouteLevel
    }

    private func whatIf(
        _ subject: Subject, _ seen: Observation, server: Int, _ judge: Judge
    ) -> (verdict: Verdict, server: Int, cell: Agreement.Cell?) {
        guard
            let candidates = entry.candidates(
                for: subject, epoch: judge.epoch, column: judge.column, table)
        else {
            let (verdict, cell) = judge.whatIf(subject, seen, server: server)
            return (verdict, server, cell)
        }
        let drawn = candidates[entry.draw(subject.id, among: candidates)].server
        var verdict = judge.whatIf(subject, seen, server: drawn).verdict
        let others = candidates.flatMap { candidate in
            table.decision(epoch: judge.epoch, server: candidate.server, column: judge.column)
                .outcomes
        }
        verdict.admit(others, because: .entryDrawn)
        return (verdict, drawn, nil)
    }

    /// A request at a server that the scenario does not have: nothing can be said of it.
    private func outside(_ subject: Subject, _ tallies: inout Tallies) -> Judgement {
        let verdict = Verdict(
            outcome: .unjudged, certainty: .possible,
            alternatives: [.local, .proxied, .rightNotFound, .wrongNotFound], path: [],
            status: subject.status == 0 ? nil : subject.status, reason: .unknownServer)
        tallies.asRecorded.count(verdict, subject, entry: nil, nil)
        tallies.whatIf.count(verdict, subject, entry: nil, nil)
        return Judgement(asRecorded: verdict, whatIf: verdict)
    }

    private func observe(
        _ subject: Subject, _ passes: ArraySlice<Pass>, server: Int
    ) -> Observation {
        guard let last = passes.last else {
            return Observation(
                path: [server], status: subject.status, notFound: subject.notFound,
                flags: subject.flags)
        }
        return Observation(
            path: [server] + passes.map { servers[Int($0.server)] }, status: last.status,
            notFound: last.notFound, flags: last.flags)
    }
}

/// The last epoch that was asked for: recorded requests mostly come in the order of time.
public struct EpochCursor: Sendable {
    private var epoch = 0
    private var from = Int64.max
    private var until = Int64.min

    public init() {}

    mutating func epoch(at instant: Int64, in table: RoutingTable) -> Int {
        if instant >= from, instant < until { return epoch }
        epoch = table.epoch(at: instant)
        from = table.epochs[epoch]
        until = epoch + 1 < table.epochs.count ? table.epochs[epoch + 1] : Int64.max
        return epoch
    }
}
