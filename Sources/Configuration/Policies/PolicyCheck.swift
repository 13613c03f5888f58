import KubeAPI

/// What a recording made with an audit policy could answer, question by question.
public struct PolicyCheck: Sendable {
    public enum Answer: String, Sendable { case yes, partly, no }

    public struct Row: Sendable, Equatable {
        public var question: AuditQuestion
        public var answer: Answer
        /// What the policy leaves out, and where; empty for yes.
        public var why: String
    }

    public let rows: [Row]

    /// Judges by sample requests: everybody's to every built-in resource and to a custom one.
    public init(_ policy: AuditPolicy) {
        rows = AuditQuestion.allCases.map { question in
            let needs = PolicyNeeds.of(question)
            let unmet = needs.filter { !$0.isMet(by: policy) }
            guard let first = unmet.first else {
                return Row(question: question, answer: .yes, why: "")
            }
            return Row(
                question: question, answer: unmet.count == needs.count ? .no : .partly,
                why: PolicyCheck.why(first, unmet.count - 1, policy))
        }
    }

    private static func why(_ need: PolicyNeed, _ more: Int, _ policy: AuditPolicy) -> String {
        let rest = more == 0 ? "" : ", and \(more) more \(more == 1 ? "sort" : "sorts") of requests"
        guard let rule = policy.rule(for: need.subject) else {
            return "no rule records \(need.words)\(rest)"
        }
        if rule.level < need.level {
            return
                "the rule in line \(rule.line) records \(need.words) "
                + "at level \(rule.level.rawValue)"
                + ", and it takes \(need.level.rawValue)\(rest)"
        }
        return "stage \(need.stage) of \(need.words) is left out\(rest)"
    }
}

/// A request that a policy must record so much of.
struct PolicyNeed: Sendable {
    var subject: AuditPolicy.Subject
    var level: AuditPolicy.Level
    var stage: String

    func isMet(by policy: AuditPolicy) -> Bool {
        policy.level(for: subject) >= level && policy.records(stage, of: subject)
    }

    var words: String {
        let what =
            subject.resource.map {
                $0.group.isEmpty ? $0.resource : "\($0.resource).\($0.group)"
            } ?? subject.path
        let part = subject.subresource.isEmpty ? what : "\(what)/\(subject.subresource)"
        return "\(subject.verb) of \(part) by \(subject.user)"
    }
}

/// The requests that each question rests on.
enum PolicyNeeds {
    private static let system = "system:serviceaccount:kube-system:"
    private static let collector = system + "generic-garbage-collector"
    private static let namespaces = system + "namespace-controller"
    private static let server = "system:apiserver"

    /// Somebody of each sort that policies make exceptions for.
    private static let everybody = [
        "system:serviceaccount:default:app", "kubernetes-admin", "system:kube-proxy",
        "system:node:node-1", "system:kube-scheduler", "system:kube-controller-manager",
        system + "deployment-controller",
    ]

    private static let writes: Set<String> = ["create", "update", "patch"]

    private static let builtin: [Catalogue.Resource] = Catalogue.resources(
        in: Release.newestMeasured)
    private static let custom = Catalogue.Resource(
        id: GroupVersionResource(group: "example.com", version: "v1", resource: "widgets"),
        kind: "Widget", namespaced: true,
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        subresources: [], availability: .byDefault)

    private static var resources: [Catalogue.Resource] { builtin + [custom] }

    /// Objects whose bodies no log should hold, and requests that make no object.
    private static func isWithheld(_ resource: Catalogue.Resource) -> Bool {
        let id = resource.id
        return id.resource == "secrets" || !resource.verbs.contains("get")
            || id.group == "authentication.k8s.io" || id.group == "authorization.k8s.io"
            || isHeartbeat(id)
    }

    /// Nobody's owner, and written all the time.
    private static func isHeartbeat(_ id: GroupVersionResource) -> Bool {
        id.resource == "events" || id.resource == "leases"
    }

    static func of(_ question: AuditQuestion) -> [PolicyNeed] {
        switch question {
        case .wrongAnswers:
            everybody.flatMap { user in resources.flatMap { needs($0, user, Set($0.verbs)) } }
        case .versions:
            resources.filter { $0.id.group == "flowcontrol.apiserver.k8s.io" }
                .flatMap { needs($0, server, ["list", "watch"]) }
                + resources.filter { $0.id.resource == "leases" }
                .flatMap { needs($0, server, ["create", "update", "delete"]) }
                + [path("/readyz", server)]
        case .proxy: [path("/api", server), path("/apis", server)]
        case .collectorReads: resources.flatMap { needs($0, collector, ["get"]) }
        case .collectorDeletes:
            resources.filter { !isWithheld($0) }
                .flatMap { needs($0, collector, ["delete"], .request) }
        case .owners:
            resources.filter { !isWithheld($0) }
                .flatMap { needs($0, everybody[0], writes, .requestResponse) }
        case .namespaces:
            resources.filter(\.namespaced)
                .flatMap { needs($0, namespaces, ["list", "deletecollection"]) } + finalizing
        case .extensions:
            resources.filter {
                $0.id.resource == "customresourcedefinitions" || $0.id.resource == "apiservices"
            }.flatMap { needs($0, "kubernetes-admin", writes.union(["delete"]), .request) }
        case .discovery: everybody.flatMap { user in ["/api", "/apis"].map { path($0, user) } }
        case .inFlight:
            resources.filter { !isWithheld($0) }
                .flatMap { needs($0, everybody[0], writes, .metadata, "RequestReceived") }
        }
    }

    private static var finalizing: [PolicyNeed] {
        var subject = AuditPolicy.Subject(user: namespaces, verb: "update")
        subject.resource = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
        subject.subresource = "finalize"
        subject.name = "team"
        return [PolicyNeed(subject: subject, level: .metadata, stage: "ResponseComplete")]
    }

    private static func needs(
        _ resource: Catalogue.Resource, _ user: String, _ verbs: Set<String>,
        _ level: AuditPolicy.Level = .metadata, _ stage: String = "ResponseComplete"
    ) -> [PolicyNeed] {
        resource.verbs.filter(verbs.contains).map { verb in
            var subject = AuditPolicy.Subject(user: user, groups: groups(of: user), verb: verb)
            subject.resource = resource.id
            subject.namespace = resource.namespaced ? "team" : ""
            subject.name = verb == "list" || verb == "watch" ? "" : "one"
            return PolicyNeed(subject: subject, level: level, stage: stage)
        }
    }

    private static func path(_ path: String, _ user: String) -> PolicyNeed {
        var subject = AuditPolicy.Subject(user: user, groups: groups(of: user), verb: "get")
        subject.path = path
        return PolicyNeed(subject: subject, level: .metadata, stage: "ResponseComplete")
    }

    private static func groups(of user: String) -> [String] {
        var groups = ["system:authenticated"]
        if user.hasPrefix("system:serviceaccount:") {
            let parts = user.split(separator: ":")
            groups += ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
        } else if user.hasPrefix("system:node:") {
            groups.append("system:nodes")
        } else if user == "kubernetes-admin" || user == server {
            groups.append("system:masters")
        }
        return groups
    }
}
