import Judgments
import ControlPlane
import Replay

/// Verdicts in words, as runs keep them and people read them.
struct VerdictText {
    let table: RoutingTable

    /// The path as runs keep it, such as `cp-1>cp-3`.
    func path(_ servers: [Int]) -> String {
        servers.map(name).joined(separator: ">")
    }

    func name(_ server: Int) -> String {
        table.servers.indices.contains(server) ? table.servers[server] : "(unknown)"
    }

    /// One clause that says why, with the facts it rests on.
    func reason(_ verdict: Verdict) -> String {
        switch verdict.reason {
        case .rung(let rung):
            return clause(rung)
        case .undecided(let rung, let reasons):
            let causes = reasons.map { $0.text(name) }.joined(separator: "; ")
            return causes.isEmpty ? clause(rung) : causes
        case .decidedByRecording(let rung):
            return "the recording shows which: " + clause(rung)
        case .refusedBeforeRouting:
            return "refused before routing (F1.1, F1.3)"
        case .hiddenHeader(.spoofed):
            return "answered as with another value of x-kubernetes-peer-proxied (F5.6)"
        case .hiddenHeader:
            return "answered as with x-kubernetes-peer-proxied: true (F1.15)"
        case .contradiction(let predicted):
            return "the recording contradicts the model, which says \(predicted.text)"
        case .lostPass:
            return "forwarded by the model; the peer's record of it is missing (F9.6)"
        case .unknownServer:
            return "the scenario does not have this server"
        case .entryDrawn:
            return "which server it reaches is drawn"
        }
    }

    private func clause(_ rung: Rung) -> String {
        rung.facts.isEmpty ? rung.text : "\(rung.text) (\(rung.facts.joined(separator: ", ")))"
    }
}
