import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay

/// Clients that were told that an API does not exist, by a server that alone did not serve it.
///
/// One finding per client, resource and answering server: a reflector that tries again for an hour
/// is one finding that lasts an hour.
struct WrongNotFound: Rule {
    static let page = RulePage(
        kind: .wrongNotFound,
        title: "A server answered 404 for an API that another server was serving",
        cause: """
            The request reached a server that does not serve the group, version and resource, and \
            it was not forwarded: the Mixed Version Proxy was off there, or that server did not \
            know, or no longer knew, that a peer serves it.
            """,
        evidence: """
            A 404 of shape `page` or `route` (plain text, or a Status without details), and a \
            running server that served the resource at that instant by its release and flags.
            """,
        advice: """
            Turn the proxy on for every server before the first one changes release (gate and \
            --peer-ca-file), or keep clients of new APIs away from servers that lack them until \
            the last one is upgraded.
            """,
        blindness: """
            A 404 that no server logged, such as a load balancer's. For \
            \(Thresholds.settling / 1_000_000_000) s after a custom resource appears a 404 is not \
            held against anyone: servers learn of it each in its own time.
            """,
        facts: ["F1.26", "F1.37", "F2.2", "F8.1"])

    func findings(in run: RunView) -> [Finding] {
        FlaggedGroups(run, at: \.verdict.path.last) { entry in
            entry.verdict.outcome == .wrongNotFound
                && !run.control.isSettling(
                    run.resources[Int(entry.request.resource)], at: entry.request.at)
        }.groups.map { finding($0, run) }
    }

    private func finding(_ group: FlaggedGroups.Group, _ run: RunView) -> Finding {
        var finding = group.finding(.wrongNotFound, run)
        let last = group.entries[group.entries.count - 1].request
        let serving = servers(serving: group, run)
        let client = Phrases.client(user: finding.user, agent: finding.userAgent)
        let asks = English.count(group.entries.count, "wrong 404")
        finding.summary =
            "\(client) \(run.isAsRecorded ? "got" : "would get") \(asks) from "
            + "\(finding.server) for \(group.resource)"
            + (serving.isEmpty ? "" : ", which \(English.list(serving)) served")
        if group.isAskedAgain(in: run) {
            finding.summary =
                "\(client) would get wrong 404s from \(finding.server) for \(group.resource)"
                + (serving.isEmpty ? "" : ", which \(English.list(serving)) serve")
                + ": \(FlaggedGroups.Group.asksAgain)"
        } else if group.entries.count > 1, let first = finding.firstAt {
            finding.summary += ", over \(English.duration(run.endOf(last) - first))"
        }
        let unsure = group.entries.filter { $0.verdict.certainty != .certain }.count
        if unsure > 0, unsure < group.entries.count {
            finding.notes.append("\(unsure) of them may have been right, or answered otherwise.")
        }
        return finding
    }

    /// What would have served it at any of the requests.
    private func servers(serving group: FlaggedGroups.Group, _ run: RunView) -> [String] {
        let column = run.control.column(group.resource)
        var epochs = Set<Int>()
        var servers = Set<Int>()
        for entry in group.entries
        where epochs.insert(run.input.table.epoch(at: entry.request.at)).inserted {
            servers.formUnion(run.control.servers(serving: column, at: entry.request.at))
        }
        return servers.sorted().map(run.control.name)
    }
}
