import ControlPlane
import KubeAPI
import Reference
import Testing

/// What 1.36 keeps of its peers, and when the merged document is made anew.
struct PeerDocumentCacheTests {
    private static func entry(_ resources: String...) -> PeerDocumentCache.Entry {
        let ids = resources.map { text in
            let parts = text.split(separator: "/").map(String.init)
            return GroupVersionResource(group: parts[0], version: parts[1], resource: parts[2])
        }
        let groups = ids.map { id in
            DiscoveryDocument.Group(name: id.group, versions: [.init(name: id.version)])
        }
        return PeerDocumentCache.Entry(resources: ids, groups: groups)
    }

    private static let apps: Set = [GroupVersion(apiVersion: "apps/v1")]
    private static let peers = [
        "peer1": entry("apps/v1/deployments"), "peer2": entry("batch/v1/jobs"),
    ]

    private static func names(_ cache: inout PeerDocumentCache) -> [String] {
        cache.groups(local: [.init(name: "local", versions: [])], ownID: "own").map(\.name)
    }

    private static func counts(_ cache: PeerDocumentCache) -> [Int] {
        cache.filtered.sorted { $0.key < $1.key }.map(\.value.resources.count)
    }

    @Test("M50, M51: what is excluded goes from each peer, and an emptied peer stays")
    func active() {
        var cache = PeerDocumentCache()
        cache.store(Self.peers, excluding: [])
        #expect(Self.counts(cache) == [1, 1], "M50")
        cache.refilter(excluding: Self.apps)
        #expect(Self.counts(cache) == [0, 1], "M51")
        // The raw copy is kept, so what is no longer excluded comes back (F3.31).
        cache.refilter(excluding: [])
        #expect(Self.counts(cache) == [1, 1])
    }

    @Test("M52, M53: what was lately deleted is excluded like what is active")
    func deleted() {
        var manager = ExclusionManager()
        let custom = GroupVersion(apiVersion: "custom/v1alpha1")
        manager.update(active: [custom], at: 0)
        manager.update(active: [], at: 1)
        var cache = PeerDocumentCache()
        let some = Self.entry("custom/v1alpha1/myresources")
        cache.store(
            ["peer1": some, "peer2": Self.entry("apps/v1/deployments")],
            excluding: manager.excluded)
        #expect(Self.counts(cache) == [0, 1], "M52")
        manager.update(active: Self.apps, at: 2)
        let all = Self.entry(
            "apps/v1/deployments", "custom/v1alpha1/myresources", "batch/v1/jobs")
        cache.store(["peer1": all], excluding: manager.excluded)
        #expect(cache.filtered["peer1"]?.resources.map(\.resource) == ["jobs"], "M53")
    }

    @Test("M82: when the last peer's lease goes, its groups stay in the document that was made")
    func lastPeer() {
        var cache = PeerDocumentCache()
        cache.store(["peer1": Self.entry("apps/v1/deployments")], excluding: [])
        #expect(Self.names(&cache) == ["local", "apps"].sorted())
        cache.store([:], excluding: [])
        #expect(cache.filtered.isEmpty)
        #expect(Self.names(&cache) == ["apps", "local"], "the filtered cache is empty by now")
        cache.refilter(excluding: Self.apps)
        #expect(Self.names(&cache) == ["apps", "local"])
        // F4.11: until something else invalidates it.
        cache.localDiscoveryChanged()
        #expect(Self.names(&cache) == ["local"])
    }

    @Test("M83: any other filtering lets go of the document, though nothing has changed")
    func invalidated() {
        var cache = PeerDocumentCache()
        cache.store(Self.peers, excluding: [])
        _ = Self.names(&cache)
        #expect(cache.document != nil)
        let before = cache.filtered
        cache.refilter(excluding: [])
        #expect(cache.filtered == before)
        #expect(cache.document == nil)
        cache.store(["peer1": Self.entry("apps/v1/deployments")], excluding: [])
        #expect(Self.names(&cache) == ["apps", "local"])
    }
}
