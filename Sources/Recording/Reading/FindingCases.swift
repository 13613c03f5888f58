public import Judgments
import SQLiteKit

// Findings with what they rest on: the cards of a page, and the one that is explained.
extension Recording {
    /// Of each kind the gravest, in the order of kinds' names, each with its first exhibits.
    ///
    /// - Parameters:
    ///   - other: the run that is put beside this one.
    ///   - ids: those that may be told of; nil for all.
    public func cases(
        of run: StoredRun, perKind: Int, beside other: StoredRun?, among ids: Set<String>? = nil
    ) throws(RecordingError) -> [FindingCase] {
        let chosen = ids.map { SQLValue.text(Recording.list($0)) } ?? .null
        // Ids alone, since whole rows would be sorted with them.
        let places = """
            SELECT finding_id AS id, row_number() OVER (
                PARTITION BY kind ORDER BY \(Order.grade), requests DESC, first_ns, finding_id)
                AS place
            FROM finding WHERE run = ?1
                AND (?3 IS NULL OR finding_id IN (SELECT value FROM json_each(?3)))
            """
        let sql = """
            SELECT \(findingColumns), EXISTS (
                SELECT 1 FROM finding AS o WHERE o.run = ?2 AND o.finding_id = f.finding_id)
            FROM (\(places)) JOIN finding AS f ON f.run = ?1 AND f.finding_id = id
            WHERE place <= \(perKind) ORDER BY kind, place
            """
        var cases = try rows(
            sql, [.integer(run.id), other.map { .integer($0.id) } ?? .null, chosen]
        ) { row -> FindingCase? in
            guard let finding = Finding(row) else { return nil }
            var found = FindingCase(finding, id: row.text(0))
            found.isInOther = other == nil ? nil : row.integer(findingColumnCount) != 0
            return found
        }
        // One scan for all, since rows of victims have no order by finding.
        let wanted = "SELECT id FROM (\(places)) WHERE place <= \(perKind)"
        let victims = try victims(of: run, in: wanted, [.null, chosen], atMost: 30, order: "id")
        let risks = try risks(of: run, in: wanted, [.null, chosen], atMost: 20, order: "id")
        for index in cases.indices {
            cases[index].take(victims[cases[index].id], risks[cases[index].id])
            try show(
                &cases[index], in: run,
                Reach(rows: 5_000, perRole: 5, total: 12, order: "place, q.at_ns"))
        }
        return cases
    }

    /// Ids as a list in JSON: those of the form that this tool gives them.
    private static func list(_ ids: Set<String>) -> String {
        let plain = ids.filter { id in
            id.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (48...122).contains($0) && $0 != 92 }
        }
        return "[" + plain.sorted().map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    /// One finding with all that is told of it; nil where no finding of the run has the id.
    public func findingCase(
        _ id: String, of run: StoredRun
    ) throws(RecordingError) -> FindingCase? {
        let found = try rows(
            "SELECT \(findingColumns) FROM finding AS f WHERE run = ? AND finding_id = ?",
            [.integer(run.id), .text(id)]
        ) { row in Finding(row).map { FindingCase($0, id: id) } }
        guard var found = found.first else { return nil }
        let victims = try victims(
            of: run, in: "?2", [.text(id)], atMost: 200,
            order: "resource || ' ' || iif(namespace = '', '', namespace || '/') || name")
        let risks = try risks(
            of: run, in: "?2", [.text(id)], atMost: 200,
            order: "resource || '.' || api_version || iif(api_group = '', '', '.' || api_group)")
        found.take(victims[id], risks[id])
        try show(&found, in: run, Reach(rows: -1, perRole: .max, total: 200, order: "q.at_ns"))
        return found
    }
}

// MARK: What a finding lists

private struct Listed<Item> {
    var list: [Item] = []
    var count = 0
    var owner = Finding.Identity()
}

extension FindingCase {
    fileprivate mutating func take(
        _ victims: Listed<Finding.Victim>?, _ risks: Listed<Finding.NamespaceRisk>?
    ) {
        if let victims {
            finding.victims = victims.list
            finding.owner = victims.owner
            victimCount = victims.count
        }
        if let risks {
            finding.risks = risks.list
            riskCount = risks.count
        }
    }
}

