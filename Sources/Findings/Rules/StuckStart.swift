import Bytes
import ControlPlane
import Judgments
import KubeAPI

/// Components that asked once for an API, of a server that lacks it, and never again.
struct StuckStart: Rule {
    static let page = RulePage(
        kind: .stuckStart,
        title: "A component decided at its start that an API is missing",
        cause: """
            Some components ask discovery once, when they start, and go without an API that is \
            not there. One that starts against an old server goes without it after the upgrade \
            too, until somebody restarts it.
            """,
        evidence: """
            A GET of /apis/GROUP/VERSION answered without the API by a server that lacks it, while \
            another server served it; no later GET of that path, no list and no watch of the API \
            by the same client; and watches of the client a minute later and more, so that it is \
            one that goes on.
            """,
        advice: """
            Restart the component once every server serves the API. Start it against a new server, \
            or after the last one is upgraded.
            """,
        blindness: """
            Aggregated discovery names no group: who reads it does not say what for. Where the \
            version was there and a resource of it was not, only components are seen that used \
            the resource at another time.
            """,
        facts: ["F11.3"])

    /// What lives shorter may be a command.
    private static let life: Int64 = 60 * 1_000_000_000

    private struct Key: Hashable {
        var client: ClientIDs
        var version: GroupVersion
    }

    func findings(in run: RunView) -> [Finding] {
        let lookups = run.input.lookups.filter { IDBounds(run.names).hold($0) }
        var last: [Key: RecordedRequest] = [:]
        for lookup in lookups {
            guard let version = GroupVersion(lookupPath: run.text(lookup.path)) else { continue }
            let key = Key(client: run.names.clients[lookup.client].anywhere, version: version)
            if let known = last[key], known.at > lookup.at { continue }
            last[key] = lookup
        }
        let conduct = Dictionary(grouping: run.input.conduct) {
            run.names.clients[$0.client].anywhere
        }
        return last.flatMap { key, lookup in
            findings(key.version, lookup, conduct[key.client] ?? [], run)
        }
    }

    private func findings(
        _ version: GroupVersion, _ lookup: RecordedRequest, _ conduct: [RecordedRequest],
        _ run: RunView
    ) -> [Finding] {
        guard let server = run.serverNumber(lookup), !isCommand(run.userAgent(lookup.client)),
            conduct.contains(where: { $0.verb == .watch && $0.at > lookup.at + StuckStart.life })
        else { return [] }
        let epoch = run.input.table.epoch(at: lookup.at)
        let lacking = run.input.disputedVersions[version, default: []].filter { id in
            let column = run.control.column(id)
            return run.control.serves(server, column, epoch: epoch) == .no
                && run.input.table.servers.indices.contains {
                    run.control.serves($0, column, epoch: epoch) == .yes
                }
        }
        let isWhole =
            run.isAsRecorded ? lookup.status == 404 : isAbsent(version, server, epoch, run)
        let uses = conduct.filter { run.resources[Int($0.resource)].groupVersion == version }
        if isWhole {
            guard !lacking.isEmpty, !uses.contains(where: { $0.at > lookup.at }) else { return [] }
            return [finding(lookup, version, "", lacking, run)]
        }
        guard run.isAsRecorded ? lookup.status == 200 : true else { return [] }
        return lacking.compactMap { id in
            let own = uses.filter { run.resources[Int($0.resource)] == id }
            guard !own.isEmpty, !own.contains(where: { $0.at > lookup.at }) else { return nil }
            return finding(lookup, version, id.resource, [id], run)
        }
    }

    private func isCommand(_ agent: String) -> Bool {
        ["kubectl", "helm", "curl", "oc/"].contains { agent.hasPrefix($0) }
    }

    /// Whether a server serves nothing of a version.
    private func isAbsent(
        _ version: GroupVersion, _ server: Int, _ epoch: Int, _ run: RunView
    ) -> Bool {
        Set(Release.all.flatMap { Catalogue.resources(in: $0).map(\.id) }).allSatisfy { id in
            id.groupVersion != version
                || run.control.serves(server, run.control.column(id), epoch: epoch) == .no
        }
    }

    private func finding(
        _ lookup: RecordedRequest, _ version: GroupVersion, _ resource: String,
        _ lacking: [GroupVersionResource], _ run: RunView
    ) -> Finding {
        let (user, agent) = (run.user(lookup.client), run.userAgent(lookup.client))
        let what = resource.isEmpty ? "\(version)" : "\(version)/\(resource)"
        var finding = Finding(.stuckStart, run.grade, subject: "\(agent) (\(user)) · \(what)")
        finding.user = user
        finding.userAgent = agent
        finding.server = run.serverName(lookup)
        finding.group = version.group
        finding.version = version.version
        finding.resource = resource
        finding.requests = 1
        finding.cover(lookup.at)
        finding.cover(run.input.lastAt)
        finding.evidence = [.init(lookup.id, .discovery)]
        let epoch = run.input.table.epoch(at: lookup.at)
        let serving = run.input.table.servers.indices.filter { other in
            lacking.contains {
                run.control.serves(other, run.control.column($0), epoch: epoch) == .yes
            }
        }.map(run.control.name)
        let client = Phrases.client(user: user, agent: agent)
        finding.summary =
            "\(client) asked \(finding.server) for \(what), which \(English.list(serving)) served, "
            + (run.isAsRecorded ? "was told" : "would be told")
            + " that it is not there, and never asked again"
        return finding
    }
}

extension GroupVersion {
    /// Reads `/apis/apps/v1`; nil for any other path.
    init?(lookupPath path: String) {
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/apis/"), parts.count == 3 else { return nil }
        self.init(group: String(parts[1]), version: String(parts[2]))
    }
}
