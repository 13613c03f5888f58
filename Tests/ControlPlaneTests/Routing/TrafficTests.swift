import Judgments
import ControlPlane
import Foundation
import KubeAPI
import Testing

/// Every request of every recording, at the level of routes: served, forwarded, or which refusal.
struct TrafficTests {
    struct Tally {
        var requests = 0
        var certain = 0
        /// What stays open even with the recording at hand.
        var open: [String] = []
        var contradictions: [String] = []
    }

    @Test(
        "no decision contradicts what recorded servers answered",
        arguments: Captures.folders.map(\.path))
    func contradictions(path: String) throws {
        let folder = URL(filePath: path)
        let scenario = try Captures.scenario(of: folder)
        let table = RoutingTable(scenario)
        // A backend's own 404 for an absent object looks like one for a missing route (V12).
        let backends = scenario.extensions.filter(\.isAggregated).map(\.groupVersion)
        let passes = try Captures.passes(of: folder).filter { pass in
            pass.shape != .page || !backends.contains { $0 == pass.resource?.groupVersion }
        }
        let tally = Self.tally(passes, table)
        #expect(tally.requests > 0)
        #expect(tally.contradictions.prefix(20) == [])
        let share = Double(tally.certain) / Double(max(1, tally.requests))
        #expect(
            share >= 0.995,
            "\(tally.certain) of \(tally.requests) requests are certain; open: \(tally.open.prefix(5))"
        )
    }

    static func tally(_ passes: [Pass], _ table: RoutingTable) -> Tally {
        var tally = Tally()
        var order: [String] = []
        var chains: [String: [Pass]] = [:]
        for pass in passes {
            if chains[pass.auditID] == nil { order.append(pass.auditID) }
            chains[pass.auditID, default: []].append(pass)
        }
        for audit in order {
            guard let chain = chains[audit], let server = table.server(named: chain[0].server)
            else { continue }
            tally.requests += 1
            let decisions = headers(of: chain[0]).map {
                table.decision(
                    at: chain[0].at, server: server, resource: chain[0].resource, header: $0)
            }
            let met = decisions.lazy.map { $0.branches.filter { fits($0, chain, table) } }
                .first { !$0.isEmpty }
            if let met {
                // The recording decides between branches, where it shows which it was.
                if met.allSatisfy({ $0.outcome == met[0].outcome }) {
                    tally.certain += 1
                } else {
                    tally.open.append(describe(chain, decisions[0]))
                }
            } else {
                tally.contradictions.append(describe(chain, decisions[0]))
            }
        }
        return tally
    }

    /// Logs do not hold the header; the probes sent it in some of their requests.
    private static func headers(of pass: Pass) -> [PeerProxiedHeader] {
        pass.userAgent == "prober/1" ? [.absent, .guarding, .spoofed] : [.absent]
    }

    private static func fits(_ branch: Branch, _ chain: [Pass], _ table: RoutingTable) -> Bool {
        let path = branch.path.map { table.servers[$0] }
        let servers = chain.map(\.server)
        let last = chain[chain.count - 1]
        switch branch.answer {
        case .handlers: return path == servers && !(last.code == 404 && last.shape.isRouteLevel)
        case .page: return path == servers && last.code == 404 && last.shape == .page
        case .route: return path == servers && last.code == 404 && last.shape == .route
        case .handlersIncomplete: return path == servers && last.code == 503
        case .noAddress:
            return path == servers && last.code == 503
                && last.message.hasPrefix("Error getting ip and port")
        case .peerUnreachable: return path.dropLast() == servers[...] && last.code == 503
        case .none: return false
        case .any: return path == servers
        }
    }

    private static func describe(_ chain: [Pass], _ decision: Decision) -> String {
        let seen = chain.map { "\($0.server) \($0.code) \($0.shape)" }.joined(separator: " > ")
        let said = decision.branches.map { "\($0.outcome.text) \($0.path) \($0.answer)" }
        return "\(chain[0].at) \(chain[0].path): seen \(seen), model says \(said)"
    }
}
