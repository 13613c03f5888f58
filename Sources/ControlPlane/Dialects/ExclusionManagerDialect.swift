public import KubeAPI

/// The exclusion manager of 1.36 and later: an active set, and what has lately left it (F3.30).
///
/// The raw copy of what peers said is kept, so a group-version whose grace has ended comes back from
/// it: the ghost of F3.31.
public struct ExclusionManager: Sendable, Equatable {
    /// F3.30: the check that ends the grace is scheduled for exactly five minutes later.
    public static let fiveMinutes: Int64 = 300_000_000_000
    static let graceEnds = Moment(fiveMinutes, fiveMinutes + 5 * .second)

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
        let old = recentlyDeleted.filter { instant.clampedAdding(-$0.value) > grace }
        for id in old.keys { recentlyDeleted[id] = nil }
        return old.keys.sorted()
    }
}
