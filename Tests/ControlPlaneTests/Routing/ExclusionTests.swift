import ControlPlane
import KubeAPI
import Reference
import Testing

/// The upstream cases of the exclusion set, each with its id.
struct ExclusionTests {
    private static func versions(_ texts: String...) -> Set<GroupVersion> {
        Set(texts.map(GroupVersion.init(apiVersion:)))
    }

    private static func resource(_ text: String) -> GroupVersionResource {
        let parts = text.split(separator: "/").map(String.init)
        return GroupVersionResource(group: parts[0], version: parts[1], resource: parts[2])
    }

    private static func groups(_ list: [(String, [String])]) -> [DiscoveryDocument.Group] {
        list.map { group in
            DiscoveryDocument.Group(
                name: group.0, versions: group.1.map { DiscoveryDocument.Version(name: $0) })
        }
    }

    struct Entry: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var resources: [String]
        var groups: [(String, [String])]
        var excluded: [String]
        var left: [String]
        var groupsLeft: [(String, [String])]
        var changed: Bool

        init(
            _ id: String, _ resources: [String], _ groups: [(String, [String])],
            excluding excluded: [String], leaves left: [String], _ groupsLeft: [(String, [String])],
            changed: Bool
        ) {
            testDescription = id
            self.resources = resources
            self.groups = groups
            self.excluded = excluded
            self.left = left
            self.groupsLeft = groupsLeft
            self.changed = changed
        }
    }

    static let entries: [Entry] = [
        Entry(
            "E40", ["apps/v1/deployments"], [("apps", ["v1"])], excluding: [],
            leaves: ["apps/v1/deployments"], [("apps", ["v1"])], changed: false),
        Entry(
            "E41", ["apps/v1/deployments", "apps/v1/statefulsets", "batch/v1/jobs"],
            [("apps", ["v1"]), ("batch", ["v1"])], excluding: ["apps/v1"],
            leaves: ["batch/v1/jobs"], [("batch", ["v1"])], changed: true),
        Entry(
            "E42", ["apps/v1/deployments"], [("apps", ["v1"])], excluding: ["foo/v1"],
            leaves: ["apps/v1/deployments"], [("apps", ["v1"])], changed: false),
        Entry(
            "E57", ["batch/v1/jobs"], [("empty", ["v1"]), ("batch", ["v1"])],
            excluding: ["empty/v1"], leaves: ["batch/v1/jobs"],
            [("empty", ["v1"]), ("batch", ["v1"])], changed: false),
        Entry(
            "M60", ["apps/v1/deployments", "batch/v1/jobs"], [("apps", ["v1"])], excluding: [],
            leaves: ["apps/v1/deployments", "batch/v1/jobs"], [("apps", ["v1"])], changed: false),
        Entry(
            "M61", ["apps/v1/deployments", "batch/v1/jobs", "custom/v1/myresources"],
            [("apps", ["v1"]), ("batch", ["v1"])], excluding: ["apps/v1"],
            leaves: ["batch/v1/jobs", "custom/v1/myresources"], [("batch", ["v1"])],
            changed: true),
        Entry(
            "M62", ["batch/v1/jobs"], [], excluding: ["apps/v1"], leaves: ["batch/v1/jobs"], [],
            changed: false),
        Entry(
            "M70", ["apps/v1/deployments"], [("apps", ["v1", "v1beta1"]), ("batch", ["v1"])],
            excluding: ["apps/v1"], leaves: [], [("apps", ["v1beta1"]), ("batch", ["v1"])],
            changed: true),
        Entry(
            "M71", ["apps/v1/deployments"], [("apps", ["v1"]), ("batch", ["v1"])],
            excluding: ["apps/v1"], leaves: [], [("batch", ["v1"])], changed: true),
    ]

    @Test("a peer's entry without what is excluded", arguments: entries)
    func filter(_ entry: Entry) {
        let result = FilteredPeerDiscovery.filter(
            resources: entry.resources.map(Self.resource), groups: Self.groups(entry.groups),
            excluding: Set(entry.excluded.map(GroupVersion.init(apiVersion:))))
        #expect(result.resources == entry.left.map(Self.resource))
        #expect(result.groups == Self.groups(entry.groupsLeft))
        #expect(result.changed == entry.changed)
    }

    private static let minute: Int64 = 60_000_000_000

    @Test("1.35: the last deletion of a group-version starts its grace, and a tick ends it")
    func destructive() {
        var set = DestructiveExclusion()
        let id = GroupVersion(apiVersion: "example.com/v1")
        set.stored([id, GroupVersion(apiVersion: "example.com/v2")])
        #expect(set.excluded == Self.versions("example.com/v1", "example.com/v2"), "E50")
        set.deleted([id], stillUsed: [id], at: 0)
        #expect(!set.isPending(id), "E53")
        set.deleted([id], stillUsed: [], at: 0)
        #expect(set.isPending(id), "E54")
        set.tick(at: 5 * Self.minute)
        #expect(set.excluded.contains(id), "E54: five minutes are not enough")
        set.stored([id])
        #expect(!set.isPending(id), "E55")
        set.deleted([id], stillUsed: [], at: 10 * Self.minute)
        set.tick(at: 15 * Self.minute + 1)
        #expect(set.excluded == Self.versions("example.com/v2"), "E54, E56")
    }

    @Test("1.36: the exclusion set is what is active and what has lately gone (M20 to M24)")
    func union() {
        var manager = ExclusionManager()
        #expect(manager.excluded.isEmpty, "M20")
        manager.update(active: Self.versions("apps/v1", "batch/v1", "custom/v1alpha1"), at: 0)
        #expect(manager.excluded.count == 3, "M21")
        manager.update(active: [], at: 1)
        #expect(manager.recentlyDeleted.count == 3, "M22")
        manager.update(active: Self.versions("apps/v1"), at: 2)
        #expect(manager.excluded.count == 3, "M23, M24")
    }

    @Test("1.36: what is deleted is told from what has changed (M40 to M44)")
    func difference() {
        let cases: [(String, [String], [String], Bool, [String])] = [
            ("M40", [], [], false, []),
            ("M41", ["apps/v1"], ["apps/v1"], false, []),
            ("M42", ["apps/v1"], ["apps/v1", "batch/v1"], true, []),
            ("M43", ["apps/v1", "batch/v1"], ["apps/v1"], true, ["batch/v1"]),
            ("M44", ["apps/v1"], ["batch/v1"], true, ["apps/v1"]),
        ]
        for (id, old, new, changed, deleted) in cases {
            var manager = ExclusionManager()
            manager.update(active: Set(old.map(GroupVersion.init(apiVersion:))), at: 0)
            let result = manager.update(
                active: Set(new.map(GroupVersion.init(apiVersion:))), at: 1)
            #expect(result.changed == changed, "\(id)")
            #expect(result.deleted.map(\.description) == deleted, "\(id)")
        }
    }

    @Test("1.36: only what is strictly older than the grace is dropped (M30 to M32, M84)")
    func reap() {
        let millisecond: Int64 = 1_000_000
        var manager = ExclusionManager(grace: 100 * millisecond)
        #expect(manager.reap(at: 0).isEmpty, "M30")
        manager.update(active: Self.versions("old/v1", "recent/v1", "new/v1"), at: 0)
        manager.update(active: Self.versions("recent/v1", "new/v1"), at: 0)
        manager.update(active: Self.versions("new/v1"), at: 50 * millisecond)
        #expect(manager.reap(at: 100 * millisecond).isEmpty, "M84")
        #expect(manager.reap(at: 101 * millisecond).map(\.description) == ["old/v1"], "M31")
        #expect(manager.reap(at: 200 * millisecond).map(\.description) == ["recent/v1"], "M32")
        #expect(manager.excluded == Self.versions("new/v1"))
    }

    @Test("1.36: a version that an update drops stays excluded for the grace (M80)")
    func droppedVersion() {
        var manager = ExclusionManager()
        manager.update(active: Self.versions("g/v1", "g/v1beta1"), at: 0)
        manager.update(active: Self.versions("g/v1"), at: Self.minute)
        #expect(manager.excluded == Self.versions("g/v1", "g/v1beta1"))
        manager.update(active: Self.versions("g/v1"), at: 7 * Self.minute)
        #expect(manager.excluded == Self.versions("g/v1"))
    }

    @Test("what is left of each peer is left whole (M50, M51, M53)")
    func wholeCache() {
        let peers = [["apps/v1/deployments"], ["batch/v1/jobs"]]
        let cases: [(String, [String], [Int])] = [
            ("M50", [], [1, 1]), ("M51", ["apps/v1"], [0, 1]),
        ]
        for (id, excluded, counts) in cases {
            let left = peers.map { resources in
                FilteredPeerDiscovery.filter(
                    resources: resources.map(Self.resource), groups: [],
                    excluding: Set(excluded.map(GroupVersion.init(apiVersion:)))
                ).resources.count
            }
            #expect(left == counts, "\(id)")
        }
        let all = ["apps/v1/deployments", "custom/v1alpha1/myresources", "batch/v1/jobs"]
        let left = FilteredPeerDiscovery.filter(
            resources: all.map(Self.resource), groups: [],
            excluding: Self.versions("apps/v1", "custom/v1alpha1"))
        #expect(left.resources == [Self.resource("batch/v1/jobs")], "M53")
    }
}
