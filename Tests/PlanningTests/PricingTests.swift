import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Planning
import Replay
import Randomness
import Testing

/// What a plan is priced at must be what a replay of its scenario counts: on plans of every kind.
@Suite("A plan's price") struct PricingTests {
    @Test("is what replay counts", arguments: UInt64(1)...24)
    func equalsReplay(_ seed: UInt64) throws {
        let world = RandomWorld(seed: seed)
        let pricing = Pricing(
            world.fleet, world.plans, names: world.names, ownClients: [RandomWorld.ownClient])
        let priced = pricing.priced(world.counters(pricing))
        #expect(world.plans.count >= 20)
        for (plan, toll) in zip(world.plans, priced.tolls) {
            let replayed = world.replayed(plan)
            #expect(toll == replayed.toll, "seed \(seed): \(plan)")
            #expect(world.byClient(priced.shares(of: plan)) == replayed.clients)
        }
    }

    @Test("has the demand of the new release as a replay of its scenario predicts it")
    func demand() {
        var predicted = 0
        for seed in UInt64(1)...12 {
            let world = RandomWorld(seed: seed)
            let demand = PredictedDemand(of: world.fleet.to, Sides(world.fleet))
            let pricing = Pricing(
                world.fleet, world.plans, names: world.names, ownClients: [], demand: demand)
            let priced = pricing.priced(world.counters(pricing), managerReachesOthers: true)
            for (plan, toll) in zip(world.plans, priced.tolls) {
                let scenario = world.fleet.scenario(of: plan)
                let requests = PredictedDemand.requests(
                    in: scenario, RoutingTable(scenario), recorded: .min ... .max,
                    reachesOthers: true)
                let refused = requests.filter { !$0.refusing.isEmpty }
                let sure = Set(refused.filter { $0.certainty == .certain }.map(\.resource))
                #expect(toll.certain(.demands) == sure.count, "seed \(seed): \(plan)")
                #expect(
                    toll.certain(.demands) + toll.possible(.demands)
                        == Set(refused.map(\.resource)).count)
                predicted += refused.count
            }
        }
        #expect(predicted > 100)
    }

    @Test("is not nothing everywhere, and differs between plans")
    func differs() {
        var wrong = 0
        var perhaps = 0
        var down = 0
        var different = Set<Toll>()
        for seed in UInt64(1)...6 {
            let world = RandomWorld(seed: seed)
            let pricing = Pricing(world.fleet, world.plans, names: world.names, ownClients: [])
            for toll in pricing.priced(world.counters(pricing)).tolls {
                wrong += toll.wrong
                perhaps += toll.perhapsWrong
                down += toll.certain(.unreachable)
                different.insert(toll)
            }
        }
        #expect(wrong > 100 && perhaps > 100 && down > 100)
        #expect(different.count > 50)
    }
}

/// A fleet, plans for it and recorded requests, all drawn.
private struct RandomWorld {
    static let start: Int64 = 1_800_000_000_000_000_000
    static let second: Int64 = 1_000_000_000
    static let length: Int64 = 2_400 * second
    static let ownClient: UInt32 = 9

