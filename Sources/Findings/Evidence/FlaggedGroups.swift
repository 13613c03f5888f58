import Judgments
import Bytes
import KubeAPI
import Replay

/// Flagged requests put together by client, resource and server.
struct FlaggedGroups {
    struct Group {
        var client: UInt32
        var resource: GroupVersionResource
        var server: String
        /// By instant; never empty.
        var entries: [FindingsInput.Judged]

        /// Informers that were answered in the recording did not ask again in it.
        static let asksAgain =
            "it lists and watches, and asks again until it is answered, so how often is not "
            + "predicted"

        func isAskedAgain(in run: RunView) -> Bool {
            !run.isAsRecorded
                && entries.allSatisfy { $0.request.verb == .list || $0.request.verb == .watch }
        }

        func finding(_ kind: Finding.Kind, _ run: RunView) -> Finding {
            let user = run.user(client)
            let agent = run.userAgent(client)
            let isCertain = entries.contains { $0.verdict.certainty == .certain }
            var finding = Finding(
                kind, isCertain ? run.grade : .possible,
                subject: "\(agent) (\(user)) · \(resource) · \(server)")
            finding.user = user
            finding.userAgent = agent
            finding.group = resource.group
            finding.version = resource.version
            finding.resource = resource.resource
            finding.server = server
            finding.requests = entries.count
            let namespaces = Set(entries.map(\.request.namespace))
            if namespaces.count == 1, let one = namespaces.first {
                finding.namespace = run.text(one)
            }
            for entry in entries { finding.cover(entry.request.at) }
            finding.evidence = entries.map { Finding.Evidence($0.request.id, .request) }
            return finding
        }
    }

    private struct Key: Hashable {
        var user: UInt32
        var agent: UInt32
        var group: UInt32
        var version: UInt32
        var resource: UInt32
        var server: Int
    }

    private(set) var groups: [Group] = []

    /// - Parameter at: which server of its path a request is put down to.
    init(
        _ run: RunView, at server: (FindingsInput.Judged) -> Int?,
        where matches: (FindingsInput.Judged) -> Bool
    ) {
        var numbers: [Key: Int] = [:]
        for entry in run.judged where matches(entry) {
            let client = run.names.clients[entry.request.client]
            let resource = run.names.resources[entry.request.resource]
            let key = Key(
                user: client.user, agent: client.userAgent, group: resource.group,
                version: resource.version,
                resource: resource.resource, server: server(entry) ?? -1)
            if let number = numbers[key] {
                groups[number].entries.append(entry)
                continue
            }
            numbers[key] = groups.count
            groups.append(
                Group(
                    client: entry.request.client,
                    resource: run.resources[Int(entry.request.resource)],
                    server: run.serverName(server(entry), entry), entries: [entry]))
        }
    }
}
