extension Catalogue {
    /// What one release has and another has not, each list sorted by id.
    public struct Difference: Sendable, Equatable {
        public var added: [Resource] = []
        public var removed: [Resource] = []
        public var changed: [Change] = []
        public var preferredVersions: [PreferredVersion] = []
        public var addedFields: [Field] = []
        public var removedFields: [Field] = []
    }

    /// A resource that both releases have, otherwise than before.
    public struct Change: Sendable, Equatable {
        public var before: Resource
        public var after: Resource

        /// What is different, in words for a person.
        public var summary: String {
            var parts: [String] = []
            if before.availability != after.availability {
                parts.append("served: \(before.availability.text) to \(after.availability.text)")
            }
            if before.kind != after.kind { parts.append("kind: \(before.kind) to \(after.kind)") }
            if before.namespaced != after.namespaced {
                parts.append(after.namespaced ? "now namespaced" : "now cluster-wide")
            }
            parts += changes("verb", before.verbs, after.verbs)
            parts += changes("subresource", before.subresources, after.subresources)
            return parts.joined(separator: "; ")
        }

        private func changes(_ what: String, _ before: [String], _ after: [String]) -> [String] {
            let gone = before.filter { !after.contains($0) }
            let new = after.filter { !before.contains($0) }
            return new.map { "\(what) \($0) added" } + gone.map { "\(what) \($0) removed" }
        }
    }

    /// A group whose first version in default discovery differs; nil where it is not served.
    public struct PreferredVersion: Sendable, Equatable {
        public var group: String
        public var before: String?
        public var after: String?
    }

    public static func difference(from old: Release, to new: Release) -> Difference {
        var difference = Difference()
        for after in resources(in: new) {
            guard let before = resource(after.id, in: old) else {
                difference.added.append(after)
                continue
            }
            if before != after { difference.changed.append(Change(before: before, after: after)) }
        }
        difference.removed = resources(in: old).filter { resource($0.id, in: new) == nil }
        difference.preferredVersions = preferredVersionChanges(from: old, to: new)
        difference.addedFields = fields(after: old, upTo: new)
        difference.removedFields = fields(after: new, upTo: old)
        return difference
    }

    private static func preferredVersionChanges(
        from old: Release, to new: Release
    ) -> [PreferredVersion] {
        let before = preferred(in: old)
        let after = preferred(in: new)
        return Set(before.keys).union(after.keys).sorted().compactMap { group in
            guard before[group] != after[group] else { return nil }
            return PreferredVersion(group: group, before: before[group], after: after[group])
        }
    }

    private static func preferred(in release: Release) -> [String: String] {
        Dictionary(
            groupOrder(in: release, allGates: false).compactMap { group in
                group.versions.first.map { (group.name, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension Catalogue {
    /// A resource and the releases that have it just so.
    public struct Span: Sendable, Hashable {
        public var resource: Resource
        public var releases: ClosedRange<Release>

        public init(resource: Resource, releases: ClosedRange<Release>) {
            self.resource = resource
            self.releases = releases
        }
    }

    /// Every built-in resource with the releases that have it, sorted by id, then by release.
    public static var history: [Span] {
        var spans: [Span] = []
        var open: [Resource: Int] = [:]
        var previous: Release?
        for release in Release.all {
            for resource in resources(in: release) {
                if let index = open[resource], spans[index].releases.upperBound == previous {
                    spans[index].releases = spans[index].releases.lowerBound...release
                } else {
                    open[resource] = spans.count
                    spans.append(Span(resource: resource, releases: release...release))
                }
            }
            previous = release
        }
        return spans.sorted {
            ($0.resource.id, $0.releases.lowerBound) < ($1.resource.id, $1.releases.lowerBound)
        }
    }
}
