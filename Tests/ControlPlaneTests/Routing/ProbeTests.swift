import Judgments
import ControlPlane
import Foundation
import KubeAPI
import Reference
import Testing

/// The routing tables of real mixed control planes, probe by probe: the oracle of the model.
struct ProbeTests {
    struct Probe {
        var server: String
        var audit: String
        var path: String
        var tag: String
        /// `a|b`: either is right.
        var outcomes: [String]
        var chain: [String]
    }

    static func probes(of folder: URL) throws -> [Probe] {
        let data = try Data(contentsOf: folder.appending(path: "expect.json"))
        let list = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
        return list.compactMap { entry in
            guard let server = entry["server"] as? String, let audit = entry["audit"] as? String,
                let outcome = entry["outcome"] as? String
            else { return nil }
            return Probe(
                server: server, audit: audit, path: entry["path"] as? String ?? "",
                tag: entry["tag"] as? String ?? "",
                outcomes: outcome.split(separator: "|").map(String.init),
                chain: entry["chain"] as? [String] ?? [])
        }
    }

    @Test(
        "every probe of a recorded control plane meets the model's decision",
        arguments: Captures.withExpectations.map(\.path))
    func probe(path: String) throws {
        let folder = URL(filePath: path)
        let table = RoutingTable(try Captures.scenario(of: folder))
        let passes = try Captures.passes(of: folder)
        let first = Dictionary(
            passes.map { ("\($0.server) \($0.auditID)", $0) }, uniquingKeysWith: { a, _ in a })
        let probes = try Self.probes(of: folder)
        for probe in probes {
            let pass = try #require(first["\(probe.server) \(probe.audit)"])
            let server = try #require(table.server(named: probe.server))
            let decisions = Self.headers(of: probe, among: probes).map {
                table.decision(at: pass.at, server: server, resource: pass.resource, header: $0)
            }
            let isMet = decisions.contains { decision in
                decision.branches.contains { Self.fits($0, probe, table) }
            }
            #expect(isMet, "\(probe), model says \(decisions[0])")
        }
        #expect(!probes.isEmpty)
    }

    /// Logs do not hold the header: what was asked several times was asked with it as well.
    private static func headers(of probe: Probe, among probes: [Probe]) -> [PeerProxiedHeader] {
        let same = probes.filter {
            $0.server == probe.server && $0.path == probe.path && $0.tag == probe.tag
        }
        return same.count > 1 && probe.tag == "steady" ? PeerProxiedHeader.allCases : [.absent]
    }

    private static func fits(_ branch: Branch, _ probe: Probe, _ table: RoutingTable) -> Bool {
        guard probe.outcomes.contains(branch.outcome.text) else { return false }
        let path = branch.path.map { table.servers[$0] }
        // A peer that could not be reached wrote nothing down.
        return path == probe.chain
            || (branch.answer == .peerUnreachable && path.dropLast() == probe.chain[...])
    }
}
