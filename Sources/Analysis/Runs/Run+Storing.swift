import Bytes
import ControlPlane
import Findings
import KubeAPI
import Output
import Recording
import Replay
import SQLiteKit

// How a run becomes rows of its recording.
extension Run {
    /// Stores the run in place of one of the same name, all or nothing.
    func store(
        _ conclusions: Conclusions, summary: RunSummary, startedAt: Int64
    ) throws {
        // Another run is stored within seconds; a capture may go on for hours.
        let recording = try Recording(path: outline.path, access: .write, patience: .seconds(30))
        let words = VerdictText(table: table)
        try recording.run { connection throws(SQLiteError) in
            var writer = try RunWriter(name: name, on: connection, names: names)
            var texts: [UInt32: (path: String, reason: String)] = [:]
            var batch: [StoredVerdict] = []
            for row in judged.rows {
                let verdict = judged.verdict(of: row, mode)
                guard keepsAll || !verdict.isPlainLocal else { continue }
                let number = mode == .asRecorded ? row.asRecorded : row.whatIf
                let text = texts[number] ?? (words.path(verdict.path), words.reason(verdict))
                texts[number] = text
                batch.append(stored(row, verdict, text.path, text.reason, words))
                if batch.count == 10_000 {
                    try writer.append(batch, on: connection)
                    batch.removeAll(keepingCapacity: true)
                }
            }
            try writer.append(batch, on: connection)
            try writer.append(conclusions.findings.map { StoredFinding($0) }, on: connection)
            var stored = runRow(summary, startedAt: startedAt)
            stored.exposures = conclusions.exposures.map { StoredExposure($0) }
            try writer.finish(stored, on: connection)
        }
        try recording.close()
    }

    private func stored(
        _ row: JudgedRequests.Row, _ verdict: Verdict, _ path: String, _ reason: String,
        _ words: VerdictText
    ) -> StoredVerdict {
        let entry = verdict.path.first.flatMap { number in
            table.servers.indices.contains(number)
                ? names.servers.find(table.servers[number]) : nil
        }
        return StoredVerdict(
            request: row.request, entryServer: entry ?? row.server, outcome: verdict.outcome.text,
            isCertain: verdict.certainty == .certain,
            alternatives: words.outcomes(verdict.alternatives), servers: path,
            status: verdict.status, reason: reason)
    }

    private func runRow(_ summary: RunSummary, startedAt: Int64) -> StoredRun {
        var stored = StoredRun(
            name: name,
            scenario: ScenarioFile.text(
                of: scenario, origin: .capture(outline.firstAt), notes: notes),
            startedAt: startedAt, requests: tally.requests, flagged: tally.flagged,
            toolVersion: toolVersion, seed: scenario.seed,
            summary: summary.text(paint: Paint(isOn: false)))
        stored.firstAt = outline.firstAt
        stored.lastAt = outline.lastAt
        stored.truncated = judged.truncated
        stored.agreement = tally.agreement.rows.map {
            StoredRun.AgreementRow(
                recorded: $0.cell.recorded.text, predicted: $0.cell.predicted.text,
                requests: $0.requests)
        }
        return stored
    }
}

extension StoredExposure {
    fileprivate init(_ exposure: Exposure) {
        self.init()
        group = exposure.resource.group
        version = exposure.resource.version
        resource = exposure.resource.resource
        from = exposure.from
        until = exposure.until
        length = exposure.length
        refusing = exposure.refusing
        serving = exposure.serving
        clients = exposure.clients.map { client in
            var stored = StoredExposure.Client()
            stored.user = client.user
            stored.userAgent = client.userAgent
            stored.requests = client.requests
            stored.firstAt = client.firstAt
            stored.lastAt = client.lastAt
            return stored
        }
    }
}
