public import KubeAPI

/// Why a decision is what it is: the ladder rung by rung, and what the server held at that instant.
///
/// Made on demand for one request, from the same model that the table was compiled from; times are
/// left to the caller to print.
public struct Explanation: Sendable {
    /// One rung, as far as the request got.
    public struct Step: Sendable, Equatable {
        public var rung: Rung
        /// Whether the request left the ladder here.
        public var applies: Known
        public var text: String
        public var facts: [String]
    }

    /// Something that was so at that instant.
    public struct Holding: Sendable, Equatable {
        public var text: String
        /// `.min` where it always was.
        public var since: Int64
        public var facts: [String]
    }

    /// What another server would have answered to the same request.
    public struct Alternative: Sendable, Equatable {
        public var server: Int
        public var decision: Decision
    }

    public var decision: Decision
    public var steps: [Step]
    public var holdings: [Holding]
    public var others: [Alternative]
    /// The running servers that serve the resource themselves.
    public var servedBy: [Int]
    /// The series of `/metrics` that the receiving server may count the request in.
    public var counters: [String]
}

extension RoutingTable {
    /// Explains what becomes of a request; `resource` is nil for one that names none.
    public func explanation(
        at instant: Int64, server: Int, resource: GroupVersionResource?,
        header: PeerProxiedHeader = .absent
    ) -> Explanation {
        let number = resource.map { self.column(for: $0) ?? Self.unknownColumn }
        let column = columns.columns[number ?? Self.nonResourceColumn]
        let now = Snapshot(model, at: instant)
        let narrator = Narrator(
            table: self, now: now, server: server, column: column, header: header)
        let decision = decision(at: instant, server: server, resource: resource, header: header)
        return Explanation(
            decision: decision,
            steps: narrator.steps(), holdings: narrator.holdings(),
            others: servers.indices.filter { $0 != server }.map {
                Explanation.Alternative(
                    server: $0,
                    decision: self.decision(
                        at: instant, server: $0, resource: resource, header: header))
            },
            servedBy: resource.map { servers(serving: $0, at: instant) } ?? [],
            counters: counters(of: decision, resource, server: server, at: now))
    }

    private func counters(
        of decision: Decision, _ resource: GroupVersionResource?, server: Int, at now: Snapshot
    ) -> [String] {
        let running = now.presences[server].first { !$0.isDown }
        guard let dialect = running.flatMap({ model.processes[$0.process].dialect }) else {
            return []
        }
        let counted = decision.branches.flatMap(dialect.counters)
        return distinct(counted.map { $0.series(resource, in: dialect) })
    }
}

extension Reason {
    /// The numbers of the facts that leave it open.
    public var facts: [String] {
        switch kind {
        case .starting: ["F1.39", "F3.8"]
        case .stopping: ["F3.9", "V18"]
        case .unsynced: ["F1.16", "F3.23"]
        case .peerKnowledge: ["F3.15", "F3.18", "F3.19"]
        case .knowledgeThroughBalancer: ["V11"]
        case .peerAddress: ["F3.8", "F3.9"]
        case .draw: ["F1.27", "F1.30"]
        case .balancerChoice: ["F5.4", "V11"]
        case .localDiscoveryAge: ["F3.13", "F3.14"]
        case .extensionChange: ["F1.38"]
        case .storageVersionRecord: ["F3.11", "F3.12"]
        case .crashOnFetch: ["F3.21"]
        case .fault: ["F1.32"]
        case .unknownGate, .servedAtBoundary: []
        }
    }
}

/// Puts one request's way into words.
private struct Narrator {
    let table: RoutingTable
    let now: Snapshot
    let server: Int
    let column: ResourceColumn
    let header: PeerProxiedHeader

    private var model: Model { table.model }
    private var name: String { table.servers[server] }

    // MARK: The rungs

    func steps() -> [Explanation.Step] {
        guard column.kind != .unknown else {
            return [
                step(.unknownResource, .yes, "nothing is known of the group of this resource", [])
            ]
        }
        guard let presence = now.presences[server].first(where: { !$0.isDown }) else {
            return [step(.notRunning, .yes, "\(name) was not running", [])]
        }
        let process = model.processes[presence.process]
        guard process.forwards, let dialect = process.dialect else {
            return [
                step(.noFilter, .yes, "\(name) runs without the proxy: it answers itself", ["F2.2"])
            ]
        }
        if column.kind == .nonResource {
            return [step(.notAResource, .yes, "the request names no resource", ["F1.14"])]
        }
        let response = Response(now, column, header, serving: [])
        return climb(dialect, response.knowledge(of: presence, header))
    }

