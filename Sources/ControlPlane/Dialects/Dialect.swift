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

    /// How long after its deletion a group-version of a custom or aggregated API is still left out.
    ///
    /// 1.35 asks every minute what went more than five minutes ago (F3.28); 1.36 looks again
    /// exactly five minutes after (F3.30). What is struck in 1.35 is lost until the peer is read
    /// anew (F3.29).
    var exclusionEnds: UncertainTime? {
        let fiveMinutes: Int64 = 5 * 60 * .second
        return switch self {
        case .filteredPeerDiscovery:
            UncertainTime(fiveMinutes, fiveMinutes + 60 * .second).later(to: 5 * .second)
        case .exclusionManager: UncertainTime(fiveMinutes, fiveMinutes).later(to: 5 * .second)
        default: nil
        }
    }
}
