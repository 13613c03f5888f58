import Judgments
import Output

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

    /// Clients by the servers that they asked: the darker, the more wrong answers.
    private func table(_ run: Run, _ out: inout Markup) {
        let servers = run.askedServers
        let shown = Array(servers.prefix(Limits.askedServers))
        let clients = run.figures.clients.prefix(Limits.clients)
        let peak = clients.flatMap(\.servers).map(\.requests).max() ?? 0
        let others = servers.count > shown.count ? ["others"] : []
        let columns =
            [Column("client")] + (shown + others).map { Column($0, .number) }
            + [
                Column("wrong answers", .number), Column("first to last (UTC)"),
                Column("asked for"),
            ]
        out.table("data who", columns: columns) { out in
            for client in clients {
                out.raw("<tr><th scope=\"row\">")
                out.agent(client.userAgent)
                out.element("span", class: "under", client.user, atMost: Limits.name)
                out.raw("</th>")
                for server in shown {
                    tile(
                        client.servers.first { $0.name == server }?.requests ?? 0, peak: peak, &out)
                }
                if servers.count > shown.count {
                    let others = client.servers.filter { !shown.contains($0.name) }
                    tile(others.reduce(0) { $0 + $1.requests }, peak: peak, &out)
                }
                sums(client, &out)
                out.element("td", class: "when", Wording.span(client.firstAt, client.lastAt))
                out.element("td", class: "mono", English.list(client.resources, atMost: 3))
                out.raw("</tr>\n")
            }
        }
    }

    private func tile(_ requests: Int, peak: Int, _ out: inout Markup) {
        let step = requests <= 0 ? 0 : min(5, 1 + requests * 4 / max(1, peak))
        out.raw("<td")
        out.attribute("class", "n tile t\(step)")
        out.raw(">")
        if requests > 0 { out.number(requests) }
        out.raw("</td>")
    }

    /// All of a client's wrong answers, and of which kind they are.
    private func sums(_ client: Sufferer, _ out: inout Markup) {
        let kinds = [
            (client.wrong404, "wrong 404"), (client.wrong503, "wrong 503"),
            (client.looped, "loop"), (client.unreachable, "server down"),
        ].filter { $0.0 > 0 }
        out.raw("<td class=\"n\">")
        out.number(client.all)
        let words = kinds.map { kinds.count > 1 ? "\(grouped($0.0)) \($0.1)" : $0.1 }
        out.element("span", class: "under", words.joined(separator: ", "))
        out.raw("</td>")
    }
}

extension Markup {
    /// The name that a client gives itself.
    mutating func agent(_ userAgent: String) {
        element(
            "strong", userAgent.isEmpty ? "(no user agent)" : userAgent, atMost: Limits.name)
    }
}
