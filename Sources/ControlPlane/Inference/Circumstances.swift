import Bytes
public import KubeAPI

/// What a run knows of the control plane beyond its scenario: how far the scenario can be trusted.
///
/// A scenario of the user's is his word: every server is as it says, and there are no others. One
/// that was inferred holds only where the recording shows it.
public struct Circumstances: Sendable {
    /// How well one server of the recording is known.
    public struct Standing: Sendable, Equatable {
        public enum Basis: Sendable {
            /// Its releases are known, from its log or from a scenario.
            case known
            /// Nothing shows its release; the scenario assumes one.
            case assumed
            /// Several servers in one log.
            case mixed
        }

        public var basis: Basis
        /// For each process, from its first sign of life to its last; nil: it is not in question.
        private let lives: Stretches?
        /// The same, from readiness to the stop.
        private let services: Stretches
        /// From a start to when it was surely over, where nothing shows when that was.
        private let starts: Stretches
        /// Of the lives, the ends that nothing but the silence after them shows; in order.
        private let silentEnds: [Int64]
        /// When it was seen to stop, with nothing of it later.
        private let stoppedAt: Int64?
        /// The longest silence in which it cannot have been away and come back; nil where the log
        /// shows how servers start, so that it would show that.
        private let longest: Int64?
        /// When anything at all was asked of it.
        private let signs: Spans

        /// How long after its last sign of life a server is rather there than not.
        private static let presumption: Int64 = .second
        /// A server that is started anew is away for longer.
        private static let pause: Int64 = 2_500 * .millisecond
        /// From exec to readiness at most, as far as was seen (6.7 s, beside much else).
        private static let slowReadiness: Int64 = 7 * .second
        /// A server renews its lease every ten seconds, if nothing else: who says nothing for
        /// longer may have been away, and come back.
        static let longest: Int64 = 12 * .second

        /// One of which nothing is in question.
        public static let undoubted = Standing(.known)

        private init(_ basis: Basis) {
            self.basis = basis
            lives = nil
            services = Stretches([])
            starts = Stretches([])
            silentEnds = []
            stoppedAt = nil
            longest = nil
            signs = Spans()
        }

        init(_ basis: Basis, _ processes: [ServerProcess], signs: Spans, longest: Int64?) {
            self.basis = basis
            self.longest = longest
            self.signs = signs
            lives = Stretches(processes.map(\.life))
            silentEnds = processes.filter { $0.stoppedAt == $0.lastSeen }.map(\.lastSeen).sorted()
            stoppedAt = processes.last.flatMap { $0.end == .graceful ? $0.lastSeen : nil }
            let starts = processes.enumerated().compactMap {
                number, process -> ClosedRange<Int64>? in
                guard process.readyAt == nil else { return nil }
                // The first of a log that was not seen to start was there before.
                let start = process.startedAt ?? (number == 0 ? nil : process.firstSeen)
                return start.map { $0...$0.clampedAdding(Standing.slowReadiness) }
            }
            self.starts = Stretches(starts)
            services = Stretches(
                processes.compactMap { process in
                    let start = starts.first { $0.contains(process.firstSeen) }
                    let ready = process.readyAt ?? start?.upperBound ?? process.firstSeen
                    let stop = min(process.stoppedAt ?? .max, process.lastSeen)
                    return ready <= stop ? ready...stop : nil
                })
        }

        /// Whether it had been started, and may not have been ready.
        public func isStarting(at instant: Int64) -> Bool {
            starts.cover(from: instant, until: instant)
        }

        /// Whether a server surely ran all the time between two instants, as one process.
        public func isAlive(from: Int64, until: Int64) -> Bool {
            guard let lives else { return true }
            guard let before = signs.last(before: from), let after = signs.first(after: until),
                longest.map({ signs.areDense(from: before, until: after, pause: $0) }) ?? true
            else { return false }
            return lives.cover(from: before, until: after)
        }

        /// Whether it counted as running: it may answer while it starts or drains, but clients need
        /// not be sent to it, nor peers know of it.
        public func isInService(from: Int64, until: Int64) -> Bool {
            lives == nil || services.cover(from: from, until: until)
        }

        /// Whether the scenario accounts for it: between its first and its last sign of life its
        /// processes, and the pauses between them, are known.
        public func isAccountedFor(at instant: Int64) -> Bool {
            guard let lives else { return true }
            guard let all = lives.all, instant >= all.lowerBound else { return false }
            if let stoppedAt, instant > stoppedAt.clampedAdding(Standing.pause) { return true }
            guard instant <= all.upperBound else { return false }
            // It stopped at some time between its last word and its next start.
            let later = silentEnds.partitioningIndex { $0 >= instant }
            let isStopping = later > 0 && instant - silentEnds[later - 1] <= Standing.pause
            return !isStopping && !isAway(at: instant, lives)
        }

