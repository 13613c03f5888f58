import Judgments
import ControlPlane
import Foundation
import KubeAPI
import Testing

/// Recordings replayed against another control plane than the recorded one.
struct WhatIfTests {
    private static func folder(_ name: String) throws -> URL {
        try #require(Captures.folders.first { $0.lastPathComponent == name })
    }

    @Test("with the proxy off, exactly the forwarded requests become wrong 404s")
    func proxyOff() throws {
        let folder = try Self.folder("same-upgrade-with-proxy")
        var scenario = try Captures.scenario(of: folder)
        for server in scenario.servers.indices {
            for process in scenario.servers[server].processes.indices {
                scenario.servers[server].processes[process].flags = [
                    "--feature-gates=UnknownVersionInteroperabilityProxy=false"
                ]
            }
        }
        let table = RoutingTable(scenario)
        var chains: [String: [Pass]] = [:]
        for pass in try Captures.passes(of: folder) {
            chains[pass.auditID, default: []].append(pass)
        }
        var forwarded = 0
        for (_, chain) in chains where Set(chain.map(\.server)).count == 2 {
            forwarded += 1
            let server = try #require(table.server(named: chain[0].server))
            let decision = table.decision(
                at: chain[0].at, server: server, resource: chain[0].resource)
            #expect(decision.outcomes == [.wrongNotFound], "\(chain[0])")
        }
        #expect(forwarded == 753)
        // Requests that were answered where they arrived still are.
        for (_, chain) in chains where chain.count == 1 && chain[0].code == 200 {
            let server = try #require(table.server(named: chain[0].server))
            let decision = table.decision(
                at: chain[0].at, server: server, resource: chain[0].resource)
            #expect(decision.branches.contains { $0.outcome == .local }, "\(chain[0])")
        }
    }

    @Test(
        "with the proxy on, no wrong 404 is certain once the peers know each other",
        arguments: ["wrong-gc-without-proxy", "namespaces-without-proxy"])
    func proxyOn(name: String) throws {
        let folder = try Self.folder(name)
        var scenario = try Captures.scenario(of: folder)
        let recorded = RoutingTable(scenario)
        for server in scenario.servers.indices {
            for process in scenario.servers[server].processes.indices {
                let release = scenario.servers[server].processes[process].release
                var flags = scenario.servers[server].processes[process].flags.map {
                    $0.replacingOccurrences(
                        of: "UnknownVersionInteroperabilityProxy=false",
                        with: "UnknownVersionInteroperabilityProxy=true")
                }
                flags.append("--peer-ca-file=ca.crt")
                if release.minor < 36 {
                    flags.append("--feature-gates=UnknownVersionInteroperabilityProxy=true")
                }
                scenario.servers[server].processes[process].flags = flags
            }
        }
        let table = RoutingTable(scenario)
        let settled: Int64 = 10_000_000_000
        var rescued = 0
        for pass in try Captures.passes(of: folder) {
            let server = try #require(table.server(named: pass.server))
            let before = recorded.decision(at: pass.at, server: server, resource: pass.resource)
            guard before.outcomes == [.wrongNotFound] else { continue }
            let decision = table.decision(at: pass.at, server: server, resource: pass.resource)
            if decision.outcomes == [.proxied] { rescued += 1 }
            let isSettled = scenario.servers.allSatisfy { server in
                server.processes.allSatisfy {
                    pass.at < $0.startedAt || pass.at > $0.startedAt + $0.readyAfter + settled
                }
            }
            if isSettled {
                #expect(decision.outcomes != [.wrongNotFound], "\(pass): \(decision)")
            }
        }
        #expect(rescued > 0)
    }
}
