import Judgments
import ControlPlane
import KubeAPI
import Reference
import Testing

/// What a client gets to see of a 404 or a 503, and from whom (section 11 of the cases).
struct AnswerShapeTests {
    /// cp-1 lacks batch/v1, which cp-2 serves.
    private static func pair(_ minor: Int = 36, stop: Double? = nil) -> Plane {
        var plane = Plane()
        plane.add("cp-2", [.init(minor, stop: stop)])
        plane.add(
            "cp-1",
            [.init(minor, at: 30, flags: Plane.proxy(minor) + ["--runtime-config=batch/v1=false"])])
        return plane
    }

    @Test("S1: a group that is not built in and has no definition is a 404 in plain text")
    func page() {
        var plane = Self.pair()
        plane.addCustom("crd.example.com/v1", "widgets", from: 500)
        #expect(
            plane.table.says("crd.example.com/v1/widgets", at: "cp-1", after: 100)
                == ["right-404 cp-1 page"])
        #expect(Answer.page.status == 404)
    }

    @Test("S2: a built-in group at another version, or a version without it, is a Status 404")
    func route() {
        let table = Self.pair().table
        #expect(
            table.says("apps/v9/deployments", at: "cp-1", after: 100) == ["right-404 cp-1 route"])
        #expect(
            table.says("apps/v1/deployment", at: "cp-1", after: 100) == ["right-404 cp-1 route"])
        #expect(Answer.route.status == 404)
    }

    @Test("S3, S8: a served resource is its handlers' business: 200, 405, or 404 with a name")
    func handlers() {
        let table = Self.pair().table
        #expect(
            table.says("apps/v1/deployments", at: "cp-1", after: 100) == ["local cp-1 handlers"])
        #expect(Answer.handlers.status == nil)
        #expect(!NotFoundShape.object.isRouteLevel)
    }

    @Test("S4: until the handlers are installed the plain-text 404 may be a 503")
    func incomplete() {
        var plane = Self.pair()
        plane.addCustom("crd.example.com/v1", "widgets", from: -600)
        let said = plane.table.says("crd.example.com/v1/widgets", at: "cp-1", after: 33)
        #expect(said.contains("local cp-1 handlers"))
        #expect(said.contains("local cp-1 handlersIncomplete"))
        #expect(Answer.handlersIncomplete.status == 503)
    }

    @Test("S5, S6: a peer that crashed is a 503 in plain text first, then one with a Status")
    func unavailable() {
        let table = Self.pair(stop: 200).table
        #expect(
            table.says("batch/v1/jobs", at: "cp-1", after: 202)
                == ["unavailable-503 cp-1>cp-2 peerUnreachable"], "S6")
        #expect(
            table.says("batch/v1/jobs", at: "cp-1", after: 240)
                == ["unavailable-503 cp-1 noAddress"], "S5")
        #expect(Answer.peerUnreachable.status == 503)
        #expect(Answer.noAddress.status == 503)
    }

    @Test("S7: a peer that does not serve it after all answers with its own 404")
    func peersOwn() {
        // cp-2 comes back without the group after a crash; its lease of 1.34 says nothing of that.
        var plane = Self.pair(34, stop: 200)
        plane.scenario.servers[0].processes.append(
            Scenario.Process(
                startedAt: Plane.nanoseconds(210), release: Release(minor: 34),
                readyAfter: Plane.nanoseconds(4),
                flags: Plane.proxy(34) + ["--runtime-config=batch/v1=false"]))
        #expect(
            plane.table.says("batch/v1/jobs", at: "cp-1", after: 300)
                == ["right-404 cp-1>cp-2 page"])
    }
}

/// Subresources are decided by the resource that they are part of (F1.11).
struct ParentResourceTests {
    private static func resource(_ path: String) -> (GroupVersionResource, subresource: String) {
        let bytes = Array(path.utf8)
        let parsed = bytes.withUnsafeBufferPointer { RequestPath($0) }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let id = GroupVersionResource(
            group: text(parsed.group), version: text(parsed.version),
            resource: text(parsed.resource))
        return (id, text(parsed.subresource))
    }

    @Test(
        "a subresource is forwarded where StorageVersion objects name a peer for its parent",
        arguments: [
            (
                "A13", "apps.deployments", "apps/v1",
                "/apis/apps/v1/namespaces/n/deployments/d/scale"
            ),
            ("A14", "core.namespaces", "v1", "/api/v1/namespaces/n/finalize"),
        ])
    func forwarded(id: String, object: String, served: String, path: String) {
        var map = StorageVersionMap()
        map.store(object, [.init(server: "P", servedVersions: [served])])
        let (resource, subresource) = Self.resource(path)
        #expect(!subresource.isEmpty, "\(id)")
        let serving = map[resource] ?? []
        #expect(serving == ["P"], "\(id)")
        let knowledge = Knowledge(
            servesLocally: Known(serving.contains("L")),
            peers: serving.map { _ in .init(id: 1, lists: .yes, hasAddress: .yes) })
        for dialect in [Dialect.storageVersion, .storageVersionSkippingBadAddresses] {
            #expect(dialect.exits(knowledge) == [.forward(1)], "\(id)")
        }
    }

    @Test("A13: the table decides a scale by the deployment, in 1.31 and in 1.36")
    func table() {
        for minor in [31, 36] {
            let off = Plane.proxy(minor).map {
                $0.hasPrefix("--runtime-config") ? $0 + ",apps/v1=false" : $0
            }
            var plane = Plane()
            plane.add("P", [.init(minor)])
            plane.add(
                "L",
                [
                    .init(
                        minor, at: 30,
                        flags: minor < 33 ? off : off + ["--runtime-config=apps/v1=false"])
                ])
            let table = plane.table
            let resource = Self.resource("/apis/apps/v1/namespaces/n/deployments/d/scale").0
            let decision = table.decision(
                at: Plane.nanoseconds(120), server: 1, resource: resource)
            #expect(decision.branches.map(\.outcome) == [.proxied], "\(minor)")
            #expect(decision.branches[0].path == [1, 0], "\(minor)")
        }
    }
}
