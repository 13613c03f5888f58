import Judgments
import ControlPlane
import KubeAPI

/// A small control plane for tests: instants are seconds.
struct Plane {
    var scenario = Scenario()

    static let second: Int64 = 1_000_000_000

    /// The flags that turn the proxy on in each release.
    static func proxy(_ minor: Int) -> [String] {
        switch minor {
        case ..<33:
            [
                "--feature-gates=UnknownVersionInteroperabilityProxy=true,StorageVersionAPI=true",
                "--runtime-config=internal.apiserver.k8s.io/v1alpha1=true",
                "--peer-ca-file=ca.crt",
            ]
        case 33...35:
            [
                "--feature-gates=UnknownVersionInteroperabilityProxy=true",
                "--peer-ca-file=ca.crt",
            ]
        default: ["--peer-ca-file=ca.crt"]
        }
    }

    struct Run {
        var minor: Int
        var at: Double
        var ready = 4.0
        var flags: [String]?
        var stop: Double?
        var drain: Double? = nil

        init(
            _ minor: Int, at: Double = 0, ready: Double = 4, flags: [String]? = nil,
            stop: Double? = nil, drain: Double? = nil
        ) {
            self.minor = minor
            self.at = at
            self.ready = ready
            self.flags = flags
            self.stop = stop
            self.drain = drain
        }
    }

    static func nanoseconds(_ seconds: Double) -> Int64 { Int64(seconds * Double(second)) }

    mutating func add(
        _ name: String, address: String? = nil, hostname: String? = nil, _ runs: [Run]
    ) {
        var server = Scenario.Server(name: name, hostname: hostname, address: address)
        server.processes = runs.map { run in
            Scenario.Process(
                startedAt: Self.nanoseconds(run.at), release: Release(minor: run.minor),
                readyAfter: Self.nanoseconds(run.ready), flags: run.flags ?? Self.proxy(run.minor),
                stoppedAt: run.stop.map(Self.nanoseconds),
                end: run.drain.map { .graceful(drain: Self.nanoseconds($0)) } ?? .crash)
        }
        scenario.servers.append(server)
    }

    mutating func addCustom(
        _ apiVersion: String, _ resource: String, from: Double, until: Double? = nil,
        aggregated: Bool = false, available: Bool = true
    ) {
        scenario.extensions.append(
            Scenario.Extension(
                groupVersion: GroupVersion(apiVersion: apiVersion), isAggregated: aggregated,
                isAvailable: available,
                resources: [.init(name: resource, kind: resource, namespaced: true)],
                from: Self.nanoseconds(from), until: until.map(Self.nanoseconds)))
    }

    var table: RoutingTable { RoutingTable(scenario) }
}

extension RoutingTable {
    /// What becomes of a request: each branch as `outcome server>server answer`.
    func says(
        _ resource: String, at server: String, after seconds: Double,
        header: PeerProxiedHeader = .absent
    ) -> [String] {
        let parts = resource.split(separator: "/").map(String.init)
        let id = GroupVersionResource(
            group: parts.count == 3 ? parts[0] : "", version: parts[parts.count - 2],
            resource: parts[parts.count - 1])
        let decision = decision(
            at: Plane.nanoseconds(seconds), server: self.server(named: server) ?? 0, resource: id,
            header: header)
        return decision.branches.map { branch in
            let path = branch.path.map { servers[$0] }.joined(separator: ">")
            return "\(branch.outcome.text) \(path) \(branch.answer)"
        }
    }
}

/// A resource that 1.36 alone serves, one that 1.34 serves and 1.33 does not, and one of all.
let newIn36 = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
let newIn34 = "resource.k8s.io/v1/resourceclaims"
let everywhere = "apps/v1/deployments"
