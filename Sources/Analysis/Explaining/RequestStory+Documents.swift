import ControlPlane
public import Output
import Recording

// One request's story for programs and for a ticket.
extension RequestStory {
    public var document: JSONDocument {
        var members: [(key: String, value: JSONDocument)] = [
            ("request_id", .cell(.integer(request.id))), ("at", .text(instantText(request.at))),
            ("server", .text(request.server)), ("verb", .text(request.verb)),
            ("path", .text(request.path)), ("client", .text(request.client)),
            ("status", .cell(request.status.map { .integer($0) } ?? .null)),
            ("not_found", .text(request.notFound)), ("audit_id", .text(request.auditID)),
            ("file", .text(request.source)),
            ("line", .cell(request.position.map { .integer($0) } ?? .null)),
            ("passes", .array(request.passes.map(passDocument))),
            ("control_plane", .text(control.name)), ("verdict", .cell(Cell(verdict))),
        ]
        if let explanation { members += parts(of: explanation) }
        return .object(members)
    }

    private func passDocument(_ pass: RequestWords.Pass) -> JSONDocument {
        .object([
            ("at", .text(instantText(pass.at))), ("server", .text(pass.server)),
            ("status", .cell(pass.status.map { .integer($0) } ?? .null)),
            ("not_found", .text(pass.notFound)),
        ])
    }

    private func parts(of explanation: Explanation) -> [(key: String, value: JSONDocument)] {
        let held = explanation.holdings.map { holding in
            JSONDocument.object([
                ("holds", .text(holding.text)),
                ("since", holding.since == .min ? .cell(.null) : .text(instantText(holding.since))),
                ("facts", .array(holding.facts.map { .text($0) })),
            ])
        }
        let ladder = explanation.steps.map { step in
            JSONDocument.object([
                ("rung", .text(step.text)), ("applies", .text("\(step.applies)")),
                ("facts", .array(step.facts.map { .text($0) })),
            ])
        }
        let others = explanation.others.map { other in
            JSONDocument.object([
                ("server", .text(table.servers[other.server])),
                ("outcomes", .array(other.decision.branches.map { .text(branch($0)) })),
            ])
        }
        return [
            ("held", .array(held)), ("ladder", .array(ladder)),
            ("model", .array(explanation.decision.branches.map { .text(branch($0)) })),
            ("served_by", .array(explanation.servedBy.map { .text(table.servers[$0]) })),
            ("others", .array(others)),
            ("facts", .array(facts(of: explanation).map { .text($0) })),
        ]
    }

    public var markdown: String {
        var text =
            "## \(markdownText("request \(request.id): \(request.verb) \(request.path)"))\n\n"
        let answer = request.status.map(String.init) ?? "no answer was seen"
        for (name, value) in [
            ("at", instantText(request.at)), ("server", request.server),
            ("client", request.client), ("audit id", request.auditID), ("line", request.place),
            ("answered", request.notFound.isEmpty ? answer : "\(answer) (\(request.notFound))"),
            (control.name, verdict ?? ""),
        ] where !value.isEmpty {
            text += "* \(markdownText(name)): \(markdownText(value))\n"
        }
        guard let explanation else { return text }
        text += "\n### The ladder, rung by rung\n\n"
        for step in explanation.steps {
            text += "* \(step.applies): \(markdownText(step.text))\n"
        }
        text += "\n### What the model says\n\n"
        return text
            + explanation.decision.branches.map { "* \(markdownText(branch($0)))\n" }.joined()
    }
}
