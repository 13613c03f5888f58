public import KubeAPI

/// How a release decides where a request is answered: one value per family of releases.
///
/// A dialect is data and small pure functions. What differs between the families stands in the file
/// of each; what they share, in `Ladder.swift`. None of it knows of time: `Timeline/` does.
public enum Dialect: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// 1.28 to 1.31: StorageVersion objects say who serves what; one bad address spoils a request.
    case storageVersion
    /// 1.32: the same, and bad addresses are skipped.
    case storageVersionSkippingBadAddresses
    /// 1.33 and 1.34: the aggregated discovery of each peer, everything in it.
    case peerDiscovery
    /// 1.35: the same, less the groups of custom and aggregated APIs, which are thrown away.
    case filteredPeerDiscovery
    /// 1.36 and later: the same, filtered from a raw copy that is kept.
    case exclusionManager

    /// The dialect of a release; nil before 1.28, which had no such proxy.
    public init?(_ release: Release) {
        guard release.has(.proxy) else { return nil }
        if release.has(.knowsPeersByRecords) {
            self =
                release.has(.oneBadAddressSpoilsTheRequest)
                ? .storageVersion : .storageVersionSkippingBadAddresses
        } else if release.has(.keepsWhatPeersSaid) {
            self = .exclusionManager
        } else {
            self = release.has(.excludesExtensions) ? .filteredPeerDiscovery : .peerDiscovery
        }
    }

    /// Whether peers are known by StorageVersion objects (1.28 to 1.32) or by their discovery.
    public var readsStorageVersions: Bool {
        self == .storageVersion || self == .storageVersionSkippingBadAddresses
    }

    /// Whether custom and aggregated APIs of a peer are left out of what is known of it (F3.25).
    public var excludesExtensions: Bool {
        self == .filteredPeerDiscovery || self == .exclusionManager
    }

    /// The name by which the caches know the core group (F1.17, F1.25, F1.28).
    public func cacheKey(group: String) -> String {
        group.isEmpty && !excludesExtensions ? "core" : group
    }

    /// Whether a local cache with this value for a resource makes the server answer itself.
    ///
    /// All releases test the value: an entry that says `false` is as good as none.
    public func servesLocally(cached: Bool?) -> Bool { cached == true }
}
