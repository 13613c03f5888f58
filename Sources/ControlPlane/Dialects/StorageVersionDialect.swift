import KubeAPI

/// 1.28 to 1.32: peers are known by what they wrote into StorageVersion objects.
///
/// The map that the router asks is the same for every server, because the objects are in etcd.
extension Dialect {
    /// Whether one peer without a usable address makes the request a 503.
    ///
    /// F1.19 (1.28 to 1.31): even where another peer could be reached. F1.20 (1.32) skips such
    /// peers, as all later releases do.
    var oneBadAddressSpoilsTheRequest: Bool { self == .storageVersion }
}

extension Catalogue.Resource {
    /// Whether servers write a StorageVersion for it: built in and kept in etcd (F1.23).
    ///
    /// Reviews and bindings can only be created, and component statuses are read from elsewhere.
    var hasStorageVersion: Bool { verbs.contains("list") && id.resource != "componentstatuses" }
}
