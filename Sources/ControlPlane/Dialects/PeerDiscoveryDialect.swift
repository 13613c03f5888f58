/// 1.33 and 1.34: a peer is known by its aggregated discovery, custom and aggregated APIs included.
extension Dialect {
    /// The delays after which a failed peer discovery is tried again (F3.19).
    ///
    /// 5 ms, doubled each time up to 1000 s: five tries in 1.33 and 1.34, twenty from 1.35 on.
    public var retryDelays: [Int64] {
        guard !readsStorageVersions else { return [] }
        return (0..<(excludesExtensions ? 20 : 5)).map {
            min(5 * .millisecond << Int64($0), 1000 * .second)
        }
    }

    /// F3.21: in 1.33 and 1.34 a failed fetch ends the process.
    ///
    /// Fixed in 1.35.
    public var diesOfFailedFetch: Bool { self == .peerDiscovery }

    /// F3.13: the local discovery cache is filled at start, then at this interval.
    static let localRefresh: Int64 = 30 * 60 * .second
}