extension Recording {
    /// By finding: the first of each, and how many there are.
    private func victims(
        of run: StoredRun, in ids: String, _ values: [SQLValue], atMost limit: Int, order: String
    ) throws(RecordingError) -> [String: Listed<Finding.Victim>] {
        let rows = try rows(
            """
            SELECT finding_id, api_group, api_version, resource, namespace, name, uid, deleted_ns,
                grade, owner_kind, owner_group, owner_version, owner_namespace, owner_name,
                owner_uid, total
            FROM (SELECT *, count(*) OVER (PARTITION BY finding_id) AS total,
                    row_number() OVER (PARTITION BY finding_id ORDER BY \(order)) AS place
                FROM wrong_gc WHERE run = ?1 AND finding_id IN (\(ids)))
            WHERE place <= \(limit) ORDER BY finding_id, place
            """, [.integer(run.id)] + values
        ) { row in
            Finding.Grade(rawValue: row.text(8)).map { grade in
                (
                    id: row.text(0), total: Int(row.integer(15)), owner: owner(row),
                    victim: Finding.Victim(
                        object(row), deletedAt: row.optionalInstant(7), grade: grade)
                )
            }
        }
        var result: [String: Listed<Finding.Victim>] = [:]
        for row in rows {
            result[row.id, default: Listed()].list.append(row.victim)
            result[row.id]?.count = row.total
            result[row.id]?.owner = row.owner
        }
        return result
    }

    private func object(_ row: borrowing Statement) -> Finding.Identity {
        var object = Finding.Identity()
        object.group = row.text(1)
        object.version = row.text(2)
        object.resource = row.text(3)
        object.namespace = row.text(4)
        object.name = row.text(5)
        object.uid = row.text(6)
        return object
    }

    private func owner(_ row: borrowing Statement) -> Finding.Identity {
        var owner = Finding.Identity()
        owner.kind = row.text(9)
        owner.group = row.text(10)
        owner.version = row.text(11)
        owner.namespace = row.text(12)
        owner.name = row.text(13)
        owner.uid = row.text(14)
        return owner
    }

    private func risks(
        of run: StoredRun, in ids: String, _ values: [SQLValue], atMost limit: Int, order: String
    ) throws(RecordingError) -> [String: Listed<Finding.NamespaceRisk>] {
        let rows = try rows(
            """
            SELECT finding_id, api_group, api_version, resource, reason, grade, total
            FROM (SELECT *, count(*) OVER (PARTITION BY finding_id) AS total,
                    row_number() OVER (PARTITION BY finding_id ORDER BY \(order)) AS place
                FROM namespace_risk WHERE run = ?1 AND finding_id IN (\(ids)))
            WHERE place <= \(limit) ORDER BY finding_id, place
            """, [.integer(run.id)] + values
        ) { row in
            Finding.Grade(rawValue: row.text(5)).map { grade in
                (
                    id: row.text(0), total: Int(row.integer(6)),
                    risk: Finding.NamespaceRisk(
                        group: row.text(1), version: row.text(2), resource: row.text(3), kind: "",
                        reason: row.text(4), grade: grade)
                )
            }
        }
        var result: [String: Listed<Finding.NamespaceRisk>] = [:]
        for row in rows {
            result[row.id, default: Listed()].list.append(row.risk)
            result[row.id]?.count = row.total
        }
        return result
    }
}

// MARK: Exhibits

/// How much of the evidence is told: of the first rows (-1 for all of them) the first of each role,
/// and of those the first in some order.
private struct Reach {
    var rows: Int
    var perRole: Int
    var total: Int
    var order: String
}

extension Recording {
    private func show(
        _ found: inout FindingCase, in run: StoredRun, _ reach: Reach
    ) throws(RecordingError) {
        let key: [SQLValue] = [.integer(run.id), .text(found.id)]
        found.exhibits = try rows(
            """
            WITH near AS (
                SELECT request, role FROM finding_request
                WHERE run = ?1 AND finding_id = ?2 LIMIT \(reach.rows)),
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
            WHERE place <= \(reach.perRole) ORDER BY \(reach.order), q.request_id
            LIMIT \(reach.total)
            """, key
        ) { exhibit($0) }.sorted { ($0.at, $0.request) < ($1.at, $1.request) }
        found.roles = try rows(
            """
            SELECT role, count(*) FROM finding_request WHERE run = ?1 AND finding_id = ?2
            GROUP BY role ORDER BY min(request), role
            """, key
        ) { row in
            Finding.Evidence.Role(rawValue: row.text(0)).map { ($0, Int(row.integer(1))) }
        }
    }

    private func exhibit(_ row: borrowing Statement) -> Exhibit? {
        guard let role = Finding.Evidence.Role(rawValue: row.text(1)) else { return nil }
        var exhibit = Exhibit(role)
        exhibit.request = row.integer(0)
        exhibit.at = row.integer(2)
        exhibit.server = row.text(3)
        exhibit.verb = row.text(4)
        exhibit.path = row.text(5)
        exhibit.status = Int(row.integer(6))
        exhibit.notFound = row.text(7)
        exhibit.auditID = row.text(8)
        exhibit.source = row.text(9)
        exhibit.position = row.integer(10)
        exhibit.servers = row.text(11)
        exhibit.reason = row.text(12)
        return exhibit
    }
}
