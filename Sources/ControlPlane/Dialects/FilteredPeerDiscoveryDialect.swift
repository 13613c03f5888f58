public import KubeAPI

/// 1.35: group-versions of custom and aggregated APIs are struck from what is held of peers.
///
/// What is struck is lost until the peer is read anew (F3.28, F3.29).
public enum FilteredPeerDiscovery {
    /// F3.28: a deleted group-version stays excluded for five minutes and up to a tick of a minute.
    static let graceEnds = Moment(5 * 60 * .second, 6 * 60 * .second + 5 * .second)

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
            return instant.clampedAdding(-deletedAt) <= FilteredPeerDiscovery.graceEnds.earliest
        }
    }
}
