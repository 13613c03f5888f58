import ControlPlane
import KubeAPI
import Reference
import Testing

@Suite("Peer-aggregated discovery") struct DiscoveryMergeTests {
    typealias Group = DiscoveryDocument.Group
    typealias Resource = DiscoveryDocument.Resource

    static func resource(
        _ name: String, kind: String = "", namespaced: Bool = true, verbs: [String] = ["get"],
        subresources: [String] = []
    ) -> Resource {
        Resource(
            name: name, kind: .init(kind: kind), namespaced: namespaced, verbs: verbs,
            subresources: subresources.map { .init(name: $0, kind: .init(kind: ""), verbs: []) })
    }

    /// `group("g1", ["v1": ["r1"]])`, in the order of the version's names.
    static func group(
        _ name: String, _ versions: [String: [String]] = ["v1": ["r1"]], uid: String? = nil
    ) -> Group {
        Group(
            name: name, uid: uid ?? "\(name)-uid",
            versions: versions.sorted { $0.key < $1.key }.map { version in
                .init(name: version.key, resources: version.value.map { resource($0) })
            })
    }

    static func merge(
        _ own: String, _ local: [Group], _ peers: [String: [Group]] = [:]
    ) -> [Group] {
        DiscoveryMerge.groups(local: local, ownID: own, peers: peers)
    }

    @Test("P1 to P6: what the answer to /apis lists, by gate, profile and peers")
    func answers() {
        let local = [Self.group("local.example.com")]
        let one = ["peer-server-1": [Self.group("peer.example.com", ["v2": ["r"]])]]
        let two = one.merging(["peer-server-2": [Self.group("peer2.example.com")]]) { $1 }
        let plain = DiscoveryEndpointTests.aggregated("application/json", "v2")
        let on = DiscoveryEndpointTests.on
        let cases: [(String, DiscoveryEndpoint, String, [String: [Group]]?, Set<String>)] = [
            ("P1", DiscoveryEndpointTests.off, plain + ";profile=nopeer", nil, []),
            ("P2", on, plain, one, ["peer.example.com"]),
            ("P3", on, plain + ";profile=foo", one, ["peer.example.com"]),
            ("P4", on, plain + ";profile=nopeer", one, []),
            ("P5", on, plain, nil, []),
            ("P6", on, plain, two, ["peer.example.com", "peer2.example.com"]),
        ]
        for (id, endpoint, accept, peers, more) in cases {
            let merges = endpoint.answer(path: "/apis", accept: accept) == .aggregatedWithPeers
            let groups = Self.merge("test-server", local, merges ? peers ?? [:] : [:])
            #expect(Set(groups.map(\.name)) == more.union(["local.example.com"]), "\(id)")
        }
    }

    @Test("P10, P11, P12: the same inputs give the same document, another peer's group another")
    func documentIdentity() {
        let local = [Self.group("a")]
        let first = DiscoveryDocument(groups: Self.merge("s", local, ["p": [Self.group("b")]]))
        let again = DiscoveryDocument(groups: Self.merge("s", local, ["p": [Self.group("b")]]))
        let more = DiscoveryDocument(
            groups: Self.merge("s", local, ["p": [Self.group("b"), Self.group("c")]]))
        // F4.5: the ETag is a hash of the bytes, so it is as equal or unequal as they are.
        #expect(!first.json.isEmpty, "P10")
        #expect(first == again)
        #expect(first.json == again.json, "P11")
        #expect(first != more)
        #expect(first.json != more.json, "P12")
    }

    @Test("P20, P21, P22: local alone, local with two peers, one peer alone")
    func cacheBuild() {
        let local = [Self.group("local")]
        #expect(Self.merge("s", local).map(\.name) == ["local"])
        let both = ["p1": [Self.group("p1")], "p2": [Self.group("p2")]]
        #expect(Self.merge("s", local, both).map(\.name) == ["local", "p1", "p2"])
        #expect(Self.merge("s", [], ["p": [Self.group("peer")]]).map(\.name) == ["peer"])
    }

