import Bytes
import Judgments

/// What one server holds of a peer: nothing, or what a process said when its discovery was read.
struct Belief: Hashable, Sendable {
    /// -1 where the peer is absent from the cache.
    var process: Int
    /// When it was read, to the precision at which custom and aggregated APIs changed.
    var read: UncertainTime

    static let absent = Belief(process: -1, read: UncertainTime(0, 0))
    var isAbsent: Bool { process < 0 }
}

/// One rebuild of a peer cache: all peers are read anew, whatever was known before (F3.15, F3.18).
private struct Reading {
    var moment: UncertainTime
    var certainty: Certainty
    /// Readings of one session follow each other in this order, however their moments overlap.
    var session: Int
    /// By identity.
    var results: [[Belief]]
}

private enum Certainty {
    case happens
    /// If all before it failed.
    case happensAfterFailure
    case mayHappen
}

/// What a server gets to see of one peer in a reading.
private struct Sight {
    var beliefs: [Belief] = []
    var failure = Known.no
    /// An address was there and the fetch failed, which 1.33 and 1.34 do not survive.
    var failedFetch = Known.no

    mutating func see(_ belief: Belief) {
        if !beliefs.contains(belief) { beliefs.append(belief) }
    }

    /// A fetch that failed, if it was made: the peer is absent, and it is tried again or fatal.
    mutating func fail(_ outcome: PeerFetchOutcome) {
        if outcome.held.isEmpty { see(.absent) }
        if outcome.isTriedAgain || outcome.endsProcess { failure = failure || .maybe }
        if outcome.endsProcess { failedFetch = .maybe }
    }
}

extension Model {
    /// Plays every lease event at every server that listens to them.
    mutating func readPeers() {
        let events = leases.flatMap(\.events).sorted {
            ($0.moment.earliest, $0.identity) < ($1.moment.earliest, $1.identity)
        }
        let eras = Eras(windows)
        var beliefs: [[Track<[Belief]>]] = []
        var deaths: [Track<Bool>] = []
        for server in serverNames.indices {
            var possibilities = [[Possibility<Belief>]](repeating: [], count: leases.count)
            var died: [Possibility<Bool>] = []
            for number in processesByServer[server] where processes[number].readsPeers {
                let reader = PeerReader(model: self, process: number, eras: eras)
                let outcome = reader.read(events)
                for identity in leases.indices {
                    possibilities[identity] += outcome.possibilities[identity]
                }
                if let death = outcome.death {
                    let end = processes[number].goneAt.latest
                    died.append(Possibility(true, from: death, until: end))
                }
            }
            beliefs.append(possibilities.map(Track.init(covering:)))
            deaths.append(Track(covering: died).mapped { !$0.isEmpty })
        }
        setPeerReadings(beliefs: beliefs, mayHaveDied: deaths)
    }
}

/// The while between two changes of custom and aggregated APIs, so that readings that saw the same
/// are the same.
struct Eras: Sendable {
    private var starts: [Int64]

    init(_ windows: [ExtensionWindow]) {
        starts = Set(windows.flatMap(\.changes)).union([.min]).sorted()
    }

    func widened(_ moment: UncertainTime) -> UncertainTime {
        let first = starts.last { $0 <= moment.earliest } ?? .min
        let next = starts.first { $0 > moment.latest } ?? .max
        return UncertainTime(first, next - 1)
    }
}

/// The peer discovery worker of one process.
private struct PeerReader {
    let model: Model
    let number: Int
    let process: ProcessModel
    let dialect: Dialect
    let eras: Eras

    init(model: Model, process number: Int, eras: Eras) {
        self.model = model
        self.number = number
        self.eras = eras
        process = model.processes[number]
        dialect = process.dialect ?? .peerDiscovery
    }

    /// How long after a lease is made the last of the first six tries may come (F3.19): an event
    /// is heard within 150 ms, they follow within 155 ms, and take some themselves.
    private static let firstTries: Int64 = 345 * .millisecond

    struct Outcome {
        var possibilities: [[Possibility<Belief>]]
        var death: Int64?
    }

