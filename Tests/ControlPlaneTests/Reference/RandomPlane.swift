public import ControlPlane
import KubeAPI

extension Scenario {
    /// One of every dialect; a seed must always draw the same, so later releases are left out.
    private static let drawn = Release.all.filter { $0 <= Release(minor: 36) }

    /// A small control plane with restarts, upgrades, extensions and faults; instants from zero on.
    public static func random(_ random: inout Draws) -> Scenario {
        var scenario = Scenario()
        scenario.name = "random"
        let old = Int.random(in: 0..<drawn.count, using: &random)
        let new = min(old + Int.random(in: 0...2, using: &random), drawn.count - 1)
        let releases = Array(drawn[old...new])
        let hasBalancer = random.isOne(in: 5)
        for number in 1...Int.random(in: 2...3, using: &random) {
            scenario.servers.append(
                server("cp-\(number)", releases, behindBalancer: hasBalancer, &random))
        }
        if hasBalancer {
            scenario.loadBalancers = [
                .init(
                    address: "10.0.0.9:6443", servers: scenario.servers.map(\.name),
                    strips: random.isOne(in: 2) ? ["x-kubernetes-peer-proxied"] : [])
            ]
        }
        for number in 0..<Int.random(in: 0...2, using: &random) {
            scenario.extensions.append(extending("g\(number).example.com", &random))
        }
        if random.isOne(in: 4) { scenario.faults = [fault(scenario, &random)] }
        return scenario
    }

    private static func server(
        _ name: String, _ releases: [Release], behindBalancer: Bool, _ random: inout Draws
    ) -> Server {
        var server = Server(name: name)
        var at = random.instant(0, 60 * .s)
        let count = Int.random(in: 1...3, using: &random)
        for index in 0..<count {
            let release = random.one(of: releases)
            var process = Process(
                startedAt: at, release: release, readyAfter: random.instant(500 * .ms, 8 * .s),
                flags: flags(release, behindBalancer: behindBalancer, &random))
            if index + 1 < count || random.isOne(in: 3) {
                let length = random.one(of: [5, 20, 120, 1200, 9000])
                let stop = at + random.instant(.s, Int64(length) * .s)
                process.stoppedAt = stop
                at = stop
                if random.isOne(in: 2) {
                    let drain = random.instant(0, 20 * .s)
                    process.end = .graceful(drain: drain)
                    at += drain
                }
                at += random.instant(500 * .ms, 40 * .s)
            }
            server.processes.append(process)
        }
        return server
    }

    private static func flags(
        _ release: Release, behindBalancer: Bool, _ random: inout Draws
    ) -> [String] {
        let usesRecords = release.has(.knowsPeersByRecords)
        let gate = "UnknownVersionInteroperabilityProxy=true"
        var versions = random.one(of: [[], [], ["api/beta=true"], ["batch/v1=false"]])
        var flags: [String] = []
        switch Int.random(in: 0..<6, using: &random) {
        case 0: break
        case 1 where !usesRecords: flags.append("--feature-gates=\(gate)")
        default:
            flags.append("--feature-gates=\(gate)" + (usesRecords ? ",StorageVersionAPI=true" : ""))
            flags.append("--peer-ca-file=ca.crt")
            if usesRecords { versions.append("internal.apiserver.k8s.io/v1alpha1=true") }
        }
        if !versions.isEmpty {
            flags.append("--runtime-config=" + versions.joined(separator: ","))
        }
        if behindBalancer { flags.append("--advertise-address=10.0.0.9") }
        return flags
    }

    private static func extending(_ group: String, _ random: inout Draws) -> Extension {
        let from = random.instant(-600 * .s, 600 * .s)
        let length = random.one(of: [10, 100, 1000, 4000])
        let isAggregated = random.isOne(in: 3)
        return Extension(
            groupVersion: GroupVersion(group: group, version: "v1"), isAggregated: isAggregated,
            isAvailable: !isAggregated || random.isOne(in: 2),
            resources: [.init(name: "widgets", kind: "Widget", namespaced: true)], from: from,
            until: random.isOne(in: 2) ? nil : from + random.instant(.s, Int64(length) * .s))
    }

    private static func fault(_ scenario: Scenario, _ random: inout Draws) -> Fault {
        let at = random.instant(0, 600 * .s)
        let names = scenario.servers.map(\.name).shuffled(using: &random)
        return Fault(
            from: names[0], to: names[1], at: at,
            until: random.isOne(in: 3) ? nil : at + random.instant(.s, 300 * .s),
            kind: random.one(of: [.refuse, .tls, .timeout]))
    }
}
