/// An API group and version; the core group is the empty text.
public struct GroupVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var group: String
    public var version: String

    public init(group: String, version: String) {
        self.group = group
        self.version = version
    }

    /// Reads `apps/v1`, or `v1` for the core group: the form of `apiVersion`.
    public init(apiVersion: String) {
        if let slash = apiVersion.firstIndex(of: "/") {
            self.init(
                group: String(apiVersion[..<slash]),
                version: String(apiVersion[apiVersion.index(after: slash)...]))
        } else {
            self.init(group: "", version: apiVersion)
        }
    }

    /// `apps/v1`, or `v1` for the core group.
    public var description: String { group.isEmpty ? version : "\(group)/\(version)" }

    public static func < (left: GroupVersion, right: GroupVersion) -> Bool {
        (left.group, left.version) < (right.group, right.version)
    }
}

/// A resource of a group and version, in the plural: what the router decides by.
public struct GroupVersionResource: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var group: String
    public var version: String
    public var resource: String

    public init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    public var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }

    /// `apps/v1/deployments`, or `v1/pods` for the core group.
    public var description: String { "\(groupVersion)/\(resource)" }

    public static func < (left: GroupVersionResource, right: GroupVersionResource) -> Bool {
        (left.group, left.version, left.resource) < (right.group, right.version, right.resource)
    }
}
