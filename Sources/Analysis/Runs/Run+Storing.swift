import Configuration
import Judgments
import Bytes
import ControlPlane
import Findings
import KubeAPI
import Output
import Recording
import Replay

// How a run becomes rows of its recording.
extension Run {
    /// Stores the run in place of one of the same name, all or nothing, and sums it up.
    ///
    /// - Parameter conclusions: drawn while the verdicts are being stored.
    func store(
        _ conclusions: Meanwhile<Conclusions>, _ evidence: [Evidence],
        _ demand: [PredictedRequest], startedAt: Int64
    ) throws -> RunSummary {
        // Another run is stored within seconds; a capture may go on for hours.
        let recording = try Recording(
            path: outline.snapshot.path, access: .write, of: .named(outline.snapshot.cluster),
            patience: .seconds(30))
        var writer = try RunWriter(name: name, on: recording, names: names)
        try storeVerdicts(with: &writer, on: recording)
        let conclusions = conclusions.value
        let summary = RunSummary(self, conclusions.exposures, conclusions.rollback, demand)
        try writer.finish(
            record(summary, evidence, startedAt: startedAt), conclusions.findings,
            conclusions.exposures, conclusions.rollback, demand, on: recording)
        try recording.close()
        return summary
    }

    private func storeVerdicts(
        with writer: inout RunWriter, on recording: borrowing Recording
    ) throws {
        let words = VerdictText(table: table)
        var texts: [UInt32: (path: String, reason: String)] = [:]
        var batch: [WrittenVerdict] = []
        for row in judged.rows {
            let verdict = judged.verdict(of: row, mode)
            guard keepsAll || !verdict.isPlainLocal else { continue }
            let number = mode == .asRecorded ? row.asRecorded : row.whatIf
            let text = texts[number] ?? (words.path(verdict.path), words.reason(verdict))
            texts[number] = text
            batch.append(written(row, verdict, text.path, text.reason))
            if batch.count == 10_000 {
                try writer.append(batch, on: recording)
                batch.removeAll(keepingCapacity: true)
            }
        }
        try writer.append(batch, on: recording)
    }

    private func written(
        _ row: JudgedRequests.Row, _ verdict: Verdict, _ path: String, _ reason: String
    ) -> WrittenVerdict {
        let entry = verdict.path.first.flatMap { number in
            table.servers.indices.contains(number)
                ? names.servers.find(table.servers[number]) : nil
        }
        return WrittenVerdict(
            request: row.request, entryServer: entry ?? row.server, outcome: verdict.outcome,
            certainty: verdict.certainty, alternatives: verdict.alternatives, servers: path,
            status: verdict.status, reason: reason)
    }

    private func record(
        _ summary: RunSummary, _ evidence: [Evidence], startedAt: Int64
    ) -> RunRecord {
        var record = RunRecord(
            name: name,
            scenario: ScenarioFile.text(
                of: scenario, origin: .capture(outline.firstAt), notes: notes),
            mode: mode, startedAt: startedAt, toolVersion: toolVersion, seed: scenario.seed)
        record.requests = tally.requests
        record.flagged = tally.flagged
        record.summary = summary.text(paint: Paint(isOn: false))
        record.firstAt = outline.firstAt
        record.lastAt = outline.lastAt
        record.truncated = judged.truncated
        record.agreement = tally.agreement.rows.map {
            AgreementCell(
                recorded: $0.cell.recorded, predicted: $0.cell.predicted, requests: $0.requests)
        }
        record.evidence = evidence
        return record
    }
}
