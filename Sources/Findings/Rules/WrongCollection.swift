import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Objects that the garbage collector deleted, or would delete, because a server without their
/// owner's API told it that the owner is gone.
///
/// This file is the page and the main flow; the files beside it say who is a victim.
struct WrongCollection: Rule {
    static let page = RulePage(
        kind: .wrongCollection,
        title: "The garbage collector took living owners for gone",
        cause: """
            The garbage collector learned of the owner's kind from one server and asked another, \
            which does not serve it. It cannot tell a 404 for an unknown API from a 404 for an \
            absent object, so it deletes the dependents, and it remembers the owner as absent \
            until the controller-manager restarts: later dependents go without another question.
            """,
        evidence: """
            A GET of the owner by the garbage collector with a route-level 404; a living owner of \
            that uid (created, read or written, and not deleted); then DELETEs of its dependents \
            by the garbage collector, or PATCHes that take the owner reference away where another \
            owner is alive. Without owner references in the log the chain GET 404, DELETE is \
            shown as predicted, under each owner that fits; without the collector's reads, deletes \
            of dependents whose owner was never deleted are shown as possible.
            """,
        advice: """
            Turn the proxy on everywhere before the upgrade, keep the controller-manager on a \
            server of the old release until the last one is upgraded, and restart it afterwards; \
            restore what is listed here from a backup.
            """,
        blindness: """
            Owners whose uid is in no record are known by name alone. Objects count as exposed \
            only where servers disagreed for at least \
            \(Thresholds.exposure / 1_000_000_000) s about the owner's kind.
            """,
        facts: ["F6.7", "F6.8", "F6.9", "F6.11", "F6.14", "F6.16", "F6.19", "F6.20", "V4"])

    func findings(in run: RunView) -> [Finding] {
        var collection = Collection(run)
        if run.isAsRecorded {
            collection.followRecordedDeletes()
            collection.followWithoutReferences()
            collection.suspectUnreadDeletes()
        } else {
            collection.predictDeletes()
            collection.predictWithoutReferences()
        }
        collection.addExposed()
        return collection.cases.compactMap { Self.finding($0, run) }
    }

    private static func finding(_ item: Collection.Case, _ run: RunView) -> Finding? {
        guard !item.victims.isEmpty || !item.stripped.isEmpty else { return nil }
        let victims = item.victims.sorted { left, right in
            if left.grade != right.grade { return left.grade < right.grade }
            return left.object < right.object
        }
        let grade = victims.first?.grade ?? item.strippedGrade
        let owner = item.identity
        var finding = Finding(
            .wrongCollection, grade,
            subject: subject(owner))
        finding.owner = owner
        finding.victims = victims
        finding.stripped = item.stripped.sorted()
        finding.group = owner.group
        finding.version = owner.version
        finding.resource = owner.resource
        finding.namespace = owner.namespace
        finding.notes = item.notes
        finding.evidence = unique(item.evidence)
        finding.requests = item.condemnations.count
        for condemnation in item.condemnations { finding.cover(condemnation.request.at) }
        for victim in victims { if let at = victim.deletedAt { finding.cover(at) } }
        if let exposed = item.exposed, finding.firstAt == nil {
            finding.cover(exposed.from)
            finding.cover(exposed.until)
        }
        if let first = item.condemnations.first {
            finding.server = first.server
            finding.user = run.user(first.request.client)
            finding.userAgent = run.userAgent(first.request.client)
        }
        finding.summary = CollectionWording(item, finding, run).summary
        if !finding.stripped.isEmpty {
            finding.notes.append(
                "\(Phrases.count(finding.stripped)) lost the reference to this owner and "
                    + "\(finding.stripped.count == 1 ? "lives" : "live") on by another.")
        }
        return finding
    }

    private static func subject(_ owner: Finding.Identity) -> String {
        let place = owner.namespace.isEmpty ? owner.name : "\(owner.namespace)/\(owner.name)"
        let group = owner.group.isEmpty ? owner.version : "\(owner.group)/\(owner.version)"
        let word = owner.kind.isEmpty ? owner.resource : owner.kind
        return "\(group) \(word) \(place)" + (owner.uid.isEmpty ? "" : " (\(owner.uid))")
    }

    private static func unique(_ evidence: [Finding.Evidence]) -> [Finding.Evidence] {
        var seen = Set<Finding.Evidence>()
        return evidence.filter { seen.insert($0).inserted }
    }
}