    func read(_ events: [LeaseEvent]) -> Outcome {
        var readings: [Reading] = []
        var death: Int64?
        let others = events.filter {
            $0.identity != process.identity
                && $0.moment.latest >= process.identityLeaseMade.earliest
                && $0.moment.earliest < process.stoppedAt
        }
        let atStart = model.leases.map {
            Known.over($0.exists.values(in: process.firstPeerReading)) ?? .no
        }
        let first = firstSession(others, atStart)
        // A lease that comes after the first reading is no part of it: nothing has counted yet.
        let firstSettled = play(first, &readings, &death)
        var settled = atStart.map { $0 == .no ? .min : firstSettled }
        for (index, event) in others.enumerated() {
            let isSole = !others[..<index].contains { $0.identity == event.identity }
            let next = others[(index + 1)...].first { $0.identity == event.identity }
            var session = Session(
                event: event, start: event.moment.later(to: 150 * .millisecond),
                isCertain: event.isCertain
                    && event.moment.earliest >= process.identityLeaseMade.latest,
                isFresh: event.moment.earliest >= settled[event.identity],
                paceEnds: next?.moment.earliest ?? .max, number: readings.count)
            if isSole, isNew(event) { session.begin(noEarlierThan: process.identityLeaseMade) }
            settled[event.identity] = play(session, &readings, &death)
        }
        let possibilities = model.leases.indices.map { beliefs(of: $0, readings) }
        return Outcome(possibilities: possibilities, death: death)
    }

    /// The leases that are there at the start, which go on as long as one of them surely does.
    private func firstSession(_ others: [LeaseEvent], _ atStart: [Known]) -> Session {
        let sure = atStart.indices.filter { $0 != process.identity && atStart[$0] == .yes }
        let undisturbed = sure.map { identity in
            others.first { $0.identity == identity }?.moment.earliest ?? .max
        }
        return Session(
            event: nil, start: process.firstPeerReading, isCertain: true, isFresh: true,
            paceEnds: undisturbed.max() ?? .min, number: 0)
    }

    /// Whether an event makes a lease where there was none: the informer tells of it once, be it
    /// there at the start or not.
    private func isNew(_ event: LeaseEvent) -> Bool {
        guard case .made = event.kind else { return false }
        return model.leases[event.identity].exists[at: event.moment.earliest.clampedAdding(-1)]
            == .no
    }

    /// What one lease event leads to: a reading at once, and tries while any peer fails (F3.19).
    private struct Session {
        /// Nil for the leases that are there at the start.
        var event: LeaseEvent?
        var start: UncertainTime
        var isCertain: Bool
        /// Failures are counted by lease until a reading succeeds: where an earlier event of this
        /// one is still being tried, tries come when that count says.
        var isFresh: Bool
        /// When another event of the lease makes the count, and so the pauses, grow faster.
        var paceEnds: Int64
        var number: Int

        /// The first that is heard of the lease: not before the process listens to them.
        mutating func begin(noEarlierThan listens: UncertainTime) {
            guard let event else { return }
            let heard = UncertainTime(
                max(event.moment.earliest, listens.earliest),
                max(event.moment.latest, listens.latest))
            self.event?.moment = heard
            start = heard.later(to: 150 * .millisecond)
            isCertain = event.isCertain && heard.latest < paceEnds
            isFresh = true
        }

        func certainty(at moment: UncertainTime, after failure: Known) -> Certainty {
            guard isCertain, isFresh, moment.latest < paceEnds else { return .mayHappen }
            return failure == .yes ? .happens : .happensAfterFailure
        }
    }

    /// - Returns: from when on the count of its lease is surely back at nothing.
    private func play(
        _ session: Session, _ readings: inout [Reading], _ death: inout Int64?
    ) -> Int64 {
        let delays = dialect.retryDelays
        // The first six tries follow each other within 155 ms: in one block.
        var elapsed = delays.prefix(5).reduce(0, +)
        let slow = model.faults.delay(from: process.server, in: session.start)
        var moment = session.start.later(to: elapsed + 60 * .millisecond + 6 * slow)
        var failure = look(
            moment, session, isFirst: true, session.isCertain ? .happens : .mayHappen, &readings,
            &death)
        for (index, delay) in delays.enumerated().dropFirst(5) {
            guard failure.isPossible, moment.earliest < process.stoppedAt else {
                return failure == .no ? moment.latest : .max
            }
            let before = elapsed
            elapsed += delay
            // Pauses begin when a try is over, and each may be slow.
            let drift = Int64(index) * 50 * .millisecond + Int64(index + 2) * slow
            moment = session.start.later(
                by: session.isFresh ? elapsed : before, to: elapsed + drift)
            let certainty = session.certainty(at: moment, after: failure)
            failure = min(
                failure, look(moment, session, isFirst: false, certainty, &readings, &death))
        }
        // Given up, or done: either way the count begins anew.
        return session.isFresh ? moment.latest : .max
    }

