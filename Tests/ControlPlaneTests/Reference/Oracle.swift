import ControlPlane
import Judgments
import KubeAPI

/// Holds the routing table of a random scenario against a reference run of it.
public enum Oracle {
    /// A request that the table and the reference answer in different ways.
    public struct Difference: Sendable, CustomStringConvertible {
        public var seed: UInt64
        public var description: String
    }

    /// Where the table is known to be surer than it may be, by what the reference did instead;
    /// the cause is not known yet.
    public static let open: [UInt64: String] = [
        53_492: "read a peer for the last time while a resource was there that is gone since"
    ]

    /// - Returns: the first difference; nil where there is none.
    public static func difference(seed: UInt64, probes: Int = 60) -> Difference? {
        var random = Draws(seed: seed)
        let scenario = Scenario.random(&random)
        let table = RoutingTable(scenario)
        let run = ReferenceRun(scenario, seed: random.next())
        let resources = interesting(in: scenario, &random)
        for instant in instants(scenario, table, probes, &random) {
            run.advance(to: instant)
            let server = Int.random(in: scenario.servers.indices, using: &random)
            let resource = random.one(of: resources)
            let header = random.one(of: PeerProxiedHeader.allCases)
            // Where a process died against the scenario, what others saw of it is not in it either.
            let answer = run.respond(at: server, resource, header: header)
            if let dead = run.dead, dead != server || answer.outcomes != [.unreachable] { continue }
            let column = resource.map { table.column(for: $0) ?? RoutingTable.unknownColumn }
            let decision = table.decision(
                at: instant, server: server, resource: resource, header: header)
            let question =
                "\(instant) cp-\(server + 1) \(resource.map { "\($0)" } ?? "-") \(header)"
            let climbed = table.climbed(
                at: instant, server: server, column: column ?? RoutingTable.nonResourceColumn,
                header: header)
            if decision.branches.map(\.short) != climbed.branches.map(\.short) {
                return Difference(
                    seed: seed,
                    description: "\(question): the table says \(decision.branches.map(\.short)), "
                        + "the ladder \(climbed.branches.map(\.short))")
            }
            if decision.outcome != .unjudged, !answer.isAdmitted(by: decision) {
                return Difference(
                    seed: seed,
                    description: "\(question): \(answer), the table says "
                        + "\(decision.branches.map(\.short))")
            }
        }
        return nil
    }

    /// Anywhere, and around the instants at which the table says that something changes.
    private static func instants(
        _ scenario: Scenario, _ table: RoutingTable, _ count: Int, _ random: inout Draws
    ) -> [Int64] {
        let end = table.epochs.last { $0 < 40_000 * .s } ?? 0
        let epochs = table.epochs.filter { $0 > .min && $0 < .max - .s }
        return (0..<count).map { number in
            if number % 2 == 0 || epochs.isEmpty { return random.instant(-5 * .s, end + 60 * .s) }
            return random.one(of: epochs) + random.instant(-20 * .ms, 20 * .ms)
        }.sorted()
    }

    /// What not every process serves, some of what all do, and what nobody knows.
    private static func interesting(
        in scenario: Scenario, _ random: inout Draws
    ) -> [GroupVersionResource?] {
        var count: [GroupVersionResource: Int] = [:]
        let processes = scenario.servers.flatMap { server in
            server.processes.map { Activation($0, of: server, in: scenario).served }
        }
        for served in processes {
            for resource in served.resources { count[resource.id, default: 0] += 1 }
        }
        let sorted = count.keys.sorted()
        let disputed = sorted.filter { count[$0] != processes.count }
        var chosen: [GroupVersionResource?] = [
            nil, random.one(of: sorted),
            GroupVersionResource(group: "nobody.example.com", version: "v1", resource: "things"),
        ]
        for _ in 0..<6 where !disputed.isEmpty { chosen.append(random.one(of: disputed)) }
        for entry in scenario.extensions {
            let id = entry.groupVersion
            chosen += entry.resources.map {
                GroupVersionResource(group: id.group, version: id.version, resource: $0.name)
            }
        }
        return chosen
    }
}

extension Branch {
    var short: String { "\(outcome) \(answer) \(path)" }
}
