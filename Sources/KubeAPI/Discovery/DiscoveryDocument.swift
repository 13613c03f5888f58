/// What one discovery response says: groups, their versions, and what each version offers.
///
/// One value for every form on the wire, so that the model can merge and compare them. It keeps
/// what routing, REST mapping and merging look at; short-lived metadata is dropped.
public struct DiscoveryDocument: Hashable, Sendable {
    /// The forms on the wire (F4.1 to F4.4); only two of them name resources.
    public enum Form: String, Hashable, Sendable {
        /// `APIGroupDiscoveryList` of apidiscovery.k8s.io/v2.
        case aggregatedV2
        /// The same of v2beta1, which servers gave up between 1.33 and 1.35.
        case aggregatedV2beta1
        /// `APIGroupList`: groups and versions, no resources.
        case groupList
        /// `APIVersions`: the versions of the core group.
        case coreVersions
        /// `APIGroup`: the versions of one group.
        case group
        /// `APIResourceList`: the resources of one version.
        case resourceList

        /// Whether a document of this form lists resources at all.
        public var listsResources: Bool {
            switch self {
            case .aggregatedV2, .aggregatedV2beta1, .resourceList: true
            case .groupList, .coreVersions, .group: false
            }
        }
    }

    /// How a version's list came about (F4.16).
    public enum Freshness: String, Hashable, Sendable {
        case current = "Current"
        /// The backend could not be reached: the list is old, or empty.
        case stale = "Stale"
    }

    public struct Group: Hashable, Sendable {
        /// Empty for the core group.
        public var name: String
        public var uid: String
        /// In order of preference.
        public var versions: [Version]

        public init(name: String, uid: String = "", versions: [Version]) {
            self.name = name
            self.uid = uid
            self.versions = versions
        }
    }

    public struct Version: Hashable, Sendable {
        public var name: String
        public var resources: [Resource]
        public var freshness: Freshness

        public init(name: String, resources: [Resource] = [], freshness: Freshness = .current) {
            self.name = name
            self.resources = resources
            self.freshness = freshness
        }
    }

    /// The kind that answers carry; group and version are empty where they are the resource's own.
    public struct ResponseKind: Hashable, Sendable {
        public var group: String
        public var version: String
        public var kind: String

        public init(group: String = "", version: String = "", kind: String) {
            self.group = group
            self.version = version
            self.kind = kind
        }
    }

    public struct Resource: Hashable, Sendable {
        public var name: String
        public var kind: ResponseKind
        public var namespaced: Bool
        public var singular: String
        public var verbs: [String]
        public var shortNames: [String]
        public var categories: [String]
        public var subresources: [Subresource]

        public init(
            name: String, kind: ResponseKind, namespaced: Bool, singular: String = "",
            verbs: [String], shortNames: [String] = [], categories: [String] = [],
            subresources: [Subresource] = []
        ) {
            self.name = name
            self.kind = kind
            self.namespaced = namespaced
            self.singular = singular
            self.verbs = verbs
            self.shortNames = shortNames
            self.categories = categories
            self.subresources = subresources
        }
    }

    public struct Subresource: Hashable, Sendable {
        public var name: String
        public var kind: ResponseKind
        public var verbs: [String]

        public init(name: String, kind: ResponseKind, verbs: [String]) {
            self.name = name
            self.kind = kind
            self.verbs = verbs
        }
    }

    public var form: Form
    /// In the order of the document.
    public var groups: [Group]

    public init(form: Form = .aggregatedV2, groups: [Group]) {
        self.form = form
        self.groups = groups
    }
}

extension DiscoveryDocument {
    /// The path that a document of this form and content is served at.
    public var path: String {
        switch form {
        case .coreVersions: return "/api"
        case .groupList: return "/apis"
        case .aggregatedV2, .aggregatedV2beta1:
            // `/apis` never holds the core group, and `/api` nothing else (F4.2).
            return !groups.isEmpty && groups.allSatisfy(\.name.isEmpty) ? "/api" : "/apis"
        case .group: return "/apis/\(groups.first?.name ?? "")"
        case .resourceList:
            let group = groups.first?.name ?? ""
            let version = groups.first?.versions.first?.name ?? ""
            return group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        }
    }

    /// Every group and version in the order of the document.
    public var groupVersions: [GroupVersion] {
        groups.flatMap { group in
            group.versions.map { GroupVersion(group: group.name, version: $0.name) }
        }
    }

    public func version(_ wanted: GroupVersion) -> Version? {
        groups.first { $0.name == wanted.group }?.versions.first { $0.name == wanted.version }
    }

    public func resource(_ id: GroupVersionResource) -> Resource? {
        version(id.groupVersion)?.resources.first { $0.name == id.resource }
    }

    /// The resource of a kind, as a client's REST mapper finds it.
    public func resource(kind: String, in groupVersion: GroupVersion) -> Resource? {
        version(groupVersion)?.resources.first { $0.kind.kind == kind }
    }
}
