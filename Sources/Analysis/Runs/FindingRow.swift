import Findings
public import Output
import Recording
import SQLiteKit

/// A stored finding as verbs print it, with the place in the input that shows it best.
public struct FindingRow: Sendable {
    var id = ""
    var kind = ""
    var severity = ""
    var grade = ""
    var subject = ""
    var summary = ""
    var requests: Int64 = 0
    var firstAt: String?
    var lastAt: String?
    var group = ""
    var version = ""
    var resource = ""
    var namespace = ""
    var user = ""
    var userAgent = ""
    var server = ""
    /// Of the request that shows it best; nil where it has no request, or nobody asked for it.
    var file: String?
    var line: Int?

    /// Whether it is at or above what `--fail-on` says.
    func reaches(_ threshold: String) -> Bool {
        guard let limit = Finding.Severity(rawValue: threshold),
            let severity = Finding.Severity(rawValue: severity)
        else { return false }
        return severity >= limit
    }
}

extension FindingRow {
    /// The findings of a run, the gravest first.
    ///
    /// - Parameter kinds: empty for all.
    static func all(
        in recording: borrowing Recording, run: String, kinds: [String] = [],
        withPlaces: Bool = false
    ) throws -> [FindingRow] {
        try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql(withPlaces: withPlaces))
            select.bind(1, run)
            var rows: [FindingRow] = []
            while try select.step() {
                let row = FindingRow(select)
                if kinds.isEmpty || kinds.contains(row.kind) { rows.append(row) }
            }
            return rows
        }
    }

    private init(_ select: borrowing Statement) {
        id = select.text(0)
        kind = select.text(1)
        severity = select.text(2)
        grade = select.text(3)
        subject = select.text(4)
        summary = select.text(5)
        requests = select.integer(6)
        firstAt = select.isNull(7) ? nil : select.text(7)
        lastAt = select.isNull(8) ? nil : select.text(8)
        group = select.text(9)
        version = select.text(10)
        resource = select.text(11)
        namespace = select.text(12)
        user = select.text(13)
        userAgent = select.text(14)
        server = select.text(15)
        guard select.columnCount > 16, !select.isNull(16) else { return }
        file = select.text(16)
        line = select.isNull(17) ? nil : Int(select.integer(17))
    }

    /// Packets have frame numbers and no lines, so only logs get one.
    private static func sql(withPlaces: Bool) -> String {
        let order = """
            CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
                CASE f.grade WHEN 'observed' THEN 0 WHEN 'predicted' THEN 1 ELSE 2 END,
                CASE f.kind \(kindCases) ELSE 99 END, f.requests DESC, f.first_ns, f.finding_id
            """
        let columns = """
            f.finding_id, f.kind, f.severity, f.grade, f.subject, f.summary, f.requests,
                f.first_at, f.last_at, f.api_group, f.api_version, f.resource, f.namespace,
                f.user, f.user_agent, f.server
            """
        guard withPlaces else {
            return "SELECT \(columns) FROM v_finding AS f WHERE f.run = ?1 ORDER BY \(order)"
        }
        return """
            SELECT \(columns), q.source, CASE WHEN q.from_wire THEN NULL ELSE q.position END
            FROM v_finding AS f
            LEFT JOIN v_request AS q ON q.request_id = (
                SELECT e.request FROM finding_request AS e
                WHERE e.run = (SELECT id FROM run WHERE name = ?1)
                    AND e.finding_id = f.finding_id
                ORDER BY CASE e.role WHEN 'condemned-by' THEN 0 WHEN 'taken-for-empty' THEN 1
                    WHEN 'proves-alive' THEN 3 WHEN 'discovery' THEN 3 ELSE 2 END, e.request
                LIMIT 1)
            WHERE f.run = ?1 ORDER BY \(order)
            """
    }

    private static var kindCases: String {
        Finding.Kind.allCases.enumerated()
            .map { "WHEN '\($0.element.rawValue)' THEN \($0.offset)" }.joined(separator: " ")
    }
}

// As rows and as results.
extension FindingRow {
    public static let columns = [
        Column("finding_id"), Column("kind"),
        Column("severity", paint: Palette.paint("severity")),
        Column("grade", paint: Palette.paint("grade")),
        Column("requests", .number), Column("first_at", isWide: true),
        Column("last_at", isWide: true), Column("summary"), Column("subject", isWide: true),
        Column("api_group", isWide: true), Column("api_version", isWide: true),
        Column("resource", isWide: true), Column("namespace", isWide: true),
        Column("user", isWide: true), Column("user_agent", isWide: true),
        Column("server", isWide: true), Column("run", isWide: true),
    ]

    public func cells(run: String) -> [Cell] {
        [
            .text(id), .text(kind), .text(severity), .text(grade), .integer(requests),
            Cell(firstAt), Cell(lastAt), .text(summary), .text(subject), .text(group),
            .text(version), .text(resource), .text(namespace), .text(user), .text(userAgent),
            .text(server), .text(run),
        ]
    }

    /// Every kind is a rule, so that a clean result says what was looked for.
    public static var source: ResultSource {
        ResultSource(
            tool: "kubeskew", version: toolVersion,
            rules: Finding.Kind.allCases.map { kind in
                ResultRule(
                    id: kind.rawValue, name: RuleBook.page(kind)?.title ?? kind.rawValue,
                    help: help(kind))
            })
    }

    private static func help(_ kind: Finding.Kind) -> String {
        RuleBook.page(kind).map { [$0.cause, $0.evidence, $0.advice].joined(separator: " ") }
            ?? "Run 'kubeskew explain \(kind.rawValue)'."
    }

    public func result(run: String) -> RuleResult {
        let known = Finding.Kind(rawValue: kind)
        let levels: [String: RuleResult.Level] = ["error": .error, "warning": .warning]
        return RuleResult(
            ruleID: kind, ruleName: known.flatMap { RuleBook.page($0)?.title } ?? kind,
            ruleHelp: known.map(FindingRow.help) ?? kind, level: levels[severity] ?? .note,
            message: "\(summary) (\(grade), \(id))", subject: subject, file: file, line: line,
            fingerprint: id,
            properties: [
                ("run", .text(run)), ("grade", .text(grade)), ("requests", .integer(requests)),
                ("first_at", Cell(firstAt)), ("last_at", Cell(lastAt)),
                ("api_group", .text(group)), ("api_version", .text(version)),
                ("resource", .text(resource)), ("namespace", .text(namespace)),
                ("user", .text(user)), ("user_agent", .text(userAgent)),
                ("server", .text(server)),
            ])
    }
}