    private func step(
        _ rung: Rung, _ applies: Known, _ text: String, _ facts: [String]
    ) -> Explanation.Step {
        Explanation.Step(rung: rung, applies: applies, text: text, facts: facts)
    }

    /// The rungs in their order, up to the first that surely applies.
    private func climb(_ dialect: Dialect, _ knowledge: Knowledge) -> [Explanation.Step] {
        let exits = dialect.exits(knowledge)
        var result = [step(.notAResource, .no, "the request names a resource", ["F1.14"])]
        result.append(alreadyForwarded)
        if result[1].applies == .yes { return result }
        result.append(
            step(
                .notSynced, !knowledge.hasSynced,
                knowledge.hasSynced == .yes
                    ? "the caches of \(name) have synced" : "the caches may not have synced",
                dialect.readsStorageVersions ? ["F1.16"] : ["F1.16", "F3.23"]))
        result.append(servesLocally(dialect, knowledge.servesLocally))
        if knowledge.servesLocally == .yes { return result }
        let listed = knowledge.peers.filter(\.lists.isPossible)
        result.append(noPeer(dialect, listed))
        if listed.isEmpty { return result }
        let ends = exits.filter { $0 == .noAddress || $0.isForward }
        let noAddress: Known = exits.contains(.noAddress) ? (ends.count == 1 ? .yes : .maybe) : .no
        let found = names(listed, having: .yes)
        result.append(
            step(
                .noAddress, noAddress,
                found.isEmpty
                    ? "an address is certain for none of them"
                    : "address found for: " + found.joined(separator: ", "),
                [dialect.addressFact, "F1.31", "F3.10"]))
        if noAddress != .yes {
            let peers = names(listed, having: .maybe)
            result.append(
                step(
                    .forward, exits.count == 1 ? .yes : .maybe,
                    peers.count == 1
                        ? "forwarded to \(peers[0])"
                        : "forwarded to one of: " + peers.joined(separator: ", "),
                    ["F1.30", "F1.42"]))
        }
        return result
    }

    private var alreadyForwarded: Explanation.Step {
        switch header {
        case .absent: step(.alreadyForwarded, .no, "no peer has forwarded it", ["F1.15"])
        case .guarding:
            step(
                .alreadyForwarded, .yes, "the header says that a peer forwarded it: answered here",
                ["F1.15", "F1.48"])
        case .spoofed:
            step(
                .alreadyForwarded, .no, "the header holds something else than `true` first",
                ["F5.6"])
        }
    }

    private func servesLocally(_ dialect: Dialect, _ known: Known) -> Explanation.Step {
        let source =
            dialect.readsStorageVersions
            ? "the StorageVersion records" : "its local discovery cache"
        let text =
            switch known {
            case .yes: "\(name) serves it, says \(source)"
            case .maybe: "\(name) may serve it: what \(source) held is not certain"
            case .no: "\(name) does not serve it, says \(source)"
            }
        return step(
            .servesLocally, known, text,
            dialect.readsStorageVersions ? ["F1.17", "F1.18"] : ["F1.25", "F3.13"])
    }

    private func noPeer(_ dialect: Dialect, _ listed: [Knowledge.Peer]) -> Explanation.Step {
        let known = listed.contains { $0.lists == .yes } ? Known.no : listed.isEmpty ? .yes : .maybe
        let groups = [
            ("known to serve it: ", names(listed.filter { $0.lists == .yes }, having: .no)),
            (
                "perhaps known to serve it: ",
                names(listed.filter { $0.lists == .maybe }, having: .no)
            ),
        ].filter { !$0.1.isEmpty }.map { $0.0 + $0.1.joined(separator: ", ") }
        let text =
            groups.isEmpty
            ? "\(name) knows of no peer that serves it: it answers itself"
            : groups.joined(separator: "; ")
        let isExcluded = dialect.excludesExtensions && !column.exclusions.isEmpty
        let facts = dialect.readsStorageVersions ? ["F1.17", "F1.21"] : ["F1.26"]
        let exclusion = ["F3.25", dialect == .exclusionManager ? "F3.37" : "F3.36"]
        return step(.noPeer, known, text, facts + (isExcluded ? exclusion : []))
    }

