import Findings
public import Judgments
public import Output

// Findings as rows and as results for build servers.
extension FindingList {
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
        Column("cluster", isWide: true),
    ]

    public func cells(_ row: ListedFinding) -> [Cell] {
        let finding = row.finding
        return [
            .text(row.id), .text(finding.kind.rawValue), .text(finding.severity.rawValue),
            .text(finding.grade.rawValue), Cell(finding.requests),
            Cell(finding.firstAt.map(instantText)), Cell(finding.lastAt.map(instantText)),
            .text(finding.summary), .text(finding.subject), .text(finding.group),
            .text(finding.version), .text(finding.resource), .text(finding.namespace),
            .text(finding.user), .text(finding.userAgent), .text(finding.server), .text(run),
            .text(cluster),
        ]
    }

    /// Every kind is a rule, so that a clean result says what was looked for.
    public var source: ResultSource {
        ResultSource(
            tool: "kubeskew", version: toolVersion, category: "findings/\(run)",
            rules: Finding.Kind.allCases.map { kind in
                ResultRule(
                    id: kind.rawValue, name: RuleBook.page(kind)?.title ?? kind.rawValue,
                    help: FindingList.help(kind))
            })
    }

    private static func help(_ kind: Finding.Kind) -> String {
        RuleBook.page(kind).map { [$0.cause, $0.evidence, $0.advice].joined(separator: " ") }
            ?? "Run 'kubeskew explain \(kind.rawValue)'."
    }

    public func result(_ row: ListedFinding) -> RuleResult {
        let finding = row.finding
        return RuleResult(
            ruleID: finding.kind.rawValue,
            ruleName: RuleBook.page(finding.kind)?.title ?? finding.kind.rawValue,
            ruleHelp: FindingList.help(finding.kind), level: finding.severity.level,
            message: "\(finding.summary) (\(finding.grade.rawValue), \(row.id))",
            subject: finding.subject, file: row.file, line: row.line, fingerprint: row.id,
            properties: [
                ("run", .text(run)), ("grade", .text(finding.grade.rawValue)),
                ("requests", Cell(finding.requests)),
                ("first_at", Cell(finding.firstAt.map(instantText))),
                ("last_at", Cell(finding.lastAt.map(instantText))),
                ("api_group", .text(finding.group)), ("api_version", .text(finding.version)),
                ("resource", .text(finding.resource)), ("namespace", .text(finding.namespace)),
                ("user", .text(finding.user)), ("user_agent", .text(finding.userAgent)),
                ("server", .text(finding.server)),
            ] + (cluster.isEmpty ? [] : [("cluster", .text(cluster))]))
    }
}

extension Finding.Severity {
    fileprivate var level: RuleResult.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .info: .note
        }
    }
}
