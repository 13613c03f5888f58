public import KubeAPI

/// An audit policy as kube-apiserver reads it: which requests are recorded, and how much of each.
///
/// Read by `AuditPolicyReader`; `PolicyCheck` says what a recording made with it could answer.
public struct AuditPolicy: Sendable, Equatable {
    /// How much of a request is kept; what no rule matches is not recorded.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        case none = "None"
        case metadata = "Metadata"
        case request = "Request"
        case requestResponse = "RequestResponse"

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    public struct Resources: Sendable, Equatable {
        public var group = ""
        /// Empty for all of the group.
        public var resources: [String] = []
        public var names: [String] = []
    }

    public struct Rule: Sendable, Equatable {
        public var level: Level
        public var users: [String] = []
        public var groups: [String] = []
        public var verbs: [String] = []
        public var resources: [Resources] = []
        public var namespaces: [String] = []
        public var paths: [String] = []
        public var omitStages: [String] = []
        /// Where it stands in the file.
        public var line: Int
    }

    public var omitStages: [String] = []
    public var rules: [Rule] = []

    /// What a rule looks at.
    public struct Subject: Sendable {
        public var user: String
        public var groups: [String]
        public var verb: String
        /// Nil for what is no resource request.
        public var resource: GroupVersionResource?
        public var subresource = ""
        public var namespace = ""
        public var name = ""
        public var path = ""

        public init(user: String, groups: [String] = [], verb: String) {
            self.user = user
            self.groups = groups
            self.verb = verb
        }
    }

    /// The first rule that matches decides.
    public func rule(for subject: Subject) -> Rule? {
        rules.first { $0.matches(subject) }
    }

    public func level(for subject: Subject) -> Level { rule(for: subject)?.level ?? .none }

    /// Whether a stage of a request is recorded.
    public func records(_ stage: String, of subject: Subject) -> Bool {
        guard let rule = rule(for: subject), rule.level != .none else { return false }
        return !omitStages.contains(stage) && !rule.omitStages.contains(stage)
    }
}

extension AuditPolicy.Rule {
    func matches(_ subject: AuditPolicy.Subject) -> Bool {
        if !users.isEmpty, !users.contains(subject.user) { return false }
        if !groups.isEmpty, !groups.contains(where: subject.groups.contains) { return false }
        if !verbs.isEmpty, !verbs.contains(subject.verb), !verbs.contains("*") { return false }
        if !namespaces.isEmpty || !resources.isEmpty { return matchesResource(subject) }
        guard !paths.isEmpty else { return true }
        return subject.resource == nil && paths.contains { matches($0, subject.path) }
    }

    private func matchesResource(_ subject: AuditPolicy.Subject) -> Bool {
        guard let id = subject.resource else { return false }
        if !namespaces.isEmpty, !namespaces.contains(subject.namespace) { return false }
        guard !resources.isEmpty else { return true }
        return resources.contains { entry in
            guard entry.group == id.group else { return false }
            guard !entry.resources.isEmpty else { return true }
            guard entry.names.isEmpty || entry.names.contains(subject.name) else { return false }
            return entry.resources.contains { covers($0, id.resource, subject.subresource) }
        }
    }

    /// `pods`, `pods/log`, `pods/*`, `*/scale`, `*`; a resource alone is not its subresources.
    private func covers(_ pattern: String, _ resource: String, _ subresource: String) -> Bool {
        if pattern == "*" { return true }
        let whole = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
        if pattern == whole { return true }
        if pattern.hasPrefix("*/") {
            return !subresource.isEmpty && pattern.dropFirst(2) == subresource
        }
        return pattern.hasSuffix("/*") && pattern.dropLast(2) == resource
    }

    private func matches(_ pattern: String, _ path: String) -> Bool {
        pattern.hasSuffix("*") ? path.hasPrefix(String(pattern.dropLast())) : pattern == path
    }
}
