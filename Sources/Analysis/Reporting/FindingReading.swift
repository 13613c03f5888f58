import Recording
import Report
import SQLiteKit

/// Reads the findings that a page shows: of each kind the gravest, each with its evidence.
struct FindingReading {
    let run: Int64
    let otherRun: Int64?

    /// What a page shows of one kind at most.
    private static let perKind = 60

    func findings(in recording: borrowing Recording) throws -> [ReportPage.Finding] {
        var findings = try gravest(recording)
        let victims = try victims(recording, of: findings)
        let risks = try risks(recording, of: findings)
        for index in findings.indices {
            let id = findings[index].id
            findings[index].victims = victims[id]?.list ?? []
            findings[index].victimCount = victims[id]?.count ?? 0
            findings[index].owner = victims[id]?.owner
            findings[index].risks = risks[id]?.list ?? []
            findings[index].riskCount = risks[id]?.count ?? 0
            findings[index].evidence = try evidence(recording, of: id)
            findings[index].roles = try roles(recording, of: id)
        }
        return findings
    }

    /// Ids alone, since whole rows would be sorted with them.
    private static let places = """
        SELECT finding_id AS id, row_number() OVER (
            PARTITION BY kind
            ORDER BY CASE grade WHEN 'observed' THEN 0 WHEN 'predicted' THEN 1 ELSE 2 END,
                requests DESC, first_ns, finding_id) AS place
        FROM finding WHERE run = ?1
        """

    private func gravest(_ recording: borrowing Recording) throws -> [ReportPage.Finding] {
        try recording.rows(
            """
            SELECT finding_id, kind, severity, grade, subject, summary, requests, first_ns,
                last_ns, api_group, api_version, resource, namespace, user, user_agent, server,
                EXISTS (SELECT 1 FROM finding AS o
                    WHERE o.run = ?2 AND o.finding_id = f.finding_id)
            FROM (\(FindingReading.places))
            JOIN finding AS f ON f.run = ?1 AND f.finding_id = id
            WHERE place <= \(FindingReading.perKind) ORDER BY kind, place
            """,
            bind: { statement in
                statement.bind(1, run)
                statement.bind(2, otherRun)
            }
        ) { finding($0) }
    }

    private func finding(_ row: borrowing Statement) -> ReportPage.Finding {
        var finding = ReportPage.Finding()
        finding.id = row.text(0)
        finding.kind = row.text(1)
        finding.severity = row.text(2)
        finding.grade = row.text(3)
        finding.subject = row.text(4)
        finding.summary = row.text(5)
        finding.requests = Int(row.integer(6))
        finding.firstAt = row.isNull(7) ? nil : row.integer(7)
        finding.lastAt = row.isNull(8) ? nil : row.integer(8)
        finding.resource = path(row, 9)
        finding.namespace = row.text(12)
        finding.user = row.text(13)
        finding.userAgent = row.text(14)
        finding.server = row.text(15)
        finding.isInOther = otherRun == nil ? nil : row.integer(16) != 0
        return finding
    }

    /// `group/version/resource` of three columns.
    private func path(_ row: borrowing Statement, _ first: Int) -> String {
        var parts: [String] = []
        for column in first..<first + 3 where !row.text(column).isEmpty {
            parts.append(row.text(column))
        }
        return parts.joined(separator: "/")
    }

    // MARK: What a finding lists

    private struct Listed<Item> {
        var list: [Item] = []
        var count = 0
        var owner: ReportPage.Owner?
    }

    /// One scan for all, since rows of victims have no order by finding.
    private func victims(
        _ recording: borrowing Recording, of findings: [ReportPage.Finding]
    ) throws -> [String: Listed<ReportPage.Victim>] {
        let wanted = Set(findings.filter { $0.kind == "wrong-gc" }.map(\.id))
        guard !wanted.isEmpty else { return [:] }
        let rows = try recording.rows(
            """
            SELECT finding_id, api_group, api_version, resource, namespace, name, uid, deleted_ns,
                grade, owner_kind, owner_group, owner_version, owner_namespace, owner_name,
                owner_uid, total
            FROM (SELECT *, count(*) OVER (PARTITION BY finding_id) AS total,
                    row_number() OVER (PARTITION BY finding_id ORDER BY id) AS place
                FROM wrong_gc WHERE run = ?1 AND finding_id IN (
                    SELECT id FROM (\(FindingReading.places) AND kind = 'wrong-gc')
                    WHERE place <= \(FindingReading.perKind)))
            WHERE place <= 30 ORDER BY finding_id, place
            """, bind: { $0.bind(1, run) }
        ) { (id: $0.text(0), total: Int($0.integer(15)), victim: victim($0), owner: owner($0)) }
        var result: [String: Listed<ReportPage.Victim>] = [:]
        for row in rows where wanted.contains(row.id) {
            result[row.id, default: Listed()].list.append(row.victim)
            result[row.id]?.count = row.total
            result[row.id]?.owner = row.owner
        }
        return result
    }

