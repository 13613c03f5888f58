import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Namespaces that were removed, or would be, while objects in them stayed in etcd.
struct NamespaceLeak: Rule {
    static let page = RulePage(
        kind: .namespaceLeak,
        title: "A namespace was removed while content stayed behind",
        cause: """
            The namespace controller reads discovery and then asks for every resource it found. \
            Discovery from a server without an API does not list its resources, so they are never \
            looked at; and a 404 to the deletion and the list of a resource counts as "nothing \
            there". Either way the namespace goes and the objects stay in etcd, to reappear in \
            the next namespace of that name.
            """,
        evidence: """
            The update of namespaces/finalize that succeeded, and before it, in the controller's \
            last run: a wrong 404 for a resource of which the recording shows objects in that \
            namespace, or no question at all about it where discovery came from a server that \
            does not list it and another server serves it.
            """,
        advice: """
            Delete no namespaces while servers differ, or turn the proxy on everywhere first; \
            remove what is listed here by hand once every server serves the resource.
            """,
        blindness: """
            Objects of which no request in the recording shows anything. Which discovery document \
            a run worked by is known by time alone.
            """,
        facts: ["F7.5", "F7.7", "F7.8", "F7.10", "V5"])

    func findings(in run: RunView) -> [Finding] {
        let history = NamespaceHistory(run)
        let creations = NamespaceCreations(run)
        var byNamespace: [UInt32: Int] = [:]
        var result: [Finding] = []
        for deletion in history.deletions {
            guard let finding = leak(deletion, run, creations) else { continue }
            if let earlier = byNamespace[deletion.namespace] {
                Self.merge(finding, into: &result[earlier])
            } else {
                byNamespace[deletion.namespace] = result.count
                result.append(finding)
            }
        }
        return result
    }

    /// Follows one deletion to the run that lets the namespace go.
    private func leak(
        _ deletion: NamespaceDeletion, _ run: RunView, _ creations: NamespaceCreations
    ) -> Finding? {
        var content = NamespaceContent(deletion, run, creations)
        for pass in deletion.passes {
            let losses = losses(pass, content, run)
            if lets(go: pass, content, losses, run) {
                return losses.isEmpty ? nil : finding(deletion, pass, losses, run)
            }
            content.settle(after: pass)
        }
        return nil
    }

    // MARK: What is lost

    private struct Loss {
        var key: ResourceKey
        var version: UInt32
        var objects: [Int]
        /// Where the graph has none: how many were created.
        var unseen: Int
        var dealt: NamespaceContent.Dealt
        var grade: Finding.Grade
    }

    private func losses(
        _ pass: NamespacePass, _ content: NamespaceContent, _ run: RunView
    ) -> [Loss] {
        let keys = Set(content.left.keys).union(content.unseen.keys).union(pass.asked.keys)
        let losses = keys.compactMap { key -> Loss? in
            let dealt = content.dealt(with: key, in: pass)
            guard let isCertain = dealt.lossIsCertain else { return nil }
            var objects = content.remaining(key, at: pass.end)
            var isKnown = true
            if case .restTakenForEmpty = dealt {
                objects = objects.filter(run.graph.hasFinalizers)
                isKnown = false
            }
            let unseen = isKnown ? content.unseen[key] ?? 0 : 0
            if dealt == .unserved {
                // Only what is seen again afterwards shows that anything stayed.
                objects = objects.filter { run.graph.objects[$0].last > pass.end }
                isKnown = false
            }
            let isDoubtful = objects.isEmpty && content.doubtful.contains(key)
            let isSeenAfter =
                run.isAsRecorded
                && objects.contains { run.graph.objects[$0].last > pass.end }
            let isSure = isSeenAfter || (isCertain && !isDoubtful)
            let grade = isSure ? run.grade : .possible
            let version = pass.asked[key]?.version ?? 0
            if !objects.isEmpty || unseen > 0 {
                return Loss(
                    key: key, version: version, objects: objects, unseen: unseen, dealt: dealt,
                    grade: grade)
            }
            // Asked for in vain, and it is not known what was there.
            guard pass.asked[key] != nil, !content.isKnownSinceBirth, isKnown else { return nil }
            return Loss(
                key: key, version: version, objects: [], unseen: 0, dealt: dealt,
                grade: .possible)
        }
        return losses.sorted { left, right in
            (run.text(left.key.group), run.text(left.key.resource))
                < (run.text(right.key.group), run.text(right.key.resource))
        }
    }

    /// Whether this run of the controller takes the finalizer away.
    private func lets(
        go pass: NamespacePass, _ content: NamespaceContent, _ losses: [Loss], _ run: RunView
    ) -> Bool {
        if run.isAsRecorded { return pass.finalize != nil }
        let lost = Set(losses.map(\.key))
        let keys = Set(content.left.keys).union(pass.asked.keys)
        for key in keys {
            if case .failed = content.dealt(with: key, in: pass) { return false }
        }
        let waiting = content.left.keys.filter { key in
            content.remaining(key, at: pass.end).contains(where: run.graph.hasFinalizers)
        }
        if waiting.contains(where: {
            !lost.contains($0) && content.dealt(with: $0, in: pass) == .collected
        }) {
            return false
        }
        // What kept the recorded run waiting is what this one does not see.
        return pass.finalize != nil || waiting.contains(where: lost.contains)
    }

    // MARK: The finding

