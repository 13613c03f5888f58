import Bytes
import ControlPlane
import Judgments
import KubeAPI

extension RollbackLimit {
    /// Nil where the control plane had one release alone.
    static func of(_ run: RunView) -> RollbackLimit? {
        guard let (old, new) = run.input.span, old < new else { return nil }
        let bounds = IDBounds(run.names)
        // A server's own client asks for whatever its server serves.
        let requests = run.input.firstUses
            .filter { bounds.hold($0) && run.user($0.client) != LoopbackClient.user }
            .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        let uses = clients(requests, run) + objects(requests, run) + fields(run, since: old)
        return RollbackLimit(
            old: old, new: new,
            uses: uses.sorted {
                ($0.at, $0.request, $0.what.rawValue, $0.field)
                    < ($1.at, $1.request, $1.what.rawValue, $1.field)
            })
    }

    private struct Client: Hashable {
        var client: ClientIDs
        var resource: GroupVersionResource
    }

    /// Of each client the first request for each resource.
    private static func clients(_ requests: [RecordedRequest], _ run: RunView) -> [Use] {
        var seen: Set<Client> = []
        return requests.filter { request in
            seen.insert(
                Client(
                    client: run.names.clients[request.client].anywhere,
                    resource: run.resources[Int(request.resource)])
            ).inserted
        }.map { use(.request, $0, run) }
    }

    /// Of each resource the first object that was written.
    private static func objects(_ requests: [RecordedRequest], _ run: RunView) -> [Use] {
        var seen: Set<GroupVersionResource> = []
        return requests.filter { request in
            switch request.verb {
            case .create, .update, .patch:
                return seen.insert(run.resources[Int(request.resource)]).inserted
            default: return false
            }
        }.map { use(.object, $0, run) }
    }

    /// Of each field of a resource the first body that had it.
    private static func fields(_ run: RunView, since old: Release) -> [Use] {
        let bounds = IDBounds(run.names)
        var seen: Set<String> = []
        var uses: [Use] = []
        for entry in run.input.fields.sorted(by: { $0.request.at < $1.request.at })
        where bounds.hold(entry.request) {
            let resource = run.resources[Int(entry.request.resource)]
            guard let shown = entry.shown else { continue }
            for path in run.text(shown).split(separator: "\n").map(String.init) {
                guard let field = Catalogue.field(path, of: resource), field.since > old,
                    seen.insert("\(resource) \(path)").inserted
                else { continue }
                var use = use(.field, entry.request, run)
                use.field = path
                use.object = place(entry.request.namespace, entry.name, run)
                uses.append(use)
            }
        }
        return uses
    }

    private static func use(
        _ what: Use.What, _ request: RecordedRequest, _ run: RunView
    ) -> Use {
        Use(
            what: what, at: request.at, request: request.id,
            resource: run.resources[Int(request.resource)],
            object: place(request.namespace, request.name, run), user: run.user(request.client),
            userAgent: run.userAgent(request.client))
    }

    private static func place(_ namespace: UInt32, _ name: UInt32, _ run: RunView) -> String {
        [run.text(namespace), run.text(name)].filter { !$0.isEmpty }.joined(separator: "/")
    }
}