    let fleet: Fleet
    private(set) var plans: [Plan] = []
    private(set) var names = Names()
    private var requests: [(subject: Replay.Subject, passes: [Pass])] = []

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        let from = 30 + Int(random.next() % 6)
        let count = 2 + Int(random.next() % 2)
        let alike = random.next() % 3 != 0
        let flags = RandomWorld.flags(&random)
        let members = (1...count).map { number in
            let own = alike ? flags : RandomWorld.flags(&random)
            return RollingUpgrade.Member(
                name: "cp-\(number)", flagsBefore: own, flagsAfter: own)
        }
        for member in members { _ = names.servers.intern(member.name) }
        _ = names.servers.intern("stranger")
        let recorded = RandomWorld.start...(RandomWorld.start + RandomWorld.length)
        fleet = Fleet(
            from: Release(minor: from), to: Release(minor: from + 1), members: members,
            extensions: RandomWorld.extensions(&random), recorded: recorded)
        draw(&random)
    }

    private mutating func draw(_ random: inout SplitMix) {
        let paces = (0..<2).map { _ in
            RollingUpgrade.Pace(
                down: Int64(random.next() % 20) * RandomWorld.second,
                ready: Int64(random.next() % 8_000) * 1_000_000,
                settle: Int64(random.next() % 120) * RandomWorld.second)
        }
        for _ in 0..<22 {
            var order = Array(fleet.members.indices)
            order.shuffle(using: &random)
            let start = RandomWorld.start + Int64(random.next() % 2_000_000) * 1_000_000
            plans.append(
                Plan(
                    order: order, start: start, pace: paces[Int(random.next() % 2)],
                    proxy: ProxySetting.allCases[Int(random.next() % 3)],
                    surge: random.next() % 4 == 0, goesBack: random.next() % 5 == 0))
        }
        let resources = RandomWorld.resources.map {
            names.resource(group: $0.group, version: $0.version, resource: $0.resource)
        }
        for id in 1...3_000 {
            let at = RandomWorld.start + Int64(random.next() % 2_400_000) * 1_000_000
            requests.append(request(Int64(id), at, resources, &random))
        }
        // Instants at which something changes are the ones to get wrong.
        for plan in plans {
            for offset in [0, plan.pace.down, plan.pace.step] {
                let id = Int64(requests.count + 1)
                requests.append(request(id, plan.start + offset, resources, &random))
            }
        }
    }

    private func request(
        _ id: Int64, _ at: Int64, _ resources: [UInt32], _ random: inout SplitMix
    ) -> (subject: Replay.Subject, passes: [Pass]) {
        let statuses: [UInt16] = [200, 200, 200, 404, 403, 503, 429, 0]
        let status = statuses[Int(random.next() % 8)]
        let flags: [RequestFlags] = [[], [], [], .peerProxiedHeader, .peerProxiedHeaderSpoofed]
        let resource =
            random.next() % 9 == 0 ? 0 : resources[Int(random.next() % 9) % resources.count]
        let subject = Replay.Subject(
            id: id, at: at, server: UInt32(1 + random.next() % UInt64(fleet.members.count + 1)),
            resource: resource, client: UInt32(random.next() % 10), verb: .get, status: status,
            notFound: status == 404 ? .route : .none, flags: flags[Int(random.next() % 5)])
        guard random.next() % 10 == 0 else { return (subject, []) }
        let pass = Pass(
            origin: id, at: at + 1_000, server: 1, status: 200, notFound: .none, flags: [])
        return (subject, [pass])
    }

    /// In three parts, as threads would count them, and not in the order of time.
    func counters(_ pricing: Pricing) -> [LoadCounter] {
        (0..<3).map { part in
            var counter = pricing.counter()
            for (subject, passes) in requests where Int(subject.id) % 3 == part {
                counter.receive(subject, isForwarded: !passes.isEmpty)
            }
            return counter
        }
    }

    /// The toll that a replay of the plan's scenario gives, and what each client pays of it.
    ///
    /// Requests to servers that the fleet lacks are nobody's, and those to servers that are down
    /// are no client's.
    func replayed(_ plan: Plan) -> (toll: Toll, clients: [UInt32: [Int]]) {
        let scenario = fleet.scenario(of: plan)
        let replay = Replay(
            table: RoutingTable(scenario), scenario: scenario, modes: [.whatIf], names: names,
            loopbackClients: [RandomWorld.ownClient])
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: scenario.servers.count)
        var toll = Toll()
        var clients: [UInt32: Toll] = [:]
        for (subject, passes) in requests {
            guard
                let verdict = replay.judge(
                    subject, passes: passes[...], memory: &memory, tallies: &tallies)?.whatIf,
                verdict.reason != .unknownServer
            else { continue }
            let own = Toll(of: OutcomeSet([verdict.outcome] + verdict.alternatives))
            toll += own
            if !own.isNothing, verdict.outcome != .unreachable {
                clients[subject.client] = (clients[subject.client] ?? Toll()) + own
            }
        }
        return (toll, clients.mapValues(bill))
    }

    func byClient(_ shares: [PricedPlans.Share]) -> [UInt32: [Int]] {
        let tolls = Dictionary(shares.map { ($0.client, $0.toll) }, uniquingKeysWith: +)
        return tolls.mapValues(bill).filter { $0.value.contains { $0 > 0 } }
    }

    /// What a client pays, item by item, without what it asked of servers that were down.
    private func bill(_ toll: Toll) -> [Int] {
        Toll.Item.allCases.filter { $0 != .unreachable }.flatMap {
            [toll.certain($0), toll.possible($0)]
        }
    }

    private static func flags(_ random: inout SplitMix) -> [String] {
        switch random.next() % 4 {
        case 0: ["--runtime-config=batch/v1=false"]
        case 1:
            ["--feature-gates=UnknownVersionInteroperabilityProxy=true", "--peer-ca-file=ca.crt"]
        default: []
        }
    }

    private static func extensions(_ random: inout SplitMix) -> [Scenario.Extension] {
        guard random.next() % 2 == 0 else { return [] }
        return [
            Scenario.Extension(
                groupVersion: GroupVersion(group: "crd.example.com", version: "v1"),
                resources: [.init(name: "widgets", kind: "Widget", namespaced: true)],
                from: start + 100 * second, until: start + 900 * second)
        ]
    }

    private static let resources = [
        GroupVersionResource(group: "", version: "v1", resource: "pods"),
        GroupVersionResource(group: "batch", version: "v1", resource: "jobs"),
        GroupVersionResource(group: "resource.k8s.io", version: "v1", resource: "resourceclaims"),
        GroupVersionResource(
            group: "resource.k8s.io", version: "v1beta1", resource: "resourceclaims"),
        GroupVersionResource(
            group: "admissionregistration.k8s.io", version: "v1",
            resource: "mutatingadmissionpolicies"),
        GroupVersionResource(
            group: "admissionregistration.k8s.io", version: "v1beta1",
            resource: "mutatingadmissionpolicies"),
        GroupVersionResource(
            group: "networking.k8s.io", version: "v1", resource: "ipaddresses"),
        GroupVersionResource(group: "apps", version: "v1beta1", resource: "deployments"),
        GroupVersionResource(group: "crd.example.com", version: "v1", resource: "widgets"),
    ]
}
