extension DiscoveryDocument {
    /// The built-in part of a server's own `/api` and `/apis`: core group first, then as measured.
    ///
    /// Resources that the server only perhaps serves are left out.
    public static func builtin(_ served: Catalogue.ServedSet) -> [Group] {
        var resources: [GroupVersion: [Resource]] = [:]
        for resource in served.resources where served[resource.id] == .yes {
            resources[resource.id.groupVersion, default: []].append(Resource(resource))
        }
        let order = [Catalogue.Group(name: "", versions: ["v1"])] + served.groupOrder
        return order.compactMap { group in
            let versions = group.versions.compactMap { name in
                resources[GroupVersion(group: group.name, version: name)].map {
                    Version(name: name, resources: $0)
                }
            }
            return versions.isEmpty ? nil : Group(name: group.name, versions: versions)
        }
    }
}

extension DiscoveryDocument.Resource {
    /// A built-in resource as its server lists it, short names and categories aside.
    public init(_ resource: Catalogue.Resource) {
        self.init(
            name: resource.id.resource, kind: DiscoveryDocument.ResponseKind(kind: resource.kind),
            namespaced: resource.namespaced, singular: resource.kind.lowercased(),
            verbs: resource.verbs,
            subresources: resource.subresources.map {
                DiscoveryDocument.Subresource(builtin: $0, of: resource)
            })
    }
}

extension DiscoveryDocument.Subresource {
    /// The catalogue holds the names alone; kinds and verbs are the same in every known release.
    init(builtin name: String, of resource: Catalogue.Resource) {
        self.init(
            name: name, kind: Self.kind(of: name, parent: resource.kind),
            verbs: Self.verbs(of: name))
    }

    private static func verbs(of name: String) -> [String] {
        switch name {
        case "binding", "eviction", "token": ["create"]
        case "attach", "exec", "portforward": ["create", "get"]
        case "log": ["get"]
        case "finalize": ["update"]
        case "proxy": ["create", "delete", "get", "patch", "update"]
        default: ["get", "patch", "update"]
        }
    }

    private static func kind(
        of name: String, parent: String
    ) -> DiscoveryDocument.ResponseKind {
        switch name {
        case "scale": .init(group: "autoscaling", version: "v1", kind: "Scale")
        case "eviction": .init(group: "policy", version: "v1", kind: "Eviction")
        case "token": .init(group: "authentication.k8s.io", version: "v1", kind: "TokenRequest")
        case "binding": .init(kind: "Binding")
        case "attach": .init(kind: "PodAttachOptions")
        case "exec": .init(kind: "PodExecOptions")
        case "portforward": .init(kind: "PodPortForwardOptions")
        case "proxy": .init(kind: "\(parent)ProxyOptions")
        default: .init(kind: parent)
        }
    }
}
