public import Bytes

/// Why bytes are no discovery document: where in it, and what was expected there.
public struct DiscoveryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `byte 17`, or a place such as `items[3].versions[0]`.
    public var place: String
    public var expected: String

    public init(place: String, expected: String) {
        self.place = place
        self.expected = expected
    }

    public var description: String { "\(place): expected \(expected)" }
}

extension DiscoveryDocument {
    /// Reads a response of any form, told apart by its `kind`.
    public init(json: [UInt8], limits: JSONValue.Limits = .init()) throws(DiscoveryError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: json, limits: limits)
        } catch {
            throw DiscoveryError(place: "byte \(error.offset)", expected: error.expected)
        }
        switch value["kind"]?.string {
        case "APIGroupDiscoveryList": self = try Self.aggregated(value)
        case "APIGroupList":
            let groups = try value.items("groups")
            self.init(form: .groupList, groups: try each(groups, "groups", Self.legacyGroup))
        case "APIVersions":
            let names = try value.texts("versions", at: "document")
            self.init(
                form: .coreVersions,
                groups: [Group(name: "", versions: names.map { Version(name: $0) })])
        case "APIGroup":
            self.init(form: .group, groups: [try Self.legacyGroup(value, "document")])
        case "APIResourceList": self = try Self.resourceList(value)
        case let kind?:
            throw DiscoveryError(place: "kind", expected: "a kind of discovery, not \(kind)")
        case nil: throw DiscoveryError(place: "kind", expected: "the kind of a discovery document")
        }
    }

    // MARK: The aggregated forms

    private static func aggregated(_ value: JSONValue) throws(DiscoveryError) -> Self {
        let form: Form
        switch value["apiVersion"]?.string {
        case "apidiscovery.k8s.io/v2": form = .aggregatedV2
        case "apidiscovery.k8s.io/v2beta1": form = .aggregatedV2beta1
        default:
            throw DiscoveryError(
                place: "apiVersion",
                expected: "apidiscovery.k8s.io/v2 or apidiscovery.k8s.io/v2beta1")
        }
        let groups = try each(value.items("items"), "items", group)
        return DiscoveryDocument(form: form, groups: groups)
    }

    private static func group(
        _ value: JSONValue, _ place: String
    ) throws(DiscoveryError) -> Group {
        // The core group has no name in its metadata.
        Group(
            name: try value["metadata"]?.text("name", at: "\(place).metadata") ?? "",
            uid: try value["metadata"]?.text("uid", at: "\(place).metadata") ?? "",
            versions: try each(
                value.items("versions", at: place), "\(place).versions", version))
    }

    private static func version(
        _ value: JSONValue, _ place: String
    ) throws(DiscoveryError) -> Version {
        Version(
            name: try value.required("version", at: place),
            resources: try each(
                value.items("resources", at: place), "\(place).resources", resource),
            freshness: value["freshness"]?.string == Freshness.stale.rawValue ? .stale : .current)
    }

    private static func resource(
        _ value: JSONValue, _ place: String
    ) throws(DiscoveryError) -> Resource {
        Resource(
            name: try value.required("resource", at: place),
            kind: try responseKind(value["responseKind"], "\(place).responseKind"),
            namespaced: value["scope"]?.string == "Namespaced",
            singular: try value.text("singularResource", at: place) ?? "",
            verbs: try value.texts("verbs", at: place),
            shortNames: try value.texts("shortNames", at: place),
            categories: try value.texts("categories", at: place),
            subresources: try each(
                value.items("subresources", at: place), "\(place).subresources", subresource))
    }

    private static func subresource(
        _ value: JSONValue, _ place: String
    ) throws(DiscoveryError) -> Subresource {
        Subresource(
            name: try value.required("subresource", at: place),
            kind: try responseKind(value["responseKind"], "\(place).responseKind"),
            verbs: try value.texts("verbs", at: place))
    }

    private static func responseKind(
        _ value: JSONValue?, _ place: String
    ) throws(DiscoveryError) -> ResponseKind {
        guard let value else { return ResponseKind(kind: "") }
        return ResponseKind(
            group: try value.text("group", at: place) ?? "",
            version: try value.text("version", at: place) ?? "",
            kind: try value.text("kind", at: place) ?? "")
    }

    // MARK: The legacy forms

    private static func legacyGroup(
        _ value: JSONValue, _ place: String
    ) throws(DiscoveryError) -> Group {
        var names = try each(value.items("versions", at: place), "\(place).versions") {
            version, place throws(DiscoveryError) in
            try version.required("version", at: place)
        }
        // Servers put it first anyhow; the field is what clients obey.
        if let preferred = try value["preferredVersion"]?.text("version", at: place),
            let index = names.firstIndex(of: preferred)
        {
            names.insert(names.remove(at: index), at: 0)
        }
        return Group(
            name: try value.required("name", at: place), versions: names.map { Version(name: $0) })
    }

    private static func resourceList(_ value: JSONValue) throws(DiscoveryError) -> Self {
        let id = GroupVersion(apiVersion: try value.required("groupVersion", at: "document"))
        var resources: [Resource] = []
        var indexes: [String: Int] = [:]
        for (index, entry) in try value.items("resources").enumerated() {
            let place = "resources[\(index)]"
            let name = try entry.required("name", at: place)
            guard let slash = name.firstIndex(of: "/") else {
                indexes[name] = resources.count
                resources.append(try legacyResource(entry, name, place))
                continue
            }
            let parent = String(name[..<slash])
            let part = Subresource(
                name: String(name[name.index(after: slash)...]),
                kind: try responseKind(entry, place), verbs: try entry.texts("verbs", at: place))
            if indexes[parent] == nil {
                // Such as `namespaces/finalize` in a list that leaves `namespaces` out.
                indexes[parent] = resources.count
                resources.append(
                    Resource(
                        name: parent, kind: ResponseKind(kind: ""),
                        namespaced: entry["namespaced"]?.bool ?? false, verbs: []))
            }
            if let index = indexes[parent] { resources[index].subresources.append(part) }
        }
        let version = Version(name: id.version, resources: resources)
        return DiscoveryDocument(
            form: .resourceList, groups: [Group(name: id.group, versions: [version])])
    }

    private static func legacyResource(
        _ entry: JSONValue, _ name: String, _ place: String
    ) throws(DiscoveryError) -> Resource {
        Resource(
            name: name, kind: try responseKind(entry, place),
            namespaced: entry["namespaced"]?.bool ?? false,
            singular: try entry.text("singularName", at: place) ?? "",
            verbs: try entry.texts("verbs", at: place),
            shortNames: try entry.texts("shortNames", at: place),
            categories: try entry.texts("categories", at: place))
    }
}

