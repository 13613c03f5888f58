import ControlPlane
public import KubeAPI

/// What a server of 1.36 or later keeps of its peers: what they said, what is left of that without
/// the excluded group-versions, and the merged document that was made of it.
///
/// The three are renewed apart from each other, and F3.32 is a gap between two of them. Which
/// group-versions are excluded is the `ExclusionManager`'s business.
public struct PeerDocumentCache: Sendable {
    /// One peer, as its discovery was read.
    public struct Entry: Sendable, Equatable {
        public var resources: [GroupVersionResource]
        public var groups: [DiscoveryDocument.Group]

        public init(resources: [GroupVersionResource], groups: [DiscoveryDocument.Group]) {
            self.resources = resources
            self.groups = groups
        }
    }

    public private(set) var raw: [String: Entry] = [:]
    public private(set) var filtered: [String: Entry] = [:]
    /// Nil until somebody asks for it, and again when it was invalidated.
    public private(set) var document: [DiscoveryDocument.Group]?

    public init() {}

    /// A lease event: all peers were read anew (F3.18), and the filter runs.
    public mutating func store(
        _ peers: [String: Entry], excluding versions: Set<GroupVersion>
    ) {
        raw = peers
        refilter(excluding: versions)
    }

    /// Filters what the peers said (F3.30), and lets go of the document, changed or not.
    ///
    /// Where nothing is known of any peer the document stays as it was (F3.32). An entry of
    /// which nothing is left stays, empty.
    public mutating func refilter(excluding versions: Set<GroupVersion>) {
        filtered = raw.mapValues { entry in
            let left = FilteredPeerDiscovery.filter(
                resources: entry.resources, groups: entry.groups, excluding: versions)
            return Entry(resources: left.resources, groups: left.groups)
        }
        if !raw.isEmpty { document = nil }
    }

    /// Local discovery changed: the document is made anew when it is next asked for (F4.11).
    public mutating func localDiscoveryChanged() { document = nil }

    /// The groups of `/apis`: as they were made when they were last asked for, or made now (F4.11).
    public mutating func groups(
        local: [DiscoveryDocument.Group], ownID: String
    ) -> [DiscoveryDocument.Group] {
        if let document { return document }
        let merged = DiscoveryMerge.groups(
            local: local, ownID: ownID, peers: filtered.mapValues(\.groups))
        document = merged
        return merged
    }
}
