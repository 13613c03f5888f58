import Judgments

extension ReportPage {
    /// Who got wrong answers: names, not counts alone.
    func clientTable(_ out: inout Markup) {
        guard runs.contains(where: { !$0.figures.clients.isEmpty }) else { return }
        out.raw("<section id=\"who\">\n<h2>Who is affected</h2>\n")
        for run in runs where !run.figures.clients.isEmpty {
            if runs.count > 1 { out.element("h3", class: "run-label", label(of: run)) }
            table(run, &out)
            let rest = run.figures.clientCount - min(run.figures.clients.count, Limits.clients)
            if rest > 0 {
                out.element(
                    "p", class: "note",
                    "\(Wording.count(rest, "more client")). All of them: "
                        + "kubeskew query \(recording) clients/who-suffers")
            }
        }
        out.raw("</section>\n")
    }

    private func table(_ run: Run, _ out: inout Markup) {
        let columns: [(name: String, count: (Sufferer) -> Int)] = [
            ("wrong 404", { $0.wrong404 }), ("wrong 503", { $0.wrong503 }),
            ("looped", { $0.looped }), ("server down", { $0.unreachable }),
        ].filter { column in run.figures.clients.contains { column.1($0) > 0 } }
        out.raw("<div class=\"scroll\"><table class=\"data who\">\n<thead><tr><th>client</th>")
        for column in columns {
            out.raw("<th class=\"n\">")
            out.text(column.name)
            out.raw("</th>")
        }
        out.raw("<th>first to last (UTC)</th><th>asked for</th></tr></thead>\n<tbody>\n")
        for client in run.figures.clients.prefix(Limits.clients) {
            out.raw("<tr><td>")
            out.agent(client.userAgent)
            out.element("span", class: "under", client.user, atMost: Limits.name)
            out.raw("</td>")
            for column in columns {
                out.raw("<td class=\"n\">")
                out.number(column.count(client))
                out.raw("</td>")
            }
            out.element("td", class: "when", Wording.span(client.firstAt, client.lastAt))
            out.element("td", class: "mono", English.list(client.resources, atMost: 3))
            out.raw("</tr>\n")
        }
        out.raw("</tbody></table></div>\n")
    }
}

extension Markup {
    /// The name that a client gives itself.
    mutating func agent(_ userAgent: String) {
        element(
            "strong", userAgent.isEmpty ? "(no user agent)" : userAgent, atMost: Limits.name)
    }
}
