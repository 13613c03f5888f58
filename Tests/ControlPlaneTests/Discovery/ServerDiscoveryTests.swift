import ControlPlane
import KubeAPI
import Reference
import Testing

@Suite("What a server says of itself") struct ServerDiscoveryTests {
    static let widgets = Scenario.Extension(
        groupVersion: GroupVersion(apiVersion: "crd.example.com/v1"),
        resources: [.init(name: "widgets", kind: "Widget", namespaced: true)], from: 10, until: 20)
    static let metrics = Scenario.Extension(
        groupVersion: GroupVersion(apiVersion: "metrics.k8s.io/v1beta1"), isAggregated: true,
        isAvailable: false, resources: [.init(name: "nodes", kind: "Node", namespaced: false)],
        from: 0)

    static func server(_ minor: Int, at instant: Int64 = 15) -> ServerDiscovery {
        ServerDiscovery(
            served: Catalogue.served(in: Release(minor: minor)), extensions: [metrics, widgets],
            at: instant)
    }

    @Test("Custom resources follow the built-in groups, aggregated APIs follow those")
    func order() {
        let names = Self.server(36).apis.groups.map(\.name)
        #expect(names.first == "apiregistration.k8s.io")
        #expect(
            names.suffix(3) == [
                "flowcontrol.apiserver.k8s.io", "crd.example.com", "metrics.k8s.io",
            ])
        #expect(!names.contains(""))
        #expect(Self.server(36).core.groupVersions.map(\.description) == ["v1"])
    }

    @Test("F4.16: an aggregated API whose backend is away is listed as stale, without resources")
    func stale() throws {
        let apis = Self.server(36).apis
        let version = try #require(apis.version(Self.metrics.groupVersion))
        #expect(version.freshness == .stale)
        #expect(version.resources.isEmpty)
        #expect(!apis.currentResources.contains { $0.group == "metrics.k8s.io" })
        #expect(Self.server(36).resourceList(Self.metrics.groupVersion) == nil)
    }

    @Test(
        "An extension is listed from its beginning to before its end", arguments: [9, 10, 19, 20])
    func lifetime(instant: Int64) {
        let names = Self.server(36, at: instant).apis.groups.map(\.name)
        #expect(names.contains("crd.example.com") == (10..<20).contains(instant))
    }

    @Test("Custom resources of one group are joined, versions in Kubernetes' order")
    func oneGroup() {
        func custom(_ version: String, _ name: String) -> Scenario.Extension {
            .init(
                groupVersion: .init(group: "x.io", version: version),
                resources: [.init(name: name, kind: "K", namespaced: true)], from: 0)
        }
        let server = ServerDiscovery(
            served: Catalogue.served(in: Release(minor: 30)),
            extensions: [
                custom("v1alpha1", "a"), custom("v1", "b"), custom("v1", "a"), custom("v1", "b"),
                custom("v1beta1", "c"),
            ])
        let group = server.apis.groups.last
        #expect(group?.name == "x.io")
        #expect(group?.versions.map(\.name) == ["v1", "v1beta1", "v1alpha1"])
        #expect(group?.versions.first?.resources.map(\.name) == ["a", "b"])
    }

    @Test("The list of one version is served where the version is")
    func resourceLists() throws {
        let id = GroupVersion(apiVersion: "resource.k8s.io/v1")
        #expect(Self.server(33).resourceList(id) == nil)
        let list = try #require(Self.server(34).resourceList(id))
        #expect(list.path == "/apis/resource.k8s.io/v1")
        #expect(list.groups[0].versions[0].resources.map(\.name).contains("deviceclasses"))
        #expect(Self.server(34).resourceList(GroupVersion(apiVersion: "v1"))?.path == "/api/v1")
    }

    @Test("F4.14: an old server's legacy discovery lists what only a newer server answers")
    func legacyListsForeignVersions() {
        let id = GroupVersion(apiVersion: "resource.k8s.io/v1")
        var objects = APIServices()
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 33)))
        #expect(objects.group("resource.k8s.io", extensions: []) == nil)
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 34)))
        #expect(objects.groupList(extensions: []).groupVersions.contains(id))
        #expect(objects.group("resource.k8s.io", extensions: [])?.path == "/apis/resource.k8s.io")
        #expect(Self.server(33).resourceList(id) == nil)
    }

    @Test("F4.15: the restart of an older server takes the newer one's versions out of the lists")
    func restartOfAnOlderServer() {
        var objects = APIServices()
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 34)))
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 33)))
        #expect(objects.group("resource.k8s.io", extensions: []) == nil)
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 34)))
        #expect(objects.group("resource.k8s.io", extensions: []) != nil)
    }

    @Test("F4.14: legacy discovery lists an aggregated API whether its backend answers or not")
    func legacyExtensions() {
        var objects = APIServices()
        objects.serverStarted(serving: Catalogue.served(in: Release(minor: 35)))
        let list = objects.groupList(extensions: [Self.metrics, Self.widgets, Self.widgets])
        #expect(list.groups.first?.name == "apiregistration.k8s.io")
        #expect(
            list.groupVersions.suffix(2).map(\.description)
                == ["crd.example.com/v1", "metrics.k8s.io/v1beta1"])
    }

    @Test("What an old server's document lacks of a new one's is named")
    func partialDiscovery() {
        let missing = Self.server(33).apis.versionsMissing(comparedTo: Self.server(34).apis)
        #expect(missing.map(\.description) == ["resource.k8s.io/v1"])
    }
}
