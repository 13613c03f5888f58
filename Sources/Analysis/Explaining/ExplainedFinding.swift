import Findings
public import Output
public import Recording
import SQLiteKit

/// A finding with the requests that it rests on, as `explain` tells it.
public struct ExplainedFinding {
    private let kind: String
    private let head: [(name: String, value: String)]
    private let summary: String
    private let evidence: [(role: String, line: String)]
    private let victims: [String]
    private let risks: [String]

    /// nil where no finding of the run has the id.
    public init?(_ id: String, in recording: borrowing Recording, run: String?) throws {
        guard let run else { return nil }
        let found = try recording.run { connection throws(SQLiteError) -> [String]? in
            var select = try connection.prepare(
                """
                SELECT kind, severity, grade, subject, summary, requests, first_at, last_at
                FROM v_finding WHERE run = ? AND finding_id = ?
                """)
            select.bind(1, run)
            select.bind(2, id)
            return try select.step() ? (0..<8).map { select.text($0) } : nil
        }
        guard let found else { return nil }
        kind = found[0]
        summary = found[4]
        head = [
            ("run", run), ("severity", found[1]), ("grade", found[2]), ("subject", found[3]),
            ("requests", found[5]), ("first", found[6]), ("last", found[7]),
        ]
        evidence = try recording.pairs(
            """
            SELECT role, q.at || '  ' || q.server || '  ' || q.verb || ' ' || q.path || '  '
                || coalesce(q.status, '') || '  request ' || q.request_id
            FROM v_finding_request JOIN v_request AS q USING (request_id)
            WHERE run = ? AND finding_id = ? ORDER BY q.at_ns, q.request_id LIMIT 200
            """, run, id)
        victims = try recording.pairs(
            """
            SELECT resource || ' ' || iif(namespace = '', '', namespace || '/') || name,
                grade || coalesce(', deleted at ' || deleted_at, '')
            FROM v_wrong_gc WHERE run = ? AND finding_id = ? ORDER BY 1 LIMIT 200
            """, run, id
        ).map { "\($0.0) (\($0.1))" }
        risks = try recording.pairs(
            """
            SELECT resource || '.' || api_version || iif(api_group = '', '', '.' || api_group), reason
            FROM v_namespace_risk WHERE run = ? AND finding_id = ? ORDER BY 1 LIMIT 200
            """, run, id
        ).map { "\($0.0): \($0.1)" }
    }

    public func text(_ paint: Paint) -> String {
        var text = paint(.bold, displaySafe("\(kind): \(summary)")) + "\n"
        text += head.filter { !$0.value.isEmpty }.map {
            "  \($0.name): \(displaySafe($0.value))\n"
        }.joined()
        text += list("What it did", victims + risks, paint)
        text += list(
            "The requests that show it", evidence.map { "\($0.line)  [\($0.role)]" }, paint)
        guard let page = Finding.Kind(rawValue: kind).flatMap(RuleBook.page) else { return text }
        text += "\n" + paint(.bold, "What to do") + "\n" + wrapped(page.advice, indent: "  ")
        return text + factsText(page.facts, paint)
    }

    private func list(_ title: String, _ lines: [String], _ paint: Paint) -> String {
        guard !lines.isEmpty else { return "" }
        return "\n" + paint(.bold, title) + "\n" + lines.map { "  \(displaySafe($0))\n" }.joined()
    }
}

extension Recording {
    /// Two columns of every row of a statement with two parameters.
    fileprivate func pairs(
        _ sql: String, _ first: String, _ second: String
    ) throws -> [(role: String, line: String)] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql)
            select.bind(1, first)
            select.bind(2, second)
            var rows: [(role: String, line: String)] = []
            while try select.step() { rows.append((select.text(0), select.text(1))) }
            return rows
        }
    }
}