    /// Reads every peer once; tells whether any of them failed.
    private func look(
        _ moment: UncertainTime, _ session: Session, isFirst: Bool, _ certainty: Certainty,
        _ readings: inout [Reading], _ death: inout Int64?
    ) -> Known {
        var failure = Known.no
        var failedFetch = Known.no
        let results = model.leases.indices.map { identity -> [Belief] in
            guard identity != process.identity else { return [.absent] }
            let sight = see(identity, in: moment, session.event, isFirst: isFirst)
            failure = failure || sight.failure
            failedFetch = failedFetch || sight.failedFetch
            return sight.beliefs
        }
        // Who is told to stop reads no more.
        let mayStop = moment.latest >= process.stoppedAt
        readings.append(
            Reading(
                moment: moment, certainty: mayStop ? .mayHappen : certainty,
                session: session.number, results: results))
        if failedFetch.isPossible {
            death = min(death ?? .max, moment.earliest)
        }
        return failure
    }

    /// What a reading may find of one peer.
    private func see(
        _ identity: Int, in moment: UncertainTime, _ event: LeaseEvent?, isFirst: Bool
    ) -> Sight {
        var sight = Sight()
        var exists = Known.over(model.leases[identity].exists.values(in: moment)) ?? .no
        var newcomer = -1
        if let event, event.identity == identity {
            switch event.kind {
            case .deleted: if isFirst { exists = .no }
            case .made(let process):
                exists = .yes
                // F3.8: the endpoint lease of a starting process follows its identity lease, by
                // more than the first tries take unless it starts within two seconds.
                let published = model.processes[process].addressPublished
                let tried = event.moment.latest.clampedAdding(PeerReader.firstTries)
                if isFirst, published.earliest > tried { newcomer = process }
            }
        }
        if exists != .yes { sight.see(.absent) }
        guard exists.isPossible else { return sight }
        var endpoints: [LeasedEndpoint] = []
        for values in model.endpoints[identity].values(in: moment) {
            for endpoint in values {
                let seen = endpoint.process == newcomer ? LeasedEndpoint.none : endpoint
                if !endpoints.contains(seen) { endpoints.append(seen) }
            }
        }
        for endpoint in endpoints { fetch(endpoint, in: moment, &sight) }
        if sight.beliefs.allSatisfy(\.isAbsent), exists == .yes { sight.failure = .yes }
        return sight
    }

    /// Reads the discovery of whoever answers at an address (F3.16).
    private func fetch(_ endpoint: LeasedEndpoint, in moment: UncertainTime, _ sight: inout Sight) {
        guard !endpoint.isNone else {
            sight.fail(dialect.outcome(of: .withoutAddress))
            return
        }
        // While there is an address, the process that wrote it has been ready.
        let written = model.processes[endpoint.process].addressPublished.earliest
        let meanwhile = UncertainTime(max(moment.earliest, written), moment.latest)
        for server in model.targets[endpoint.target].servers {
            let broken = model.faults.breaks(from: process.server, to: server, in: meanwhile)
            var fails = broken.isPossible
            for presences in model.presence[server].values(in: meanwhile) {
                for presence in presences {
                    if presence.isDown || !model.processes[presence.process].trustsPeers {
                        fails = true
                    } else if broken != .yes {
                        sight.see(Belief(process: presence.process, read: eras.widened(moment)))
                    }
                }
            }
            if fails { sight.fail(dialect.outcome(of: .unanswered)) }
        }
    }

    /// What may be held of one identity, from each reading until a later one replaces it.
    private func beliefs(of identity: Int, _ readings: [Reading]) -> [Possibility<Belief>] {
        let end = process.goneAt.latest
        let first = readings[0].moment.latest
        var result = [Possibility(Belief.absent, from: process.startedAt, until: min(first, end))]
        for (index, reading) in readings.enumerated() {
            for belief in reading.results[identity] {
                var until = end
                for (other, later) in readings.enumerated() where later.moment.latest < until {
                    let follows =
                        later.moment.earliest >= reading.moment.latest
                        || (later.session == reading.session && other > index)
                    guard follows else { continue }
                    let found = later.results[identity]
                    let isNews = belief.isAbsent && !found.contains(where: \.isAbsent)
                    let replaces =
                        later.certainty == .happens
                        || (later.certainty == .happensAfterFailure && isNews)
                    if replaces { until = later.moment.latest }
                }
                guard reading.moment.earliest < until else { continue }
                result.append(
                    Possibility(
                        belief, from: max(reading.moment.earliest, process.startedAt),
                        until: until))
            }
        }
        return result
    }
}
