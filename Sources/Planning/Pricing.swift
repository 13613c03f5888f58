import Bytes
import ControlPlane
import Judgments
public import KubeAPI
import Replay

/// A comparison of many ways to upgrade: compiled once, counted in one scan, priced by sums.
///
/// In three steps: `init` compiles what the plans differ in, the shell reads the recording into
/// counters, and `priced` gives every plan the numbers that a replay of its scenario counts. A plan
/// costs a sum over its servers: what a server's requests pay depends on its place in the order and
/// on the start, not on who else is where.
public struct Pricing: Sendable {
    public let fleet: Fleet
    public let plans: [Plan]
    let tariffs: Tariffs
    let load: LoadPlan
    /// The starts of all plans, ascending, and the bin in which each offset of the tariffs lies
    /// after each of them: by start and offset.
    let starts: [Int64]
    let bins: [UInt32]
    /// Between two of these nothing changes in what becomes of a request in any plan; ascending.
    public let turns: [Int64]
    private let offsetNumbers: [Int64: Int]
    /// The resource ids of what the new release's components would ask of any server.
    private let demanded: [UInt32]

    /// - Parameters:
    ///   - names: of the recording.
    ///   - ownClients: the loopback clients of the servers.
    ///   - demand: what is added to what was recorded.
    public init(
        _ fleet: Fleet, _ plans: [Plan], names: Names, ownClients: Set<UInt32>,
        demand: PredictedDemand = PredictedDemand()
    ) {
        self.fleet = fleet
        self.plans = plans
        // What nobody asked for yet has a number too, from here on.
        var names = names
        demanded = demand.askedOfPeers.map {
            names.resource(group: $0.group, version: $0.version, resource: $0.resource)
        }
        tariffs = Tariffs(fleet, plans, names)
        starts = Set(plans.map(\.start)).sorted()
        let offsets = tariffs.offsets
        offsetNumbers = Dictionary(
            uniqueKeysWithValues: offsets.enumerated().map { ($1, $0) })
        let edges = instants(starts, offsets)
        turns = instants(starts, tariffs.turns)
        let members = Dictionary(
            fleet.members.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first })
        load = LoadPlan(
            servers: (0..<names.servers.count).map { members[names.servers[UInt32($0)]] ?? -1 },
            classes: tariffs.classes, isDisputed: tariffs.isDisputed, ownClients: ownClients,
            edges: edges)
        var bins: [UInt32] = []
        bins.reserveCapacity(edges.count)
        for start in starts {
            bins += offsets.map { [load] in load.bin(of: start.clampedAdding($0)) }
        }
        self.bins = bins
    }

    /// Takes the requests of one part of the recording.
    public func counter() -> LoadCounter { LoadCounter(load) }

    /// Every plan with its toll, in the order of `plans`.
    ///
    /// - Parameter managerReachesOthers: the controller-manager speaks to more than the API server
    ///   of its own node, so that what it asks can meet an old one.
    public func priced(
        _ parts: [LoadCounter], stakes: [Stake] = [], managerReachesOthers: Bool = false
    ) -> PricedPlans {
        PricedPlans(self, Load(parts, load), stakes, managerReachesOthers: managerReachesOthers)
    }

    /// The bins that a span covers after one of the starts.
    func range(of span: Tariff.Span, start: Int) -> (from: UInt32, until: UInt32) {
        let row = start * tariffs.offsets.count
        let from = offsetNumbers[span.from].map { bins[row + $0] } ?? 0
        let until = offsetNumbers[span.until].map { bins[row + $0] } ?? .max
        return (from, until)
    }

    /// What a plan pays for the demand of the new release: as soon as the first of its servers is
    /// ready, and so its components run.
    func toll(ofDemandIn plan: Plan) -> Toll {
        var toll = Toll()
        guard let number = tariffs.number(of: plan) else { return toll }
        let offset = plan.firstReady.clampedAdding(PredictedDemand.pause)
        for resource in demanded {
            let outcomes = fleet.members.indices.map { place in
                tariffs.tariffs[number].outcomes(
                    at: offset, place: place, class: tariffs.classes[Int(resource)])
            }
            let refused = outcomes.filter { $0.contains(.wrongNotFound) }
            guard !refused.isEmpty else { continue }
            toll.add(.demands, isCertain: refused.contains { $0.isCertain })
        }
        return toll
    }

    func startNumber(of plan: Plan) -> Int { starts.partitioningIndex { $0 >= plan.start } }
}

