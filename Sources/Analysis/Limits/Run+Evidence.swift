import ControlPlane
import Judgments
import Recording
import Replay

// What limits a run: of its recording, and of its scenario.
extension Run {
    /// - Parameter isDemanded: somebody asked for what servers disagreed about.
    func evidence(isDemanded: Bool) throws -> [Evidence] {
        var own = try RunLimits(mode, scenario, outline, agreement: tally.agreement)
        own.isDemanded = isDemanded
        count(into: &own)
        return (limits.evidence + own.evidence).ordered
    }

    private func count(into own: inout RunLimits) {
        own.requests = tally.requests
        own.unjudged = tally.total.count(.unjudged)
        let isOpen = judged.verdicts.map { verdict in
            verdict.certainty == .possible
                && ([verdict.outcome] + verdict.alternatives).contains(where: \.isWrongAnswer)
        }
        for row in judged.rows {
            let number = Int(mode == .asRecorded ? row.asRecorded : row.whatIf)
            let outcome = judged.verdicts[number].outcome
            if isOpen[number] {
                own.open += 1
                if outcome.isRefusal { own.expected += 1 }
            }
            // Where the proxy works, servers differ and nobody is refused.
            if isOpen[number] || outcome == .proxied || outcome.isWrongAnswer {
                own.isDemanded = true
            }
            if outcome == .wrongNotFound || outcome == .rightNotFound { own.notFound += 1 }
            if outcome.isWrongAnswer, judged.verdicts[number].certainty == .certain {
                own.wrongForCertain += 1
            }
        }
    }
}

extension RunLimits {
    /// What limits a run of a scenario before its requests are counted.
    init(
        _ mode: RunMode, _ scenario: Scenario, _ outline: RecordedOutline,
        agreement: Agreement = Agreement()
    ) throws {
        let span = outline.firstAt...outline.lastAt
        self.init(
            mode: mode, scenario: scenario, span: span, windows: scenario.windows(in: span),
            agreement: agreement)
        isAsked =
            try windows.mixed.isEmpty
            || outline.snapshot.read { recording in
                for window in windows.mixed where try recording.hasRequests(in: window) {
                    return true
                }
                return false
            }
    }
}
