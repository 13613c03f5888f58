import Judgments
import SQLiteKit

/// The rows of findings: one per finding, and one per request, victim and resource that it lists.
enum FindingRows {
    static func insert(
        _ findings: [Finding], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var finding = try connection.prepare(placeholders("finding", 17))
        for item in findings {
            finding.bind(1, run)
            bind(
                [
                    item.id, item.kind.rawValue, item.severity.rawValue, item.grade.rawValue,
                    item.subject, ([item.summary] + item.notes).joined(separator: ". "),
                ], from: 2, to: &finding)
            finding.bind(8, Int64(item.requests))
            finding.bind(9, item.firstAt)
            finding.bind(10, item.lastAt)
            bind(
                [
                    item.group, item.version, item.resource, item.namespace, item.user,
                    item.userAgent, item.server,
                ], from: 11, to: &finding)
            try finding.run()
        }
        try insertEvidence(findings, run: run, on: connection)
        try insertVictims(findings, run: run, on: connection)
        try insertRisks(findings, run: run, on: connection)
    }

    private static func insertEvidence(
        _ findings: [Finding], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(
            "INSERT OR IGNORE INTO main.finding_request VALUES (?, ?, ?, ?)")
        insert.bind(1, run)
        for finding in findings {
            insert.bind(2, finding.id)
            for evidence in finding.evidence {
                insert.bind(3, evidence.request)
                insert.bind(4, evidence.role.rawValue)
                try insert.run()
            }
        }
    }

    private static func insertVictims(
        _ findings: [Finding], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(placeholders("wrong_gc", 17))
        for finding in findings {
            let (id, owner) = (finding.id, finding.owner)
            for victim in finding.victims {
                let object = victim.object
                insert.bindNull(1)
                insert.bind(2, run)
                bind(
                    [
                        id, owner.group, owner.version, owner.kind, owner.namespace,
                        owner.name, owner.uid, object.group, object.version, object.resource,
                        object.namespace, object.name, object.uid,
                    ], from: 3, to: &insert)
                insert.bind(16, victim.deletedAt)
                insert.bind(17, victim.grade.rawValue)
                try insert.run()
            }
        }
    }

    private static func insertRisks(
        _ findings: [Finding], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(placeholders("namespace_risk", 10))
        for finding in findings {
            for risk in finding.risks {
                insert.bindNull(1)
                insert.bind(2, run)
                bind(
                    [
                        finding.id, finding.namespace, finding.kind.rawValue, risk.group,
                        risk.version, risk.resource, risk.reason, risk.grade.rawValue,
                    ], from: 3, to: &insert)
                try insert.run()
            }
        }
    }

    private static func placeholders(_ table: String, _ count: Int) -> String {
        let marks = [String](repeating: "?", count: count).joined(separator: ", ")
        return "INSERT INTO main.\(table) VALUES (\(marks))"
    }

    private static func bind(_ texts: [String], from first: Int, to statement: inout Statement) {
        for (offset, text) in texts.enumerated() { statement.bind(first + offset, text) }
    }
}
