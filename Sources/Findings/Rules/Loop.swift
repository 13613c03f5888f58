import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay

/// Requests that were forwarded more than once, or came back to a server already on their path.
struct Loop: Rule {
    static let page = RulePage(
        kind: .loop,
        title: "A forwarded request came back, or was forwarded again",
        cause: """
            Servers publish an address that is not their own, such as a load balancer's, so a \
            forwarded request reaches any server; or an intermediary removes the header that \
            marks a request as forwarded.
            """,
        evidence: """
            One audit id in the log of the same server twice, or in the logs of more than two \
            servers.
            """,
        advice: """
            Let every server advertise its own address (--advertise-address), and let no \
            intermediary between servers remove x-kubernetes-peer-proxied.
            """,
        blindness: "A server whose log is not in the recording may hide a hop.",
        facts: ["F1.15", "F1.30", "F5.4", "F5.5", "V11"])

    private struct Key: Hashable {
        var resource: GroupVersionResource
        var path: [Int]
    }

    func findings(in run: RunView) -> [Finding] {
        var groups: [Key: [FindingsInput.Judged]] = [:]
        for entry in run.judged where entry.verdict.outcome == .looped {
            let key = Key(
                resource: run.resources[Int(entry.request.resource)], path: entry.verdict.path)
            groups[key, default: []].append(entry)
        }
        return groups.map { finding($0.key, $0.value, run) }
    }

    private func finding(
        _ key: Key, _ entries: [FindingsInput.Judged], _ run: RunView
    ) -> Finding {
        let path = key.path.map(run.control.name)
        let isCertain = entries.contains { $0.verdict.certainty == .certain }
        let resource = key.resource
        var finding = Finding(
            .loop, isCertain ? run.grade : .possible,
            subject: "\(resource) · \(path.joined(separator: ">"))")
        finding.group = resource.group
        finding.version = resource.version
        finding.resource = resource.resource
        finding.server = path.first ?? ""
        finding.requests = entries.count
        for entry in entries { finding.cover(entry.request.at) }
        finding.evidence = entries.map { Finding.Evidence($0.request.id, .request) }
        let clients = Set(entries.map { run.names.clients[$0.request.client].anywhere })
        if clients.count == 1 {
            finding.user = run.user(entries[0].request.client)
            finding.userAgent = run.userAgent(entries[0].request.client)
        }
        let verb = run.isAsRecorded ? "went" : "would go"
        finding.summary =
            "\(English.count(entries.count, "request")) for \(resource) \(verb) "
            + "\(path.joined(separator: " → ")), \(English.count(path.count - 1, "hop")); "
            + end(entries, run)
        return finding
    }

    /// What ended it: one hop is all that the header allows.
    private func end(_ entries: [FindingsInput.Judged], _ run: RunView) -> String {
        let statuses = Set(entries.compactMap(\.verdict.status)).sorted()
        guard let status = statuses.first else { return "how it ended is not known" }
        if statuses.count == 1, status == 404 {
            return "the header that marks it as forwarded ended it with 404"
        }
        return "it ended with \(English.list(statuses.map { "\($0)" }))"
    }
}

extension ClientIDs {
    /// User and user agent alone: the client, whatever address it asked from and as whom.
    var anywhere: ClientIDs { ClientIDs(user: user, userAgent: userAgent) }
}
