import ControlPlane
import Judgments
import Recording
import Replay

// What limits a run: of its recording, and of its scenario.
extension Run {
    /// - Parameter isDemanded: somebody asked for what servers disagreed about.
    func evidence(isDemanded: Bool) throws -> [Evidence] {
        let span = outline.firstAt...outline.lastAt
        let windows = scenario.windows(in: span)
        var own = RunLimits(
            mode: mode, scenario: scenario, span: span, windows: windows,
            agreement: tally.agreement)
        own.isDemanded = isDemanded
        own.isAsked =
            try windows.mixed.isEmpty
            || outline.snapshot.read { recording in
                for window in windows.mixed where try recording.hasRequests(in: window) {
                    return true
                }
                return false
            }
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
                // Who gets a 503 asks again.
                if outcome.isWrongAnswer, outcome != .unavailable { own.expected += 1 }
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

extension Outcome {
    /// Flagged, and not because no server was there.
    fileprivate var isWrongAnswer: Bool { isFlagged && self != .unreachable }
}
