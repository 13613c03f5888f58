import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Namespaces that stayed Terminating because something kept the controller from finishing.
struct NamespaceStuck: Rule {
    static let page = RulePage(
        kind: .namespaceStuck,
        title: "A namespace stayed Terminating",
        cause: """
            The namespace controller finishes only when every resource that discovery lists was \
            asked for without an error and nothing is left. A 503, a version that discovery marks \
            stale because its aggregated API server is away, a failed discovery request, or \
            objects that wait for finalizers each keep the namespace.
            """,
        evidence: """
            A deletion that lasted \(Thresholds.terminating / 1_000_000_000) s or more, and in it \
            errors in the controller's requests for that namespace, failed discovery, an \
            unavailable aggregated API, or objects with finalizers.
            """,
        advice: """
            Bring the server, the peer or the aggregated API back that is named here; the \
            controller tries again by itself. Do not take the finalizer away by hand: what it \
            could not see would stay behind.
            """,
        blindness: """
            Shorter waits: a deletion takes some 5 to 20 s in the best case. When a finalizer \
            would have been taken away in a what-if. Conditions in the namespace's status are not \
            kept.
            """,
        facts: ["F7.4", "F7.8", "F7.9"])

    private struct Blocker: Hashable {
        var key: ResourceKey?
        var reason: String
    }

    /// What blocked, in the order of appearance, with the requests that show it.
    private struct Blockers {
        var order: [Blocker] = []
        var requests: [Blocker: [Int64]] = [:]
        var from: Int64?
        var until: Int64?
        var server = ""

        mutating func add(
            _ blocker: Blocker, _ request: Int64?, at instant: Int64, server: String = ""
        ) {
            if requests[blocker] == nil { order.append(blocker) }
            requests[blocker, default: []] += request.map { [$0] } ?? []
            from = min(from ?? instant, instant)
            until = max(until ?? instant, instant)
            if self.server.isEmpty { self.server = server }
        }
    }

    func findings(in run: RunView) -> [Finding] {
        let history = NamespaceHistory(run)
        let creations = NamespaceCreations(run)
        var result: [Finding] = []
        var seen = Set<UInt32>()
        for deletion in history.deletions {
            let end = run.isAsRecorded ? deletion.finalize?.at : nil
            guard let length = length(of: deletion, run), length >= Thresholds.terminating
            else { continue }
            let content = NamespaceContent(deletion, run, creations)
            let blockers =
                run.isAsRecorded
                ? recorded(content, history, run) : predicted(content, history, run)
            guard !blockers.order.isEmpty, seen.insert(deletion.namespace).inserted else {
                continue
            }
            result.append(finding(deletion, blockers, length, end, run))
        }
        return result
    }

    /// How long it lasted; nil where that is not known.
    private func length(of deletion: NamespaceDeletion, _ run: RunView) -> Int64? {
        guard deletion.start < .max else { return nil }
        guard run.isAsRecorded else { return run.input.lastAt - deletion.start }
        if let finalize = deletion.finalize { return finalize.at - deletion.start }
        // Made anew, it had gone before, when is not in the log.
        if deletion.isRemade { return lastTry(of: deletion) - deletion.start }
        return run.input.lastAt - deletion.start
    }

    private func lastTry(of deletion: NamespaceDeletion) -> Int64 {
        deletion.passes.last?.end ?? deletion.start
    }

    /// That the last step is not in the log proves nothing: that the controller went on trying
    /// does.
    private func grade(_ deletion: NamespaceDeletion, _ run: RunView) -> Finding.Grade {
        let isSeen =
            deletion.finalize != nil
            || lastTry(of: deletion) - deletion.start >= Thresholds.terminating
        return run.isAsRecorded && !isSeen ? .possible : run.grade
    }

    /// Everything that kept any of the recorded runs from finishing.
    private func recorded(
        _ start: NamespaceContent, _ history: NamespaceHistory, _ run: RunView
    ) -> Blockers {
        var content = start
        var blockers = Blockers()
        for pass in content.deletion.passes where pass.finalize == nil {
            addErrors(pass, content, history, run, to: &blockers)
            content.settle(after: pass)
            for key in inOrder(Array(content.left.keys), run) {
                let waiting = content.remaining(key, at: pass.end)
                    .filter(run.graph.hasFinalizers)
                guard !waiting.isEmpty, pass.asked[key] != nil else { continue }
                blockers.add(
                    Blocker(
                        key: key, reason: "objects of \(run.text(key.resource)) wait for finalizers"
                    ),
                    nil, at: pass.end)
            }
        }
        return blockers
    }