/// The sentences of wrong collections.
private struct CollectionWording {
    private let item: Collection.Case
    private let finding: Finding
    private let run: RunView

    init(_ item: Collection.Case, _ finding: Finding, _ run: RunView) {
        self.item = item
        self.finding = finding
        self.run = run
    }

    var summary: String {
        let owner = "their owner \(finding.owner.description)"
        let single = finding.victims.count == 1
        let theirs = single ? "its owner \(finding.owner.description)" : owner
        let count = Phrases.count(finding.victims.map(\.object))
        guard let first = item.condemnations.first, !finding.victims.isEmpty else {
            return finding.victims.isEmpty ? strippedOnly : withoutQuestion(count, theirs)
        }
        switch finding.grade {
        case .observed: return chains(theirs)
        case .predicted where run.isAsRecorded: return chains(theirs)
        case .predicted:
            return "\(count) would be deleted because \(first.server) would answer 404 for "
                + "\(theirs)\(which(first))"
        case .possible:
            let verb = run.isAsRecorded ? "may have been" : "might be"
            let answers = run.isAsRecorded ? "answered" : "would answer"
            return "\(count) \(verb) deleted because \(first.server) \(answers) 404 for "
                + "\(theirs)\(which(first))"
        }
    }

    /// What was deleted after each 404, since the owner may have been asked for at several servers.
    private func chains(_ theirs: String) -> String {
        var order: [Cause] = []
        var victims: [Cause: [Finding.Identity]] = [:]
        for victim in finding.victims {
            let deletedAt = victim.deletedAt ?? .max
            guard
                let condemnation = item.condemnations.last(where: { $0.at <= deletedAt })
                    ?? item.condemnations.first
            else { continue }
            let cause = Cause(server: condemnation.server, which: which(condemnation))
            if victims[cause] == nil { order.append(cause) }
            victims[cause, default: []].append(victim.object)
        }
        let clauses = order.enumerated().map { number, cause in
            let objects = victims[cause] ?? []
            let verb = objects.count == 1 ? "was" : "were"
            return "\(Phrases.count(objects)) \(verb) deleted because \(cause.server) answered 404 "
                + "for \(number == 0 ? theirs : "it")\(cause.which)"
        }
        return clauses.joined(separator: "; ")
    }

    private struct Cause: Hashable {
        var server: String
        var which: String
    }

    /// Who was serving the owner then; where nobody was, that it was there all the same (V14).
    private func which(_ condemnation: Condemnation) -> String {
        let serving = servers(serving: condemnation)
        if !serving.isEmpty { return ", which \(English.list(serving)) \(was) serving" }
        return condemnation.strength == .needsProof
            ? ", which no running server was serving and which existed all the same" : ""
    }

    private var was: String { run.isAsRecorded ? "was" : "is" }

    private var strippedOnly: String {
        let server = item.condemnations.first?.server ?? "a server"
        let count = Phrases.count(finding.stripped)
        let verb = run.isAsRecorded ? "lost" : "would lose"
        let answer = run.isAsRecorded ? "answered" : "would answer"
        return "\(count) \(verb) the reference to \(finding.owner.description) because \(server) "
            + "\(answer) 404 for that living owner; nothing was deleted"
    }

    private func withoutQuestion(_ count: String, _ theirs: String) -> String {
        guard let dispute = item.exposed else {
            return "\(count) \(finding.victims.count == 1 ? "was" : "were") deleted by the garbage "
                + "collector though \(theirs) was never deleted; why, the log does not show"
        }
        let refusing = English.list(dispute.refusing.map(run.control.name))
        let serving = English.list(dispute.serving.map(run.control.name))
        let length = English.duration(dispute.until - dispute.from)
        if run.isAsRecorded {
            return "\(count) could have been deleted at a restart of the controller-manager: for "
                + "\(length) \(refusing) answered 404 for \(theirs), which \(serving) served"
        }
        return "\(count) could be deleted at a restart of the controller-manager: for "
            + "\(length) \(refusing) would answer 404 for \(theirs), which \(serving) serve"
            + (dispute.serving.count == 1 ? "s" : "")
    }

    private func servers(serving condemnation: Condemnation) -> [String] {
        let column = run.columns[Int(condemnation.request.resource)]
        return run.control.servers(serving: column, at: condemnation.request.at)
            .map(run.control.name)
    }
}
