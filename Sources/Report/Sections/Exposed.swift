extension ReportPage {
    /// How many APIs a page shows in full.
    public static let mostExposed = 40

    /// An API that some servers served while others refused it, and who asked for it meanwhile.
    public struct ExposedAPI: Sendable {
        /// Clients that are named; the rest are counted.
        public static let mostClients = 4

        public struct Client: Sendable {
            public var user = ""
            public var userAgent = ""
            public var requests = 0

            public init() {}
        }

        public var group = ""
        public var version = ""
        public var resource = ""
        public var from: Int64 = 0
        public var until: Int64 = 0
        /// Between the two, pauses left out.
        public var length: Int64 = 0
        public var refusing: [String] = []
        public var requests = 0
        /// Those with most requests first.
        public var clients: [Client] = []
        public var clientCount = 0

        public init() {}

        var name: String { (group.isEmpty ? "" : group + "/") + version + "/" + resource }
    }

    /// For how long who could get a wrong 404, whether or not somebody did.
    func exposedTable(_ out: inout Markup) {
        guard runs.contains(where: { $0.exposedCount > 0 }) else { return }
        out.raw("<section id=\"exposed\">\n<h2>What was exposed, and for how long</h2>\n")
        out.element(
            "p", class: "note",
            "APIs that one server served while another would have answered 404, from the first such "
                + "moment to the last, with everybody who asked for them then, whichever server "
                + "they reached.", atMost: 300)
        for run in runs {
            if runs.count > 1 { out.element("h3", class: "run-label", label(of: run)) }
            if run.exposedCount == 0 {
                out.element(
                    "p", class: "note",
                    "Nothing: no API that one server served could get a 404 from another.")
            } else {
                table(run, &out)
            }
            let rest = run.exposedCount - min(run.exposed.count, ReportPage.mostExposed)
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
        out.raw(
            "<div class=\"scroll\"><table class=\"data exposed-apis\">\n<thead><tr><th>API</th>"
                + "<th class=\"n\">exposed</th><th>from and until (UTC)</th><th>refused by</th>"
                + "<th class=\"n\">requests</th><th>who asked</th></tr></thead>\n<tbody>\n")
        for api in run.exposed.prefix(ReportPage.mostExposed) {
            out.raw("<tr>")
            out.element("td", class: "mono", api.name, atMost: Limits.name)
            out.element("td", class: "n", Wording.duration(api.length))
            out.element("td", class: "when", Wording.span(api.from, api.until))
            out.element("td", Wording.list(api.refusing))
            out.raw("<td class=\"n\">")
            out.number(api.requests)
            out.raw("</td><td>")
            for client in api.clients.prefix(ExposedAPI.mostClients) { asking(client, &out) }
            let rest = api.clientCount - min(api.clients.count, ExposedAPI.mostClients)
            if rest > 0 {
                out.element("span", class: "under", "and \(Wording.count(rest, "more client"))")
            }
            out.raw("</td></tr>\n")
        }
        out.raw("</tbody></table></div>\n")
    }

    private func asking(_ client: ExposedAPI.Client, _ out: inout Markup) {
        out.raw("<div class=\"asking\">")
        out.agent(client.userAgent)
        out.raw(" ")
        out.number(client.requests)
        out.element("span", class: "under", client.user, atMost: Limits.name)
        out.raw("</div>")
    }
}
