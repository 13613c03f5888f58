public import ControlPlane
public import Judgments
public import KubeAPI

/// What became of one request.
public struct ReferenceAnswer: Sendable, CustomStringConvertible {
    /// More than one where a server that starts or stops may be said to serve or not to.
    public var outcomes: [Outcome]
    public var answer: Answer
    public var path: [Int]

    /// Whether a decision has a branch for it.
    public func isAdmitted(by decision: Decision) -> Bool {
        decision.branches.contains { branch in
            outcomes.contains(branch.outcome) && branch.path == path
                && (branch.answer == answer || branch.answer == .any || answer == .any)
        }
    }

    public var description: String { "\(outcomes) \(answer) \(path)" }
}

extension ReferenceRun {
    /// Answers a request that arrives now.
    public func respond(
        at server: Int, _ resource: GroupVersionResource?, header: PeerProxiedHeader
    ) -> ReferenceAnswer {
        guard let life = life(of: server, at: instant) else {
            return ReferenceAnswer(outcomes: [.unreachable], answer: .none, path: [server])
        }
        guard let resource else {
            return ReferenceAnswer(outcomes: [.local], answer: .any, path: [server])
        }
        return receive(resource, header, by: life, path: [server])
    }

    private func receive(
        _ id: GroupVersionResource, _ header: PeerProxiedHeader, by number: Int, path: [Int]
    ) -> ReferenceAnswer {
        let life = lives[number]
        guard life.activation.forwards, let dialect = life.dialect, header != .guarding,
            instant >= life.syncedAt
        else { return handle(id, by: life, path: path) }
        guard
            let candidates = dialect.readsStorageVersions
                ? recorded(id, by: life) : believed(id, by: number)
        else { return handle(id, by: life, path: path) }
        let writers = candidates.compactMap { endpoints[$0] }
        let hasBad = writers.count < candidates.count
        let isSpoilt = hasBad && life.process.release.has(.oneBadAddressSpoilsTheRequest)
        let findsNone = life.isGraceful && instant >= life.stoppedAt && random.isOne(in: 2)
        if writers.isEmpty || isSpoilt || findsNone {
            return ReferenceAnswer(outcomes: [.unavailable], answer: .noAddress, path: path)
        }
        return forward(id, header, to: random.one(of: writers), path: path)
    }

    /// Nil where the request is answered by the server itself (F1.17 to F1.21).
    private func recorded(_ id: GroupVersionResource, by life: Life) -> [Int]? {
        guard let serving = records.map[id], !serving.isEmpty, !serving.contains(ids[life.server])
        else { return nil }
        return ids.indices.filter { serving.contains(ids[$0]) }
    }

    /// The same by what was read of peers (F1.25 to F1.28).
    private func believed(_ id: GroupVersionResource, by number: Int) -> [Int]? {
        let life = lives[number]
        if life.holdsOwn(id, scenario.extensions, at: instant) { return nil }
        let held = workers[number]?.held ?? [:]
        let peers = ids.indices.filter { held[ids[$0]]?.resources.contains(id) ?? false }
        return peers.isEmpty ? nil : peers
    }

    private func forward(
        _ id: GroupVersionResource, _ header: PeerProxiedHeader, to writer: Int, path: [Int]
    ) -> ReferenceAnswer {
        let target = target(of: writer)
        let server = random.one(of: target.servers)
        let reached = path + [server]
        guard fault(from: path[path.count - 1], to: server, at: instant) == nil,
            let life = life(of: server, at: instant)
        else {
            return ReferenceAnswer(
                outcomes: [.unavailable], answer: .peerUnreachable, path: reached)
        }
        if reached.count > 2 {
            return ReferenceAnswer(outcomes: [.looped], answer: .any, path: reached)
        }
        let seen: PeerProxiedHeader =
            header == .spoofed ? .spoofed : target.strips ? .absent : .guarding
        return receive(id, seen, by: life, path: reached)
    }

    /// A server's own handlers (F1.37, F1.39).
    private func handle(_ id: GroupVersionResource, by life: Life, path: [Int]) -> ReferenceAnswer {
        let hasLooped = path.dropLast().contains(life.server)
        let answered: Outcome = hasLooped ? .looped : path.count == 1 ? .local : .proxied
        if life.serves(id, scenario.extensions, at: instant) {
            return ReferenceAnswer(outcomes: [answered], answer: .handlers, path: path)
        }
        let hasGroup = life.activation.served.hasGroup(id.group) == .yes
        if !hasGroup, instant < life.installedAt {
            return ReferenceAnswer(outcomes: [answered], answer: .handlersIncomplete, path: path)
        }
        return ReferenceAnswer(
            outcomes: hasLooped ? [.looped] : judgements(of: id, at: life.server),
            answer: hasGroup ? .route : .page, path: path)
    }

    private func judgements(of id: GroupVersionResource, at server: Int) -> [Outcome] {
        var mayServe = false
        for life in lives
        where life.server != server && life.process.startedAt <= instant && life.goneAt > instant {
            guard life.serves(id, scenario.extensions, at: instant) else { continue }
            if instant >= life.readyAt, instant < life.stoppedAt { return [.wrongNotFound] }
            mayServe = true
        }
        return mayServe ? [.rightNotFound, .wrongNotFound] : [.rightNotFound]
    }
}
