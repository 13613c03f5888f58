public import Judgments
public import Output
public import Recording
public import Report

/// What a person wants to know of a run first: what went wrong, that nothing did, or that this
/// cannot be told, and why.
public struct RunVerdict: Sendable {
    public let run: String
    private let cluster: String
    public let headline: Headline
    /// The weightiest first.
    public let evidence: [Evidence]

    public let state: EvidenceState

    public init(_ run: StoredRun, in recording: borrowing Recording) throws {
        self.run = run.name
        cluster = recording.cluster
        state = run.evidence
        let outcome = try RunReading.outcome(of: run, in: recording)
        evidence = outcome.evidence
        headline = Headline(outcome)
    }

    /// The verdict, and below it what limits it.
    public func text(paint: Paint) -> String {
        let style: Style =
            switch headline.mood {
            case .bad: .red
            case .doubtful: .yellow
            case .good: .green
            }
        var lines = [paint(style, displaySafe(headline.sentence))]
        for one in evidence where one.weight != .notes {
            lines.append("  \(one.kind.rawValue): \(displaySafe(one.sentence))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Rows beside those of findings, for programs: where the evidence carries no all-clear, an
    /// empty list must not look like one.
    public var rows: [[Cell]] {
        guard state == .insufficient else { return [] }
        return evidence.filter { $0.weight == .blocks }.map { one in
            let start: [Cell] = [
                .text("evidence-\(one.kind.rawValue)"), .text("evidence"), .text("unknown"),
                .text("open"), .integer(0), .null, .null, .text(one.sentence), .text(one.subject),
            ]
            return start + Array(repeating: .text(""), count: 7) + [.text(run), .text(cluster)]
        }
    }

    /// For build servers; notes are none of their business.
    public var limits: [ResultLimit] { evidence.limits }
}

extension [Evidence] {
    /// What build servers are told of it.
    var limits: [ResultLimit] {
        filter { $0.weight != .notes }.map {
            ResultLimit(
                id: $0.kind.rawValue, message: $0.sentence, isBlocking: $0.weight == .blocks)
        }
    }
}

extension Evidence {
    /// What is so, what it means, and what would settle it.
    public var sentence: String {
        var sentence = "\(summary); \(effect)"
        if !remedy.isEmpty { sentence += ". To settle it: \(remedy)" }
        return sentence
    }
}
