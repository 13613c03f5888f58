import Bytes
import ControlPlane
public import KubeAPI

/// What servers disagreed about, how long, and who asked for it in that time.
///
/// Not a finding: nobody need have been hurt. Shown in the summary and the report.
public struct Exposure: Sendable, Equatable {
    /// Somebody who asked for the resource while servers disagreed about it.
    public struct Client: Sendable, Equatable {
        public var user: String
        public var userAgent: String
        public var requests: Int
        public var firstAt: Int64
        public var lastAt: Int64
    }

    public var resource: GroupVersionResource
    /// The first and the last moment at which a request could get a wrong 404.
    public var from: Int64
    public var until: Int64
    /// How long, pauses left out.
    public var length: Int64
    public var refusing: [String]
    public var serving: [String]
    /// Those with most requests first.
    public var clients: [Client]

    static func all(in run: RunView) -> [Exposure] {
        var uses: [ResourceVersion: [RecordedUse]] = [:]
        for use in run.uses { uses[ResourceVersion(run, use.resource), default: []].append(use) }
        return uses.compactMap { key, uses in exposure(of: key, uses, run) }.sorted {
            $0.resource < $1.resource
        }
    }

    /// A resource with all its subresources.
    private struct ResourceVersion: Hashable {
        var id: SIMD3<UInt32>
        var column: Int
        var number: UInt32

        init(_ run: RunView, _ resource: UInt32) {
            let key = run.names.resources[resource]
            id = SIMD3(key[0], key[1], key[2])
            column = run.columns[Int(resource)]
            number = resource
        }

        static func == (left: ResourceVersion, right: ResourceVersion) -> Bool {
            left.id == right.id
        }

        func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }

    private static func exposure(
        of key: ResourceVersion, _ uses: [RecordedUse], _ run: RunView
    ) -> Exposure? {
        let disputes = run.control.disputes(of: key.column)
        guard let first = disputes.first, let last = disputes.last else { return nil }
        let refusing = Set(disputes.flatMap(\.refusing)).sorted()
        let serving = Set(disputes.flatMap(\.serving)).sorted()
        return Exposure(
            resource: run.resources[Int(key.number)], from: first.from, until: last.until,
            length: disputes.reduce(0) { $0 + ($1.until - $1.from) },
            refusing: refusing.map(run.control.name), serving: serving.map(run.control.name),
            clients: clients(uses, run))
    }

    /// Clients by user and agent, whatever address they came from.
    private static func clients(_ uses: [RecordedUse], _ run: RunView) -> [Client] {
        var clients: [SIMD2<UInt32>: Client] = [:]
        for use in uses {
            let key = run.names.clients[use.client].lowHalf
            var client =
                clients[key]
                ?? Client(
                    user: run.text(key[0]), userAgent: run.text(key[1]), requests: 0,
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