    @Test("P50, P51: nothing to merge and nothing different leave the local list as it is")
    func unchanged() {
        let local = [Self.group("g2"), Self.group("g1")]
        #expect(Self.merge("serverA", local) == local)
        #expect(Self.merge("serverA", local, ["serverB": local]) == local)
        #expect(Self.merge("serverA", local, ["serverA": [Self.group("other")]]) == local)
    }

    @Test("P52, P53: resources and versions of a group are joined, its metadata is the first's")
    func joins() {
        let own = [Self.group("g1", ["v1": ["r1"]])]
        let resources = Self.merge(
            "serverA", own, ["serverB": [Self.group("g1", ["v1": ["r2"]], uid: "g1-peer-uid")]])
        #expect(resources == [Self.group("g1", ["v1": ["r1", "r2"]], uid: "g1-uid")])
        let versions = Self.merge(
            "serverA", own, ["serverB": [Self.group("g1", ["v2": ["r1"]], uid: "g1-peer-uid")]])
        #expect(versions == [Self.group("g1", ["v1": ["r1"], "v2": ["r1"]], uid: "g1-uid")])
    }

    @Test("P54, P55, P56, P57, P60: the order of groups does not depend on who merges")
    func groupOrder() {
        let g1 = Self.group("g1")
        let g2 = Self.group("g2")
        #expect(Self.merge("serverA", [g1], ["serverB": [g2]]) == [g1, g2], "P54, P56")
        #expect(Self.merge("serverA", [g1, g2], ["serverB": [g2, g1]]) == [g1, g2], "P55")
        #expect(Self.merge("serverB", [g2, g1], ["serverA": [g1, g2]]) == [g1, g2])
        #expect(Self.merge("serverB", [g2], ["serverA": [g1]]) == [g1, g2], "P57")
        #expect(Self.merge("serverA", [], ["serverB": [g1]]) == [g1], "P60")
    }

    static func pods(_ uid: String, _ pods: Resource) -> [Group] {
        [Group(name: "g1", uid: uid, versions: [.init(name: "v1", resources: [pods])])]
    }

