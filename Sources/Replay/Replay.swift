public import Judgments
import Bytes
public import ControlPlane
public import KubeAPI

/// Walks recorded requests through a routing table: the second half of "compile, then stream".
///
/// A verdict is a function of one request and the passes joined to it, so requests may come in any
/// order and on any number of threads; each thread keeps a `Tally`, and tallies add up. What is
/// served where it arrived, by everybody's account, is counted and never becomes a value.
public struct Replay: Sendable {

    /// The verdicts on one request, in each mode that was asked for.
    ///
    /// Both are asked for where only the whole recording tells whether a scenario is the one that
    /// it was taken from.
    public struct Judgement: Sendable {
        public var asRecorded: Verdict?
        public var whatIf: Verdict?

        public subscript(mode: RunMode) -> Verdict? { mode == .asRecorded ? asRecorded : whatIf }
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
    private let judgesAsRecorded: Bool
    private let judgesWhatIf: Bool
    private let plain: PlainRequests
    /// The table's servers whose logs the recording holds.
    private let recorded: Set<Int>
    private let entry: EntryDraw
    private let hearing: Hearing
    /// By the recording's resource id.
    private let natures: [ResourceNature]
    /// By the recording's resource id: the first id of the same resource.
    private let wholes: [UInt32]

    public init(
        table: RoutingTable, scenario: Scenario, modes: Set<RunMode>, names: Names,
        loopbackClients: Set<UInt32>, circumstances: Circumstances = .told,
        witnesses: Witnesses = Witnesses()
    ) {
        self.table = table
        judgesAsRecorded = modes.contains(.asRecorded)
        judgesWhatIf = modes.contains(.whatIf)
        entry = EntryDraw(scenario, table: table, loopbackClients: loopbackClients)
        let resources = (0..<UInt32(names.resources.count)).map(names.groupVersionResource)
        plain = PlainRequests(
            table, names, isReplayed: entry.isRecorded && circumstances.hasAnswers,
            mayBeForwarded: Replay.forwardable(resources, circumstances))
        recorded = Set(plain.servers.filter { $0 >= 0 })
        let ids = plain.servers
        hearing = Hearing(
            witnesses: witnesses, circumstances: circumstances, servers: table.servers,
            recorded: table.servers.indices.map { number in
                ids.firstIndex(of: number).map(UInt32.init)
            })
        let aggregated = Set(scenario.extensions.filter(\.isAggregated).map(\.groupVersion))
        natures = resources.enumerated().map { number, id in
            number == 0
                ? .none
                : ResourceNature(
                    id, aggregated: aggregated, unseen: circumstances.unseenReleases)
        }
        wholes = Witnesses.wholes(resources)
    }

    /// Where servers' records cannot be told apart, or their releases are not known, a record of a
    /// resource that releases differ in may be the first of two, though the second is not there.
    private static func forwardable(
        _ resources: [GroupVersionResource], _ circumstances: Circumstances
    ) -> [Bool] {
        let isUnsure = circumstances.standings.values.contains { $0.basis != .known }
        guard isUnsure, circumstances.mayLackPasses else { return [] }
        let releases = Release.each(in: circumstances.unseenReleases)
        return resources.enumerated().map { number, id in
            number != 0 && Catalogue.isBuiltinGroup(id.group)
                && releases.contains { Catalogue.resource(id, in: $0) == nil }
        }
    }

    /// Judges one request without later passes; nil where it is plainly local in every mode, which
    /// the tallies count.
    public func judge(
        _ subject: Subject, memory: inout JudgeMemory, tallies: inout Tallies
    ) -> Judgement? {
        if let server = plain.server(of: subject, &memory.cursor) {
            tallies.countPlain(server: server)
            return nil
        }
        return judgeClosely(subject, [], &memory, &tallies)
    }

    /// The same with the later passes of the request, in the order of their instants.
    public func judge(
        _ subject: Subject, passes: ArraySlice<Pass>, memory: inout JudgeMemory,
        tallies: inout Tallies
    ) -> Judgement? {
        passes.isEmpty
            ? judge(subject, memory: &memory, tallies: &tallies)
            : judgeClosely(subject, passes, &memory, &tallies)
    }