    private func victim(_ row: borrowing Statement) -> ReportPage.Victim {
        ReportPage.Victim(
            resource: path(row, 1), namespace: row.text(4), name: row.text(5), uid: row.text(6),
            deletedAt: row.isNull(7) ? nil : row.integer(7), grade: row.text(8))
    }

    private func owner(_ row: borrowing Statement) -> ReportPage.Owner {
        let group = row.text(10)
        return ReportPage.Owner(
            kind: row.text(9), groupVersion: (group.isEmpty ? "" : "\(group)/") + row.text(11),
            namespace: row.text(12), name: row.text(13), uid: row.text(14))
    }

    private func risks(
        _ recording: borrowing Recording, of findings: [ReportPage.Finding]
    ) throws -> [String: Listed<ReportPage.Risk>] {
        let wanted = Set(findings.filter { $0.kind.hasPrefix("namespace-") }.map(\.id))
        guard !wanted.isEmpty else { return [:] }
        let rows = try recording.rows(
            """
            SELECT finding_id, api_group, api_version, resource, reason, grade, total
            FROM (SELECT *, count(*) OVER (PARTITION BY finding_id) AS total,
                    row_number() OVER (PARTITION BY finding_id ORDER BY id) AS place
                FROM namespace_risk WHERE run = ?)
            WHERE place <= 20 ORDER BY finding_id, place
            """, bind: { $0.bind(1, run) }
        ) { row in
            (
                id: row.text(0), total: Int(row.integer(6)),
                risk: ReportPage.Risk(
                    resource: path(row, 1), reason: row.text(4), grade: row.text(5))
            )
        }
        var result: [String: Listed<ReportPage.Risk>] = [:]
        for row in rows where wanted.contains(row.id) {
            result[row.id, default: Listed()].list.append(row.risk)
            result[row.id]?.count = row.total
        }
        return result
    }

    // MARK: Evidence

    /// Of each role the first few, in the order of time.
    private func evidence(
        _ recording: borrowing Recording, of finding: String
    ) throws -> [ReportPage.Evidence] {
        try recording.rows(
            """
            WITH near AS (
                SELECT request, role FROM finding_request
                WHERE run = ?1 AND finding_id = ?2 LIMIT 5000),
            few AS (
                SELECT request, role,
                    row_number() OVER (PARTITION BY role ORDER BY request) AS place
                FROM near)
            SELECT q.request_id, few.role, q.at_ns, q.server, q.verb, q.path, q.status,
                q.not_found, q.audit_id, q.source, q.position,
                (SELECT text FROM string WHERE id = v.servers),
                (SELECT text FROM string WHERE id = v.reason)
            FROM few JOIN v_request AS q ON q.request_id = few.request
            LEFT JOIN verdict AS v ON v.run = ?1 AND v.request = few.request
            WHERE place <= 5 ORDER BY place, q.at_ns, q.request_id LIMIT 12
            """, bind: { bind(&$0, finding) }
        ) { row in
            var evidence = ReportPage.Evidence()
            evidence.request = row.integer(0)
            evidence.role = row.text(1)
            evidence.at = row.integer(2)
            evidence.server = row.text(3)
            evidence.verb = row.text(4)
            evidence.path = row.text(5)
            evidence.status = Int(row.integer(6))
            evidence.notFound = row.text(7)
            evidence.auditID = row.text(8)
            evidence.source = row.text(9)
            evidence.position = row.integer(10)
            evidence.servers = row.text(11)
            evidence.reason = row.text(12)
            return evidence
        }.sorted { ($0.at, $0.request) < ($1.at, $1.request) }
    }

    private func roles(
        _ recording: borrowing Recording, of finding: String
    ) throws -> [ReportPage.RoleCount] {
        try recording.rows(
            """
            SELECT role, count(*) FROM finding_request WHERE run = ?1 AND finding_id = ?2
            GROUP BY role ORDER BY min(request), role
            """, bind: { bind(&$0, finding) }
        ) { ReportPage.RoleCount($0.text(0), Int($0.integer(1))) }
    }

    private func bind(_ statement: inout Statement, _ finding: String) {
        statement.bind(1, run)
        statement.bind(2, finding)
    }
}
