import Judgments
import KubeAPI
import Output

extension ReportPage {
    /// How many APIs a page shows in full.
    public static let mostExposed = 40

    /// Clients that are named; the rest are counted.
    public static let mostExposedClients = 4

    /// For how long who could get a wrong 404, whether or not somebody did.
    func exposedTable(_ out: inout Markup) {
        guard runs.contains(where: { $0.figures.exposureCount > 0 }) else { return }
        out.raw("<section id=\"exposed\">\n<h2>What was exposed, and for how long</h2>\n")
        out.element(
            "p", class: "note",
            "APIs that one server served "
                + "while another would have answered 404, from the first such "
                + "moment to the last, with everybody who asked for them then, whichever server "
                + "they reached.", atMost: 300)
        for run in runs {
            if runs.count > 1 { out.element("h3", class: "run-label", label(of: run)) }
            if run.figures.exposureCount == 0 {
                out.element(
                    "p", class: "note",
                    "Nothing: no API that one server served could get a 404 from another.")
            } else {
                table(run, &out)
            }
            let rest =
                run.figures.exposureCount - min(run.figures.exposures.count, ReportPage.mostExposed)
            if rest > 0 {
                out.element(
                    "p", class: "note",
                    "\(Wording.count(rest, "more API")). All of them: "
                        + "kubeskew query \(recording) upgrade/exposed-clients")
            }
        }
        out.raw("</section>\n")
    }

    private func table(_ run: Run, _ out: inout Markup) {
        out.table(
            "data exposed-apis",
            columns: [
                Column("API"), Column("exposed", .number), Column("from and until (UTC)"),
                Column("refused by"), Column("requests", .number), Column("who asked"),
            ]
        ) { out in
            for api in run.figures.exposures.prefix(ReportPage.mostExposed) {
                out.raw("<tr>")
                out.element("td", class: "mono", api.path, atMost: Limits.name)
                out.element("td", class: "n", English.duration(api.length))
                out.element("td", class: "when", Wording.span(api.from, api.until))
                out.element("td", English.list(api.refusing))
                out.raw("<td class=\"n\">")
                out.number(api.requests)
                out.raw("</td><td>")
                for client in api.clients.prefix(ReportPage.mostExposedClients) {
                    asking(client, &out)
                }
                let rest = api.clientCount - min(api.clients.count, ReportPage.mostExposedClients)
                if rest > 0 {
                    out.element("span", class: "under", "and \(Wording.count(rest, "more client"))")
                }
                out.raw("</td></tr>\n")
            }
        }
    }

    private func asking(_ client: Exposure.Client, _ out: inout Markup) {
        out.raw("<div class=\"asking\">")
        out.agent(client.userAgent)
        out.raw(" ")
        out.number(client.requests)
        out.element("span", class: "under", client.user, atMost: Limits.name)
        out.raw("</div>")
    }
}

extension Exposure {
    fileprivate var path: String {
        resourcePath(resource.group, resource.version, resource.resource)
    }
}
