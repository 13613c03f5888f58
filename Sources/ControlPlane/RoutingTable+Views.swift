public import KubeAPI

/// What the model holds of single servers over time: for rules that ask more than one request did.
extension RoutingTable {
    /// Whether a server counted as running: ready, and not told to stop.
    public func isRunning(_ server: Int, at instant: Int64) -> Known {
        Known.over(
            model.presence[server][at: instant].lazy.map {
                $0.isDown ? .no : $0.phase == .ready ? .yes : .maybe
            }) ?? .no
    }

    /// The servers that were running for certain.
    public func runningServers(at instant: Int64) -> [Int] {
        servers.indices.filter { isRunning($0, at: instant) == .yes }
    }

    /// The release that a server ran; nil where it was down, the older one where it was changing.
    public func release(of server: Int, at instant: Int64) -> Release? {
        model.presence[server][at: instant].first { !$0.isDown }.map {
            model.processes[$0.process].release
        }
    }

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

    /// What a server served of the built-in APIs; nil where it was down.
    public func servedSet(of server: Int, at instant: Int64) -> Catalogue.ServedSet? {
        model.presence[server][at: instant].first { !$0.isDown }.map {
            model.servedSets[model.servedSetNumbers[$0.process]]
        }
    }
}

/// A while in which running servers disagreed about a resource.
public struct Disagreement: Sendable, Hashable {
    public var from: Int64
    /// `.max` where it did not end.
    public var until: Int64
    public var serving: [Int]
    public var lacking: [Int]

    public init(from: Int64, until: Int64, serving: [Int], lacking: [Int]) {
        self.from = from
        self.until = until
        self.serving = serving
        self.lacking = lacking
    }
}

extension RoutingTable {
    /// The whiles in which some running servers served a resource and others did not.
    public func disagreements(about resource: GroupVersionResource) -> [Disagreement] {
        guard let number = column(for: resource) else { return [] }
        return disagreements(aboutColumn: number)
    }

    /// Every resource about which running servers disagreed at some time, sorted.
    public func disputedResources() -> [(resource: GroupVersionResource, [Disagreement])] {
        var known: [Int: [Disagreement]] = [:]
        var result: [(resource: GroupVersionResource, [Disagreement])] = []
        for resource in columns.resources {
            guard let number = column(for: resource) else { continue }
            let found = known[number] ?? disagreements(aboutColumn: number)
            known[number] = found
            if !found.isEmpty { result.append((resource, found)) }
        }
        return result
    }

    private func disagreements(aboutColumn number: Int) -> [Disagreement] {
        let column = columns.columns[number]
        let now = Snapshot(model, at: .min)
        var result: [Disagreement] = []
        for (epoch, start) in epochs.enumerated() {
            _ = now.advance(to: start)
            var serving: [Int] = []
            var lacking: [Int] = []
            for server in servers.indices where now.steady[server] >= 0 {
                switch now.isServing(column, server: server) {
                case .yes: serving.append(server)
                case .no: lacking.append(server)
                case .maybe: break
                }
            }
            guard !serving.isEmpty, !lacking.isEmpty else { continue }
            let until = epoch + 1 < epochs.count ? epochs[epoch + 1] : .max
            if let last = result.last, last.until == start, last.serving == serving,
                last.lacking == lacking
            {
                result[result.count - 1].until = until
            } else {
                result.append(
                    Disagreement(from: start, until: until, serving: serving, lacking: lacking))
            }
        }
        return result
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

    /// Whether a server's `/api` and `/apis` listed a group-version as current.
    public func lists(_ id: GroupVersion, server: Int, at instant: Int64) -> Known {
        guard let view = discovery(of: server, at: instant) else { return .no }
        let document = id.group.isEmpty ? view.own.core : view.apis
        let isListed = document.version(id)?.freshness == .current
        return view.isCertain ? Known(isListed) : isListed ? .maybe : .no
    }

    private func ownDiscovery(of process: Int, at instant: Int64) -> ServerDiscovery {
        ServerDiscovery(
            served: model.servedSets[model.servedSetNumbers[process]], extensions: extensions,
            at: instant)
    }

    /// The group-versions that a process may leave out of what it holds of peers (F3.25).
    private func excludedVersions(by process: ProcessModel, at instant: Int64) -> Set<GroupVersion>
    {
        let grace =
            process.dialect == .filteredPeerDiscovery
            ? FilteredPeerDiscovery.graceEnds : ExclusionManager.graceEnds
        return Set(
            extensions.lazy.filter {
                ExtensionWindow($0).isExcluded(at: instant, by: process, grace: grace).isPossible
            }.map(\.groupVersion))
    }
}
