import ControlPlane
import Findings
import Judgments
import KubeAPI
import Recording
import Replay

// What limits a run: of its recording, and of its scenario.
extension Run {
    func evidence(_ input: FindingsInput) throws -> [Evidence] {
        let span = outline.firstAt...outline.lastAt
        let windows = scenario.windows(in: span)
        var own = RunLimits(
            mode: mode, scenario: scenario, span: span, windows: windows,
            agreement: tally.agreement)
        // A server's own clients ask it alone, for what it serves: nobody refuses them.
        let ownClients = Set(names.loopbackClients)
        own.isDemanded = input.uses.contains { !ownClients.contains($0.client) }
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
