public import Judgments

/// How the client is answered, as far as routing decides it.
public enum Answer: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// By the handlers of the last server on the path: any status but a route-level 404.
    case handlers = 0
    /// 404 in plain text: that server has no built-in group of the name (F1.37 a).
    case page
    /// 404 as a Status with empty details: the group is built in, version or resource is not (F1.37
    /// b).
    case route
    /// 503 with a Status: handlers are still being installed (F1.39).
    case handlersIncomplete
    /// 503 with a Status: a peer serves it, no peer has an address (F1.31).
    case noAddress
    /// 503 in plain text: the peer that was drawn cannot be reached (F1.32).
    case peerUnreachable
    /// No answer: nothing listens.
    case none
    /// Cannot be told: the request bounces between servers, or nothing is known of the resource.
    case any

    /// The status code, where routing alone decides it.
    public var status: UInt16? {
        switch self {
        case .page, .route: 404
        case .handlersIncomplete, .noAddress, .peerUnreachable: 503
        case .handlers, .none, .any: nil
        }
    }
}

/// The `x-kubernetes-peer-proxied` header of a request, as its first value reads (F1.15, F5.6).
public enum PeerProxiedHeader: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case absent = 0
    /// Exactly `true`: the request is answered where it is.
    case guarding
    /// Anything else, which hides the `true` that a forwarding server appends.
    case spoofed
}

/// One thing that may become of a request.
public struct Branch: Hashable, Sendable {
    public var outcome: Outcome
    public var answer: Answer
    /// The servers that the request passes, by number; the first is the one that received it.
    public var path: [Int]
    /// The rung of the ladder on which the first server decided.
    public var rung: Rung

    public init(_ outcome: Outcome, _ answer: Answer, path: [Int], rung: Rung) {
        self.outcome = outcome
        self.answer = answer
        self.path = path
        self.rung = rung
    }
}

/// What the model says of a request: one branch where it knows, several where it cannot know.
public struct Decision: Hashable, Sendable {
    /// The most harmless first; never empty.
    public var branches: [Branch]
    /// Why there is more than one branch; empty where there is one.
    public var reasons: [Reason]

    public init(branches: [Branch], reasons: [Reason]) {
        precondition(!branches.isEmpty, "a decision has a branch")
        self.branches = branches
        self.reasons = reasons
    }

    /// The first of the outcomes that are possible.
    public var outcome: Outcome { branches[0].outcome }

    /// Whether one outcome alone is possible; the path may still be drawn at random.
    public var isCertain: Bool { branches.allSatisfy { $0.outcome == branches[0].outcome } }

    /// The outcomes that are possible, each once, in their order.
    public var outcomes: [Outcome] {
        var result: [Outcome] = []
        for branch in branches where result.last != branch.outcome { result.append(branch.outcome) }
        return result
    }
}

/// Why a decision has more than one branch, and whom it concerns.
public struct Reason: Hashable, Sendable, Comparable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The server was starting: since when it listened, and what it had installed, is not
        /// known.
        case starting
        /// The server was stopping, or had just stopped or crashed.
        case stopping
        /// Whether the receiving server's caches had synced (F1.16, F3.23).
        case unsynced
        /// Whether the receiving server had learned of the peer (F3.15 to F3.20).
        case peerKnowledge
        /// What a peer's discovery said that was fetched through a load balancer (V11).
        case knowledgeThroughBalancer
        /// Whether the peer's endpoint lease still held an address (F3.8, F3.9).
        case peerAddress
        /// Which of several peers was drawn (F1.27).
        case draw
        /// Which server answered behind a load balancer that peers advertise (F5.4, V11).
        case balancerChoice
        /// How old the local discovery cache was (F3.13, F3.14).
        case localDiscoveryAge
        /// A custom or aggregated API was coming or going.
        case extensionChange
        /// What a StorageVersion record held (F3.11, F3.12).
        case storageVersionRecord
        /// A feature gate decides whether the resource is served, and which one is not known.
        case unknownGate
        /// The only server that serves the resource was starting or stopping.
        case servedAtBoundary
        /// A failed discovery fetch may have ended the process (F3.21).
        case crashOnFetch
        /// A network fault was beginning or ending.
        case fault
    }

    public var kind: Kind
    /// The server that it concerns.
    public var server: Int

    public init(_ kind: Kind, server: Int) {
        self.kind = kind
        self.server = server
    }

    public static func < (left: Reason, right: Reason) -> Bool {
        (left.kind.rawValue, left.server) < (right.kind.rawValue, right.server)
    }
}