/// Every start with every offset added, ascending, each once.
private func instants(_ starts: [Int64], _ offsets: [Int64]) -> [Int64] {
    var all: [Int64] = []
    all.reserveCapacity(starts.count * offsets.count)
    for start in starts { all += offsets.map { start.clampedAdding($0) } }
    all.sort()
    var result: [Int64] = []
    result.reserveCapacity(all.count)
    for instant in all where result.last != instant { result.append(instant) }
    return result
}

/// Something that hangs on what one server answers at one instant: a namespace that is being
/// removed just then, an owner that the garbage collector asks for.
public struct Stake: Sendable, Hashable {
    public enum Kind: Sendable { case namespace, owner }

    public var kind: Kind
    /// What a person calls it.
    public var name: String
    public var at: Int64
    /// The server, by its id in the recording.
    public var server: UInt32
    /// Resource ids of the recording: each list is one resource in its versions.
    ///
    /// One resource of which every version is refused, and one wrongly, is enough.
    public var resources: [[UInt32]]
    /// What stays behind with a namespace, or hangs on an owner.
    public var objects: Int

    public init(
        kind: Kind, name: String, at: Int64, server: UInt32, resources: [[UInt32]], objects: Int
    ) {
        self.kind = kind
        self.name = name
        self.at = at
        self.server = server
        self.resources = resources
        self.objects = objects
    }
}

/// Every plan with what it costs.
public struct PricedPlans: Sendable {
    public let pricing: Pricing
    /// By plan.
    public private(set) var tolls: [Toll] = []
    public var requests: Int { load.requests }
    let load: Load
    private let stakes: [Stake]
    private let groupsByServer: [[Int]]
    private let stakesByServer: [[Int]]

    private let managerReachesOthers: Bool

    init(
        _ pricing: Pricing, _ load: Load, _ stakes: [Stake], managerReachesOthers: Bool
    ) {
        self.pricing = pricing
        self.managerReachesOthers = managerReachesOthers
        self.load = load
        self.stakes = stakes
        let servers = pricing.fleet.members.count
        groupsByServer = (0..<servers).map { server in
            load.groups.indices.filter { load.groups[$0].server == server }
        }
        stakesByServer = (0..<servers).map { server in
            stakes.indices.filter { pricing.load.servers[Int(stakes[$0].server)] == server }
        }
        tolls = priceAll()
    }

    private struct Seat: Hashable {
        var tariff: Int
        var place: Int
        var server: Int
    }

    /// What each server pays at each place, by start, is worked out once and summed for each plan.
    private func priceAll() -> [Toll] {
        var known: [Seat: [Toll]] = [:]
        var demands: [Int: Toll] = [:]
        return pricing.plans.map { plan in
            guard let tariff = pricing.tariffs.number(of: plan) else { return Toll() }
            let start = pricing.startNumber(of: plan)
            var sum = Toll()
            if managerReachesOthers {
                sum = demands[tariff] ?? pricing.toll(ofDemandIn: plan)
                demands[tariff] = sum
            }
            for (place, server) in pricing.fleet.seating(of: plan).enumerated() {
                let seat = Seat(tariff: tariff, place: place, server: server)
                if let tolls = known[seat] {
                    sum += tolls[start]
                } else {
                    let tolls = price(seat)
                    sum += tolls[start]
                    known[seat] = tolls
                }
            }
            return sum
        }
    }

    private func price(_ seat: Seat) -> [Toll] {
        let tariff = pricing.tariffs.tariffs[seat.tariff]
        var tolls = [Toll](repeating: Toll(), count: pricing.starts.count)
        for number in groupsByServer[seat.server] {
            let group = load.groups[number]
            let spans = tariff.spans(
                place: seat.place, class: group.classNumber, manner: group.manner)
            for span in spans where !span.toll.isNothing {
                for start in tolls.indices {
                    let (from, until) = pricing.range(of: span, start: start)
                    tolls[start] += span.toll * group.count(from: from, until: until)
                }
            }
        }
        for number in stakesByServer[seat.server] {
            let stake = stakes[number]
            for (index, start) in pricing.starts.enumerated() {
                if let isCertain = risk(stake, tariff, place: seat.place, start: start) {
                    let item = stake.kind == .namespace ? Toll.Item.namespaces : .owners
                    tolls[index].add(item, isCertain: isCertain)
                }
            }
        }
        return tolls
    }

