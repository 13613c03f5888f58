/// What becomes of a request.
///
/// In the order in which a possible verdict is named: the most harmless first, so that a flag is
/// raised only where nothing else can have happened.
public enum Outcome: UInt8, Sendable, CaseIterable, Comparable, BitwiseCopyable {
    case local = 0
    case proxied
    case rightNotFound
    case unjudged
    case unavailable
    case unreachable
    case wrongNotFound
    case looped

    public var text: String {
        switch self {
        case .local: "local"
        case .proxied: "proxied"
        case .rightNotFound: "right-404"
        case .unjudged: "unjudged"
        case .unavailable: "unavailable-503"
        case .unreachable: "unreachable"
        case .wrongNotFound: "wrong-404"
        case .looped: "looped"
        }
    }

    public init?(text: some StringProtocol) {
        guard let outcome = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = outcome
    }

    /// Whether the client did not get what a whole control plane would give.
    public var isFlagged: Bool {
        switch self {
        case .wrongNotFound, .unavailable, .looped, .unreachable: true
        case .local, .proxied, .rightNotFound, .unjudged: false
        }
    }

    /// A route-level 404, right or wrong.
    public var isNotFound: Bool { self == .wrongNotFound || self == .rightNotFound }

    /// Flagged, and not because no server was there.
    public var isWrongAnswer: Bool { isFlagged && self != .unreachable }

    /// Whether more is lost than an answer: who gets a 503 asks again.
    public var isRefusal: Bool { isWrongAnswer && self != .unavailable }

    public static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
}

/// Whether caches of unknown age or a random draw allow more than the outcome that is named.
public enum Certainty: String, Sendable { case certain, possible }

/// How a run takes the recording.
public enum RunMode: String, Sendable, CaseIterable {
    /// The scenario is the control plane that was recorded: what was seen is what happened, and
    /// decides between the model's alternatives.
    case asRecorded = "as-recorded"
    /// The scenario is another control plane: what was seen happened elsewhere.
    case whatIf = "what-if"
}

/// A verdict in words, as a recording keeps it.
public struct WrittenVerdict: Sendable, Equatable {
    public var request: Int64
    /// The recording's id of the server that the request was sent to.
    public var entryServer: UInt32
    public var outcome: Outcome
    public var certainty: Certainty
    public var alternatives: [Outcome]
    /// The path of servers, such as `cp-1>cp-3`.
    public var servers: String
    public var status: UInt16?
    public var reason: String

    public init(
        request: Int64, entryServer: UInt32, outcome: Outcome, certainty: Certainty,
        alternatives: [Outcome], servers: String, status: UInt16?, reason: String
    ) {
        self.request = request
        self.entryServer = entryServer
        self.outcome = outcome
        self.certainty = certainty
        self.alternatives = alternatives
        self.servers = servers
        self.status = status
        self.reason = reason
    }
}
