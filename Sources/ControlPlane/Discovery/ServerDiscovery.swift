public import KubeAPI

/// What one server says of itself at one instant: its built-in APIs and the shared extensions.
///
/// Peers are not in it: `DiscoveryMerge` adds them. Groups come in the measured order of the
/// release, then custom resources, then aggregated APIs, each by name: their APIServices have lower
/// priorities, those of aggregated APIs by custom (a scenario does not tell them).
public struct ServerDiscovery: Sendable {
    public let served: Catalogue.ServedSet
    /// Those that exist at the instant.
    public let extensions: [Scenario.Extension]

    public init(served: Catalogue.ServedSet, extensions: [Scenario.Extension]) {
        self.served = served
        self.extensions = extensions
    }

    /// The extensions of a scenario that exist at an instant.
    public init(served: Catalogue.ServedSet, extensions: [Scenario.Extension], at instant: Int64) {
        self.init(
            served: served,
            extensions: extensions.filter { entry in
                entry.from <= instant && entry.until.map { instant < $0 } ?? true
            })
    }

    /// Aggregated `/api`: the core group alone.
    public var core: DiscoveryDocument {
        DiscoveryDocument(groups: DiscoveryDocument.builtin(served).filter(\.name.isEmpty))
    }

    /// Aggregated `/apis`, as the server answers a request with `profile=nopeer`.
    public var apis: DiscoveryDocument {
        var groups = DiscoveryDocument.builtin(served).filter { !$0.name.isEmpty }
        for entry in Self.inOrder(extensions) { add(entry, to: &groups) }
        return DiscoveryDocument(groups: groups)
    }

    /// `APIResourceList` of one version; nil where the server answers 404.
    ///
    /// A version of an aggregated API whose backend is away is a 503, not a list.
    public func resourceList(_ id: GroupVersion) -> DiscoveryDocument? {
        let whole = id.group.isEmpty ? core : apis
        guard let version = whole.version(id), version.freshness == .current else { return nil }
        return DiscoveryDocument(
            form: .resourceList, groups: [.init(name: id.group, versions: [version])])
    }

    private func add(_ entry: Scenario.Extension, to groups: inout [DiscoveryDocument.Group]) {
        let id = entry.groupVersion
        let version = Self.version(entry)
        guard let group = groups.firstIndex(where: { $0.name == id.group }) else {
            groups.append(.init(name: id.group, versions: [version]))
            return
        }
        guard let index = groups[group].versions.firstIndex(where: { $0.name == id.version })
        else {
            groups[group].versions.append(version)
            // Within a group the newest stable version comes first.
            groups[group].versions.sort { APIVersion($0.name) < APIVersion($1.name) }
            return
        }
        // Several custom resources of one version.
        let known = Set(groups[group].versions[index].resources.map(\.name))
        groups[group].versions[index].resources += version.resources.filter {
            !known.contains($0.name)
        }
        groups[group].versions[index].resources.sort { $0.name < $1.name }
    }

    public static func inOrder(_ extensions: [Scenario.Extension]) -> [Scenario.Extension] {
        extensions.sorted { left, right in
            if left.isAggregated != right.isAggregated { return right.isAggregated }
            return left.groupVersion < right.groupVersion
        }
    }

    private static func version(_ entry: Scenario.Extension) -> DiscoveryDocument.Version {
        let name = entry.groupVersion.version
        // A backend that never answered leaves the version without resources (F4.16).
        guard entry.isAvailable else { return .init(name: name, freshness: .stale) }
        let resources = entry.resources.map { resource in
            DiscoveryDocument.Resource(
                name: resource.name,
                kind: .init(
                    group: entry.groupVersion.group, version: name, kind: resource.kind),
                namespaced: resource.namespaced, singular: resource.kind.lowercased(),
                verbs: entry.isAggregated ? ["get", "list"] : customVerbs)
        }
        return .init(name: name, resources: resources.sorted { $0.name < $1.name })
    }

    /// In the order in which servers list them for custom resources.
    private static let customVerbs = [
        "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch",
    ]
}
