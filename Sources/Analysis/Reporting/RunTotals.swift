import KubeAPI
import Recording
import Report
import SQLiteKit

/// The sums of a run that its first sentence is made of.
struct RunTotals {
    let run: Int64

    func totals(in recording: borrowing Recording) throws -> ReportPage.Totals {
        var totals = ReportPage.Totals()
        totals.victims = try victims(recording)
        totals.owners = try owners(recording)
        totals.condemningServers = try condemningServers(recording)
        totals.leakedNamespaces = try namespaces("namespace-leak", recording)
        totals.stuckNamespaces = try namespaces("namespace-stuck", recording)
        totals.clients = try recording.count(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT c.user, c.user_agent
                FROM verdict AS v JOIN request AS r ON r.id = v.request
                JOIN client AS c ON c.id = r.client
                WHERE v.run = ? AND v.certain AND v.outcome IN (
                    SELECT id FROM string
                    WHERE text IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')))
            """, bind: bindRun)
        return totals
    }

    private func bindRun(_ statement: inout Statement) { statement.bind(1, run) }

    /// Each object once, with the surest of its grades, by kind.
    private func victims(
        _ recording: borrowing Recording
    ) throws -> [ReportPage.Totals.Victims] {
        try recording.rows(
            """
            WITH victim AS (
                SELECT api_group, api_version, resource, uid,
                    min(CASE grade WHEN 'observed' THEN 0 WHEN 'predicted' THEN 1 ELSE 2 END)
                        AS grade
                FROM wrong_gc WHERE run = ? GROUP BY api_group, resource, namespace, name, uid)
            SELECT api_group, api_version, resource,
                (SELECT s.text FROM object AS o JOIN string AS s ON s.id = o.kind
                    WHERE o.uid = victim.uid AND victim.uid <> '') AS kind,
                grade, count(*)
            FROM victim GROUP BY api_group, api_version, resource, kind, grade
            ORDER BY grade, api_group, resource, kind
            """, bind: bindRun
        ) { row in
            ReportPage.Totals.Victims(
                kind: kind(
                    row.text(3),
                    GroupVersionResource(
                        group: row.text(0), version: row.text(1), resource: row.text(2))),
                grade: ["observed", "predicted", "possible"][min(2, Int(row.integer(4)))],
                count: Int(row.integer(5)))
        }
    }

    /// The kind as the object says it, else as the catalogue does.
    private func kind(_ recorded: String, _ resource: GroupVersionResource) -> String {
        if !recorded.isEmpty { return recorded }
        for release in Release.all.reversed() {
            if let known = Catalogue.resource(resource, in: release) {
                return known.kind
            }
        }
        return ""
    }

    private func owners(_ recording: borrowing Recording) throws -> [ReportPage.Totals.Owners] {
        try recording.rows(
            """
            SELECT owner_kind, owner_group, owner_version, count(*) FROM (
                SELECT DISTINCT owner_kind, owner_group, owner_version, owner_namespace,
                    owner_name, owner_uid
                FROM wrong_gc WHERE run = ? AND grade <> 'possible')
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
            """, bind: bindRun
        ) { row in
            let group = row.text(1)
            return ReportPage.Totals.Owners(
                kind: row.text(0), groupVersion: (group.isEmpty ? "" : "\(group)/") + row.text(2),
                count: Int(row.integer(3)))
        }
    }

    /// By the requests that condemned, where there are any, else as the findings say.
    private func condemningServers(_ recording: borrowing Recording) throws -> [String] {
        let servers = try recording.rows(
            """
            SELECT DISTINCT s.name FROM finding AS f
            JOIN finding_request AS e ON e.run = f.run AND e.finding_id = f.finding_id
                AND e.role = 'condemned-by'
            JOIN request AS r ON r.id = e.request JOIN server AS s ON s.id = r.server
            WHERE f.run = ?1 AND f.kind = 'wrong-gc' AND f.grade <> 'possible' ORDER BY 1
            """, bind: bindRun
        ) { $0.text(0) }
        guard servers.isEmpty else { return servers }
        return try recording.rows(
            """
            SELECT DISTINCT server FROM finding
            WHERE run = ? AND kind = 'wrong-gc' AND grade <> 'possible' AND server <> ''
            ORDER BY 1
            """, bind: bindRun
        ) { $0.text(0) }
    }

    private func namespaces(
        _ kind: String, _ recording: borrowing Recording
    ) throws -> ReportPage.GradeCounts {
        var counts = ReportPage.GradeCounts()
        let rows = try recording.rows(
            """
            SELECT grade, count(DISTINCT namespace) FROM finding WHERE run = ?1 AND kind = ?2
            GROUP BY grade
            """,
            bind: { statement in
                statement.bind(1, run)
                statement.bind(2, kind)
            }
        ) { (grade: $0.text(0), count: Int($0.integer(1))) }
        for row in rows { counts.add(row.count, grade: row.grade) }
        return counts
    }
}
