import ControlPlane
import KubeAPI
import Reference
import Testing

/// 1.28 to 1.32: the map of StorageVersion objects, and what comes of it over time.
struct StorageVersionTests {
    private static func id(_ group: String, _ version: String, _ resource: String)
        -> GroupVersionResource
    {
        GroupVersionResource(group: group, version: version, resource: resource)
    }

    @Test("an object's served versions become entries (A20, A21, A22, A25)")
    func stored() {
        var map = StorageVersionMap()
        map.store(
            "apps.deployments", [.init(server: "P", servedVersions: ["apps/v1", "apps/v1beta1"])])
        map.store("core.pods", [.init(server: "L", servedVersions: ["v1"])])
        map.store(
            "networking.k8s.io.ingresses",
            [.init(server: "P", servedVersions: ["networking.k8s.io/v1"])])
        map.store("batch.jobs", [.init(server: "old", servedVersions: [])])
        #expect(map[Self.id("apps", "v1", "deployments")] == ["P"], "A20")
        #expect(map[Self.id("apps", "v1beta1", "deployments")] == ["P"], "A20")
        #expect(map[Self.id("", "v1", "pods")] == ["L"], "A21")
        #expect(map[Self.id("networking.k8s.io", "v1", "ingresses")] == ["P"], "A22")
        #expect(map[Self.id("batch", "v1", "jobs")] == nil, "A25")
    }

    @Test("an update takes the old entries away, and a deletion all of them (A23, A24)")
    func changed() {
        var map = StorageVersionMap()
        let both = ServerStorageVersion(server: "P", servedVersions: ["apps/v1", "apps/v1beta1"])
        let other = ServerStorageVersion(server: "Q", servedVersions: ["apps/v1beta1"])
        map.store("apps.deployments", [both, other])
        let less = ServerStorageVersion(server: "P", servedVersions: ["apps/v1"])
        map.store("apps.deployments", [less])
        #expect(map[Self.id("apps", "v1beta1", "deployments")] == nil, "A23")
        map.store("apps.deployments", [less, other])
        #expect(map[Self.id("apps", "v1beta1", "deployments")] == ["Q"], "A23")
        map.remove("apps.deployments")
        #expect(map == StorageVersionMap(), "A24")
    }

    private static func plane(_ minor: Int) -> Plane {
        var plane = Plane()
        let more = Plane.proxy(minor).map {
            $0.hasPrefix("--runtime-config") ? $0 + ",resource.k8s.io/v1beta1=true" : $0
        }
        plane.add("cp-1", [.init(minor)])
        plane.add("cp-2", [.init(minor, at: 30, flags: more, stop: 300, drain: 5)])
        return plane
    }

    private static let claims = "resource.k8s.io/v1beta1/resourceclaims"

    @Test("a record stays after a graceful stop: 503 for an hour or two (F3.11)")
    func stays() {
        let table = Self.plane(32).table
        #expect(
            table.says(Self.claims, at: "cp-1", after: 100) == ["proxied cp-1>cp-2 handlers"])
        #expect(
            table.says(Self.claims, at: "cp-1", after: 1000) == ["unavailable-503 cp-1 noAddress"])
        #expect(
            table.says(Self.claims, at: "cp-1", after: 10_000) == [
                "right-404 cp-1 page", "unavailable-503 cp-1 noAddress",
            ])
    }

    @Test("a server whose own old record stands answers 404 although a peer serves it (F3.12)")
    func ownRecord() {
        var plane = Plane()
        let more = Plane.proxy(32).map {
            $0.hasPrefix("--runtime-config") ? $0 + ",resource.k8s.io/v1beta1=true" : $0
        }
        plane.add("cp-1", [.init(32, flags: more, stop: 100, drain: 5), .init(32, at: 110)])
        plane.add("cp-2", [.init(32, at: 30, flags: more)])
        #expect(
            plane.table.says(Self.claims, at: "cp-1", after: 200) == ["wrong-404 cp-1 page"])
    }

    @Test("reviews are never recorded, so never forwarded (F1.23)")
    func reviews() {
        var plane = Plane()
        plane.add("cp-1", [.init(32)])
        plane.add(
            "cp-2",
            [
                .init(
                    32, at: 30,
                    flags: Plane.proxy(32) + ["--runtime-config=authentication.k8s.io/v1=false"])
            ])
        #expect(
            plane.table.says("authentication.k8s.io/v1/tokenreviews", at: "cp-2", after: 60)
                == ["wrong-404 cp-2 page"])
    }
}
