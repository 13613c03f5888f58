import Judgments
import ControlPlane
import Replay

/// Verdicts in words, as runs keep them and people read them.
struct VerdictText {
    let table: RoutingTable

    /// The path as runs keep it, such as `cp-1>cp-3`.
    func path(_ servers: [Int]) -> String {
        servers.map { table.servers.indices.contains($0) ? table.servers[$0] : "(unknown)" }
            .joined(separator: ">")
    }

    func name(_ server: Int) -> String {
        guard table.servers.indices.contains(server) else { return "(unknown)" }
        let name = table.servers[server]
        return name.isEmpty ? "an API server" : name
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
        case .ownClient:
            return "the server's own client asks only for what its server serves"
        case .entryDrawn:
            return "which server it reaches is drawn"
        case .otherServers:
            return "by what the other servers served then"
        case .servedMeanwhile(let server):
            return "\(name(server)) answered for it before and after"
        case .openNotFound(let doubt):
            return text(doubt)
        case .extensionRefused:
            return
                "a custom or aggregated API, the same for all servers but for seconds (F3.36, V13)"
        case .ownExtension:
            return "a custom or aggregated API, answered where the request arrived (F3.36)"
        case .backendAnswer:
            return "the backend of an aggregated API says that the object is absent (V12)"
        case .unanswered:
            return "the log does not say how it was answered"
        case .asLogged:
            return "as the log has it; nothing shows the release of the server"
        case .unknownNotFound:
            return "the record does not show what the 404 was for (F9.9)"
        }
    }

    private func text(_ doubt: NotFoundDoubt) -> String {
        switch doubt {
        case .boundary: "the only server that serves it was starting or stopping"
        case .silent(let server): "\(name(server)) shows no sign of life then"
        case .starting(let server):
            "\(name(server)) had been started, and nothing shows when it was ready"
        case .unknownRelease(let server): "nothing shows the release of \(name(server))"
        case .servedNearby(let server): "\(name(server)) answered for it within seconds"
        case .mixed: "which of several servers answered is not known"
        case .clocks(let server):
            "\(name(server)) was starting or stopping, within what clocks may differ by"
        case .unseenServers: "a server whose log is not here may have served it"
        }
    }

    private func clause(_ rung: Rung) -> String {
        rung.facts.isEmpty ? rung.text : "\(rung.text) (\(rung.facts.joined(separator: ", ")))"
    }
}
