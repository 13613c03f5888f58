import Judgments
import ControlPlane
import KubeAPI
import Replay

/// Clients that got the proxy's 503: a peer serves what they asked for, and was not reached.
struct WrongUnavailable: Rule {
    static let page = RulePage(
        kind: .wrongUnavailable,
        title: "The proxy could not reach a peer that serves the API",
        cause: """
            The receiving server knew that a peer serves the resource, and either the peer's \
            endpoint lease held no usable address, or nothing answered there: it had crashed \
            (its lease lives on for some 15 s), was starting or draining, or the network between \
            the servers was in the way.
            """,
        evidence: """
            A 503 for a resource that the receiving server does not serve: plain text where the \
            peer could not be reached, a Status where no address was found.
            """,
        advice: """
            Stop servers gracefully so that their leases go at once, check that every server \
            advertises an address its peers can reach, and let clients try a 503 again.
            """,
        blindness: """
            At level Metadata the two kinds of 503 look alike where their messages were dropped.
            """,
        facts: ["F1.31", "F1.32", "F3.9", "F6.12", "V9"])

    func findings(in run: RunView) -> [Finding] {
        FlaggedGroups(run, at: \.verdict.path.first) { $0.verdict.outcome == .unavailable }
            .groups.map { finding($0, run) }
    }

    private func finding(_ group: FlaggedGroups.Group, _ run: RunView) -> Finding {
        var finding = group.finding(.wrongUnavailable, run)
        let client = Phrases.client(user: finding.user, agent: finding.userAgent)
        let times = English.count(group.entries.count, "time")
        finding.summary =
            (group.isAskedAgain(in: run)
                ? "\(client) would get 503s"
                : "\(client) \(run.isAsRecorded ? "got" : "would get") 503 \(times)")
            + " from \(finding.server) for \(group.resource): \(why(group, run))"
        if group.isAskedAgain(in: run) {
            finding.summary += "; \(FlaggedGroups.Group.asksAgain)"
        }
        return finding
    }

    private func why(_ group: FlaggedGroups.Group, _ run: RunView) -> String {
        let peers = Set(group.entries.compactMap { $0.verdict.path.dropFirst().last }).sorted()
            .map(run.control.name)
        let hasNone = group.entries.contains { $0.verdict.path.count < 2 }
        let missing = "no peer that serves it had published an address"
        guard !peers.isEmpty else { return missing }
        let unreached = "\(English.list(peers)) could not be reached"
        return hasNone ? "\(unreached), or \(missing)" : unreached
    }
}
