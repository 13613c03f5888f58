import ControlPlane
import KubeAPI
import Output
import Recording
import Report
import SQLiteKit

/// Reads what a report shows of one run: counts, marks in time, totals, clients.
struct RunReading {
    private let lookup: RunLookup
    private let id: Int64
    private let otherID: Int64?
    private let frame: ReportFrame

    init(
        _ lookup: RunLookup, other: String?, in recording: borrowing Recording, frame: ReportFrame
    ) throws {
        self.lookup = lookup
        self.frame = frame
        id = try RunReading.id(of: lookup.name, in: recording) ?? 0
        otherID = if let other { try RunReading.id(of: other, in: recording) } else { nil }
    }

    static func id(of run: String, in recording: borrowing Recording) throws -> Int64? {
        try recording.rows("SELECT id FROM run WHERE name = ?", bind: { $0.bind(1, run) }) {
            $0.integer(0)
        }.first
    }

    func run(in recording: borrowing Recording) throws -> ReportPage.Run {
        var run = ReportPage.Run()
        run.name = lookup.name
        // The first line of the summary says which of the two it was.
        run.isAsRecorded = lookup.summary.hasPrefix(
            "run \(displaySafe(lookup.name)), as recorded:")
        run.requests = try recording.count("SELECT requests FROM run WHERE id = ?", bind: bindID)
        readScenario(into: &run)
        run.outcomes = try outcomes(recording)
        run.agreement = try agreement(recording)
        run.marks = try marks(recording)
        run.consequences = try consequences(recording)
        run.totals = try RunTotals(run: id).totals(in: recording)
        run.counts = try counts(recording)
        run.findings = try FindingReading(run: id, otherRun: otherID).findings(in: recording)
        run.clients = try clients(recording)
        run.clientCount = run.totals.clients
        run.exposed = try ExposedReading(run: id).apis(in: recording)
        run.exposedCount = try recording.count(
            "SELECT count(*) FROM exposure WHERE run = ?", bind: bindID)
        return run
    }

    private func bindID(_ statement: inout Statement) { statement.bind(1, id) }

    private func readScenario(into run: inout ReportPage.Run) {
        let reading = ScenarioFile.read(
            Array(lookup.scenario.utf8), fileName: "scenario of run \(lookup.name)",
            origin: frame.firstAt)
        guard reading.isUsable else { return }
        run.scenario = reading.scenario.name
        run.lanes = reading.scenario.servers.map { server in
            ReportPage.Lane(
                server: server.name,
                processes: server.processes.map { process in
                    let (ready, overflow) = process.startedAt.addingReportingOverflow(
                        process.readyAfter)
                    return ReportPage.Lane.Process(
                        release: process.release.description, from: process.startedAt,
                        readyAt: overflow ? process.startedAt : ready, until: process.stoppedAt)
                })
        }
    }

    private func outcomes(_ recording: borrowing Recording) throws -> [ReportPage.OutcomeCount] {
        try recording.rows(
            """
            SELECT (SELECT text FROM string WHERE id = outcome), sum(certain), sum(NOT certain)
            FROM verdict WHERE run = ? GROUP BY outcome ORDER BY 1
            """, bind: bindID
        ) {
            ReportPage.OutcomeCount(
                outcome: $0.text(0), certain: Int($0.integer(1)), possible: Int($0.integer(2)))
        }
    }

    private func agreement(
        _ recording: borrowing Recording
    ) throws -> [ReportPage.AgreementCell] {
        try recording.rows(
            """
            SELECT recorded, predicted, requests FROM agreement WHERE run = ?
            ORDER BY recorded, predicted
            """, bind: bindID
        ) {
            ReportPage.AgreementCell(
                recorded: $0.text(0), predicted: $0.text(1), requests: Int($0.integer(2)))
        }
    }