    /// What would keep the run from finishing that did finish in the recording.
    private func predicted(
        _ content: NamespaceContent, _ history: NamespaceHistory, _ run: RunView
    ) -> Blockers {
        var blockers = Blockers()
        guard let pass = content.deletion.passes.last, pass.finalize != nil else {
            return blockers
        }
        addErrors(pass, content, history, run, to: &blockers)
        // What this control plane shows the controller, it waits for.
        for key in inOrder(Array(content.left.keys), run)
        where content.dealt(with: key, in: pass) == .collected {
            let waiting = content.remaining(key, at: pass.end).filter(run.graph.hasFinalizers)
            guard !waiting.isEmpty else { continue }
            blockers.add(
                Blocker(
                    key: key, reason: "objects of \(run.text(key.resource)) wait for finalizers"),
                nil, at: pass.end)
        }
        return blockers
    }

    private func addErrors(
        _ pass: NamespacePass, _ content: NamespaceContent, _ history: NamespaceHistory,
        _ run: RunView, to blockers: inout Blockers
    ) {
        for key in inOrder(Array(pass.asked.keys), run) {
            guard let asked = pass.asked[key] else { continue }
            for request in asked.collections + asked.lists {
                guard case .failed(let status) = run.answer(request) else { continue }
                let server = run.serverName(request)
                let code = status == 0 ? "nothing" : "\(status)"
                blockers.add(
                    Blocker(
                        key: key, reason: "\(server) answered \(code) for \(run.text(key.resource))"
                    ),
                    request.id, at: request.at, server: server)
            }
        }
        if run.isAsRecorded {
            for request in history.failedDiscovery(in: pass) {
                let server = run.serverName(request)
                blockers.add(
                    Blocker(
                        key: nil,
                        reason: "\(server) answered \(request.status) for \(run.text(request.path))"
                    ),
                    request.id, at: request.at, server: server)
            }
        }
        for entry in run.input.scenario.extensions
        where entry.isAggregated && !entry.isAvailable && entry.from <= pass.firstAsked
            && pass.firstAsked < (entry.until ?? .max)
        {
            blockers.add(
                Blocker(
                    key: nil, reason: "the aggregated API \(entry.groupVersion) was not available"),
                pass.discovery.last?.id, at: pass.firstAsked)
        }
    }

    private func inOrder(_ keys: [ResourceKey], _ run: RunView) -> [ResourceKey] {
        keys.sorted {
            (run.text($0.group), run.text($0.resource))
                < (run.text($1.group), run.text($1.resource))
        }
    }

    private func finding(
        _ deletion: NamespaceDeletion, _ blockers: Blockers, _ length: Int64, _ end: Int64?,
        _ run: RunView
    ) -> Finding {
        let name = run.text(deletion.namespace)
        var finding = Finding(.namespaceStuck, grade(deletion, run), subject: name)
        finding.namespace = name
        finding.server = blockers.server
        if let request = deletion.request { finding.evidence.append(.init(request.id, .asked)) }
        for blocker in blockers.order {
            for request in blockers.requests[blocker] ?? [] {
                finding.evidence.append(.init(request, .blockedBy))
            }
            let key = blocker.key
            let column = key.flatMap { run.versionByResource[$0] }
            finding.risks.append(
                .init(
                    group: key.map { run.text($0.group) } ?? "",
                    version: column.map(run.text) ?? "",
                    resource: key.map { run.text($0.resource) } ?? "",
                    kind: key.map {
                        run.kind(group: $0.group, resource: $0.resource)
                    } ?? "", reason: blocker.reason, grade: run.grade))
        }
        finding.requests = finding.evidence.count { $0.role == .blockedBy }
        finding.cover(deletion.start)
        finding.cover(end ?? run.input.lastAt)
        let reasons = English.list(blockers.order.map(\.reason))
        let verb = run.isAsRecorded ? "stayed" : "would stay"
        finding.summary =
            "Namespace \(name) \(verb) Terminating for \(end == nil ? "at least " : "")"
            + "\(English.duration(length)): \(reasons)"
        if let from = blockers.from, let until = blockers.until {
            finding.notes.append(
                "It was blocked from \(English.duration(from - deletion.start)) to "
                    + "\(English.duration(until - deletion.start)) after the deletion began.")
        }
        return finding
    }
}
