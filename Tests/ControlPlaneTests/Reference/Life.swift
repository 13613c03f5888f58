import Bytes
import ControlPlane
import KubeAPI
import Randomness

/// A generator whose draws are the same on every machine.
public struct Draws: RandomNumberGenerator {
    private var random: SplitMix

    public init(seed: UInt64) { random = SplitMix(state: seed &* 0x9E37_79B9_7F4A_7C15) }

    public mutating func next() -> UInt64 { random.next() }

    mutating func instant(_ low: Int64, _ high: Int64) -> Int64 {
        low < high ? Int64.random(in: low...high, using: &self) : low
    }

    /// Up to so many milliseconds.
    mutating func upTo(_ milliseconds: Int64) -> Int64 {
        Int64.random(in: 0...(milliseconds * .ms), using: &self)
    }

    mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

extension Int64 {
    static let ms: Int64 = 1_000_000
    static let s: Int64 = 1_000_000_000
}

/// One process as it may have been: every instant that a scenario leaves open is drawn.
struct Life {
    let server: Int
    let process: Scenario.Process
    let activation: Activation
    let dialect: Dialect?
    /// Of the built-in APIs, the core group included.
    let builtIn: PeerDocumentCache.Entry
    let listensAt: Int64
    let leaseAt: Int64
    /// As the scenario says it.
    let readyAt: Int64
    let publishedAt: Int64
    /// When the filter had synced, unknown paths were answered with 404, custom resources were in.
    let syncedAt: Int64
    let installedAt: Int64
    let extensionsAt: Int64
    let filledAt: Int64
    let recordsAt: Int64
    let stoppedAt: Int64
    let goneAt: Int64
    var diedAt: Int64?
    /// By extension: when it served it, and when its document listed it.
    let served: [Range<Int64>]
    let listed: [Range<Int64>]
    /// By extension: the first reading of its own document was too early for it (F3.14).
    let missedAtFirst: [Bool]

    init(
        _ process: Scenario.Process, of server: Int, in scenario: Scenario, next: Int64?,
        _ random: inout Draws
    ) {
        self.server = server
        self.process = process
        activation = Activation(process, of: scenario.servers[server], in: scenario)
        dialect = Dialect(process.release)
        let own = ServerDiscovery(served: activation.served, extensions: [])
        builtIn = PeerDocumentCache.Entry(
            resources: own.core.currentResources + own.apis.currentResources,
            groups: own.apis.groups)
        let start = process.startedAt
        let startUp = process.readyAfter
        readyAt = start + startUp
        let latest = start + max(startUp / 100 * 58, startUp - 1200 * .ms)
        leaseAt = random.instant(start + startUp / 5, latest)
        listensAt = random.instant(start, leaseAt)
        let wasReady = random.instant(readyAt - min(550 * .ms, startUp / 4), readyAt + 50 * .ms)
        publishedAt = wasReady + random.upTo(200)
        let ready = min(readyAt, wasReady)
        filledAt = leaseAt + min(random.upTo(300), max(0, ready - leaseAt))
        syncedAt = random.instant(filledAt, max(filledAt, ready))
        installedAt = random.instant(listensAt, ready)
        extensionsAt = random.instant(listensAt, ready)
        recordsAt = random.instant(leaseAt, ready)
        stoppedAt = process.stoppedAt ?? .max
        if stoppedAt == .max {
            goneAt = .max
        } else if case .graceful(let drain) = process.end {
            goneAt = min(stoppedAt + drain + random.upTo(1000), next ?? .max)
        } else {
            goneAt = min(stoppedAt + random.upTo(100), next ?? .max)
        }
        var served: [Range<Int64>] = []
        var listed: [Range<Int64>] = []
        for item in scenario.extensions {
            let from = item.from + random.upTo(6000)
            let until = item.until.map { $0 + random.upTo(10_000) } ?? .max
            served.append(from..<max(from, until))
            let lag: Int64 = item.isAggregated ? 62_000 : 2_000
            let shows = from + random.upTo(lag)
            let hides = until == .max ? .max : until + random.upTo(lag)
            listed.append(
                item.isAggregated && !item.isAvailable ? 0..<0 : shows..<max(shows, hides))
        }
        self.served = served
        self.listed = listed
        missedAtFirst = scenario.extensions.map { _ in random.isOne(in: 2) }
    }

    func isUp(at instant: Int64) -> Bool {
        instant >= listensAt && instant < goneAt && diedAt.map { instant < $0 } ?? true
    }

    /// Whether its worker runs and its leases are renewed.
    func isWorking(at instant: Int64) -> Bool {
        instant >= leaseAt && instant < stoppedAt && diedAt == nil
    }

    var isGraceful: Bool {
        if case .graceful = process.end { return true }
        return false
    }

    func serves(_ id: GroupVersionResource, _ extensions: [Scenario.Extension], at instant: Int64)
        -> Bool
    {
        if activation.served[id] == .yes { return true }
        guard instant >= extensionsAt else { return false }
        return extensions.indices.contains {
            extensions[$0].has(id) && served[$0].contains(instant)
        }
    }

    /// Its own discovery, without what peers serve.
    func document(_ extensions: [Scenario.Extension], at instant: Int64) -> PeerDocumentCache.Entry
    {
        let visible = extensions.indices.filter { listed[$0].contains(instant) }
        guard !visible.isEmpty else { return builtIn }
        let own = ServerDiscovery(
            served: activation.served,
            extensions: visible.map {
                var item = extensions[$0]
                (item.from, item.until) = (.min, nil)
                return item
            })
        return PeerDocumentCache.Entry(
            resources: own.core.currentResources + own.apis.currentResources,
            groups: own.apis.groups)
    }

    /// Whether its copy of its own discovery has a resource: made at start, then every half hour.
    func holdsOwn(
        _ id: GroupVersionResource, _ extensions: [Scenario.Extension], at instant: Int64
    ) -> Bool {
        if activation.served[id] == .yes { return true }
        let interval = 1800 * Int64.s
        let round = max(0, instant - filledAt) / interval
        return extensions.indices.contains {
            extensions[$0].has(id) && listed[$0].contains(filledAt + round * interval)
                && !(round == 0 && missedAtFirst[$0])
        }
    }
}

extension Scenario.Extension {
    func has(_ id: GroupVersionResource) -> Bool {
        groupVersion == id.groupVersion && resources.contains { $0.name == id.resource }
    }
}