    private func judgeClosely(
        _ subject: Subject, _ passes: ArraySlice<Pass>, _ memory: inout JudgeMemory,
        _ tallies: inout Tallies
    ) -> Judgement {
        let server = plain.servers[Int(subject.server)]
        guard server >= 0 else { return outside(subject, &tallies) }
        let column = plain.columns[Int(subject.resource)]
        let epoch = memory.cursor.epoch(at: subject.at, in: plain.grid)
        // Where nothing but these decides, the next such request gets the same verdicts.
        let testimony = testimony(on: subject, passes, server: server)
        let epochs = epochs(of: subject, epoch)
        let likeness =
            passes.isEmpty && entry.isRecorded
            ? Likeness(
                subject, epochs: epochs, epoch: epoch, server: server, column: column,
                testimony: testimony, isOwnClient: entry.isOwnClient(subject.client)) : nil
        if let likeness, let precedent = memory.precedents[likeness] {
            tallies.count(precedent, subject)
            return precedent.judgement
        }
        let judge = judge(
            of: subject, column: column, epoch: epoch, epochs, testimony)
        let precedent = decide(subject, passes, server: server, judge)
        if let likeness { memory.remember(precedent, of: likeness) }
        tallies.count(precedent, subject)
        return precedent.judgement
    }

    /// What others say of a 404 that one log holds; nothing of other requests.
    private func testimony(
        on subject: Subject, _ passes: ArraySlice<Pass>, server: Int
    ) -> Testimony {
        guard judgesAsRecorded, passes.isEmpty, subject.notFound.mayBeRouteLevel else {
            return .none
        }
        return hearing.testimony(
            of: wholes[Int(subject.resource)], natures[Int(subject.resource)], at: subject.at,
            refusedBy: server)
    }

    /// The epochs that a 404 may have been in, as far as the servers' clocks tell.
    private func epochs(of subject: Subject, _ epoch: Int) -> ClosedRange<Int> {
        let margin = hearing.circumstances.clockMargin
        guard judgesAsRecorded, margin > 0, subject.notFound.mayBeRouteLevel else {
            return epoch...epoch
        }
        return table.epoch(at: subject.at - margin)...table.epoch(at: subject.at + margin)
    }

    private func judge(
        of subject: Subject, column: Int, epoch: Int, _ epochs: ClosedRange<Int>,
        _ testimony: Testimony
    ) -> Judge {
        Judge(
            table: table, recorded: recorded, hearing: hearing,
            nature: natures[Int(subject.resource)], column: column, epoch: epoch, epochs: epochs,
            testimony: testimony)
    }

    private func decide(
        _ subject: Subject, _ passes: ArraySlice<Pass>, server: Int, _ judge: Judge
    ) -> Precedent {
        let seen = observe(subject, passes, server: server)
        var precedent = Precedent(asRecordedEntry: server, whatIfEntry: server)
        if judgesAsRecorded {
            (precedent.judgement.asRecorded, precedent.asRecordedCell) = judge.asRecorded(
                subject, seen, server: server)
        }
        if judgesWhatIf {
            (precedent.judgement.whatIf, precedent.whatIfEntry, precedent.whatIfCell) = whatIf(
                subject, seen, server: server, judge)
        }
        return precedent
    }

    /// The verdict on a request that `judge` only counted, for runs that keep every verdict.
    public func plainVerdict(of subject: Subject) -> Verdict {
        let isResource = plain.columns[Int(subject.resource)] != RoutingTable.nonResourceColumn
        return Verdict(
            outcome: .local, certainty: .certain, path: [plain.servers[Int(subject.server)]],
            status: subject.status == 0 ? nil : subject.status,
            reason: .rung(isResource ? .servesLocally : .notAResource))
    }

    private func whatIf(
        _ subject: Subject, _ seen: Observation, server: Int, _ judge: Judge
    ) -> (verdict: Verdict, server: Int, cell: Agreement.Cell?) {
        if entry.isOwnClient(subject.client) {
            return (judge.ofOwnClient(subject, server: server), server, nil)
        }
        guard
            let candidates = entry.candidates(
                for: subject, epoch: judge.epoch, column: judge.column, table)
        else {
            let (verdict, cell) = judge.whatIf(subject, seen, server: server)
            return (verdict, server, cell)
        }
        let drawn = candidates[entry.draw(at: subject.at, among: candidates)].server
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
        let judgement = Judgement(asRecorded: verdict, whatIf: verdict)
        tallies.count(Precedent(judgement: judgement), subject)
        return judgement
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
            path: [server] + passes.map { plain.servers[Int($0.server)] }, status: last.status,
            notFound: last.notFound, flags: last.flags)
    }
}
