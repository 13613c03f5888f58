import Judgments

/// How one call on a peer went, while its discovery was read (F3.16).
public struct PeerFetch: Hashable, Sendable {
    /// The peer's endpoint lease gives a usable host and port (F3.10).
    public var hasAddress: Bool
    /// `GET /api` was answered with 200 and a document.
    public var answersCore: Bool
    /// `GET /apis` was.
    public var answersGroups: Bool

    public init(hasAddress: Bool = true, answersCore: Bool = true, answersGroups: Bool = true) {
        self.hasAddress = hasAddress
        self.answersCore = answersCore
        self.answersGroups = answersGroups
    }

    static let withoutAddress = PeerFetch(hasAddress: false)
    static let unanswered = PeerFetch(answersCore: false, answersGroups: false)
}

/// What a server makes of it.
public struct PeerFetchOutcome: Hashable, Sendable {
    /// The parts of a peer's discovery that the new cache holds; the peer is absent without any.
    public struct Held: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let core = Held(rawValue: 1)
        public static let groups = Held(rawValue: 2)
    }

    public var held: Held
    /// The whole reading is tried again later (F3.19).
    public var isTriedAgain: Bool
    /// The process ends of it (F3.21).
    public var endsProcess: Bool
    public var counters: [Counter]
}

extension Dialect {
    /// What comes of a reading of one peer; nothing in the dialects that read no peers.
    public func outcome(of fetch: PeerFetch) -> PeerFetchOutcome {
        var result = PeerFetchOutcome(
            held: [], isTriedAgain: false, endsProcess: false, counters: [])
        guard !readsStorageVersions else { return result }
        guard fetch.hasAddress else {
            // No address is an error like another in every release.
            result.isTriedAgain = true
            if countsByResource {
                result.counters = [.peerDiscoverySyncError(.hostportResolution)]
            }
            return result
        }
        if diesOfFailedFetch, !fetch.answersCore || !fetch.answersGroups {
            // Whatever it had counted is gone with it.
            result.endsProcess = true
            return result
        }
        if fetch.answersCore { result.held.insert(.core) }
        if fetch.answersGroups { result.held.insert(.groups) }
        // F3.22: the error of `/api` is overwritten by what `/apis` returns, success included.
        result.isTriedAgain = !fetch.answersGroups
        result.counters = counters(ofCalls: [fetch.answersCore, fetch.answersGroups])
        return result
    }

    /// Calls on peers pass the counter of forwarded requests, too (F10.1, F10.2).
    private func counters(ofCalls calls: [Bool]) -> [Counter] {
        calls.flatMap { isAnswered -> [Counter] in
            guard !isAnswered else { return [.rerouted(code: 200)] }
            let call = Counter.rerouted(code: nil)
            return countsByResource ? [call, .peerDiscoverySyncError(.fetchDiscovery)] : [call]
        }
    }
}
