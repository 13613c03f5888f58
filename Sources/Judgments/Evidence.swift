/// Something that limits what can be said: of a recording, of a scenario, or of a run of the two.
///
/// An all-clear has to be earned: "nothing was found" and "nothing went wrong" are one sentence
/// only where nothing here stands between them.
public struct Evidence: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        // Of the recording.
        case missingServer = "missing-server"
        case singleServer = "single-server"
        case cutCapture = "cut-capture"
        case noAnswers = "no-answers"
        case noReads = "no-reads"
        case noCollectorReads = "no-collector-reads"
        case noWrites = "no-writes"
        case noBodies = "no-bodies"
        case noVersions = "no-versions"
        case mixedServers = "mixed-servers"
        case clockOffset = "clock-offset"
        case silentServer = "silent-server"
        case unknownServers = "unknown-servers"
        case unreadLines = "unread-lines"
        // Of the run.
        case lowAgreement = "low-agreement"
        case openVerdicts = "open-verdicts"
        case unjudged
        // Of the upgrade in it.
        case upgradeOutside = "upgrade-outside"
        case noMixedWindow = "no-mixed-window"
        case skipsMinor = "skips-minor"
        case noRequests = "no-requests"
        case noDemand = "no-demand"
    }

    public enum Weight: String, Sendable, CaseIterable {
        /// With it nothing that was found to be right can be called all right.
        case blocks
        /// A part of the answers is less sure, or missing.
        case weakens
        /// Good to know.
        case notes
    }

    public var kind: Kind
    public var weight: Weight
    /// A server, a log or an API; empty for the whole.
    public var subject: String
    /// What is so, as a sentence without its full stop.
    public var summary: String
    /// What cannot be said because of it.
    public var effect: String
    /// What would settle it; empty where nothing would.
    public var remedy: String

    public init(
        _ kind: Kind, _ weight: Weight, subject: String = "", summary: String, effect: String,
        remedy: String = ""
    ) {
        self.kind = kind
        self.weight = weight
        self.subject = subject
        self.summary = summary
        self.effect = effect
        self.remedy = remedy
    }
}

/// How far the evidence of a run carries.
public enum EvidenceState: String, Sendable {
    case complete
    /// It carries an all-clear; something beside it is less sure.
    case partial
    /// It carries no all-clear.
    case insufficient

    public init(_ evidence: [Evidence]) {
        let weights = Set(evidence.map(\.weight))
        self =
            weights.contains(.blocks)
            ? .insufficient : weights.contains(.weakens) ? .partial : .complete
    }
}

extension [Evidence] {
    /// The weightiest first; the order of kinds within a weight.
    public var ordered: [Evidence] {
        func place(_ one: Evidence) -> (Int, Int, String) {
            (
                Evidence.Weight.allCases.firstIndex(of: one.weight) ?? 0,
                Evidence.Kind.allCases.firstIndex(of: one.kind) ?? 0, one.subject
            )
        }
        return sorted { place($0) < place($1) }
    }
}