/// Reads each item of a list, naming its place for a message.
private func each<Result>(
    _ items: [JSONValue], _ place: String,
    _ read: (JSONValue, String) throws(DiscoveryError) -> Result
) throws(DiscoveryError) -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
        let place = "\(place)[\(index)]"
        guard item.members != nil else { throw DiscoveryError(place: place, expected: "an object") }
        results.append(try read(item, place))
    }
    return results
}

extension JSONValue {
    /// A list that may be absent or null, as Go writes an empty one.
    fileprivate func items(
        _ name: String, at place: String = "document"
    ) throws(DiscoveryError) -> [JSONValue] {
        guard let value = self[name], value != .null else { return [] }
        guard let items = value.array else {
            throw DiscoveryError(place: "\(place).\(name)", expected: "a list")
        }
        return items
    }

    fileprivate func texts(_ name: String, at place: String) throws(DiscoveryError) -> [String] {
        var texts: [String] = []
        for item in try items(name, at: place) {
            guard let text = item.string else {
                throw DiscoveryError(place: "\(place).\(name)", expected: "a list of texts")
            }
            texts.append(text)
        }
        return texts
    }

    /// A text that may be absent.
    fileprivate func text(_ name: String, at place: String) throws(DiscoveryError) -> String? {
        guard let value = self[name], value != .null else { return nil }
        guard let text = value.string else {
            throw DiscoveryError(place: "\(place).\(name)", expected: "a text")
        }
        return text
    }

    fileprivate func required(_ name: String, at place: String) throws(DiscoveryError) -> String {
        guard let text = try text(name, at: place), !text.isEmpty else {
            throw DiscoveryError(place: place, expected: "\(name)")
        }
        return text
    }
}
