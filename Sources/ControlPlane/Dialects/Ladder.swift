/// A step of the routing ladder: the first that applies to a request decides it.
///
/// The order is that of the handler which every release runs inside its innermost server (F1.13 to
/// F1.28). Between releases only the middle rungs differ, and a `Dialect` says how.
public enum Rung: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Nothing listens at the server.
    case notRunning = 0
    /// The process runs without the filter (F2.2).
    case noFilter
    /// Not a resource request: never forwarded (F1.14).
    case notAResource
    /// The header says that a peer has forwarded it: answered here (F1.15).
    case alreadyForwarded
    /// The caches have not synced once: answered here (F1.16).
    case notSynced
    /// This server serves the resource itself (F1.17, F1.19, F1.25).
    case servesLocally
    /// No peer is known to serve it: answered here, with a 404 (F1.17, F1.21, F1.26).
    case noPeer
    /// A peer serves it, and no address was found: 503 (F1.19, F1.20, F1.27, F1.31).
    case noAddress
    /// Forwarded to a peer that is drawn at random (F1.27, F1.30).
    case forward
    /// Nothing is known of the resource: the ladder was not climbed.
    case unknownResource

    /// The numbers of the facts that the rung rests on.
    public var facts: [String] {
        switch self {
        case .notRunning, .unknownResource: []
        case .noFilter: ["F2.2"]
        case .notAResource: ["F1.14"]
        case .alreadyForwarded: ["F1.15", "F1.48"]
        case .notSynced: ["F1.16", "F3.23"]
        case .servesLocally: ["F1.25"]
        case .noPeer: ["F1.26"]
        case .noAddress: ["F1.27", "F1.31", "F3.10"]
        case .forward: ["F1.27", "F1.30", "F1.42"]
        }
    }
}

/// What the ladder looks at: one request, and what the caches of the server hold at that instant.
///
/// Plain values, so that a case from the upstream tests is a literal.
public struct Knowledge: Sendable, Equatable {
    /// One peer, as this server sees it.
    public struct Peer: Sendable, Equatable {
        public var id: Int
        /// Whether what this server holds of the peer lists the resource.
        public var lists: Known
        /// Whether the peer's endpoint lease gives a usable host and port (F3.10).
        public var hasAddress: Known

        public init(id: Int, lists: Known, hasAddress: Known) {
            self.id = id
            self.lists = lists
            self.hasAddress = hasAddress
        }
    }

    public var isResource: Bool
    public var header: PeerProxiedHeader
    public var hasSynced: Known
    /// Whether the local cache has the resource or, in the StorageVersion dialects, whether this
    /// server's own id is among those that serve it.
    public var servesLocally: Known
    public var peers: [Peer]

    public init(
        isResource: Bool = true, header: PeerProxiedHeader = .absent, hasSynced: Known = .yes,
        servesLocally: Known = .no, peers: [Peer] = []
    ) {
        self.isResource = isResource
        self.header = header
        self.hasSynced = hasSynced
        self.servesLocally = servesLocally
        self.peers = peers
    }
}

/// Where the ladder lets a request out.
public enum Exit: Hashable, Sendable {
    /// To the server's own handlers, from this rung.
    case handlers(Rung)
    /// To a 503: no address was found.
    case noAddress
    /// To this peer.
    case forward(Int)
}

extension Dialect {
    /// Every exit that is possible for a request, in the order of the rungs.
    ///
    /// Exact where the unknowns are independent of each other: an exit is given if some way of
    /// settling them leads to it. With nothing unknown there is one exit, or one per peer that may
    /// be drawn.
    public func exits(_ knowledge: Knowledge) -> [Exit] {
        guard knowledge.isResource else { return [.handlers(.notAResource)] }
        guard knowledge.header != .guarding else { return [.handlers(.alreadyForwarded)] }
        var exits: [Exit] = []
        if knowledge.hasSynced != .yes { exits.append(.handlers(.notSynced)) }
        guard knowledge.hasSynced.isPossible else { return exits }
        if knowledge.servesLocally.isPossible { exits.append(.handlers(.servesLocally)) }
        guard knowledge.servesLocally != .yes else { return exits }
        let listed = knowledge.peers.filter(\.lists.isPossible)
        if listed.allSatisfy({ $0.lists != .yes }) { exits.append(.handlers(.noPeer)) }
        if mayFindNoAddress(listed) { exits.append(.noAddress) }
        for peer in listed where mayForward(to: peer, among: listed) {
            exits.append(.forward(peer.id))
        }
        return exits
    }

    private func mayFindNoAddress(_ listed: [Knowledge.Peer]) -> Bool {
        if oneBadAddressSpoilsTheRequest {
            return listed.contains { $0.hasAddress != .yes }
        }
        let surely = listed.filter { $0.lists == .yes }
        return surely.isEmpty
            ? listed.contains { $0.hasAddress != .yes }
            : surely.allSatisfy { $0.hasAddress != .yes }
    }

    private func mayForward(to peer: Knowledge.Peer, among listed: [Knowledge.Peer]) -> Bool {
        guard peer.hasAddress.isPossible else { return false }
        guard oneBadAddressSpoilsTheRequest else { return true }
        return listed.allSatisfy { $0.lists != .yes || $0.hasAddress.isPossible }
    }
}
