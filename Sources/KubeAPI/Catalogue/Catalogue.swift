/// The built-in APIs of every known release; `Release.basis` says how each was learned.
///
/// Asked by the routing model, by discovery and by the verb `catalog`. It knows what a binary has
/// compiled in; custom resources and aggregated APIs are the scenario's. The tables are text in the
/// binary, read once on first use.
public struct Catalogue: Sendable {
    /// How a built-in resource comes to be served.
    public enum Availability: UInt8, Sendable, BitwiseCopyable {
        /// Served with default flags.
        case byDefault
        /// Served where `--runtime-config` turns its version on.
        case behindRuntimeConfig
        /// Served where `--runtime-config` turns its version on and a feature gate is on.
        case behindGate

        /// As the table and the verb `catalog` write it.
        public var text: String {
            switch self {
            case .byDefault: "default"
            case .behindRuntimeConfig: "runtime-config"
            case .behindGate: "gate+runtime-config"
            }
        }
    }

    /// One built-in resource of one release.
    public struct Resource: Sendable, Hashable {
        public var id: GroupVersionResource
        public var kind: String
        public var namespaced: Bool
        /// Sorted, as discovery documents list them.
        public var verbs: [String]
        /// Names without the resource, sorted: `scale`, `status`.
        public var subresources: [String]
        public var availability: Availability

        public init(
            id: GroupVersionResource, kind: String, namespaced: Bool, verbs: [String],
            subresources: [String], availability: Availability
        ) {
            self.id = id
            self.kind = kind
            self.namespaced = namespaced
            self.verbs = verbs
            self.subresources = subresources
            self.availability = availability
        }
    }

    /// A group and its versions, preferred first.
    public struct Group: Sendable, Hashable {
        public var name: String
        public var versions: [String]

        public init(name: String, versions: [String]) {
            self.name = name
            self.versions = versions
        }
    }
}

extension Catalogue {
    /// Every resource that the release has compiled in, whatever turns it on, sorted by id.
    ///
    /// Empty for a release outside `Release.known`.
    public static func resources(in release: Release) -> [Resource] {
        tables[release]?.resources ?? []
    }

    /// A resource that the release has compiled in.
    public static func resource(_ id: GroupVersionResource, in release: Release) -> Resource? {
        guard let table = tables[release], let index = table.indexes[id] else { return nil }
        return table.resources[index]
    }

    /// The resource of a kind, as a REST mapper with this release's discovery would find it.
    public static func resource(
        kind: String, groupVersion: GroupVersion, in release: Release
    ) -> Resource? {
        guard let table = tables[release] else { return nil }
        let key = KindKey(groupVersion: groupVersion, kind: kind)
        return table.kinds[key].map { table.resources[$0] }
    }

    /// The named groups in the order of the release's `/apis`, versions in order of preference.
    ///
    /// With default flags, or with every gate and every version on. The core group is not among
    /// them: `/apis` never lists it.
    public static func groupOrder(in release: Release, allGates: Bool) -> [Group] {
        guard let table = tables[release] else { return [] }
        return allGates ? table.groups : groupOrder(in: release, serving: defaults(of: table))
    }

    /// The groups and versions of the release's `/apis` where only these are served.
    ///
    /// The order of a server with any flags is the order with all gates, less what is off:
    /// measured for both ends of every release.
    static func groupOrder(in release: Release, serving served: Set<GroupVersion>) -> [Group] {
        let groups = tables[release]?.groups ?? []
        return groups.compactMap { group in
            let versions = group.versions.filter {
                served.contains(GroupVersion(group: group.name, version: $0))
            }
            return versions.isEmpty ? nil : Group(name: group.name, versions: versions)
        }
    }

    /// Whether any known release has a built-in group of this name.
    public static func isBuiltinGroup(_ name: String) -> Bool { allGroupNames.contains(name) }

    private static let allGroupNames: Set<String> = tables.values.reduce(into: [""]) {
        names, table in
        names.formUnion(table.groups.map(\.name))
    }

    private static func defaults(of table: ReleaseTable) -> Set<GroupVersion> {
        Set(
            table.resources.filter { $0.availability == .byDefault }.map(\.id.groupVersion))
    }
}
