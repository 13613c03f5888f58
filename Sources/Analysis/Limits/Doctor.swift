import Bytes
public import Configuration
import ControlPlane
public import Judgments
import KubeAPI
public import Output
import Recording

/// What a recording, or one made with an audit policy, can and cannot answer.
public struct Doctor: Sendable {
    public struct Row: Sendable {
        public var question: AuditQuestion
        public var answer: PolicyCheck.Answer
        public var why: String
    }

    public let rows: [Row]
    /// Of a recording: what limits it.
    private let evidence: [Evidence]?

    /// Of a policy.
    public init(_ policy: AuditPolicy) {
        rows = PolicyCheck(policy).rows.map {
            Row(question: $0.question, answer: $0.answer, why: $0.why)
        }
        evidence = nil
    }

    /// Of a recording, whatever is replayed.
    public init(_ outline: RecordedOutline, servers: Int?) throws {
        let names = outline.names
        var limits = try RecordingLimits(outline)
        let paths = ["/api", "/apis"].compactMap { names.strings.find($0) }
        let seesDiscovery = try outline.snapshot.read { try $0.hasRequests(forPaths: paths) }
        let evidence = try RecordedAccount(outline).evidence
        limits.completeness = Circumstances(evidence, servers: servers).completeness
        limits.silences = Silence.all(evidence)
        let found = limits.evidence
        self.evidence = found
        rows = AuditQuestion.allCases.map { question in
            Doctor.row(question, found, limits, seesDiscovery: seesDiscovery)
        }
    }

    /// Whether an all-clear could be carried; of a policy, whether nothing that it hangs on is left
    /// out whole.
    public var state: EvidenceState {
        if let evidence { return EvidenceState(evidence) }
        let needed: Set<AuditQuestion> = [.wrongAnswers, .versions, .collectorReads]
        if rows.contains(where: { $0.answer == .no && needed.contains($0.question) }) {
            return .insufficient
        }
        return rows.allSatisfy { $0.answer == .yes } ? .complete : .partial
    }

    /// What limits it, a sentence each.
    public var sentences: [String] {
        (evidence ?? []).map { "\($0.kind.rawValue): \($0.sentence)" }
    }

    private static func row(
        _ question: AuditQuestion, _ evidence: [Evidence], _ limits: RecordingLimits,
        seesDiscovery: Bool
    ) -> Row {
        if let lack = limits.lack(question, seesDiscovery: seesDiscovery) {
            return Row(question: question, answer: lack.0, why: lack.1)
        }
        if let why = evidence.first(where: { question.denied.contains($0.kind) }) {
            return Row(question: question, answer: .no, why: why.summary)
        }
        if let why = evidence.first(where: { question.weakened.contains($0.kind) }) {
            return Row(question: question, answer: .partly, why: why.summary)
        }
        return Row(question: question, answer: .yes, why: "")
    }
}

extension AuditQuestion {
    /// What leaves it without an answer.
    fileprivate var denied: [Evidence.Kind] {
        switch self {
        case .wrongAnswers: [.noAnswers, .unknownServers]
        case .versions, .proxy: [.noVersions, .unknownServers]
        case .collectorReads, .namespaces: [.noAnswers, .noReads, .noCollectorReads]
        case .collectorDeletes: [.noAnswers, .noWrites]
        case .owners, .extensions: [.noBodies]
        case .discovery: [.noReads]
        case .inFlight: []
        }
    }

    /// What leaves a part of it open: above all logs that are not there.
    fileprivate var weakened: [Evidence.Kind] {
        let logs: [Evidence.Kind] = [
            .cutCapture, .missingServer, .singleServer, .mixedServers, .unreadLines,
            .silentServer,
        ]
        switch self {
        case .wrongAnswers: return logs + [.noReads, .noVersions, .clockOffset]
        case .collectorDeletes: return logs + [.noBodies]
        default: return logs
        }
    }
}

extension RecordingLimits {
    /// What is not counted as evidence, since an all-clear does not hang on it.
    fileprivate func lack(
        _ question: AuditQuestion, seesDiscovery: Bool
    ) -> (PolicyCheck.Answer, String)? {
        let writes: Set<Verb> = [.create, .update, .patch]
        let written = coverage.filter { writes.contains($0.verb) && $0.level != .none }
        let whole = written.filter { $0.level == .requestResponse }
        let count = { (rows: [Coverage.Row]) in rows.reduce(0) { $0 + $1.requests } }
        switch question {
        case .discovery, .proxy:
            guard !seesDiscovery else { return nil }
            return (.no, "no request for /api or /apis was recorded")
        case .inFlight:
            let isReceived = coverage.contains { $0.received > 0 || $0.stage == .requestReceived }
            return isReceived ? nil : (.no, "the stage RequestReceived was left out")
        case .owners:
            let (all, known) = (count(written), count(whole))
            if all == 0 { return (.no, "no write was recorded") }
            guard known < all, known > 0 else { return nil }
            let bare = all - known
            return bare * 20 > all
                ? (
                    .partly,
                    "\(bare) of \(English.count(all, "write")) came without their answer's body"
                )
                : nil
        default: return nil
        }
    }
}

// As rows.
extension Doctor {
    public static let columns = [
        Column("question"), Column("answer", paint: Doctor.styles), Column("asks"),
        Column("why"), Column("otherwise", isWide: true),
    ]

    private static let styles: [String: Style] = ["yes": .green, "partly": .yellow, "no": .red]

    public func cells(_ row: Row) -> [Cell] {
        [
            .text(row.question.rawValue), .text(row.answer.rawValue), .text(row.question.text),
            .text(row.why), .text(row.question.loss),
        ]
    }
}
