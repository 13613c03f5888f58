import Judgments

extension ReportPage {
    /// The numbers that people ask for first: one column for each run.
    func figures(_ out: inout Markup) {
        guard !runs.isEmpty else { return }
        out.raw("<section class=\"figures\" aria-label=\"Key figures\">\n<table>\n")
        if runs.count > 1 {
            out.raw("<thead><tr><td></td>")
            for run in runs {
                out.raw("<th scope=\"col\">")
                out.text(label(of: run), atMost: Limits.name)
                out.raw("</th>")
            }
            out.raw("</tr></thead>\n")
        }
        out.raw("<tbody>\n")
        for figure in Figure.allCases where isWorthSaying(figure) {
            out.raw("<tr><th scope=\"row\">")
            out.text(figure.rawValue)
            out.raw("</th>")
            for run in runs { cell(figure.value(in: run, of: self), &out) }
            out.raw("</tr>\n")
        }
        out.raw("</tbody>\n</table>\n</section>\n")
    }

    /// Name and values of each figure, as text.
    var figureRows: [[String]] {
        Figure.allCases.filter(isWorthSaying).map { figure in
            [figure.rawValue]
                + runs.map { run in
                    let value = figure.value(in: run, of: self)
                    return value.note.isEmpty ? value.text : "\(value.text) (\(value.note))"
                }
        }
    }

    private func isWorthSaying(_ figure: Figure) -> Bool {
        figure.isAlwaysShown || runs.contains { figure.value(in: $0, of: self).number > 0 }
    }

    private func cell(_ value: Figure.Value, _ out: inout Markup) {
        out.raw(value.isBad ? "<td class=\"bad\">" : "<td>")
        out.element("span", class: "value", value.text)
        if !value.note.isEmpty { out.element("span", class: "note", value.note) }
        out.raw("</td>")
    }
}

private enum Figure: String, CaseIterable {
    case deleted = "Objects deleted by mistake"
    case namespaces = "Namespaces removed too early"
    case wrong404 = "Wrong 404s"
    case wrong503 = "503s from the proxy"
    case looped = "Requests in a loop"
    case clients = "Clients affected"
    case proxied = "Forwarded to a peer"
    case exposure = "Servers disagreed for"

    struct Value {
        var number: Int
        var text: String
        var note = ""
        var isBad = false
    }

    var isAlwaysShown: Bool {
        switch self {
        case .deleted, .wrong404, .clients, .exposure: true
        default: false
        }
    }

    func value(in run: ReportPage.Run, of page: ReportPage) -> Value {
        switch self {
        case .deleted:
            var counts = GradeCounts()
            for victims in run.figures.victims { counts.add(victims.count, victims.grade) }
            return Value(counts, isBad: true)
        case .namespaces: return Value(run.figures.leakedNamespaces, isBad: true)
        case .wrong404: return value(of: .wrongNotFound, in: run, isBad: true)
        case .wrong503: return value(of: .unavailable, in: run, isBad: true)
        case .looped: return value(of: .looped, in: run, isBad: true)
        case .proxied: return value(of: .proxied, in: run, isBad: false)
        case .clients:
            let count = run.figures.clientCount
            return Value(number: count, text: grouped(count), isBad: count > 0)
        case .exposure:
            let mixed = MixedReleases(run.lanes, from: page.firstAt, until: page.lastAt)
            return Value(
                number: mixed.total > 0 ? 1 : 0,
                text: mixed.total > 0 ? English.duration(mixed.total) : "never",
                note: mixed.windows.first.flatMap { first in
                    mixed.windows.last.map { Wording.span(first.from, $0.until) }
                } ?? "")
        }
    }

    private func value(of outcome: Outcome, in run: ReportPage.Run, isBad: Bool) -> Value {
        let (certain, possible) = run.figures.count(of: outcome)
        return Value(
            number: certain + possible, text: grouped(certain),
            note: possible > 0 ? "and \(grouped(possible)) possible" : "",
            isBad: isBad && certain > 0)
    }
}

extension Figure.Value {
    fileprivate init(_ counts: GradeCounts, isBad: Bool) {
        number = counts.sure + counts.possible
        text = grouped(counts.sure)
        self.isBad = isBad && counts.sure > 0
        var notes: [String] = []
        if counts.observed > 0, counts.predicted > 0 {
            notes.append("\(grouped(counts.observed)) of them observed")
        } else if counts.predicted > 0 {
            notes.append("predicted")
        }
        if counts.possible > 0 { notes.append("\(grouped(counts.possible)) more exposed") }
        note = notes.joined(separator: ", ")
    }
}
