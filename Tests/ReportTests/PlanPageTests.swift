import Judgments
import Output
import Report
import Testing

@Suite("The page of a comparison of plans")
struct PlanPageTests {
    static var page: PlanPage {
        var page = PlanPage()
        page.recording = "week <1>.db"
        page.command = "kubeskew plan week.db --to 1.36"
        page.headline = Headline(mood: .bad, sentence: "Best: cp-1, cp-2: 3 wrong 404s.")
        page.lede = "288 plans"
        page.evidence = [
            Evidence(.noReads, .blocks, summary: "no GET was recorded", effect: "reads are unseen"),
            Evidence(.noBodies, .notes, summary: "a note", effect: "nothing"),
        ]
        var map = PlanPage.HeatMap()
        map.title = "The proxy off"
        map.orders = ["cp-1, cp-2", "cp-2, cp-1"]
        map.starts = (0..<60).map { Sample.start + $0 * 900_000_000_000 }
        map.tiles = (0..<2).map { order in
            (0..<60).map { .init(wrong: $0 * (order + 1), perhapsWrong: 0, lost: $0 / 59) }
        }
        map.startsPerColumn = 4
        map.ordersLeftOut = 5
        page.maps = [map]
        page.chosen.words = "cp-1, cp-2 from 02:00"
        page.chosen.from = Sample.start
        page.chosen.until = Sample.start + 600_000_000_000
        page.chosen.lanes = [
            .init(
                server: "cp-1",
                processes: [
                    .init(
                        release: "1.35", from: 0, readyAt: 0, until: Sample.start + 60_000_000_000),
                    .init(
                        release: "1.36", from: Sample.start + 66_000_000_000,
                        readyAt: Sample.start + 70_000_000_000, until: nil),
                ])
        ]
        page.chosen.facts = [("going back", "is free")]
        page.chosen.clients = [
            .init(
                name: "velero/<b>", wrong: 3, perhapsWrong: 1, servers: ["cp-2"],
                resources: ["g/v1/things"])
        ]
        page.changes = ["2 clients ask for more.", "predicted: g/v1/things"]
        page.columns = [Column("rank", .number), Column("order")]
        page.rows = [[1, "cp-1,cp-2"], [2, "cp-2,cp-1"]]
        return page
    }

    private var html: String { String(decoding: Self.page.rendered(), as: UTF8.self) }

    @Test("has the best plan, its timeline, who suffers and what limits it")
    func contents() {
        for text in [
            "<h1>Best: cp-1, cp-2: 3 wrong 404s.</h1>", "week &lt;1&gt;.db", "288 plans",
            "no GET was recorded; reads are unseen", "cp-1, cp-2 from 02:00",
            "cp-1 ran 1.35, then 1.36", "velero/&lt;b&gt;", "g/v1/things", "is free",
            "2 clients ask for more.", "predicted: g/v1/things", "cp-2,cp-1",
            "kubeskew plan week.db --to 1.36",
        ] {
            #expect(html.contains(text), "\(text) is missing")
        }
        #expect(!html.contains("a note"))
    }

    @Test("has a tile for every order and start, darker for more, crossed where something is lost")
    func tiles() {
        // In two sizes, and one of each colour in the key.
        #expect(html.ranges(of: "class=\"heat h").count == 2 * 2 * 60 + 6)
        #expect(html.ranges(of: "class=\"heat h0\"").count == 2 * 2 + 1)
        #expect(html.ranges(of: "class=\"cross\"").count == 2 * 2 + 1)
        #expect(html.contains("The proxy off: 2 orders by 60 starts. 2 of 120 cost nothing."))
        #expect(html.contains("118 wrong answers for certain, 1 namespaces or owners lost"))
        #expect(html.contains("A column shows the best of 4 starts."))
        #expect(html.contains("5 orders that cost more are left out."))
    }

    @Test("survives a page without plans")
    func empty() {
        let page = String(decoding: PlanPage().rendered(), as: UTF8.self)
        #expect(page.hasSuffix("</html>\n") && !page.contains("class=\"heat"))
    }
}
