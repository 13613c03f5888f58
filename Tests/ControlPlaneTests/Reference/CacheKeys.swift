public import ControlPlane

/// What the caches of a release hold under which key, and what an entry means.
extension Dialect {
    /// The name by which the caches know the core group (F1.17, F1.25, F1.28).
    public func cacheKey(group: String) -> String {
        group.isEmpty && !excludesExtensions ? "core" : group
    }

    /// Whether a local cache with this value for a resource makes the server answer itself.
    ///
    /// All releases test the value: an entry that says `false` is as good as none.
    public func servesLocally(cached: Bool?) -> Bool { cached == true }

    /// Whether a cached peer with this value for a resource is taken to serve it.
    ///
    /// 1.33 and 1.34 test the value; from 1.35 on the key alone suffices.
    public func peerServes(cached: Bool?) -> Bool {
        excludesExtensions ? cached != nil : cached == true
    }
}
