import ControlPlane
public import KubeAPI

// What 1.35 and 1.36 strike from what they hold of peers, step by step as upstream does it.

/// How a peer's entry is filtered.
public enum FilteredPeerDiscovery {
    /// What is left of a peer's entry when some group-versions are excluded (F3.26).
    ///
    /// An entry of which no resource matches is left untouched, group list included.
    public static func filter(
        resources: [GroupVersionResource], groups: [DiscoveryDocument.Group],
        excluding excluded: Set<GroupVersion>
    ) -> (resources: [GroupVersionResource], groups: [DiscoveryDocument.Group], changed: Bool) {
        let left = resources.filter { !excluded.contains($0.groupVersion) }
        guard left.count != resources.count else { return (resources, groups, false) }
        return (left, DiscoveryMerge.groups(groups, excluding: excluded), true)
    }
}

/// The exclusion set of 1.35: absent, active, or waiting for the end of its grace (F3.28).
public struct DestructiveExclusion: Sendable, Equatable {
    /// Five minutes, and then the next tick of a minute.
    public static let grace: Int64 = 300_000_000_000

    private var states: [GroupVersion: Int64?] = [:]

    public init() {}

    /// Everything that is excluded now.
    public var excluded: Set<GroupVersion> { Set(states.keys) }

    public func isPending(_ id: GroupVersion) -> Bool {
        guard let state = states[id] else { return false }
        return state != nil
    }

    /// A CRD or APIService was added or updated: its group-versions are active.
    ///
    /// A version that an update drops is never taken out again (E56).
    public mutating func stored(_ versions: [GroupVersion]) {
        for id in versions { states.updateValue(nil, forKey: id) }
    }

    /// A CRD or APIService was deleted; what another of them still uses stays active.
    public mutating func deleted(
        _ versions: [GroupVersion], stillUsed: Set<GroupVersion>, at instant: Int64
    ) {
        for id in versions where !stillUsed.contains(id) && states[id] != nil {
            states.updateValue(instant, forKey: id)
        }
    }

    /// The tick of every minute: what was deleted more than five minutes ago goes.
    public mutating func tick(at instant: Int64) {
        states = states.filter { _, deletedAt in
            guard let deletedAt else { return true }
            return instant - deletedAt <= DestructiveExclusion.grace
        }
    }
}

/// The exclusion manager of 1.36 and later: an active set, and what has lately left it (F3.30).
///
/// The raw copy of what peers said is kept, so a group-version whose grace has ended comes back
/// from it: the ghost of F3.31.
public struct ExclusionManager: Sendable, Equatable {
    /// F3.30: the check that ends the grace is scheduled for exactly five minutes later.
    public static let fiveMinutes: Int64 = 300_000_000_000

    public private(set) var active: Set<GroupVersion> = []
    public private(set) var recentlyDeleted: [GroupVersion: Int64] = [:]
    private let grace: Int64

    /// - Parameter grace: in nanoseconds; five minutes in every release.
    public init(grace: Int64 = ExclusionManager.fiveMinutes) { self.grace = grace }

    /// Everything that is excluded now.
    public var excluded: Set<GroupVersion> { active.union(recentlyDeleted.keys) }

    /// A CRD or APIService event: the active set as both informers have it now.
    ///
    /// - Returns: whether the set changed, and what has left it, in order.
    @discardableResult
    public mutating func update(
        active now: Set<GroupVersion>, at instant: Int64
    ) -> (changed: Bool, deleted: [GroupVersion]) {
        let deleted = active.subtracting(now).sorted()
        let changed = active != now
        for id in deleted { recentlyDeleted[id] = instant }
        active = now
        reap(at: instant)
        return (changed, deleted)
    }

    /// Drops what was deleted longer ago than the grace; exactly as long ago is not enough (M84).
    ///
    /// - Returns: what was dropped, in order.
    @discardableResult
    public mutating func reap(at instant: Int64) -> [GroupVersion] {
        let old = recentlyDeleted.filter { instant - $0.value > grace }
        for id in old.keys { recentlyDeleted[id] = nil }
        return old.keys.sorted()
    }
}
