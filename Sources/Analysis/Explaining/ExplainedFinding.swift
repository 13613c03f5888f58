import Findings
public import Judgments
public import Output

// A finding with the requests that it rests on, as `explain` tells it.
extension FindingCase {
    public func text(run: String, _ paint: Paint) -> String {
        var text =
            paint(.bold, displaySafe("\(finding.kind.rawValue): \(finding.summary)")) + "\n"
        text += head(run).filter { !$0.value.isEmpty }.map {
            "  \($0.name): \(displaySafe($0.value))\n"
        }.joined()
        text += list("What it did", finding.victims.map(victim) + finding.risks.map(risk), paint)
        text += list("The requests that show it", exhibits.map(line), paint)
        guard let page = RuleBook.page(finding.kind) else { return text }
        text += "\n" + paint(.bold, "What to do") + "\n" + wrapped(page.advice, indent: "  ")
        return text + factsText(page.facts, paint)
    }

    private func head(_ run: String) -> [(name: String, value: String)] {
        [
            ("run", run), ("severity", finding.severity.rawValue),
            ("grade", finding.grade.rawValue), ("subject", finding.subject),
            ("requests", String(finding.requests)),
            ("first", finding.firstAt.map(instantText) ?? ""),
            ("last", finding.lastAt.map(instantText) ?? ""),
        ]
    }

    func victim(_ victim: Finding.Victim) -> String {
        let object = victim.object
        let name = object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
        let deleted = victim.deletedAt.map { ", deleted at \(instantText($0))" } ?? ""
        return "\(object.resource) \(name) (\(victim.grade.rawValue)\(deleted))"
    }

    func risk(_ risk: Finding.NamespaceRisk) -> String {
        "\(risk.resource).\(risk.version)\(risk.group.isEmpty ? "" : ".\(risk.group)"): "
            + risk.reason
    }

    private func line(_ exhibit: Exhibit) -> String {
        [
            instantText(exhibit.at), exhibit.server, "\(exhibit.verb) \(exhibit.path)",
            exhibit.status == 0 ? "" : String(exhibit.status), "request \(exhibit.request)",
            "[\(exhibit.role.rawValue)]", exhibit.place,
        ].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private func list(_ title: String, _ lines: [String], _ paint: Paint) -> String {
        guard !lines.isEmpty else { return "" }
        return "\n" + paint(.bold, title) + "\n" + lines.map { "  \(displaySafe($0))\n" }.joined()
    }
}
