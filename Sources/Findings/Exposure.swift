import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Replay

extension Exposure {
    static func all(in run: RunView) -> [Exposure] {
        var asked: [ResourceVersion: Asked] = [:]
        for use in run.uses {
            asked[ResourceVersion(run, use.resource), default: Asked()].uses.append(use)
        }
        for entry in run.judged where isWrong(entry, run) {
            asked[ResourceVersion(run, entry.request.resource), default: Asked()].wrong
                .append(entry)
        }
        return asked.compactMap { key, asked in exposure(of: key, asked, run) }.sorted {
            $0.resource < $1.resource
        }
    }

    private static func isWrong(_ entry: FindingsInput.Judged, _ run: RunView) -> Bool {
        entry.verdict.outcome == .wrongNotFound && entry.verdict.certainty == .certain
            && !run.control.isSettling(
                run.resources[Int(entry.request.resource)], at: entry.request.at)
    }

    /// What was asked of a resource while servers surely disagreed, and what got a wrong 404.
    private struct Asked {
        var uses: [RecordedUse] = []
        var wrong: [FindingsInput.Judged] = []
    }

    /// A resource with all its subresources.
    private struct ResourceVersion: Hashable {
        var id: ResourceIDs
        var column: Int
        var number: UInt32

        init(_ run: RunView, _ resource: UInt32) {
            let key = run.names.resources[resource]
            id = ResourceIDs(
                group: key.group, version: key.version, resource: key.resource, subresource: 0)
            column = run.columns[Int(resource)]
            number = resource
        }

        static func == (left: ResourceVersion, right: ResourceVersion) -> Bool {
            left.id == right.id
        }

        func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }

    private static func exposure(
        of key: ResourceVersion, _ asked: Asked, _ run: RunView
    ) -> Exposure? {
        let disputes = run.control.disputes(of: key.column)
        // The model may leave open what the recording shows to have been refused.
        let surprising = asked.wrong.filter { entry in
            !disputes.contains { $0.from <= entry.request.at && entry.request.at < $0.until }
        }
        var times = disputes.map { (from: $0.from, until: $0.until) }
        if let first = surprising.first, let last = surprising.last {
            times.append((first.request.at, last.request.at))
        }
        guard let from = times.map(\.from).min(), let until = times.map(\.until).max() else {
            return nil
        }
        let known = disputes.first.map { $0.from...max($0.from, disputes.last?.until ?? $0.from) }
        let unseen = surprising.map(\.request).filter { known?.contains($0.at) != true }
        let refusing = disputes.flatMap(\.refusing) + surprising.compactMap(\.verdict.path.last)
        let serving =
            disputes.flatMap(\.serving)
            + surprising.flatMap { run.control.servers(serving: key.column, at: $0.request.at) }
        return Exposure(
            resource: run.resources[Int(key.number)], from: from, until: until,
            length: covered(times), refusing: Set(refusing).sorted().map(run.control.name),
            serving: Set(serving).sorted().map(run.control.name),
            clients: clients(asked.uses + unseen.map(use), run))
    }

    private static func use(_ request: RecordedRequest) -> RecordedUse {
        RecordedUse(
            client: request.client, resource: request.resource, requests: 1, first: request.at,
            last: request.at)
    }

    /// How much time is in any of some spans.
    private static func covered(_ times: [(from: Int64, until: Int64)]) -> Int64 {
        var length: Int64 = 0
        var end = Int64.min
        for time in times.sorted(by: { $0.from < $1.from }) where time.until > end {
            length += time.until - max(time.from, end)
            end = time.until
        }
        return length
    }

    /// Clients by user and agent, whatever address they came from.
    private static func clients(_ uses: [RecordedUse], _ run: RunView) -> [Client] {
        var clients: [ClientIDs: Client] = [:]
        for use in uses {
            let key = run.names.clients[use.client].anywhere
            var client =
                clients[key]
                ?? Client(
                    user: run.text(key.user), userAgent: run.text(key.userAgent), requests: 0,
                    firstAt: use.first, lastAt: use.last)
            client.requests += use.requests
            client.firstAt = min(client.firstAt, use.first)
            client.lastAt = max(client.lastAt, use.last)
            clients[key] = client
        }
        return clients.values.sorted {
            ($1.requests, $0.userAgent, $0.user) < ($0.requests, $1.userAgent, $1.user)
        }
    }
}
