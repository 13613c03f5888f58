/// What some releases of kube-apiserver do otherwise than others: the one place that says which.
///
/// Everything else asks `release.has(.trait)`. A new release is looked through here, trait by
/// trait, and `ReleaseTraitTests` lists what each release has.
public enum ReleaseTrait: String, Sendable, CaseIterable {
    /// The Mixed Version Proxy is there, with its gate and its flags (F2.1).
    case proxy
    /// Its gate is beta, and so on by default (F2.1).
    case proxyGateIsBeta
    /// Its gate is refused where gate `APIServerIdentity` is off (F2.8).
    case proxyGateNeedsIdentity
    /// `--peer-advertise-ip` and its twin have no effect (V3).
    case ignoresPeerAdvertiseFlags
    /// `--emulated-version` is known.
    case emulatedVersion

    /// Peers are known by what they write into StorageVersion objects (F1.18).
    case knowsPeersByRecords
    /// One peer without a usable address makes the request a 503 (F1.19); otherwise it is skipped.
    case oneBadAddressSpoilsTheRequest
    /// Peers are known by the discovery that is read from each of them (F3.16).
    case readsPeerDiscovery
    /// A failed reading of a peer ends the process (F3.21).
    case diesOfFailedFetch
    /// A peer that starts later is learned of at once (F3.20).
    case learnsOfLaterPeers
    /// Custom and aggregated APIs are left out of what is known of peers (F3.25).
    case excludesExtensions
    /// What peers said is kept, so that what is no longer left out comes back (F3.30).
    case keepsWhatPeersSaid
    /// A process makes its identity lease anew at its start, and deletes it at its end (F3.4,
    /// F3.5).
    case replacesIdentityLease

    /// `/apis` has what peers serve, too (F4.6).
    case mergesPeerDiscovery
    /// Aggregated discovery is answered as `apidiscovery.k8s.io/v2` (F4.4), whatever the gates.
    case answersDiscoveryV2
    /// The beta type of aggregated discovery is answered (F4.4).
    case answersDiscoveryV2beta1
    /// The same where gate `AggregatedDiscoveryRemoveBetaType` is off.
    case keepsDiscoveryV2beta1ByGate

    /// What no handler knows is answered with a Status without details; until then with a plain
    /// page (F1.49).
    case answersUnknownPathsWithStatus

    /// The releases that have it.
    public var releases: ReleaseSpan {
        switch self {
        case .proxy: .since(28)
        case .proxyGateIsBeta: .since(36)
        case .proxyGateNeedsIdentity: .since(35)
        case .ignoresPeerAdvertiseFlags: .since(33)
        case .emulatedVersion: .since(31)
        case .knowsPeersByRecords: .from(28, to: 32)
        case .oneBadAddressSpoilsTheRequest: .from(28, to: 31)
        case .readsPeerDiscovery: .since(33)
        case .diesOfFailedFetch: .from(33, to: 34)
        case .learnsOfLaterPeers: .since(35)
        case .excludesExtensions: .since(35)
        case .keepsWhatPeersSaid: .since(36)
        case .replacesIdentityLease: .since(35)
        case .mergesPeerDiscovery: .since(35)
        case .answersDiscoveryV2: .since(30)
        case .answersDiscoveryV2beta1: .from(28, to: 32)
        case .keepsDiscoveryV2beta1ByGate: .from(33, to: 34)
        case .answersUnknownPathsWithStatus: .since(38)
        }
    }
}

extension Release {
    public func has(_ trait: ReleaseTrait) -> Bool { trait.releases.contains(self) }

    /// The releases whose behaviour and built-in APIs are known, however that was learned.
    public static let known: ClosedRange<Release> = Release(minor: 28)...Release(minor: 38)

    /// Each of them, the oldest first.
    public static var all: [Release] {
        (known.lowerBound.minor...known.upperBound.minor).map(Release.init(minor:))
    }

    /// The newest release that was seen to run.
    public static var newestMeasured: Release {
        all.last { $0.basis == .measured } ?? known.lowerBound
    }

    /// The newest release that came out: what later ones serve is anybody's guess.
    public static var newestSettled: Release {
        all.last { $0.basis != .provisional } ?? known.lowerBound
    }

    /// How its built-in APIs and its behaviour were learned; nil where it is not known.
    public var basis: ReleaseBasis? {
        ReleaseBasis.allCases.first { $0.releases.contains(self) && Release.known.contains(self) }
    }
}

/// How what is known of a release was learned: the first word that fits counts.
public enum ReleaseBasis: String, Sendable, CaseIterable {
    /// On running servers of each release.
    case measured
    /// From the clients and schemas that were published for it, and from its source.
    case published
    /// From the source while it was being made: it may still change.
    case provisional

    public var releases: ReleaseSpan {
        switch self {
        case .measured: .from(28, to: 36)
        case .published: .from(37, to: 37)
        case .provisional: .since(38)
        }
    }

    /// In words for a person.
    public var text: String {
        switch self {
        case .measured: "measured on running servers"
        case .published: "read from published clients and schemas, not from a running server"
        case .provisional: "provisional: read from the source before the release, may still change"
        }
    }
}

/// A feature gate that resources wait for; off by default, whether alpha or beta.
public struct ResourceGate: Sendable, Hashable {
    public let name: String
    public let group: String
    public let resources: [String]
    /// The releases in which it is beta: alpha before, and never turned on by `AllBeta` there.
    public let beta: ReleaseSpan?

    /// The gates of every resource that the catalogue has behind one.
    public static let all = [
        ResourceGate(
            name: "ClusterTrustBundle", group: "certificates.k8s.io",
            resources: ["clustertrustbundles"], beta: .since(33)),
        ResourceGate(
            name: "PodCertificateRequest", group: "certificates.k8s.io",
            resources: ["podcertificaterequests"], beta: .since(35)),
        ResourceGate(
            name: "StorageVersionMigrator", group: "storagemigration.k8s.io",
            resources: ["storageversionmigrations"], beta: .since(35)),
        ResourceGate(
            name: "GenericWorkload", group: "scheduling.k8s.io",
            resources: ["workloads", "podgroups"], beta: .since(37)),
        ResourceGate(
            name: "CompositePodGroup", group: "scheduling.k8s.io",
            resources: ["compositepodgroups"], beta: nil),
        ResourceGate(
            name: "EvictionRequestAPI", group: "lifecycle.k8s.io",
            resources: ["evictions", "evictionrequests"], beta: nil),
    ]
}
