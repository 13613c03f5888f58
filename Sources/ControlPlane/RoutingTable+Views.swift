public import KubeAPI

/// What the model holds of single servers over time: for rules that ask more than one request did.
extension RoutingTable {
    /// Whether a running server has handlers of its own for a resource.
    ///
    /// `maybe` while it starts or stops, and where a gate of an unknown name decides.
    public func serves(_ server: Int, _ resource: GroupVersionResource, at instant: Int64) -> Known
    {
        guard let number = column(for: resource) else { return .no }
        return Snapshot(model, at: instant).isServing(columns.columns[number], server: server)
    }

    /// The running servers that serve a resource for certain.
    public func servers(serving resource: GroupVersionResource, at instant: Int64) -> [Int] {
        servers.indices.filter { serves($0, resource, at: instant) == .yes }
    }
}

// MARK: Discovery

extension RoutingTable {
    /// When a server's `/apis` has what its peers serve (F4.6): by process, earliest first.
    public func mergingTimes(of server: Int) -> [Range<Int64>] {
        model.processesByServer[server].map { model.processes[$0] }.filter(\.mergesPeers)
            .map { $0.startedAt..<$0.stoppedAt }
    }
}

/// What a server's discovery held at an instant.
public struct DiscoveryView: Sendable {
    /// What the server said of itself.
    public var own: ServerDiscovery
    /// `/apis` as a client got it: with peers' groups, where the server merges them (F4.6).
    public var apis: DiscoveryDocument
    /// Whether the server merged peers' groups at all.
    public var mergesPeers: Bool
    /// False where the server may have held something else of a peer, or have been in transition.
    public var isCertain: Bool
}

extension RoutingTable {
    /// The documents that a server would have answered with; nil where it was down.
    ///
    /// Where several are possible, those of the server that knew the most of its peers.
    public func discovery(of server: Int, at instant: Int64) -> DiscoveryView? {
        let presences = model.presence[server][at: instant]
        guard let number = presences.first(where: { !$0.isDown })?.process else { return nil }
        let own = ownDiscovery(of: number, at: instant)
        let process = model.processes[number]
        var view = DiscoveryView(
            own: own, apis: own.apis,
            mergesPeers: process.mergesPeers,
            isCertain: presences.count == 1 && presences[0].phase == .ready)
        guard view.mergesPeers else { return view }
        let excluded = excludedVersions(by: process, at: instant)
        var peers: [String: [DiscoveryDocument.Group]] = [:]
        for identity in model.leases.indices where identity != process.identity {
            let beliefs = model.beliefs[server][identity][at: instant]
            if beliefs.count > 1 { view.isCertain = false }
            guard let belief = beliefs.first(where: { !$0.isAbsent }) else { continue }
            let document = ownDiscovery(of: belief.process, at: belief.read.latest).apis
            peers[ServerID.of(hostname: model.hostnames[identity])] = DiscoveryMerge.groups(
                document.groups, excluding: excluded)
        }
        view.apis = DiscoveryDocument(
            groups: DiscoveryMerge.groups(
                local: own.apis.groups,
                ownID: ServerID.of(hostname: model.hostnames[process.identity]), peers: peers))
        return view
    }

    private func ownDiscovery(of process: Int, at instant: Int64) -> ServerDiscovery {
        ServerDiscovery(
            served: model.servedSets[model.servedSetNumbers[process]], extensions: extensions,
            at: instant)
    }

    /// The group-versions that a process may leave out of what it holds of peers (F3.25).
    private func excludedVersions(by process: ProcessModel, at instant: Int64) -> Set<GroupVersion>
    {
        guard let grace = process.dialect?.exclusionEnds else { return [] }
        return Set(
            extensions.lazy.filter {
                ExtensionWindow($0).isExcluded(at: instant, by: process, grace: grace).isPossible
            }.map(\.groupVersion))
    }
}

// MARK: For the oracle

extension RoutingTable {
    /// The decision as the ladder alone gives it, without the short ways of the compilation.
    ///
    /// The tests hold every cell of the table against it.
    package func climbed(
        at instant: Int64, server: Int, column: Int, header: PeerProxiedHeader
    ) -> Decision {
        let now = Snapshot(model, at: instant)
        let column = columns.columns[column]
        let serving = servers.indices.map { now.isServing(column, server: $0) }
        var response = Response(now, column, header, serving: serving)
        return response.decide(at: server)
    }
}