    @Test("P58, P59: verbs are the sorted union, subresources the union by name")
    func resourceMerge() {
        let verbs = Self.merge(
            "serverA", Self.pods("a", Self.resource("pods", verbs: ["get", "list"])),
            ["serverB": Self.pods("b", Self.resource("pods", verbs: ["get", "watch"]))])
        #expect(
            verbs == Self.pods("a", Self.resource("pods", verbs: ["get", "list", "watch"])))
        let parts = Self.merge(
            "serverA", Self.pods("a", Self.resource("pods", subresources: ["status"])),
            ["serverB": Self.pods("b", Self.resource("pods", subresources: ["log"]))])
        #expect(
            parts == Self.pods("a", Self.resource("pods", subresources: ["log", "status"])))
    }

    @Test("F4.9: of a subresource that differs, the later server's counts")
    func laterSubresource() throws {
        func status(_ verbs: [String]) -> Resource {
            var resource = Self.resource("pods")
            resource.subresources = [.init(name: "status", kind: .init(kind: "Pod"), verbs: verbs)]
            return resource
        }
        let merged = Self.merge(
            "b", Self.pods("b", status(["get", "patch"])), ["a": Self.pods("a", status(["get"]))])
        let pods = try #require(merged.first?.versions.first?.resources.first)
        #expect(pods.subresources.map(\.verbs) == [["get", "patch"]])
    }

    @Test("P61: the local server has no precedence, the first id has")
    func noLocalPrecedence() {
        let merged = Self.merge(
            "z", Self.pods("z", Self.resource("pods", kind: "Mine", namespaced: true)),
            ["a": Self.pods("a", Self.resource("pods", kind: "Theirs", namespaced: false))])
        #expect(
            merged == Self.pods("a", Self.resource("pods", kind: "Theirs", namespaced: false)))
    }

    @Test(
        "P62 to P65: one order of several",
        arguments: [
            ("P62", [["a", "c"], ["b", "c"]], ["a", "b", "c"]),
            ("P63", [["a", "b", "c"], ["b", "c"]], ["a", "b", "c"]),
            ("P63", [["b", "c"], ["c", "b", "a"]], ["c", "b", "a"]),
            ("P64", [["a", "b"], ["b", "a"]], ["a", "b"]),
            ("P64", [["b", "a"], ["a", "b"]], ["b", "a"]),
            ("P65", [["a", "b"], ["b", "c"], ["c", "a"]], ["a", "b", "c"]),
            ("P65", [["z", "y"], ["y", "z"], ["x"]], ["x", "y", "z"]),
            ("F4.10", [["c", "a"], ["b", "a"]], ["b", "c", "a"]),
            ("F4.10", [["a", "b"], ["a", "b"], ["c"]], ["a", "b", "c"]),
            ("F4.10", [["b", "b", "a"], ["a"]], ["b", "a"]),
            ("F4.10", [[], []], []), ("F4.10", [], []),
        ] as [(String, [[String]], [String])])
    func order(id: String, lists: [[String]], expected: [String]) {
        #expect(DiscoveryMerge.mergedOrder(lists) == expected, "\(id)")
    }

    @Test("P66: of a version that is stale on one server, the first id's word counts")
    func freshness() {
        func group(_ freshness: DiscoveryDocument.Freshness) -> [Group] {
            [Group(name: "g", versions: [.init(name: "v1", freshness: freshness)])]
        }
        #expect(Self.merge("a", group(.current), ["b": group(.stale)]) == group(.current))
        #expect(Self.merge("b", group(.current), ["a": group(.stale)]) == group(.stale))
    }

    @Test("F4.2: a peer's core group is not merged")
    func coreIsNotMerged() {
        let local = [Self.group("a")]
        #expect(Self.merge("s", local, ["p": [Self.group("")]]).map(\.name) == ["a"])
    }

    @Test("E30, E31, E32: each peer's cached groups in their order, without the own entry")
    func peerGroups() {
        #expect(DiscoveryMerge.peerGroups(cached: [:], ownID: "L").isEmpty)
        let own = ["L": [Self.group("")], "P1": [Self.group("apps")]]
        #expect(
            DiscoveryMerge.peerGroups(cached: own, ownID: "L").mapValues { $0.map(\.name) }
                == ["P1": ["apps"]])
        let two = ["P1": [Self.group("apps"), Self.group("foo")], "P2": [Self.group("batch")]]
        #expect(
            DiscoveryMerge.peerGroups(cached: two, ownID: "L").mapValues { $0.map(\.name) }
                == ["P1": ["apps", "foo"], "P2": ["batch"]])
    }

    @Test("M70, M71: an excluded version goes, and a group that has no other")
    func exclusion() {
        let excluded: Set = [GroupVersion(apiVersion: "apps/v1")]
        let both = [
            Self.group("apps", ["v1": [], "v1beta1": []]), Self.group("batch", ["v1": []]),
        ]
        #expect(
            DiscoveryMerge.groups(both, excluding: excluded)
                == [Self.group("apps", ["v1beta1": []]), Self.group("batch", ["v1": []])])
        let one = [Self.group("apps", ["v1": []]), Self.group("batch", ["v1": []])]
        #expect(
            DiscoveryMerge.groups(one, excluding: excluded) == [Self.group("batch", ["v1": []])])
    }

    @Test("A 1.35 and a 1.36 server make the same document of each other")
    func realReleases() {
        let old = ServerDiscovery(served: Catalogue.served(in: Release(minor: 35)), extensions: [])
        let new = ServerDiscovery(served: Catalogue.served(in: Release(minor: 36)), extensions: [])
        let onOld = Self.merge("a", old.apis.groups, ["b": new.apis.groups])
        let onNew = Self.merge("b", new.apis.groups, ["a": old.apis.groups])
        #expect(onOld == onNew)
        #expect(onOld.map(\.name) == old.apis.groups.map(\.name))
        let policies = GroupVersionResource(
            group: "admissionregistration.k8s.io", version: "v1",
            resource: "mutatingadmissionpolicies")
        #expect(old.apis.resource(policies) == nil)
        #expect(DiscoveryDocument(groups: onOld).resource(policies) != nil)
    }
}
