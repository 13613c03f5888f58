import Judgments

/// What may become of one request: climbs the ladder with everything the model holds at an instant.
///
/// Collects branches and reasons; used once per epoch, server, column and header, never per
/// request.
struct Response {
    private let now: Snapshot
    private let column: ResourceColumn
    private let header: PeerProxiedHeader
    /// By server: whether it counts as running and serving the column.
    private let serving: [Known]
    private var branches: [Branch] = []
    private var reasons: [Reason] = []

    /// F1.30 allows one hop; a request that hops on is followed to the second.
    private static let longestPath = 3

    init(_ now: Snapshot, _ column: ResourceColumn, _ header: PeerProxiedHeader, serving: [Known]) {
        self.now = now
        self.column = column
        self.header = header
        self.serving = serving
    }

    private var model: Model { now.model }
    private var instant: Int64 { now.instant }

    /// The decision of a server.
    mutating func decide(at server: Int) -> Decision {
        for presence in now.presences[server] {
            if presence.isDown {
                add(.unreachable, .none, [server], .notRunning)
            } else {
                receive(presence, header: header, path: [server], rung: nil)
            }
        }
        if now.mayHaveDied[server] {
            add(.unreachable, .none, [server], .notRunning)
            reasons.append(Reason(.crashOnFetch, server: server))
        }
        noteBoundary(of: server)
        branches.sort {
            ($0.outcome, $0.path.count, $0.path.last ?? 0, $0.answer.rawValue)
                < ($1.outcome, $1.path.count, $1.path.last ?? 0, $1.answer.rawValue)
        }
        if now.presences[server].contains(where: { $0.phase == .stopping }) {
            // All that were seen answered so (V18).
            branches =
                branches.filter { $0.answer == .noAddress }
                + branches.filter { $0.answer != .noAddress }
        }
        return Decision(
            branches: branches, reasons: branches.count > 1 ? Set(reasons).sorted() : [])
    }

    private mutating func add(_ outcome: Outcome, _ answer: Answer, _ path: [Int], _ rung: Rung) {
        let isKnown = branches.contains {
            $0.outcome == outcome && $0.answer == answer && $0.path == path
        }
        if !isKnown { branches.append(Branch(outcome, answer, path: path, rung: rung)) }
    }

    private mutating func noteBoundary(of server: Int) {
        let presences = now.presences[server]
        if presences.contains(where: { !$0.isDown && $0.phase == .starting }) {
            reasons.append(Reason(.starting, server: server))
        } else if presences.count > 1 || presences.contains(where: { $0.phase == .stopping }) {
            reasons.append(Reason(.stopping, server: server))
        }
    }

    // MARK: The ladder at one server

    /// A server receives the request, first-hand or from a peer.
    private mutating func receive(
        _ presence: Presence, header: PeerProxiedHeader, path: [Int], rung: Rung?
    ) {
        let process = model.processes[presence.process]
        switch column.kind {
        case .nonResource:
            // Discovery of a group that the server lacks is a 404 by its own handlers as well.
            return add(.local, .any, path, process.forwards ? .notAResource : .noFilter)
        case .unknown:
            return add(.unjudged, .any, path, .unknownResource)
        case .resource: break
        }
        guard process.forwards, let dialect = process.dialect else {
            return handle(presence, path, rung ?? .noFilter)
        }
        let knowledge = knowledge(of: presence, header)
        let exits = dialect.exits(knowledge)
        if exits.count > 1 { noteUnknowns(in: knowledge, at: process.server) }
        for exit in exits {
            switch exit {
            case .handlers(let own): handle(presence, path, rung ?? own)
            case .noAddress: add(.unavailable, .noAddress, path, rung ?? .noAddress)
            case .forward(let identity):
                if presence.phase == .stopping {
                    // Seen on 1.35: a server that was told to stop no longer finds any address.
                    add(.unavailable, .noAddress, path, rung ?? .noAddress)
                }
                forward(to: identity, path, rung ?? .forward)
            }
        }
    }

    /// What the ladder of a process looks at.
    func knowledge(of presence: Presence, _ header: PeerProxiedHeader) -> Knowledge {
        let number = presence.process
        let process = model.processes[number]
        let usesRecords = process.dialect?.readsStorageVersions == true
        let ownIdentity = process.identity
        let local =
            usesRecords
            ? model.isRecorded(column, identity: ownIdentity, at: instant)
            : model.hasInLocalDiscovery(column, process: number, at: instant)
        var peers: [Knowledge.Peer] = []
        if header != .guarding, local != .yes {
            for identity in model.leases.indices where identity != ownIdentity {
                let lists =
                    usesRecords
                    ? model.isRecorded(column, identity: identity, at: instant)
                    : believes(process.server, of: identity, process: number)
                guard lists.isPossible else { continue }
                peers.append(
                    Knowledge.Peer(id: identity, lists: lists, hasAddress: now.hasAddress[identity])
                )
            }
        }
        return Knowledge(
            header: header, hasSynced: presence.phase == .starting ? .maybe : .yes,
            servesLocally: local, peers: peers)
    }

    private func believes(_ server: Int, of identity: Int, process: Int) -> Known {
        let beliefs = now.beliefs[server][identity]
        return Known.over(
            beliefs.map { model.believes($0, column, process: process, at: instant) }) ?? .no
    }

