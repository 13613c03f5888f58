import Judgments
import ControlPlane
import KubeAPI
import Testing

/// What a server counts for a decision, and for a reading of its peers (F10.1 to F10.4).
struct CounterTests {
    private static let bar = GroupVersionResource(group: "", version: "foo", resource: "bar")

    private static func countsErrors(_ dialect: Dialect) -> Bool { dialect == .exclusionManager }

    private static func branch(_ answer: Answer, _ rung: Rung) -> Branch {
        Branch(.unavailable, answer, path: [0], rung: rung)
    }

    typealias Case = (id: String, dialects: [Dialect], branch: Branch, series: [String])

    static let cases: [Case] = [
        ("A6", LadderTests.a, branch(.noAddress, .noAddress), []),
        (
            "A8, A9", LadderTests.a, branch(.peerUnreachable, .forward),
            [#"apiserver_rerouted_request_total{code="503"}"#]
        ),
        ("C6", LadderTests.c, branch(.noAddress, .noAddress), []),
        (
            "C7, C8", LadderTests.c, branch(.peerUnreachable, .forward),
            [#"apiserver_rerouted_request_total{code="503"}"#]
        ),
        (
            "E7, E8", [.filteredPeerDiscovery], branch(.peerUnreachable, .forward),
            [#"apiserver_rerouted_request_total{code="503"}"#]
        ),
        (
            "M6", LadderTests.m, branch(.noAddress, .noAddress),
            [
                #"apiserver_peer_proxy_errors_total"#
                    + #"{group="",resource="bar",type="endpoint_resolution",version="foo"}"#
            ]
        ),
        (
            "M7, M8", LadderTests.m, branch(.peerUnreachable, .forward),
            [
                #"apiserver_rerouted_request_total"#
                    + #"{code="503",group="",resource="bar",version="foo"}"#
            ]
        ),
        (
            "a peer's 404", LadderTests.c, branch(.page, .forward),
            [#"apiserver_rerouted_request_total{code="404"}"#]
        ),
        (
            "a peer's own answer", LadderTests.c, branch(.handlers, .forward),
            ["apiserver_rerouted_request_total"]
        ),
    ]

    @Test("a request is counted once where it was given away", arguments: cases)
    func requests(_ example: Case) {
        for dialect in example.dialects {
            let counted = dialect.counters(of: example.branch)
            #expect(
                counted.map { $0.series(Self.bar, in: dialect) } == example.series,
                "\(example.id), \(dialect)")
        }
    }

    @Test("what is answered locally is not counted", arguments: Dialect.allCases)
    func local(_ dialect: Dialect) {
        for rung in Rung.allCases where rung != .forward && rung != .noAddress {
            #expect(dialect.counters(of: Self.branch(.handlers, rung)).isEmpty, "\(rung)")
        }
    }

    @Test(
        "failed readings of peers are counted in 1.36",
        arguments: [
            ("M10", PeerFetch(hasAddress: false), ["hostport_resolution"]),
            (
                "M11", PeerFetch(answersCore: false, answersGroups: false),
                ["fetch_discovery", "fetch_discovery"]
            ),
            ("one path", PeerFetch(answersCore: false), ["fetch_discovery"]),
            ("none", PeerFetch(), []),
        ])
    func readings(id: String, fetch: PeerFetch, types: [String]) {
        let errors = Dialect.exclusionManager.outcome(of: fetch).counters
            .map { $0.series(nil, in: .exclusionManager) }
            .filter { !$0.hasPrefix("apiserver_rerouted") }
        #expect(
            errors == types.map { #"apiserver_peer_discovery_sync_errors_total{type="\#($0)"}"# },
            "\(id)")
        for dialect in Dialect.allCases where !Self.countsErrors(dialect) {
            let counted = dialect.outcome(of: fetch).counters
            #expect(counted.allSatisfy { $0.name == "apiserver_rerouted_request_total" }, "\(id)")
        }
    }

    @Test("readings of peers count as forwarded requests, from 1.36 on without a resource (F10.2)")
    func discoveryCalls() {
        let counted = [Dialect.peerDiscovery, .exclusionManager].map { dialect in
            dialect.outcome(of: PeerFetch()).counters.map { $0.series(nil, in: dialect) }
        }
        let old = #"apiserver_rerouted_request_total{code="200"}"#
        let new =
            #"apiserver_rerouted_request_total{code="200",group="",resource="",version=""}"#
        #expect(counted == [[old, old], [new, new]])
        #expect(Dialect.storageVersion.outcome(of: PeerFetch()).counters.isEmpty)
    }

    @Test("an explanation names the series that the request may be counted in")
    func explained() {
        let table = PeerDiscoveryTests.upgrade(35, 36).table
        let resource = GroupVersionResource(
            group: "admissionregistration.k8s.io", version: "v1",
            resource: "mutatingadmissionpolicies")
        func counters(_ server: Int, _ seconds: Double) -> [String] {
            table.explanation(
                at: Plane.nanoseconds(seconds), server: server, resource: resource
            ).counters
        }
        #expect(counters(0, 112) == ["apiserver_rerouted_request_total"])
        #expect(counters(0, 90).isEmpty)
        #expect(counters(2, 112).isEmpty)
        #expect(counters(2, 50).isEmpty)
    }
}
