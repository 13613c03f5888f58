public import KubeAPI

/// One server's record in a StorageVersion object.
public struct ServerStorageVersion: Sendable, Equatable {
    public var server: String
    /// Such as `apps/v1`; empty where the server is older than 1.28 (F1.24).
    public var servedVersions: [String]

    public init(server: String, servedVersions: [String]) {
        self.server = server
        self.servedVersions = servedVersions
    }
}

/// What the router of these releases makes of the StorageVersion objects (F1.18).
public struct StorageVersionMap: Sendable, Equatable {
    private var serving: [GroupVersionResource: Set<String>] = [:]
    private var listedBy: [String: Set<GroupVersionResource>] = [:]

    public init() {}

    /// The ids of the servers that serve a resource; nil where no object speaks of it (F1.17).
    public subscript(id: GroupVersionResource) -> Set<String>? { serving[id] }

    /// An object was added or updated: what the old one listed goes, what the new one lists comes.
    public mutating func store(_ name: String, _ servers: [ServerStorageVersion]) {
        remove(name)
        guard let parts = Self.split(name) else { return }
        for record in servers {
            for served in record.servedVersions {
                let version = served.split(separator: "/").last.map(String.init) ?? served
                let id = GroupVersionResource(
                    group: parts.group, version: version, resource: parts.resource)
                serving[id, default: []].insert(record.server)
                listedBy[name, default: []].insert(id)
            }
        }
    }

    /// An object was deleted.
    public mutating func remove(_ name: String) {
        for id in listedBy.removeValue(forKey: name) ?? [] { serving[id] = nil }
    }

    /// `networking.k8s.io.ingresses` is split at its last dot; `core` spells the core group.
    static func split(_ name: String) -> (group: String, resource: String)? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let group = String(name[..<dot])
        return (group == "core" ? "" : group, String(name[name.index(after: dot)...]))
    }
}