    private mutating func noteUnknowns(in knowledge: Knowledge, at server: Int) {
        let usesRecords = model.processes.contains {
            $0.server == server && $0.dialect?.readsStorageVersions == true
        }
        if knowledge.hasSynced == .maybe { reasons.append(Reason(.unsynced, server: server)) }
        if knowledge.servesLocally == .maybe {
            reasons.append(
                Reason(
                    usesRecords
                        ? .storageVersionRecord
                        : column.windows.isEmpty
                            ? .unknownGate : .localDiscoveryAge, server: server))
        }
        for peer in knowledge.peers {
            guard let named = model.identities.firstIndex(of: peer.id) else { continue }
            if peer.lists == .maybe {
                let throughBalancer = model.endpoints[peer.id].values.joined().contains {
                    !$0.isNone && model.targets[$0.target].isBalancer
                }
                let kind: Reason.Kind =
                    usesRecords
                    ? .storageVersionRecord
                    : throughBalancer ? .knowledgeThroughBalancer : .peerKnowledge
                reasons.append(Reason(kind, server: named))
            }
            if peer.hasAddress == .maybe {
                reasons.append(Reason(.peerAddress, server: named))
            }
        }
        if knowledge.peers.count > 1 { reasons.append(Reason(.draw, server: server)) }
    }

    // MARK: Where a forwarded request arrives

    /// Forwards to whoever answers at the peer's address (F1.42, F1.43).
    private mutating func forward(to identity: Int, _ path: [Int], _ rung: Rung) {
        for endpoint in now.endpoints[identity] where !endpoint.isNone {
            let target = model.targets[endpoint.target]
            if target.isBalancer { reasons.append(Reason(.balancerChoice, server: path[0])) }
            for server in target.servers { arrive(at: server, behind: target, path, rung) }
        }
    }

    private mutating func arrive(
        at server: Int, behind target: Target, _ path: [Int], _ rung: Rung
    ) {
        let broken = model.faults.breaks(
            from: path[path.count - 1], to: server, in: UncertainTime(instant, instant))
        if broken == .maybe { reasons.append(Reason(.fault, server: server)) }
        let presences = now.presences[server]
        if broken.isPossible || presences.contains(where: \.isDown) {
            add(.unavailable, .peerUnreachable, path + [server], rung)
        }
        guard broken != .yes else { return }
        if presences.count > 1 { reasons.append(Reason(.stopping, server: server)) }
        let reached = path + [server]
        // F5.5, F5.6: without the guard the peer takes the request for a first-hand one.
        let seen: PeerProxiedHeader =
            header == .spoofed ? .spoofed : target.stripsHeader ? .absent : .guarding
        for presence in presences where !presence.isDown {
            if reached.count >= Self.longestPath {
                add(.looped, .any, reached, rung)
            } else {
                receive(presence, header: seen, path: reached, rung: rung)
            }
        }
    }

    // MARK: A server's own handlers

    private mutating func handle(_ presence: Presence, _ path: [Int], _ rung: Rung) {
        let server = path[path.count - 1]
        let hasLooped = path.dropLast().contains(server)
        let serves = now.serves(column, process: presence.process)
        let isExtension = column.served[presence.process] != .yes && !column.windows.isEmpty
        // Custom resources are installed only while a server starts (F1.39).
        let isInstalled: Known = isExtension && presence.phase == .starting ? .maybe : .yes
        if serves == .maybe {
            reasons.append(Reason(isExtension ? .extensionChange : .unknownGate, server: server))
        }
        if serves.isPossible {
            add(hasLooped ? .looped : path.count == 1 ? .local : .proxied, .handlers, path, rung)
        }
        if (serves && isInstalled) != .yes {
            answerNotFound(presence, path, rung, hasLooped: hasLooped)
        }
    }

    /// The local 404, in one of its shapes (F1.37), or the 503 of a server that is starting.
    private mutating func answerNotFound(
        _ presence: Presence, _ path: [Int], _ rung: Rung, hasLooped: Bool
    ) {
        let hasGroup = column.hasGroup[presence.process]
        var shapes: [Answer] = []
        if hasGroup.isPossible { shapes.append(.route) }
        if hasGroup != .yes { shapes.append(.page) }
        let outcomes: [Outcome] = hasLooped ? [.looped] : judgements(at: path[path.count - 1])
        for shape in shapes {
            for outcome in outcomes { add(outcome, shape, path, rung) }
        }
        if presence.phase == .starting, hasGroup != .yes {
            add(
                hasLooped ? .looped : path.count == 1 ? .local : .proxied, .handlersIncomplete,
                path, rung)
        }
    }

    /// Whether a 404 is right or wrong: by whether another running server serves the resource.
    ///
    /// Where the only one that could is starting or stopping, either can be said.
    private mutating func judgements(at server: Int) -> [Outcome] {
        var found = Known.no
        for (other, known) in serving.enumerated() where other != server {
            if known == .yes { return [.wrongNotFound] }
            if known == .maybe {
                found = .maybe
                reasons.append(Reason(.servedAtBoundary, server: other))
            }
        }
        return found == .maybe ? [.rightNotFound, .wrongNotFound] : [.rightNotFound]
    }
}
