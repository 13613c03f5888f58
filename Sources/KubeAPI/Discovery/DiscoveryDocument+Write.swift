import Bytes

extension DiscoveryDocument {
    /// The document as a server sends it, in the form that it has, with the line end of Go's
    /// encoder.
    public var json: [UInt8] { value.compact + [UInt8(ascii: "\n")] }

    private var value: JSONValue {
        switch form {
        case .aggregatedV2: aggregated("apidiscovery.k8s.io/v2")
        case .aggregatedV2beta1: aggregated("apidiscovery.k8s.io/v2beta1")
        case .groupList:
            .object([
                .init("kind", .string("APIGroupList")), .init("apiVersion", .string("v1")),
                .init("groups", .array(groups.map { .object(legacy($0)) })),
            ])
        case .coreVersions:
            .object([
                .init("kind", .string("APIVersions")),
                .init("versions", texts(groups.flatMap(\.versions).map(\.name))),
            ])
        case .group:
            .object(
                [.init("kind", .string("APIGroup")), .init("apiVersion", .string("v1"))]
                    + (groups.first.map(legacy) ?? []))
        case .resourceList: resourceList
        }
    }

    private func aggregated(_ apiVersion: String) -> JSONValue {
        .object([
            .init("kind", .string("APIGroupDiscoveryList")),
            .init("apiVersion", .string(apiVersion)), .init("metadata", .object([])),
            .init("items", .array(groups.map(item))),
        ])
    }

    private func item(_ group: Group) -> JSONValue {
        var metadata: [JSONValue.Member] = []
        if !group.name.isEmpty { metadata.append(.init("name", .string(group.name))) }
        if !group.uid.isEmpty { metadata.append(.init("uid", .string(group.uid))) }
        metadata.append(.init("creationTimestamp", .null))
        return .object([
            .init("metadata", .object(metadata)),
            .init("versions", .array(group.versions.map(item))),
        ])
    }

    private func item(_ version: Version) -> JSONValue {
        var members: [JSONValue.Member] = [.init("version", .string(version.name))]
        if !version.resources.isEmpty {
            members.append(.init("resources", .array(version.resources.map(item))))
        }
        members.append(.init("freshness", .string(version.freshness.rawValue)))
        return .object(members)
    }

    private func item(_ resource: Resource) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("resource", .string(resource.name)), .init("responseKind", item(resource.kind)),
            .init("scope", .string(resource.namespaced ? "Namespaced" : "Cluster")),
            .init("singularResource", .string(resource.singular)),
            .init("verbs", texts(resource.verbs)),
        ]
        if !resource.shortNames.isEmpty {
            members.append(.init("shortNames", texts(resource.shortNames)))
        }
        if !resource.categories.isEmpty {
            members.append(.init("categories", texts(resource.categories)))
        }
        if !resource.subresources.isEmpty {
            let parts = resource.subresources.map { part in
                JSONValue.object([
                    .init("subresource", .string(part.name)),
                    .init("responseKind", item(part.kind)), .init("verbs", texts(part.verbs)),
                ])
            }
            members.append(.init("subresources", .array(parts)))
        }
        return .object(members)
    }

    private func item(_ kind: ResponseKind) -> JSONValue {
        .object([
            .init("group", .string(kind.group)), .init("version", .string(kind.version)),
            .init("kind", .string(kind.kind)),
        ])
    }

    private func legacy(_ group: Group) -> [JSONValue.Member] {
        func version(_ name: String) -> JSONValue {
            let id = GroupVersion(group: group.name, version: name)
            return .object([
                .init("groupVersion", .string(id.description)), .init("version", .string(name)),
            ])
        }
        var members: [JSONValue.Member] = [
            .init("name", .string(group.name)),
            .init("versions", .array(group.versions.map { version($0.name) })),
        ]
        if let preferred = group.versions.first {
            members.append(.init("preferredVersion", version(preferred.name)))
        }
        return members
    }

    private var resourceList: JSONValue {
        let group = groups.first?.name ?? ""
        let version = groups.first?.versions.first ?? Version(name: "")
        let id = GroupVersion(group: group, version: version.name)
        let entries = version.resources.flatMap { resource in
            [legacy(resource)] + resource.subresources.map { legacy($0, of: resource) }
        }
        return .object([
            .init("kind", .string("APIResourceList")), .init("apiVersion", .string("v1")),
            .init("groupVersion", .string(id.description)), .init("resources", .array(entries)),
        ])
    }

    private func legacy(_ resource: Resource) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(resource.name)),
            .init("singularName", .string(resource.singular)),
            .init("namespaced", .bool(resource.namespaced)),
        ]
        members += legacy(resource.kind) + [.init("verbs", texts(resource.verbs))]
        if !resource.shortNames.isEmpty {
            members.append(.init("shortNames", texts(resource.shortNames)))
        }
        if !resource.categories.isEmpty {
            members.append(.init("categories", texts(resource.categories)))
        }
        return .object(members)
    }

    private func legacy(_ part: Subresource, of resource: Resource) -> JSONValue {
        .object(
            [
                .init("name", .string("\(resource.name)/\(part.name)")),
                .init("singularName", .string("")),
                .init("namespaced", .bool(resource.namespaced)),
            ] + legacy(part.kind) + [.init("verbs", texts(part.verbs))])
    }

    private func legacy(_ kind: ResponseKind) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if !kind.group.isEmpty { members.append(.init("group", .string(kind.group))) }
        if !kind.version.isEmpty { members.append(.init("version", .string(kind.version))) }
        return members + [.init("kind", .string(kind.kind))]
    }

    private func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
