import KubeAPI

extension AuditPolicy {
    /// What was read of a file: the policy so far as it makes sense, and what does not.
    public struct Reading: Sendable {
        public var policy: AuditPolicy
        public var problems: [Problem]

        public var isUsable: Bool { !problems.contains { $0.severity == .error } }
    }

    /// Reads a policy file of `audit.k8s.io`, with every problem it has.
    public static func read(_ bytes: [UInt8], fileName: String) -> Reading {
        var reader = AuditPolicyReader(fields: FieldReader(file: fileName))
        do throws(YAMLError) {
            reader.read(try YAML.documents(bytes))
        } catch {
            reader.fields.report(.error, at: error.mark, "", "not YAML: \(error.message)")
        }
        return Reading(policy: reader.policy, problems: reader.fields.orderedProblems)
    }
}

private struct AuditPolicyReader {
    var fields: FieldReader
    var policy = AuditPolicy()

    private static let stages = [
        "RequestReceived", "ResponseStarted", "ResponseComplete", "Panic",
    ]

    mutating func read(_ documents: [YAMLNode]) {
        guard let document = documents.first else {
            return fields.report(
                .error, at: Mark(line: 1, column: 1), "", "expected an audit policy, found nothing")
        }
        guard
            let top = fields.fields(
                of: Field(document, path: ""),
                known: [
                    "apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields",
                ])
        else { return }
        if let kind = top["kind"], kind.node.text != "Policy" {
            fields.error(kind, "expected Policy, found \(kind.node.summary)")
        }
        policy.omitStages = stages(top["omitStages"])
        guard let rules = top["rules"] else {
            return fields.missing("rules", of: top, expected: "the rules of an audit policy")
        }
        for rule in fields.list(rules, of: "rules") ?? [] { readRule(rule) }
    }

    private mutating func readRule(_ field: Field) {
        guard
            let own = fields.fields(
                of: field,
                known: [
                    "level", "users", "userGroups", "verbs", "resources", "namespaces",
                    "nonResourceURLs", "omitStages", "omitManagedFields",
                ])
        else { return }
        guard let level = own["level"] else {
            return fields.missing("level", of: own, expected: "None, Metadata, Request or more")
        }
        let levels = AuditPolicy.Level.allCases.map(\.rawValue)
        guard let known = fields.choice(level, levels).flatMap(AuditPolicy.Level.init(rawValue:))
        else { return }
        var rule = AuditPolicy.Rule(level: known, line: field.node.mark.line)
        rule.users = texts(own["users"])
        rule.groups = texts(own["userGroups"])
        rule.verbs = texts(own["verbs"])
        rule.namespaces = texts(own["namespaces"], allowsEmpty: true)
        rule.paths = texts(own["nonResourceURLs"])
        rule.omitStages = stages(own["omitStages"])
        if let list = own["resources"] {
            for entry in fields.list(list, of: "resources") ?? [] {
                if let resources = resources(entry) { rule.resources.append(resources) }
            }
        }
        if !rule.paths.isEmpty, !rule.resources.isEmpty || !rule.namespaces.isEmpty {
            fields.error(field, "a rule names either resources and namespaces or nonResourceURLs")
        }
        policy.rules.append(rule)
    }

    private mutating func resources(_ field: Field) -> AuditPolicy.Resources? {
        guard
            let own = fields.fields(of: field, known: ["group", "resources", "resourceNames"])
        else { return nil }
        var entry = AuditPolicy.Resources()
        entry.group = own["group"]?.node.text ?? ""
        entry.resources = texts(own["resources"])
        entry.names = texts(own["resourceNames"])
        return entry
    }

    private mutating func stages(_ field: Field?) -> [String] {
        guard let field else { return [] }
        return (fields.list(field, of: "stages") ?? []).compactMap {
            fields.choice($0, Self.stages)
        }
    }

    private mutating func texts(_ field: Field?, allowsEmpty: Bool = false) -> [String] {
        guard let field, !field.node.isNull else { return [] }
        return (fields.list(field, of: "texts") ?? []).compactMap { item in
            if allowsEmpty, let text = item.node.text { return text }
            return fields.text(item, expected: "a text")
        }
    }
}
