import Bytes
import ControlPlane
import Judgments
import KubeAPI

/// Watches that ask for everything at their start, refused by servers without that.
struct WatchListRefused: Rule {
    static let page = RulePage(
        kind: .watchListRefused,
        title: "A server refused watches that begin with a list",
        cause: """
            Clients of client-go 0.35 and later begin a watch with sendInitialEvents=true. A \
            server without that feature answers 422, and a sound client falls back to a list and \
            a plain watch. One that does not tries again, and sees nothing.
            """,
        evidence: """
            Such a watch answered 422 or 400 by one server, while another server took one. A list \
            of the same resource by the same client afterwards is a fall-back; repeats without one \
            are a client that is stuck.
            """,
        advice: """
            A client that falls back needs nothing. One that is stuck needs a newer library, the \
            feature turned off in it, or an upgraded server.
            """,
        blindness: """
            What a client does about it later than the recording goes on.
            """,
        facts: ["F11.4"])

    private struct Key: Hashable {
        var client: ClientIDs
        var server: UInt32
    }

    /// Repeats from which on a client without a fall-back is stuck.
    private static let repeats = 3

    func findings(in run: RunView) -> [Finding] {
        let bounds = IDBounds(run.names)
        let refused = run.input.refusedWatches.filter(bounds.hold)
        guard run.input.takesWatchLists else { return [] }
        let groups = Dictionary(grouping: refused) {
            Key(client: run.names.clients[$0.client].anywhere, server: $0.server)
        }
        return groups.map { key, requests in
            let conduct = run.input.conduct.filter {
                bounds.hold($0) && run.names.clients[$0.client].anywhere == key.client
            }
            return finding(requests.sorted { ($0.at, $0.id) < ($1.at, $1.id) }, conduct, run)
        }
    }

    private func finding(
        _ requests: [RecordedRequest], _ conduct: [RecordedRequest], _ run: RunView
    ) -> Finding {
        let first = requests[0]
        let (user, agent) = (run.user(first.client), run.userAgent(first.client))
        let server = run.serverName(first)
        var finding = Finding(
            .watchListRefused, run.grade, subject: "\(agent) (\(user)) · \(server)")
        finding.user = user
        finding.userAgent = agent
        finding.server = server
        finding.requests = requests.count
        for request in requests { finding.cover(request.at) }
        finding.evidence = requests.map { .init($0.id, .request) }
        let stuck = Dictionary(grouping: requests, by: \.resource).filter { resource, refusals in
            isStuck(refusals, conduct.filter { $0.resource == resource })
        }
        let names = stuck.keys.map { "\(run.resources[Int($0)])" }.sorted()
        let start =
            "\(Phrases.client(user: user, agent: agent)) was refused "
            + "\(English.count(requests.count, "watch")) with initial events by \(server)"
        if let one = stuck.keys.min(by: { run.resources[Int($0)] < run.resources[Int($1)] }) {
            let id = run.resources[Int(one)]
            (finding.group, finding.version, finding.resource) = (id.group, id.version, id.resource)
            finding.summary =
                "\(start), and is stuck: it repeats those of \(English.list(names)) without a list"
        } else {
            finding.summary = "\(start), and fell back to lists: nothing is wrong with the client"
        }
        return finding
    }

    private func isStuck(_ refusals: [RecordedRequest], _ conduct: [RecordedRequest]) -> Bool {
        guard refusals.count >= WatchListRefused.repeats, let first = refusals.first else {
            return false
        }
        return !conduct.contains { $0.verb == .list && $0.isSuccess && $0.at >= first.at }
    }
}