        /// Whether it said nothing for long in the midst of a process's life.
        private func isAway(at instant: Int64, _ lives: Stretches) -> Bool {
            guard let longest, lives.cover(from: instant, until: instant),
                let before = signs.last(before: instant), let after = signs.first(after: instant)
            else { return false }
            return after - before > longest
        }

        /// Whether it went on answering from one instant until after another, with no pause in
        /// which it could have been started anew.
        public func keptOn(from: Int64, until: Int64) -> Bool {
            signs.areDense(from: from, until: until, pause: Standing.pause)
        }

        /// Whether it had shown itself just before; nothing shows that it went on.
        public func isPresumed(at instant: Int64) -> Bool {
            guard let before = signs.last(before: instant) else { return false }
            return instant - before <= Standing.presumption
        }
    }

    /// By the server's name; one that is not here is as the scenario says.
    public var standings: [String: Standing]
    /// Whether the recording has every server's log.
    public var completeness: Completeness
    /// The releases that a server may have run of which nothing is known.
    public var unseenReleases: ClosedRange<Release>
    /// By how much the servers' clocks may differ.
    public var clockMargin: Int64 = 0
    /// Whether any record says how its request was answered.
    public var hasAnswers = true
    /// Whether any request was forwarded.
    public var hasForwarding = false

    /// Whether a server of which no release is known may have forwarded a request whose record at
    /// the peer is missing.
    public var mayLackPasses: Bool {
        hasForwarding ? !completeness.isProven : !completeness.isComplete
    }

    /// What a scenario of the user's says is so.
    public static let told = Circumstances(
        standings: [:], completeness: .told,
        unseenReleases: Release.known.lowerBound...Release.newestSettled)

    private init(
        standings: [String: Standing], completeness: Completeness,
        unseenReleases: ClosedRange<Release>
    ) {
        self.standings = standings
        self.completeness = completeness
        self.unseenReleases = unseenReleases
    }

    /// What a recording carries.
    ///
    /// - Parameter told: how many servers there were, as a person says.
    public init(_ evidence: RecordedEvidence, servers told: Int? = nil) {
        var standings: [String: Standing] = [:]
        let showsStarts = evidence.processes.contains { $0.readyAt != nil }
        for server in evidence.servers {
            standings[server] = Circumstances.standing(
                of: server, evidence.processes.filter { $0.server == server },
                signs: evidence.signsOfLife[server] ?? Spans(),
                longest: showsStarts ? nil : Standing.longest)
        }
        let bases = standings.values.map(\.basis)
        self.init(
            standings: standings,
            completeness: Completeness(evidence, isNamed: !bases.contains(.mixed), told: told),
            unseenReleases: Circumstances.unseen(evidence.processes))
        clockMargin = Circumstances.clockMargin(evidence)
        hasAnswers = evidence.hasAnswers
        hasForwarding = !evidence.forwarders.isEmpty || evidence.hasLoops
    }

    /// What was compared is known to milliseconds; what was not, by how servers saw each other's
    /// changes at best.
    private static func clockMargin(_ evidence: RecordedEvidence) -> Int64 {
        let servers = evidence.servers.count
        guard servers > 1 else { return 0 }
        let clocks = evidence.clocks
        let rest: Int64 =
            evidence.changes.clocksAgree(servers: servers) ? .second : ServerClocks.usual
        if clocks.isComplete, clocks.isCorrected { return clocks.margin }
        if clocks.isComplete, !clocks.varies { return min(clocks.margin, rest) }
        return max(clocks.margin, rest)
    }

    private static func standing(
        of server: String, _ processes: [ServerProcess], signs: Spans, longest: Int64?
    ) -> Standing {
        let basis: Standing.Basis =
            // Where no record names its server nothing shows that it was one alone.
            server.isEmpty || MixedLog(processes) != nil
            ? .mixed
            : processes.allSatisfy {
                $0.isVersionExact && $0.release.map(Release.known.contains) == true
            }
                ? .known : .assumed
        return Standing(basis, processes, signs: signs, longest: longest)
    }

    /// Servers of one control plane are a minor release apart at most; where none is known, any is.
    private static func unseen(_ processes: [ServerProcess]) -> ClosedRange<Release> {
        let seen = processes.compactMap(\.release)
        guard let first = seen.min(), let last = seen.max() else {
            return Release.known.lowerBound...Release.known.upperBound.neighbours.upperBound
        }
        return first.neighbours.lowerBound...last.neighbours.upperBound
    }
}