    /// Whether a stake is lost for certain, or perhaps; nil where it is not.
    private func risk(_ stake: Stake, _ tariff: Tariff, place: Int, start: Int64) -> Bool? {
        var result: Bool?
        for versions in stake.resources {
            let outcomes = versions.map { resource in
                tariff.outcomes(
                    at: stake.at - start, place: place,
                    class: pricing.tariffs.classes[Int(resource)])
            }
            guard outcomes.contains(where: { $0.contains(.wrongNotFound) }),
                outcomes.allSatisfy(\.mayBeRefused)
            else { continue }
            result = (result ?? false) || outcomes.allSatisfy(\.isRefused)
        }
        return result
    }

    // MARK: Details of one plan

    /// A client, or a resource, with what it pays.
    public struct Share: Sendable {
        /// Of the recording.
        public var client: UInt32
        public var resource: UInt32
        public var server: Int
        public var toll: Toll
    }

    /// Who pays for a plan: clients, what they asked for and where, the one that pays most first.
    ///
    /// Requests to a server that is down are in no share: they concern everybody.
    public func shares(of plan: Plan) -> [Share] {
        guard let number = pricing.tariffs.number(of: plan) else { return [] }
        let tariff = pricing.tariffs.tariffs[number]
        let start = pricing.startNumber(of: plan)
        var shares: [Share] = []
        for (place, server) in pricing.fleet.seating(of: plan).enumerated() {
            for group in groupsByServer[server].lazy.map({ load.groups[$0] })
            where pricing.tariffs.isDisputed[group.classNumber] {
                let spans = tariff.spans(
                    place: place, class: group.classNumber, manner: group.manner)
                for cell in group.cells {
                    var toll = Toll()
                    for span in spans where !span.toll.isNothing {
                        let (from, until) = pricing.range(of: span, start: start)
                        toll += span.toll * cell.count(from: from, until: until)
                    }
                    guard !toll.isNothing else { continue }
                    shares.append(
                        Share(
                            client: cell.client, resource: cell.resource, server: server,
                            toll: toll))
                }
            }
        }
        return shares.sorted {
            ($1.toll.wrong, $1.toll.perhapsWrong, $0.client, $0.resource, $0.server)
                < ($0.toll.wrong, $0.toll.perhapsWrong, $1.client, $1.resource, $1.server)
        }
    }

    /// Whether a plan lets a request for a resource through that reaches a server at an instant: as
    /// a function of server, resource and instant.
    public func letsThrough(_ plan: Plan) -> (UInt32, UInt32, Int64) -> Bool {
        guard let number = pricing.tariffs.number(of: plan) else { return { _, _, _ in false } }
        let tariff = pricing.tariffs.tariffs[number]
        let order = pricing.fleet.seating(of: plan)
        return { [pricing] server, resource, at in
            guard let place = order.firstIndex(of: pricing.load.servers[Int(server)]) else {
                return false
            }
            let outcomes = tariff.outcomes(
                at: at - plan.start, place: place, class: pricing.tariffs.classes[Int(resource)])
            return outcomes.contains(.local) || outcomes.contains(.proxied)
        }
    }

    /// Who asked for something, how often, and when last.
    public struct Asking: Sendable {
        public var client: UInt32
        public var resource: UInt32
        public var requests: Int
        public var lastAt: Int64
    }

    /// Who asked for resources that only one side has, by client and resource.
    public func asking(for isMeant: (UInt32) -> Bool) -> [Asking] {
        var found: [SIMD2<UInt32>: Asking] = [:]
        for cell in load.groups.lazy.flatMap(\.cells) where cell.resource != 0 {
            guard isMeant(cell.resource) else { continue }
            let key = SIMD2(cell.client, cell.resource)
            let known = found[key]
            found[key] = Asking(
                client: cell.client, resource: cell.resource,
                requests: (known?.requests ?? 0) + cell.requests,
                lastAt: max(known?.lastAt ?? .min, cell.lastAt))
        }
        return found.values.sorted {
            ($1.requests, $0.client, $0.resource) < ($0.requests, $1.client, $1.resource)
        }
    }

    /// The stakes that a plan loses, and whether for certain.
    public func losses(of plan: Plan) -> [(stake: Stake, isCertain: Bool)] {
        guard let number = pricing.tariffs.number(of: plan) else { return [] }
        let tariff = pricing.tariffs.tariffs[number]
        return pricing.fleet.seating(of: plan).enumerated().flatMap { place, server in
            stakesByServer[server].compactMap { index in
                risk(stakes[index], tariff, place: place, start: plan.start).map {
                    (stake: stakes[index], isCertain: $0)
                }
            }
        }
    }
}