    /// What surely went wrong, and what was or may have been forwarded.
    private func marks(_ recording: borrowing Recording) throws -> [ReportPage.Series] {
        let marks = [ReportPage.Mark.wrong404, .wrong503, .looped, .unreachable, .proxied]
        let list = marks.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try recording.series(
            """
            SELECT (SELECT text FROM string WHERE id = v.outcome),
                (SELECT name FROM server WHERE id = v.entry_server),
                (r.at_ns - ?2) / ?3 AS bin, count(*)
            FROM verdict AS v JOIN request AS r ON r.id = v.request
            WHERE v.run = ?1 AND v.outcome IN (SELECT id FROM string WHERE text IN (\(list)))
                AND (v.certain
                    OR v.outcome IN (SELECT id FROM string WHERE text = 'proxied'))
            GROUP BY v.outcome, v.entry_server, bin ORDER BY v.outcome, v.entry_server, bin
            """, id, frame.firstAt, frame.binWidth)
    }

    private func consequences(_ recording: borrowing Recording) throws -> [ReportPage.Series] {
        try recording.series(
            """
            SELECT 'deleted', '', (coalesce(w.deleted_ns, f.first_ns) - ?2) / ?3 AS bin, count(*)
            FROM wrong_gc AS w JOIN finding AS f ON f.run = w.run AND f.finding_id = w.finding_id
            WHERE w.run = ?1 AND w.grade <> 'possible' GROUP BY bin
            UNION ALL
            SELECT 'namespace', '', (last_ns - ?2) / ?3 AS bin, count(DISTINCT namespace)
            FROM finding WHERE run = ?1 AND kind = 'namespace-leak' AND grade <> 'possible'
            GROUP BY bin ORDER BY 1, 3
            """, id, frame.firstAt, frame.binWidth)
    }

    private func counts(_ recording: borrowing Recording) throws -> [ReportPage.FindingCount] {
        try recording.rows(
            """
            SELECT kind, grade, count(*), sum(requests) FROM finding WHERE run = ?
            GROUP BY 1, 2 ORDER BY 1, 2
            """, bind: bindID
        ) {
            ReportPage.FindingCount(
                kind: $0.text(0), grade: $0.text(1), findings: Int($0.integer(2)),
                requests: Int($0.integer(3)))
        }
    }

    /// Those who suffered most, with what they asked for.
    private func clients(_ recording: borrowing Recording) throws -> [ReportPage.Client] {
        try recording.rows(RunReading.clientsSQL, bind: bindID) { row in
            var client = ReportPage.Client()
            client.user = row.text(0)
            client.userAgent = row.text(1)
            client.firstAt = row.integer(2)
            client.lastAt = row.integer(3)
            client.wrong404 = Int(row.integer(4))
            client.wrong503 = Int(row.integer(5))
            client.looped = Int(row.integer(6))
            client.unreachable = Int(row.integer(7))
            client.resources = Set(row.text(8).split(separator: "\n").map(String.init)).sorted()
            return client
        }
    }

    private static let clientsSQL = """
        WITH wrong AS (
            SELECT r.client, r.resource, r.at_ns,
                (SELECT text FROM string WHERE id = v.outcome) AS outcome
            FROM verdict AS v JOIN request AS r ON r.id = v.request
            WHERE v.run = ? AND v.certain AND v.outcome IN (
                SELECT id FROM string
                WHERE text IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable'))),
        part AS (
            SELECT c.user, c.user_agent, w.resource, min(w.at_ns) AS first, max(w.at_ns) AS last,
                sum(w.outcome = 'wrong-404') AS a, sum(w.outcome = 'unavailable-503') AS b,
                sum(w.outcome = 'looped') AS d, sum(w.outcome = 'unreachable') AS e
            FROM wrong AS w JOIN client AS c ON c.id = w.client
            GROUP BY c.user, c.user_agent, w.resource)
        SELECT user, user_agent, min(first), max(last), sum(a), sum(b), sum(d), sum(e),
            group_concat((SELECT iif(g.api_group = '', '', g.api_group || '/')
                || g.api_version || '/' || g.resource
                FROM resource AS g WHERE g.id = part.resource), char(10))
        FROM part GROUP BY user, user_agent
        ORDER BY sum(a + b + d + e) DESC, user, user_agent LIMIT 60
        """
}