    private func names(_ peers: [Knowledge.Peer], having address: Known) -> [String] {
        peers.filter { $0.hasAddress >= address }.map { model.hostnames[$0.id] }
    }

    // MARK: What was held

    func holdings() -> [Explanation.Holding] {
        var result = table.servers.indices.map(presence)
        guard let process = now.presences[server].first(where: { !$0.isDown })?.process else {
            return result
        }
        let facts = model.processes[process]
        guard facts.forwards else { return result }
        for identity in model.leases.indices where identity != facts.identity {
            if facts.readsPeers { result.append(belief(identity, of: process)) }
            result.append(address(identity))
        }
        return result
    }

    private func presence(of other: Int) -> Explanation.Holding {
        let texts = now.presences[other].map { presence -> String in
            guard !presence.isDown else { return "down" }
            return "\(presence.phase.text) as \(model.processes[presence.process].release)"
        }
        return Explanation.Holding(
            text: "\(table.servers[other]) was " + alternatives(texts),
            since: model.presence[other].since(now.instant), facts: [])
    }

    private func belief(_ identity: Int, of number: Int) -> Explanation.Holding {
        let peer = model.hostnames[identity]
        // Beliefs of several ages often come to the same, or differ in the resource alone.
        var heads: [String] = []
        var lists: [String: Known] = [:]
        for belief in now.beliefs[server][identity] {
            let head = self.head(of: belief, of: peer)
            if lists[head] == nil { heads.append(head) }
            guard !belief.isAbsent else { continue }
            let known = model.believes(belief, column, process: number, at: now.instant)
            lists[head] = lists[head] == nil || lists[head] == known ? known : .maybe
        }
        let texts = heads.map { $0 + (lists[$0].map(Self.withResource) ?? "") }
        return Explanation.Holding(
            text: "\(name) held " + (texts.isEmpty ? "nothing of \(peer)" : alternatives(texts)),
            since: model.beliefs[server][identity].since(now.instant), facts: ["F3.15", "F3.18"])
    }

    private func head(of belief: Belief, of peer: String) -> String {
        guard !belief.isAbsent else { return "nothing of \(peer)" }
        let process = model.processes[belief.process]
        let source = table.servers[process.server]
        let through = source == peer ? "" : ", as \(source) answered for it"
        return "the discovery of \(peer) (\(process.release)\(through))"
    }

    private static func withResource(_ known: Known) -> String {
        switch known {
        case .yes: ", with this resource"
        case .maybe: ", with or without this resource"
        case .no: ", without this resource"
        }
    }

    private func address(_ identity: Int) -> Explanation.Holding {
        let peer = model.hostnames[identity]
        let texts = now.endpoints[identity].map { endpoint -> String in
            guard !endpoint.isNone else { return "no address" }
            let target = model.targets[endpoint.target]
            guard target.isBalancer else {
                return "the address of " + target.servers.map { table.servers[$0] }.joined()
            }
            return "a load balancer's address"
        }
        return Explanation.Holding(
            text: "the endpoint lease of \(peer) gave " + alternatives(texts),
            since: model.endpoints[identity].since(now.instant), facts: ["F3.8", "F3.9", "F3.10"])
    }
}

/// Each text once, in order.
private func distinct(_ texts: [String]) -> [String] {
    texts.enumerated().filter { !texts[..<$0.offset].contains($0.element) }.map(\.element)
}

/// What may have been, as one clause: each possibility once, and no more than three.
private func alternatives(_ texts: [String]) -> String {
    let all = distinct(texts)
    guard all.count > 3 else { return all.joined(separator: " or ") }
    return all.prefix(2).joined(separator: " or ") + " or one of \(all.count - 2) more"
}

extension Dialect {
    /// What becomes of peers without an address.
    fileprivate var addressFact: String {
        switch self {
        case .storageVersion: "F1.19"
        case .storageVersionSkippingBadAddresses: "F1.20"
        case .peerDiscovery, .filteredPeerDiscovery, .exclusionManager: "F1.27"
        }
    }
}

extension Exit {
    fileprivate var isForward: Bool {
        if case .forward = self { return true }
        return false
    }
}

extension Phase {
    fileprivate var text: String {
        switch self {
        case .starting: "starting"
        case .ready: "ready"
        case .stopping: "stopping"
        }
    }
}
