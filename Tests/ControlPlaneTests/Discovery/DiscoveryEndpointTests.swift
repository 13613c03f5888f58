import ControlPlane
import KubeAPI
import Reference
import Testing

@Suite("Which discovery document a request gets") struct DiscoveryEndpointTests {
    static let json = "application/json"
    static let proto = "application/vnd.kubernetes.protobuf"

    static func aggregated(_ type: String, _ version: String, _ more: String = "") -> String {
        "\(type);g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList\(more)"
    }

    static let on = DiscoveryEndpoint(
        release: Release(minor: 36), gates: FeatureGates(), isProxyGateOn: true,
        isFilterBuilt: true)
    static let off = DiscoveryEndpoint(
        release: Release(minor: 36),
        gates: FeatureGates("UnknownVersionInteroperabilityProxy=false"), isProxyGateOn: false,
        isFilterBuilt: false)
    static let betaAllowed = DiscoveryEndpoint(
        knowsV2: true, knowsV2beta1: true, mergesPeers: true)
    static let emulating34 = DiscoveryEndpoint(
        release: Release(minor: 34), gates: FeatureGates(), isProxyGateOn: false,
        isFilterBuilt: false)
    static let withoutPeerCA = DiscoveryEndpoint(
        release: Release(minor: 36), gates: FeatureGates(), isProxyGateOn: true,
        isFilterBuilt: false)
    static let release34 = DiscoveryEndpoint(
        release: Release(minor: 34), gates: FeatureGates(), isProxyGateOn: true,
        isFilterBuilt: true)
    static let release32 = DiscoveryEndpoint(
        release: Release(minor: 32), gates: FeatureGates(), isProxyGateOn: false,
        isFilterBuilt: false)

    typealias Case = (
        id: String, endpoint: DiscoveryEndpoint, accept: String, answer: DiscoveryEndpoint.Answer
    )

    static let cases: [Case] = [
        ("P30", emulating34, "\(json);g=nonsense;v=v2;as=APIGroupDiscoveryList", .groupList),
        ("P30", emulating34, "\(json);g=apidiscovery.k8s.io;v=v2;as=Table", .groupList),
        ("P30", emulating34, "\(json);as=APIGroupDiscoveryList;;=;v", .groupList),
        ("P30", emulating34, "nonsense, , ;;/,/", .groupList),
        ("P31", release32, aggregated(json, "v2beta1"), .aggregatedLocal),
        ("P31", release32, aggregated(proto, "v2beta1"), .aggregatedLocal),
        ("P32", off, aggregated(json, "v2"), .aggregatedLocal),
        ("P32", off, aggregated(proto, "v2"), .aggregatedLocal),
        ("P33", off, json, .groupList),
        ("P33", off, proto, .groupList),
        ("P33", off, "", .groupList),
        ("P33", off, "*/*", .groupList),
        ("P34", off, aggregated(json, "v2") + "," + json, .aggregatedLocal),
        ("P34", off, aggregated(proto, "v2") + ", " + proto, .aggregatedLocal),
        ("P34", off, json + "," + aggregated(json, "v2"), .groupList),
        ("P34", off, json + ";q=0.5," + aggregated(json, "v2"), .aggregatedLocal),
        ("P34", off, aggregated(json, "v2", ";q=0.5") + "," + json, .groupList),
        ("P34", off, "*/*," + aggregated(json, "v2"), .aggregatedLocal),
        ("P34", off, "text/html," + aggregated(json, "v2"), .aggregatedLocal),
        ("P35", on, aggregated(json, "v2"), .aggregatedWithPeers),
        ("P35", on, aggregated(proto, "v2"), .aggregatedWithPeers),
        ("P36", on, aggregated(json, "v2", ";profile=nopeer"), .aggregatedLocal),
        ("P36", on, aggregated(proto, "v2", "; profile=nopeer"), .aggregatedLocal),
        (
            "P36", on, "\(json);profile=nopeer;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io",
            .aggregatedLocal
        ),
        ("P37", on, aggregated(json, "v2", ";profile=foo"), .aggregatedWithPeers),
        (
            "F4.6", on, aggregated(json, "v2", ";drop=metadata.managedFields"),
            .aggregatedWithPeers
        ),
        ("P38", betaAllowed, aggregated(json, "v2beta1"), .aggregatedLocal),
        ("P39", withoutPeerCA, aggregated(json, "v2"), .aggregatedLocal),
        ("P42", release34, aggregated(json, "v2", ";profile=nopeer"), .aggregatedLocal),
        ("F4.6", release34, aggregated(json, "v2"), .aggregatedLocal),
        ("F4.4", on, aggregated(json, "v2beta1"), .groupList),
        ("F4.4", on, aggregated(json, "v2beta1") + "," + json, .groupList),
        ("F4.4", release34, aggregated(json, "v2beta1"), .groupList),
        (
            "F3.17", on,
            aggregated(json, "v2", ";profile=nopeer") + "," + aggregated(json, "v2") + "," + json,
            .aggregatedLocal
        ),
        (
            "F3.17", release32,
            aggregated(json, "v2", ";profile=nopeer") + "," + aggregated(json, "v2") + "," + json,
            .aggregatedLocal
        ),
    ]

