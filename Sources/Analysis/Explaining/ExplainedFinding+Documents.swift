import Findings
public import Judgments
public import Output

// A finding with the requests that it rests on, for programs and for a ticket.
extension FindingCase {
    public func document(run: String) -> JSONDocument {
        .object([
            ("finding_id", .text(id)), ("run", .text(run)), ("kind", .text(finding.kind.rawValue)),
            ("severity", .text(finding.severity.rawValue)),
            ("grade", .text(finding.grade.rawValue)), ("subject", .text(finding.subject)),
            ("summary", .text(finding.summary)),
            ("first_at", .cell(Cell(finding.firstAt.map(instantText)))),
            ("last_at", .cell(Cell(finding.lastAt.map(instantText)))),
            ("victims", .array(finding.victims.map(victimDocument))),
            ("risks", .array(finding.risks.map(riskDocument))),
            ("requests", .array(exhibits.map(\.document))),
            ("advice", .text(RuleBook.page(finding.kind)?.advice ?? "")),
            ("facts", .array((RuleBook.page(finding.kind)?.facts ?? []).map { .text($0) })),
        ])
    }

    private func victimDocument(_ victim: Finding.Victim) -> JSONDocument {
        .object([
            ("resource", .text(victim.object.resource)),
            ("namespace", .text(victim.object.namespace)), ("name", .text(victim.object.name)),
            ("uid", .text(victim.object.uid)), ("grade", .text(victim.grade.rawValue)),
            ("deleted_at", .cell(Cell(victim.deletedAt.map(instantText)))),
        ])
    }

    private func riskDocument(_ risk: Finding.NamespaceRisk) -> JSONDocument {
        .object([
            ("api_group", .text(risk.group)), ("api_version", .text(risk.version)),
            ("resource", .text(risk.resource)), ("reason", .text(risk.reason)),
        ])
    }

    public func markdown(run: String) -> String {
        var text = "## \(markdownText("\(finding.kind.rawValue): \(finding.summary)"))\n\n"
        text += "\(id), \(finding.severity.rawValue), \(finding.grade.rawValue), run "
        text += "\(markdownText(run)), \(English.count(finding.requests, "request"))\n"
        if !finding.victims.isEmpty || !finding.risks.isEmpty {
            text += "\n### What it did\n\n"
            text += (finding.victims.map(victim) + finding.risks.map(risk)).map {
                "* \(markdownText($0))\n"
            }.joined()
        }
        text += "\n### The requests that show it\n\n"
        text += "| at | server | request | status | shows | audit id | line |\n"
        text += "| --- | --- | --- | ---: | --- | --- | --- |\n"
        text += exhibits.map(\.markdown).joined()
        if let page = RuleBook.page(finding.kind) {
            text += "\n### What to do\n\n\(page.advice)\n"
        }
        return text
    }
}

extension Exhibit {
    fileprivate var document: JSONDocument {
        .object([
            ("request_id", .cell(.integer(request))), ("at", .text(instantText(at))),
            ("server", .text(server)), ("verb", .text(verb)), ("path", .text(path)),
            ("status", .cell(status == 0 ? .null : Cell(status))), ("role", .text(role.rawValue)),
            ("audit_id", .text(auditID)), ("file", .text(source)),
            ("line", .cell(.integer(position))), ("reason", .text(reason)),
        ])
    }

    /// `audit-cp-1.log.gz:4186`.
    var place: String { source.isEmpty ? "" : "\(source):\(position)" }

    fileprivate var markdown: String {
        let cells = [
            instantText(at), server, "\(verb) \(path)", status == 0 ? "" : String(status),
            role.rawValue, auditID, place,
        ]
        return "| \(cells.map(markdownText).joined(separator: " | ")) |\n"
    }
}
