import Bytes
import ControlPlane
public import Judgments
public import KubeAPI

/// What was recorded that an older release could not have served, or would have dropped.
///
/// What of it is let through differs from run to run and from plan to plan, and the one who asks
/// says so; what follows for going back is worked out here, for all of them.
public struct RollbackUses: Sendable {
    /// A request for a resource that the older release lacks, or a body with a field of that kind.
    public struct Candidate: Sendable {
        public var request: RecordedRequest
        /// Nil where it is about the resource.
        public var field: Catalogue.Field?
        /// The answer had the field.
        public var isShown = false

        /// Whether it would leave something in storage.
        public var isWrite: Bool {
            switch request.verb {
            case .create, .update, .patch: true
            default: false
            }
        }
    }

    public let old: Release
    public let new: Release
    private let names: Names
    /// By instant.
    private let candidates: [Candidate]

    public init(
        from old: Release, to new: Release, _ names: Names, requests: [RecordedRequest],
        fields: [RecordedFields]
    ) {
        self.old = old
        self.new = new
        self.names = names
        let bounds = IDBounds(names)
        // A server's own client asks for whatever its server serves.
        let own = Set(names.loopbackClients)
        var candidates = requests.filter { bounds.hold($0) && !own.contains($0.client) }
            .map { Candidate(request: $0) }
        for entry in fields where bounds.hold(entry.request) {
            candidates += RollbackUses.candidates(entry, names, since: old)
        }
        self.candidates = candidates.sorted {
            ($0.request.at, $0.request.id, $0.field?.path ?? "")
                < ($1.request.at, $1.request.id, $1.field?.path ?? "")
        }
    }

    private static func candidates(
        _ entry: RecordedFields, _ names: Names, since old: Release
    ) -> [Candidate] {
        func paths(_ id: UInt32?) -> Set<Substring> {
            Set(names.strings[id ?? 0].split(separator: "\n"))
        }
        let resource = names.groupVersionResource(entry.request.resource)
        let shown = paths(entry.shown)
        return shown.union(paths(entry.sent)).sorted().compactMap { path in
            guard let field = Catalogue.field(String(path), of: resource), field.since > old else {
                return nil
            }
            var request = entry.request
            request.name = entry.name
            return Candidate(request: request, field: field, isShown: shown.contains(path))
        }
    }

    /// The first that leaves something which the older release would lose; nil where nothing does.
    public func end(_ isLetThrough: (Candidate) -> Bool) -> RollbackLimit.Use? {
        candidates.first { ($0.field != nil || $0.isWrite) && isLetThrough($0) }
            .map { use($0.field == nil ? .object : .field, $0) }
    }

    private struct Client: Hashable {
        var client: ClientIDs
        var resource: GroupVersionResource
    }

    /// Of each client the first request for each resource, of each resource the first object, of
    /// each of its fields the first body.
    public func limit(_ isLetThrough: (Candidate) -> Bool) -> RollbackLimit {
        var clients: Set<Client> = []
        var objects: Set<GroupVersionResource> = []
        var fields: Set<String> = []
        var uses: [RollbackLimit.Use] = []
        for candidate in candidates where isLetThrough(candidate) {
            let resource = names.groupVersionResource(candidate.request.resource)
            if let field = candidate.field {
                let isFirst = fields.insert("\(resource) \(field.path)").inserted
                if isFirst { uses.append(use(.field, candidate)) }
                continue
            }
            let client = names.clients[candidate.request.client].anywhere
            if clients.insert(Client(client: client, resource: resource)).inserted {
                uses.append(use(.request, candidate))
            }
            if candidate.isWrite, objects.insert(resource).inserted {
                uses.append(use(.object, candidate))
            }
        }
        return RollbackLimit(
            old: old, new: new,
            uses: uses.sorted {
                ($0.at, $0.request, $0.what.rawValue, $0.field)
                    < ($1.at, $1.request, $1.what.rawValue, $1.field)
            })
    }

    private func use(_ what: RollbackLimit.Use.What, _ candidate: Candidate) -> RollbackLimit.Use {
        let request = candidate.request
        let client = names.clients[request.client]
        return RollbackLimit.Use(
            what: what, at: request.at, request: request.id,
            resource: names.groupVersionResource(request.resource),
            object: [names.strings[request.namespace], names.strings[request.name]]
                .filter { !$0.isEmpty }.joined(separator: "/"),
            field: candidate.field?.path ?? "", user: names.strings[client.user],
            userAgent: names.strings[client.userAgent])
    }
}

extension RollbackLimit {
    /// Nil where the control plane had one release alone.
    static func of(_ run: RunView) -> RollbackLimit? {
        guard let (old, new) = run.input.span, old < new else { return nil }
        return RollbackUses(
            from: old, to: new, run.names, requests: run.input.firstUses,
            fields: run.input.fields
        ).limit { run.letsThrough($0) }
    }
}

extension RunView {
    /// As recorded what was answered with success was let through; in a what-if, what a server that
    /// knows it may get.
    fileprivate func letsThrough(_ candidate: RollbackUses.Candidate) -> Bool {
        let request = candidate.request
        if isAsRecorded { return candidate.field == nil ? request.isSuccess : candidate.isShown }
        if let field = candidate.field {
            let release = input.releases.release(of: serverName(request), at: request.at)
            return candidate.isWrite && release.map { $0 >= field.since } == true
        }
        guard let server = serverNumber(request) else { return false }
        let decision = input.table.decision(
            epoch: input.table.epoch(at: request.at), server: server,
            column: columns[Int(request.resource)])
        return decision.branches.contains { $0.outcome == .local || $0.outcome == .proxied }
    }
}
