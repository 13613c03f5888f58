public import Bytes

/// The texts of one recording by number: what makes a `Request` a row of integers.
///
/// Filled by whatever reads traffic, kept in step with the recording by whatever writes it: ids
/// only ever grow, so a writer stores those above the last it stored.
public struct Names: Sendable {
    /// Namespaces, names, users, user agents, addresses, paths, queries, groups, kinds.
    public var strings = Interner(minimumCapacity: 1 << 12)
    public var resources = TupleTable<ResourceIDs>()
    public var clients = TupleTable<ClientIDs>()
    /// API servers; id 0 is a server that the source does not name.
    public var servers = Interner()
    /// Files and streams that traffic was read from.
    public var sources = Interner()
    /// How many of `strings` the recording held that these were read from.
    ///
    /// Where somebody renamed clients in it by hand, their texts are among `strings`, not stored.
    public var storedStrings = 1

    public init() {}

    public mutating func resource(
        group: String, version: String, resource: String, subresource: String = ""
    ) -> UInt32 {
        resources.intern(
            ResourceIDs(
                group: strings.intern(group), version: strings.intern(version),
                resource: strings.intern(resource), subresource: strings.intern(subresource)))
    }

    /// The group, version and resource of a resource id, without its subresource.
    public func groupVersionResource(_ resource: UInt32) -> GroupVersionResource {
        let key = resources[resource]
        return GroupVersionResource(
            group: strings[key.group], version: strings[key.version],
            resource: strings[key.resource])
    }

    /// The clients of a user, whatever their agents and addresses.
    public func clients(ofUser user: String) -> [UInt32] {
        guard let user = strings.find(user) else { return [] }
        return (0..<UInt32(clients.count)).filter { clients[$0].user == user }
    }

    public func subresource(_ resource: UInt32) -> String {
        strings[resources[resource].subresource]
    }
}
