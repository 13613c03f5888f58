public import Judgments
public import Output

/// Ways to upgrade side by side, as one HTML page: where and when what would break, and the plan
/// to choose as a timeline.
public struct PlanPage: Sendable {
    public var recording = ""
    /// How to go on.
    public var command = ""
    public var toolVersion = ""
    public var madeAt: Int64 = 0
    public var headline = Headline(mood: .good, sentence: "")
    /// What was compared, in a sentence.
    public var lede = ""
    /// What limits it, the weightiest first.
    public var evidence: [Evidence] = []
    public var maps: [HeatMap] = []
    public var chosen = Chosen()
    /// What the target changes: sentences, the first one the sum of them.
    public var changes: [String] = []
    public var columns: [Column] = []
    public var rows: [[Cell]] = []

    public init() {}

    /// Orders by start times under one setting.
    public struct HeatMap: Sendable {
        public var title = ""
        /// Each row is an order.
        public var orders: [String] = []
        /// The starts of the columns, ascending.
        public var starts: [Int64] = []
        /// By order and start.
        public var tiles: [[Tile]] = []
        /// How many starts a column stands for; it shows the best of them.
        public var startsPerColumn = 1
        /// Orders that did not fit.
        public var ordersLeftOut = 0

        public init() {}
    }

    /// What one order costs at one start.
    public struct Tile: Sendable, Equatable {
        public var wrong: Int
        public var perhapsWrong: Int
        /// Namespaces and owners, lost for certain or perhaps.
        public var lost: Int

        public init(wrong: Int, perhapsWrong: Int, lost: Int) {
            self.wrong = wrong
            self.perhapsWrong = perhapsWrong
            self.lost = lost
        }
    }

    /// The plan at the head of the ranking.
    public struct Chosen: Sendable {
        public var words = ""
        public var lanes: [ReportPage.Lane] = []
        public var from: Int64 = 0
        public var until: Int64 = 0
        /// What to know of it: a name and a sentence each.
        public var facts: [(name: String, text: String)] = []
        /// Who would get wrong answers.
        public var clients: [Client] = []

        public init() {}
    }

    public struct Client: Sendable {
        public var name: String
        public var wrong: Int
        public var perhapsWrong: Int
        public var servers: [String]
        public var resources: [String]

        public init(
            name: String, wrong: Int, perhapsWrong: Int, servers: [String], resources: [String]
        ) {
            self.name = name
            self.wrong = wrong
            self.perhapsWrong = perhapsWrong
            self.servers = servers
            self.resources = resources
        }
    }
}

extension PlanPage {
    /// The page as UTF-8: complete, without any other file.
    public func rendered() -> [UInt8] {
        PageFrame.rendered(title: recording) { out in
            out.raw("<header class=\"masthead\">\n")
            PageFrame.bar(recording, &out)
            out.verdict(headline, label: nil, level: 1)
            out.element("p", class: "lede", lede)
            limits(&out)
            out.raw("</header>\n")
            chosenPlan(&out)
            heatMaps(&out)
            targetChanges(&out)
            table(&out)
            PageFrame.colophon(
                toolVersion, madeAt,
                ask: [command], &out)
        }
    }

    private func limits(_ out: inout Markup) {
        let shown = evidence.filter { $0.weight != .notes }
        guard !shown.isEmpty else { return }
        out.raw("<ul class=\"sentences\">\n")
        for one in shown {
            out.raw("<li class=\"doubt\">")
            out.text("\(one.summary); \(one.effect)", atMost: 400)
            out.raw("</li>\n")
        }
        out.raw("</ul>\n")
    }

    private func chosenPlan(_ out: inout Markup) {
        out.raw("<section id=\"chosen\">\n<h2>The plan that costs least</h2>\n")
        out.element("p", class: "note", chosen.words, atMost: 400)
        var page = ReportPage()
        page.firstAt = chosen.from
        page.lastAt = chosen.until
        var run = ReportPage.Run()
        run.lanes = chosen.lanes
        page.runs = [run]
        out.raw("<figure>\n")
        TimelinePicture(page, run, .wide, identity: 0).draw(&out)
        TimelinePicture(page, run, .narrow, identity: 0).draw(&out)
        out.raw("</figure>\n")
        out.raw("<dl class=\"about\">\n")
        for fact in chosen.facts {
            out.raw("<div>")
            out.element("dt", fact.name)
            out.element("dd", fact.text, atMost: 600)
            out.raw("</div>\n")
        }
        out.raw("</dl>\n")
        clients(&out)
        out.raw("</section>\n")
    }

