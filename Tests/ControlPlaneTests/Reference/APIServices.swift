public import ControlPlane
public import KubeAPI

/// The APIService objects of a cluster: what legacy discovery is made of on every server (F4.14).
///
/// They live in etcd, so all servers list the same groups, whatever they serve themselves: an old
/// server lists what only a newer one can answer, and its clients get a 404 for the version's list.
public struct APIServices: Sendable, Equatable {
    /// Those of built-in versions, as the server that started last left them.
    public private(set) var builtin: [Catalogue.Group] = []

    public init() {}

    /// A server starts: it creates an object for each version of its own, and deletes those of
    /// built-in versions that it does not itself want (F4.15).
    ///
    /// So a restarted old server takes a newer server's versions out of everyone's legacy
    /// discovery, until the newer one restarts.
    public mutating func serverStarted(serving served: Catalogue.ServedSet) {
        builtin = served.groupOrder
    }

    /// `APIGroupList`, the same on every server, whether or not a backend is available (F4.14).
    public func groupList(extensions: [Scenario.Extension]) -> DiscoveryDocument {
        var groups = builtin.map { group in
            DiscoveryDocument.Group(
                name: group.name, versions: group.versions.map { .init(name: $0) })
        }
        for entry in ServerDiscovery.inOrder(extensions) {
            let version = DiscoveryDocument.Version(name: entry.groupVersion.version)
            guard let index = groups.firstIndex(where: { $0.name == entry.groupVersion.group })
            else {
                groups.append(.init(name: entry.groupVersion.group, versions: [version]))
                continue
            }
            if groups[index].versions.contains(version) { continue }
            groups[index].versions.append(version)
            groups[index].versions.sort { APIVersion($0.name) < APIVersion($1.name) }
        }
        // Its own group does not come from objects and is always first.
        if let own = groups.firstIndex(where: { $0.name == "apiregistration.k8s.io" }) {
            groups.insert(groups.remove(at: own), at: 0)
        }
        return DiscoveryDocument(form: .groupList, groups: groups)
    }

    /// `APIGroup` of one group; nil where no object names it.
    public func group(_ name: String, extensions: [Scenario.Extension]) -> DiscoveryDocument? {
        let group = groupList(extensions: extensions).groups.first { $0.name == name }
        return group.map { DiscoveryDocument(form: .group, groups: [$0]) }
    }
}