    private func finding(
        _ deletion: NamespaceDeletion, _ pass: NamespacePass, _ losses: [Loss], _ run: RunView
    ) -> Finding {
        let name = run.text(deletion.namespace)
        let grade = losses.map(\.grade).min() ?? .possible
        var finding = Finding(.namespaceLeak, grade, subject: name)
        finding.namespace = name
        finding.risks = losses.map { risk($0, pass, run) }
        if let first = losses.first(where: { $0.grade == grade }) {
            finding.group = run.text(first.key.group)
            finding.resource = run.text(first.key.resource)
            finding.version = version(first, run)
        }
        finding.evidence = evidence(deletion, pass, losses, run)
        finding.requests = finding.evidence.filter { $0.role == .takenForEmpty }.count
        finding.cover(deletion.start)
        finding.cover(pass.end)
        if let client = pass.finalize ?? pass.discovery.first {
            finding.user = run.user(client.client)
            finding.userAgent = run.userAgent(client.client)
        }
        finding.server = servers(losses, pass, run).first ?? ""
        finding.summary = summary(name, losses, pass, run)
        return finding
    }

    private func summary(
        _ name: String, _ losses: [Loss], _ pass: NamespacePass, _ run: RunView
    ) -> String {
        let objects = losses.flatMap(\.objects).map(run.identity)
        let unseen = losses.reduce(0) { $0 + $1.unseen }
        let verb =
            losses.map(\.grade).min() == .possible
            ? run.isAsRecorded ? "may have been" : "may be"
            : run.isAsRecorded ? "was" : "would be"
        let what: String
        if objects.isEmpty, unseen == 0 {
            let resources = losses.map { run.text($0.key.resource) }
            what = "\(English.list(resources)) of unknown number may have stayed"
        } else if objects.isEmpty {
            what = "\(English.count(unseen, "object")) stayed"
        } else {
            what = "\(Phrases.count(objects)) stayed"
        }
        return "Namespace \(name) \(verb) removed while \(what) behind: "
            + reason(losses[0], pass, run)
    }

    private func reason(_ loss: Loss, _ pass: NamespacePass, _ run: RunView) -> String {
        let resource = run.text(loss.key.resource)
        let verb = run.isAsRecorded ? "" : "would "
        let servers = English.list(servers([loss], pass, run))
        let subject = servers.isEmpty ? "a server" : servers
        switch loss.dealt {
        case .takenForEmpty:
            return "\(subject) \(verb)answer\(run.isAsRecorded ? "ed" : "") 404 for \(resource), "
                + "which counts as empty"
        case .restTakenForEmpty:
            return "\(subject) \(verb)answer\(run.isAsRecorded ? "ed" : "") 404 to the list of "
                + "\(resource) that waited for finalizers"
        case .unserved:
            return "no running server served \(resource) just then"
        default:
            return "the controller \(run.isAsRecorded ? "never asked" : "would never ask") for "
                + "\(resource), which discovery from \(subject) "
                + "\(run.isAsRecorded ? "did" : "does") not list"
        }
    }

    private func risk(
        _ loss: Loss, _ pass: NamespacePass, _ run: RunView
    ) -> Finding.NamespaceRisk {
        Finding.NamespaceRisk(
            group: run.text(loss.key.group), version: version(loss, run),
            resource: run.text(loss.key.resource),
            kind: run.kind(group: loss.key.group, resource: loss.key.resource),
            reason: reason(loss, pass, run), grade: loss.grade)
    }

    private func version(_ loss: Loss, _ run: RunView) -> String {
        if let object = loss.objects.first { return run.text(run.graph.objects[object].version) }
        return run.text(loss.version)
    }

    /// The servers that answered wrongly, or whose discovery was short.
    private func servers(_ losses: [Loss], _ pass: NamespacePass, _ run: RunView) -> [String] {
        var names: [String] = []
        func add(_ name: String) { if !names.contains(name) { names.append(name) } }
        for loss in losses {
            if case .neverLookedAt = loss.dealt {
                for request in pass.discovery { add(run.serverName(request)) }
                continue
            }
            guard let asked = pass.asked[loss.key] else { continue }
            for request in asked.collections + asked.lists {
                if case .wronglyRefused = run.answer(request) { add(run.serverName(request)) }
            }
        }
        return names
    }

    private func evidence(
        _ deletion: NamespaceDeletion, _ pass: NamespacePass, _ losses: [Loss], _ run: RunView
    ) -> [Finding.Evidence] {
        var result: [Finding.Evidence] = []
        if let request = deletion.request { result.append(.init(request.id, .asked)) }
        for loss in losses {
            if case .neverLookedAt = loss.dealt {
                for request in pass.discovery {
                    let entry = Finding.Evidence(request.id, .discovery)
                    if !result.contains(entry) { result.append(entry) }
                }
            }
            guard let asked = pass.asked[loss.key] else { continue }
            for request in asked.collections + asked.lists {
                if case .wronglyRefused = run.answer(request) {
                    result.append(.init(request.id, .takenForEmpty))
                }
            }
        }
        if let request = pass.finalize { result.append(.init(request.id, .finalize)) }
        return result
    }

    /// Two deletions of namespaces of one name are one finding.
    private static func merge(_ other: Finding, into finding: inout Finding) {
        finding.grade = min(finding.grade, other.grade)
        finding.evidence += other.evidence
        finding.risks += other.risks.filter { !finding.risks.contains($0) }
        finding.requests += other.requests
        for instant in [other.firstAt, other.lastAt].compactMap(\.self) { finding.cover(instant) }
        finding.notes.append("A namespace of that name was removed more than once.")
    }
}