    @Test("P30 to P39 and P42: /apis by its Accept header", arguments: cases)
    func apis(_ test: Case) {
        #expect(test.endpoint.answer(path: "/apis", accept: test.accept) == test.answer, "\(test)")
    }

    @Test("P40: /apis/ is unaggregated whatever is accepted")
    func trailingSlash() {
        let accept = Self.aggregated(Self.json, "v2")
        #expect(Self.on.answer(path: "/apis/", accept: accept) == .groupList)
    }

    @Test("P41: /api is the core group only, never merged")
    func core() {
        let accept = Self.aggregated(Self.json, "v2")
        #expect(Self.on.answer(path: "/api", accept: accept) == .aggregatedCore)
        #expect(Self.on.answer(path: "/api", accept: "") == .coreVersions)
    }

    @Test("F4.3: groups and versions have legacy forms only; other paths are none of discovery")
    func otherPaths() {
        let accept = Self.aggregated(Self.json, "v2")
        #expect(Self.on.answer(path: "/apis/apps", accept: accept) == .group("apps"))
        #expect(
            Self.on.answer(path: "/apis/apps/v1", accept: accept)
                == .resourceList(GroupVersion(apiVersion: "apps/v1")))
        #expect(
            Self.on.answer(path: "/api/v1/", accept: "")
                == .resourceList(GroupVersion(apiVersion: "v1")))
        for path in [
            "", "/", "apis", "/apis//", "/apis//v1", "/apis/apps/v1/deployments", "/api/v1/pods",
            "/version", "/healthz", "//apis",
        ] {
            #expect(Self.on.answer(path: path, accept: accept) == nil, "\(path)")
        }
    }

    @Test("1.28 and 1.29 know the beta type alone, and neither with the gate off")
    func oldReleases() {
        func endpoint(_ gates: String) -> DiscoveryEndpoint {
            DiscoveryEndpoint(
                release: Release(minor: 28), gates: FeatureGates(gates), isProxyGateOn: false,
                isFilterBuilt: false)
        }
        let both = Self.aggregated(Self.json, "v2") + "," + Self.aggregated(Self.json, "v2beta1")
        #expect(endpoint("").answer(path: "/apis", accept: both) == .aggregatedLocal)
        #expect(
            endpoint("").answer(path: "/apis", accept: Self.aggregated(Self.json, "v2"))
                == .groupList)
        #expect(
            endpoint("AggregatedDiscoveryEndpoint=false").answer(path: "/apis", accept: both)
                == .groupList)
    }

    @Test("The deprecated gate brings the beta type back on 1.33 and 1.34 only")
    func betaGate() {
        for (minor, answer) in [
            (33, DiscoveryEndpoint.Answer.aggregatedLocal), (34, .aggregatedLocal),
            (35, .groupList),
        ] {
            let endpoint = DiscoveryEndpoint(
                release: Release(minor: minor),
                gates: FeatureGates("AggregatedDiscoveryRemoveBetaType=false"),
                isProxyGateOn: false, isFilterBuilt: false)
            let accept = Self.aggregated(Self.json, "v2beta1")
            #expect(endpoint.answer(path: "/apis", accept: accept) == answer)
        }
    }
}
