import Judgments
import ControlPlane
import Foundation
import KubeAPI
import Reference
import Testing

/// The table itself: look-up, views over time, explanations, and input that makes little sense.
struct RoutingTableTests {
    private static let upgrade = PeerDiscoveryTests.upgrade(35, 36, stop: 300, drain: 6)

    private static func id(_ text: String) -> GroupVersionResource {
        let parts = text.split(separator: "/").map(String.init)
        return GroupVersionResource(group: parts[0], version: parts[1], resource: parts[2])
    }

    @Test("an epoch holds its start and ends before the next")
    func epochs() {
        let table = Self.upgrade.table
        #expect(table.epochs[0] == .min)
        #expect(table.epochs == table.epochs.sorted())
        for (number, start) in table.epochs.enumerated() {
            #expect(table.epoch(at: start) == number)
            if number > 0 { #expect(table.epoch(at: start - 1) == number - 1) }
        }
        #expect(table.epoch(at: .max) == table.epochs.count - 1)
    }

    @Test("every cell holds a decision whose branches are apart, harmless ones first")
    func cells() {
        let table = Self.upgrade.table
        for epoch in table.epochs.indices {
            for server in table.servers.indices {
                for column in 0..<table.columnCount {
                    for header in PeerProxiedHeader.allCases {
                        let decision = table.decision(
                            epoch: epoch, server: server, column: column, header: header)
                        let outcomes = decision.branches.map(\.outcome)
                        #expect(outcomes == outcomes.sorted())
                        #expect(Set(decision.branches).count == decision.branches.count)
                        #expect(decision.branches.allSatisfy { $0.path.first == server })
                        if decision.branches.count == 1 { #expect(decision.reasons.isEmpty) }
                        if !decision.isCertain { #expect(!decision.reasons.isEmpty) }
                    }
                }
            }
        }
    }

    @Test("serving servers over time")
    func views() {
        let table = Self.upgrade.table
        func at(_ seconds: Double) -> Int64 { Plane.nanoseconds(seconds) }
        #expect(table.servers(serving: Self.id(newIn36), at: at(110)) == [2])
        #expect(table.servers(serving: Self.id(everywhere), at: at(110)) == [0, 1, 2])
    }

    @Test("a server's discovery holds its own groups, and from 1.35 on its peers' as well")
    func discovery() throws {
        let table = Self.upgrade.table
        let before = try #require(table.discovery(of: 0, at: Plane.nanoseconds(90)))
        #expect(before.mergesPeers)
        #expect(before.apis.resource(Self.id(newIn36)) == nil)
        let after = try #require(table.discovery(of: 0, at: Plane.nanoseconds(120)))
        #expect(after.isCertain)
        #expect(after.apis.resource(Self.id(newIn36)) != nil)
        #expect(after.own.apis.resource(Self.id(newIn36)) == nil)
        #expect(table.discovery(of: 2, at: Plane.nanoseconds(50)) == nil)
        let old = PeerDiscoveryTests.upgrade(33, 34).table
        #expect(old.discovery(of: 0, at: Plane.nanoseconds(120))?.mergesPeers == false)
    }

    @Test("the id of a server comes from its host name alone (F3.1)")
    func serverID() {
        // As recorded on running servers.
        #expect(ServerID.of(hostname: "cp-1") == "apiserver-rplpdvtx3lntmi4xy2xnxookk4")
        #expect(ServerID.of(hostname: "cp-3") == "apiserver-n3bqr4b3lprotupx63kwhlrj7u")
        let long = String(repeating: "a", count: 300)
        #expect(ServerID.of(hostname: long).count == ServerID.of(hostname: "").count)
    }

    @Test("an explanation climbs the ladder and says what was held")
    func explanation() throws {
        let table = Self.upgrade.table
        let forwarded = table.explanation(
            at: Plane.nanoseconds(120), server: 0, resource: Self.id(newIn36))
        #expect(
            forwarded.steps.map(\.rung) == [
                .notAResource, .alreadyForwarded, .notSynced, .servesLocally, .noPeer, .noAddress,
                .forward,
            ])
        #expect(forwarded.steps.last?.applies == .yes)
        #expect(forwarded.steps.dropLast().allSatisfy { $0.applies == .no })
        #expect(forwarded.servedBy == [2])
        #expect(forwarded.others.map(\.server) == [1, 2])
        #expect(forwarded.others[1].decision.outcome == .local)
        let facts = Set(forwarded.steps.flatMap(\.facts) + forwarded.holdings.flatMap(\.facts))
        #expect(facts.allSatisfy { Facts.meaning(of: $0) != nil })
        let held = try #require(
            forwarded.holdings.first { $0.text.contains("discovery of cp-3") })
        #expect(held.since > Plane.nanoseconds(103) && held.since < Plane.nanoseconds(115))
        let guarded = table.explanation(
            at: Plane.nanoseconds(120), server: 0, resource: Self.id(newIn36), header: .guarding)
        #expect(guarded.steps.last?.rung == .alreadyForwarded)
        let plain = table.explanation(at: Plane.nanoseconds(120), server: 0, resource: nil)
        #expect(plain.steps.map(\.rung) == [.notAResource])
        let down = table.explanation(
            at: Plane.nanoseconds(50), server: 2, resource: Self.id(newIn36))
        #expect(down.steps.map(\.rung) == [.notRunning])
    }

    @Test("what was held is said once each, in few words")
    func wording() {
        let tables = [
            Self.upgrade.table, BalancerTests.plane().table,
            PeerDiscoveryTests.upgrade(33, 34, stop: 300, again: [.init(34, at: 330)]).table,
            ExtensionTests.pair(36, from: -600, until: 4000).table,
        ]
        let resources = [Self.id(newIn36), Self.id(newIn34), Self.id(ExtensionTests.widgets)]
        for table in tables {
            for epoch in table.epochs.dropFirst() {
                for server in table.servers.indices {
                    for resource in resources {
                        let told = table.explanation(at: epoch, server: server, resource: resource)
                        for text in told.holdings.map(\.text) + told.steps.map(\.text) {
                            let clauses = text.components(separatedBy: " or ")
                            #expect(Set(clauses).count == clauses.count, "\(text)")
                            #expect(clauses.count <= 4 && text.count < 250, "\(text)")
                            #expect(!text.hasSuffix(": "), "\(text)")
                        }
                        let facts = told.steps.flatMap(\.facts)
                        #expect(facts.allSatisfy { Facts.meaning(of: $0) != nil })
                    }
                }
            }
        }
    }

    @Test("every reason has words, and its facts have a meaning")
    func reasons() {
        for kind in Reason.Kind.allCases {
            let reason = Reason(kind, server: 1)
            #expect(!reason.text { "cp-\($0)" }.isEmpty)
            #expect(reason.facts.allSatisfy { Facts.meaning(of: $0) != nil }, "\(kind)")
        }
        for rung in Rung.allCases {
            #expect(rung.facts.allSatisfy { Facts.meaning(of: $0) != nil }, "\(rung)")
        }
    }

    @Test("compiling twice gives the same table")
    func repeatable() {
        let first = Self.upgrade.table
        let second = Self.upgrade.table
        #expect(first.epochs == second.epochs)
        #expect(first.decisions == second.decisions)
    }

    @Test("whatever a scenario file can say is compiled, and every request has a decision")
    func anything() {
        for seed in 0..<60 {
            var random = Draws(seed: UInt64(seed))
            let origin: Int64 = 1_795_000_000_000_000_000
            let table = RoutingTable(randomScenario(around: origin, &random))
            #expect(!table.decisions.isEmpty)
            for server in table.servers.indices {
                for step in 0..<20 {
                    let at = origin + Int64(step) * 97 * Plane.second
                    let decision = table.decision(
                        at: at, server: server, resource: Self.id(newIn36),
                        header: PeerProxiedHeader.allCases[step % 3])
                    #expect(decision.branches.allSatisfy { $0.path[0] == server })
                }
            }
        }
    }

    @Test("scenarios that make no sense are compiled all the same")
    func nonsense() {
        _ = RoutingTable(Scenario())
        var plane = Plane()
        plane.add("empty", [])
        plane.add("refused", [.init(35, flags: ["--peer-ca-file=ca.crt"])])
        plane.add("ancient", [.init(12)])
        plane.add("future", [.init(99)])
        #expect(plane.table.says(everywhere, at: "empty", after: 1) == ["unreachable empty none"])
        #expect(
            plane.table.says(everywhere, at: "refused", after: 60) == ["unreachable refused none"])
        var wild = Plane()
        wild.add("a", [.init(35)])
        for (started, ready, stopped, drain) in [
            (Int64.min, Int64.max, Int64.min, Int64.max), (.max, .max, .max, .min),
            (.min, .min, .max, 0), (0, -5, -10, -5), (.min, 0, nil, 0), (.max, .max, nil, .max),
            (0, .max, .max - 1, .max),
        ] as [(Int64, Int64, Int64?, Int64)] {
            for release in [28, 32, 34, 35, 36] {
                var server = Scenario.Server(name: "b")
                let process = Scenario.Process(
                    startedAt: started, release: Release(minor: release), readyAfter: ready,
                    flags: Plane.proxy(release), stoppedAt: stopped, end: .graceful(drain: drain))
                var crashed = process
                crashed.end = .crash
                server.processes = [process, crashed, process]
                var scenario = wild.scenario
                scenario.servers.append(server)
                scenario.extensions = [
                    Scenario.Extension(
                        groupVersion: GroupVersion(group: "g", version: "v1"),
                        resources: [.init(name: "r", kind: "R", namespaced: true)],
                        from: started, until: stopped),
                    Scenario.Extension(
                        groupVersion: GroupVersion(group: "g", version: "v1"),
                        resources: [], from: ready, until: started),
                ]
                scenario.faults = [
                    .init(from: "a", to: "b", at: started, until: stopped, kind: .timeout),
                    .init(from: "b", to: "nobody", at: 0, until: nil, kind: .tls),
                ]
                let table = RoutingTable(scenario)
                #expect(!table.decisions.isEmpty)
                _ = table.explanation(
                    at: 0, server: 1,
                    resource: GroupVersionResource(
                        group: "g", version: "v1", resource: "r"))
            }
        }
    }
}
