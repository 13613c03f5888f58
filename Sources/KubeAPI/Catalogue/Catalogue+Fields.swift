extension Catalogue {
    /// A field that a release added to a kind which it serves in a stable version.
    ///
    /// An older server does not know it: it drops the field from whatever is written through it.
    public struct Field: Sendable, Hashable {
        /// What it takes to be let in, as far as its description says it.
        public enum Stage: String, Sendable {
            /// Behind a gate that is off by default, in the release that added it.
            case alpha
            /// Behind a gate that may be on.
            case gated
            /// Its description names no gate; about half of these have one all the same.
            case unnamed

            public var text: String {
                switch self {
                case .alpha: "alpha"
                case .gated: "gated"
                case .unnamed: "no gate named"
                }
            }
        }

        public let since: Release
        public let groupVersion: GroupVersion
        public let kind: String
        /// Such as `spec.containers[].resources.claims[].request`: `[]` stands for each item of a
        /// list, `{}` for each value of a map.
        public let path: String
        public let stage: Stage
        /// Empty where the description names none.
        public let gate: String
    }

    /// Every field that a known release added, in the order of the releases.
    ///
    /// Paths of types that contain themselves, or that a kind uses in many places, stand for the
    /// first three of these.
    public static let fields: [Field] = lines(of: fieldTable).map(field)

    /// The places in `fields` of those of a resource, for the resources that have any.
    public static let fieldNumbers: [GroupVersionResource: [Int]] = {
        var numbers: [GroupVersionResource: [Int]] = [:]
        for (number, field) in fields.enumerated() {
            let known = resource(
                kind: field.kind, groupVersion: field.groupVersion, in: field.since)
            if let known { numbers[known.id, default: []].append(number) }
        }
        return numbers
    }()

    /// The field of a resource at a path.
    public static func field(_ path: String, of resource: GroupVersionResource) -> Field? {
        fieldNumbers[resource]?.map { fields[$0] }.first { $0.path == path }
    }

    /// The fields that one release knows and an older one does not.
    public static func fields(after old: Release, upTo new: Release) -> [Field] {
        fields.filter { $0.since > old && $0.since <= new }
    }

    /// One line: since, group, version, kind, path, stage, gate.
    private static func field(_ line: Substring.UTF8View) -> Field {
        let parts = cells(of: line)
        precondition(parts.count == 7, "the table of fields has a line of another shape")
        guard let since = Release(parts[0]), let stage = Field.Stage(rawValue: parts[5]) else {
            preconditionFailure("the table of fields has an unknown word: \(parts)")
        }
        return Field(
            since: since,
            groupVersion: GroupVersion(
                group: parts[1] == "core" ? "" : parts[1], version: parts[2]),
            kind: parts[3], path: parts[4], stage: stage, gate: parts[6] == "-" ? "" : parts[6])
    }
}
