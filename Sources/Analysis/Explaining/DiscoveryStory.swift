import ControlPlane
import KubeAPI

/// What a discovery document of a server listed at an instant, against what others served then.
///
/// By the same caches that decide where requests go: what a client could find, and could not.
struct DiscoveryStory {
    let title: String
    let lines: [String]

    /// Nil where the path is none of discovery's that lists resources, or the server was down.
    init?(_ table: RoutingTable, server: Int, path: String, at instant: Int64) {
        guard let view = table.discovery(of: server, at: instant) else { return nil }
        let others = table.servers.indices.filter { $0 != server }.compactMap { other in
            table.discovery(of: other, at: instant).map { (table.servers[other], $0.own) }
        }
        let words = path.split(separator: "/").map(String.init)
        switch (words.first, words.count) {
        case ("apis", 1): lines = DiscoveryStory.groups(view, others)
        case ("apis", 3):
            let version = GroupVersion(group: words[1], version: words[2])
            lines = DiscoveryStory.resources(of: version, view, others)
        case ("api", 2):
            let version = GroupVersion(group: "", version: words[1])
            lines = DiscoveryStory.resources(of: version, view, others)
        default: return nil
        }
        title = "What \(table.servers[server]) listed"
    }

    private static func groups(
        _ view: DiscoveryView, _ others: [(String, ServerDiscovery)]
    ) -> [String] {
        let own = Set(view.own.apis.groupVersions)
        let listed = view.apis.groupVersions
        var lines = [
            "\(listed.count) versions of \(view.apis.groups.count) groups, "
                + (view.mergesPeers ? "those of its peers too (F4.6)" : "its own alone")
                + (view.isCertain ? "" : "; in that moment it may have held others of its peers")
        ]
        let merged = listed.filter { !own.contains($0) }
        if !merged.isEmpty { lines.append("from its peers: \(list(merged))") }
        for (name, other) in others {
            lines += lacking(other.apis.groupVersions.filter { !listed.contains($0) }, name)
        }
        return lines
    }

    private static func resources(
        of version: GroupVersion, _ view: DiscoveryView, _ others: [(String, ServerDiscovery)]
    ) -> [String] {
        let own = names(view.own, version)
        let first = own.isEmpty ? "nothing: it does not serve \(version)" : "\(list(own))"
        return [first]
            + others.flatMap { name, other in
                lacking(names(other, version).filter { !own.contains($0) }, name)
            }
    }

    private static func names(_ discovery: ServerDiscovery, _ version: GroupVersion) -> [String] {
        discovery.resourceList(version)?.version(version)?.resources.map(\.name).sorted() ?? []
    }

    private static func lacking(_ names: [some CustomStringConvertible], _ server: String)
        -> [String]
    {
        names.isEmpty ? [] : ["without \(list(names)), which \(server) served"]
    }

    private static func list(_ names: [some CustomStringConvertible]) -> String {
        names.map(\.description).joined(separator: ", ")
    }
}
