import Bytes
import Judgments
import Replay
import ControlPlane
import KubeAPI

/// Servers that ran without a working proxy while the control plane disagreed.
struct Unprotected: Rule {
    static let page = RulePage(
        kind: .unprotected,
        title: "The proxy was not active on a server while servers differed",
        cause: """
            The proxy needs its feature gate and a --peer-ca-file on the server that forwards, and \
            a published address on the server that is forwarded to. The gate is off by default \
            until 1.35, and no release sets the file by itself.
            """,
        evidence: """
            The release and flags of the process, and an API that it did not serve while another \
            server did, or the other way round. It is observed where the server answered a wrong \
            404 meanwhile, which a working proxy would have forwarded.
            """,
        advice: """
            Set --feature-gates=UnknownVersionInteroperabilityProxy=true and --peer-ca-file on \
            every server of the old release before the upgrade begins, and --peer-ca-file on \
            those of the new one.
            """,
        blindness: """
            In a run as recorded without a scenario the flags are inferred from what servers were \
            seen to do; that a server was not seen to fetch discovery proves nothing, so without \
            a wrong 404 it is possible only.
            """,
        facts: ["F2.1", "F2.2", "V10"])

    func findings(in run: RunView) -> [Finding] {
        let mixed = mixedTime(run)
        let refusals = refusals(run)
        return run.input.scenario.servers.flatMap { server in
            server.processes.enumerated().compactMap { number, process in
                finding(server, number, process, mixed, refusals[server.name] ?? [], run)
            }
        }
    }

    private func finding(
        _ server: Scenario.Server, _ number: Int, _ process: Scenario.Process,
        _ mixed: [Range<Int64>], _ refusals: [Refusal], _ run: RunView
    ) -> Finding? {
        let activation = Activation(process, of: server, in: run.input.scenario)
        guard activation.state != .active else { return nil }
        let lower = max(process.startedAt, run.input.firstAt)
        let upper = max(lower, min(process.stoppedAt ?? .max, run.input.lastAt))
        let common = mixed.map { $0.clamped(to: lower..<upper) }.filter { !$0.isEmpty }
        guard let first = common.first, let last = common.last else { return nil }
        let time = first.lowerBound...last.upperBound
        let refused = refusals.filter { time.contains($0.at) }
        var finding = Finding(
            .unprotected, run.isAsRecorded && refused.isEmpty ? .possible : run.grade,
            subject: "\(server.name) · \(process.release) · process \(number + 1)")
        finding.server = server.name
        finding.cover(first.lowerBound)
        finding.cover(last.upperBound)
        let length = common.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
        finding.evidence = refused.prefix(3).map { .init($0.id, .request) }
        let what: String
        switch (activation.forwards, activation.publishesAddress) {
        case (false, true): what = "forwarded nothing"
        case (true, false): what = "could not be forwarded to"
        default: what = "neither forwarded nor could be forwarded to"
        }
        finding.summary =
            "\(server.name) (\(process.release)) \(what) for \(English.duration(length)) in which "
            + "servers differed: \(activation.why.text)"
        return finding
    }

    private struct Refusal {
        var at: Int64
        var id: Int64
    }

    /// Wrong 404s that servers gave for certain, by the server's name.
    private func refusals(_ run: RunView) -> [String: [Refusal]] {
        var found: [UInt32: [Refusal]] = [:]
        // By index: a copy of every verdict takes longer than all the rest.
        for index in run.judged.indices {
            guard run.judged[index].verdict.outcome == .wrongNotFound,
                run.judged[index].verdict.certainty == .certain
            else { continue }
            let request = run.judged[index].request
            found[request.server, default: []].append(Refusal(at: request.at, id: request.id))
        }
        return Dictionary(uniqueKeysWithValues: found.map { (run.names.servers[$0], $1) })
    }

    /// When running servers surely disagreed about any resource, in order and apart.
    private func mixedTime(_ run: RunView) -> [Range<Int64>] {
        let all = (0..<run.input.table.columnCount).flatMap { run.control.disputes(of: $0) }
            .map { $0.from..<$0.until }.sorted { $0.lowerBound < $1.lowerBound }
        var result: [Range<Int64>] = []
        for range in all {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