    private func clients(_ out: inout Markup) {
        guard !chosen.clients.isEmpty else { return }
        out.raw("<h3>Who would get wrong answers in it</h3>\n")
        out.table(
            "data who",
            columns: [
                Column("client"), Column("certain", .number), Column("perhaps", .number),
                Column("from"), Column("asked for"),
            ]
        ) { out in
            for client in chosen.clients.prefix(Limits.clients) {
                out.raw("<tr><td>")
                out.agent(client.name)
                out.raw("</td><td class=\"n\">")
                out.number(client.wrong)
                out.raw("</td><td class=\"n\">")
                out.number(client.perhapsWrong)
                out.raw("</td>")
                out.element("td", English.list(client.servers))
                out.element("td", class: "mono", English.list(client.resources, atMost: 3))
                out.raw("</tr>\n")
            }
        }
    }

    private func heatMaps(_ out: inout Markup) {
        guard maps.contains(where: { $0.starts.count > 1 || $0.orders.count > 1 }) else { return }
        out.raw("<section id=\"map\">\n<h2>Order by start</h2>\n")
        out.raw(
            "<p class=\"note\">Each row is an order of the servers, each column a time at which "
                + "the first one stops, in UTC. The darker, the more requests would get a wrong "
                + "answer; a cross marks that namespaces or objects would be lost.</p>\n")
        let peak = maps.flatMap { $0.tiles.joined() }.map { $0.wrong + $0.perhapsWrong }.max() ?? 0
        HeatPicture.key(peak: peak, &out)
        for map in maps {
            out.element("h3", map.title)
            out.raw("<figure>\n")
            HeatPicture(map, .wide, peak: peak).draw(&out)
            HeatPicture(map, .narrow, peak: peak).draw(&out)
            out.raw("</figure>\n")
            var notes: [String] = []
            if map.startsPerColumn > 1 {
                notes.append("A column shows the best of \(map.startsPerColumn) starts.")
            }
            if map.ordersLeftOut > 0 {
                notes.append(
                    "\(Wording.count(map.ordersLeftOut, "order")) that cost more are left out.")
            }
            if !notes.isEmpty {
                out.element("p", class: "note", notes.joined(separator: " "))
            }
        }
        out.raw("</section>\n")
    }

    private func targetChanges(_ out: inout Markup) {
        guard let first = changes.first else { return }
        out.raw("<section id=\"changes\">\n<h2>What the new release changes</h2>\n")
        out.element("p", class: "lede", first, atMost: 700)
        if changes.count > 1 {
            out.raw("<ul class=\"changes\">\n")
            for change in changes.dropFirst() { out.element("li", change, atMost: 400) }
            out.raw("</ul>\n")
        }
        out.raw("</section>\n")
    }

    private func table(_ out: inout Markup) {
        out.raw(
            "<section id=\"ranking\">\n<h2>The ranking</h2>\n<div class=\"scroll\" tabindex=\"0\">"
                + "<table class=\"data\">\n<thead><tr>")
        for column in columns {
            out.raw("<th scope=\"col\"")
            if column.kind == .number { out.raw(" class=\"n\"") }
            out.raw(">")
            out.text(String(column.name.map { $0 == "_" ? " " : $0 }))
            out.raw("</th>")
        }
        out.raw("</tr></thead>\n<tbody>\n")
        for row in rows {
            out.raw("<tr>")
            for (cell, column) in zip(row, columns) {
                out.raw("<td")
                out.raw(column.kind == .number ? " class=\"n\">" : " class=\"when\">")
                write(cell, &out)
                out.raw("</td>")
            }
            out.raw("</tr>\n")
        }
        out.raw("</tbody></table></div>\n</section>\n")
    }

    private func write(_ cell: Cell, _ out: inout Markup) {
        switch cell {
        case .null: break
        case .integer(let value): out.number(Int(value))
        case .real(let value): out.number(value)
        case .text(let text): out.text(text)
        case .boolean(let value): out.text(value ? "yes" : "no")
        }
    }
}
