public import Judgments
public import ControlPlane

/// What a run says of one request.
public struct Verdict: Sendable, Hashable {
    public var outcome: Outcome
    /// `possible` where caches of unknown age or a random draw allow more than this outcome.
    public var certainty: Certainty
    /// The other outcomes that are possible; empty where it is certain.
    public var alternatives: [Outcome]
    /// The servers that the request passes, by their number in the routing table.
    public var path: [Int]
    /// The status that the client gets, where it is known.
    public var status: UInt16?
    public var reason: VerdictReason

    public init(
        outcome: Outcome, certainty: Certainty, alternatives: [Outcome] = [], path: [Int],
        status: UInt16?, reason: VerdictReason
    ) {
        self.outcome = outcome
        self.certainty = certainty
        self.alternatives = alternatives
        self.path = path
        self.status = status
        self.reason = reason
    }

    /// Whether the client did not get what a whole control plane would give.
    public var isFlagged: Bool { outcome.isFlagged }

    /// Served where it arrived, and nothing else was possible: not worth a row.
    public var isPlainLocal: Bool { outcome == .local && certainty == .certain }
}

/// Why a verdict is what it is; the table gives it its words.
public enum VerdictReason: Hashable, Sendable {
    /// The rung of the ladder on which the receiving server decided.
    case rung(Rung)
    /// The model allows several outcomes, and nothing recorded tells which it was.
    case undecided(rung: Rung, [Reason])
    /// The recording shows which of several outcomes it was.
    case decidedByRecording(Rung)
    /// Refused before routing: unauthenticated, forbidden or throttled (F1.1, F1.3).
    case refusedBeforeRouting
    /// Answered as a request that carries the peer-proxied header would be; logs do not show
    /// headers.
    case hiddenHeader(PeerProxiedHeader)
    /// It must have been forwarded, and the peer's record of it is missing.
    case lostPass
    /// The recording shows what the model does not allow.
    case contradiction(predicted: Outcome)
    /// The scenario does not have the server that it was recorded at.
    case unknownServer
    /// A server's own client: it asks while its server runs, for what its server serves.
    case ownClient
    /// Which server it would have reached was drawn.
    case entryDrawn
    /// By what the other servers served when it was refused.
    case otherServers
    /// Another server answered for the resource before and after.
    case servedMeanwhile(by: Int)
    /// It stays open whether the 404 was right.
    case openNotFound(NotFoundDoubt)
    /// A custom or aggregated API that nobody was seen to answer then.
    case extensionRefused
    /// A custom or aggregated API, answered where the request arrived.
    case ownExtension
    /// The backend of an aggregated API answered that the object is absent (V12).
    case backendAnswer
    /// The log does not say how it was answered.
    case unanswered
    /// What the log says, where nothing shows the server's release.
    case asLogged
    /// The record does not show what a 404 was for.
    case unknownNotFound
}
