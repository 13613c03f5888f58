/// Orders by start times as coloured tiles.
///
/// Drawn twice, as the timeline is: for wide screens and paper, and for phones.
struct HeatPicture: Picture {
    enum Form { case wide, narrow }

    private let map: PlanPage.HeatMap
    private let form: Form
    /// The most wrong answers of any tile of the page: the darkest colour.
    private let peak: Int

    init(_ map: PlanPage.HeatMap, _ form: Form, peak: Int) {
        self.map = map
        self.form = form
        self.peak = peak
    }

    // MARK: Measures

    private static let steps = 5
    /// Tiles with a text of their own that a pointer shows; beyond these there is the table.
    private static let mostTitles = 4_000

    private var left: Double { form == .wide ? 210 : 0 }
    private var width: Double { form == .wide ? 1_040 : 360 }
    private var tileWidth: Double { (width - left) / Double(max(1, map.starts.count)) }
    private var labelHeight: Double { form == .wide ? 0 : 16 }
    private let tileHeight = 20.0
    private var rowHeight: Double { labelHeight + tileHeight + 3 }
    private var bottom: Double { rowHeight * Double(map.orders.count) }

    // MARK: Drawing

    func draw(_ out: inout Markup) {
        out.raw("<svg role=\"img\"")
        switch form {
        case .wide: out.raw(" class=\"timeline wide\"")
        case .narrow: out.raw(" class=\"timeline narrow\"")
        }
        out.attribute("viewBox", "0 0 \(decimal(width)) \(decimal(bottom + 22))")
        out.attribute("aria-label", description, atMost: 500)
        out.raw(">\n")
        let speaks = map.orders.count * map.starts.count <= HeatPicture.mostTitles
        for (row, order) in map.orders.enumerated() {
            let top = rowHeight * Double(row)
            text(
                clipped(order, to: form == .wide ? 30 : 52), x: 0,
                y: top + (form == .wide ? 14 : 11), "lane-note", &out)
            for (column, tile) in map.tiles[row].enumerated() {
                draw(tile, row: row, column: column, speaks: speaks, &out)
            }
        }
        ticks(&out)
        out.raw("</svg>\n")
    }

    private var description: String {
        let tiles = map.tiles.joined()
        let harmless = tiles.count { $0.wrong + $0.perhapsWrong + $0.lost == 0 }
        return "\(map.title): \(Wording.count(map.orders.count, "order")) by "
            + "\(Wording.count(map.starts.count, "start")). "
            + "\(harmless) of \(tiles.count) cost nothing."
    }

    private func draw(
        _ tile: PlanPage.Tile, row: Int, column: Int, speaks: Bool, _ out: inout Markup
    ) {
        let x = left + tileWidth * Double(column)
        let y = rowHeight * Double(row) + labelHeight
        if speaks { out.raw("<g>") }
        out.raw("<rect")
        out.attribute("class", "heat h\(HeatPicture.step(tile, peak: peak))")
        place(x, y, max(0.6, tileWidth - (tileWidth > 4 ? 1 : 0)), tileHeight, &out)
        out.raw("/>")
        if tile.lost > 0 {
            let middle = x + tileWidth / 2
            let half = min(4, tileWidth / 2)
            let (from, until) = (decimal(middle - half), decimal(y + tileHeight / 2 - 4))
            let (wide, high) = (decimal(half * 2), decimal(8))
            path("cross", "M\(from) \(until)l\(wide) \(high)m0 -\(high)l-\(wide) \(high)", &out)
        }
        guard speaks else { return }
        title(
            "\(map.orders[row]) from \(Wording.instant(map.starts[column])): \(words(tile))", &out)
        out.raw("</g>\n")
    }

    private func words(_ tile: PlanPage.Tile) -> String {
        var text = "\(Wording.count(tile.wrong, "wrong answer")) for certain"
        if tile.perhapsWrong > 0 { text += ", \(grouped(tile.perhapsWrong)) perhaps" }
        if tile.lost > 0 { text += ", \(grouped(tile.lost)) namespaces or owners lost" }
        return text
    }

    /// 0 for nothing; the others by the square root, so that few are told from none and from many.
    private static func step(_ tile: PlanPage.Tile, peak: Int) -> Int {
        let wrong = tile.wrong + tile.perhapsWrong
        guard wrong > 0, peak > 0 else { return 0 }
        let share = (Double(wrong) / Double(peak)).squareRoot()
        return max(1, min(steps, Int((share * Double(steps)).rounded(.up))))
    }

    private func ticks(_ out: inout Markup) {
        let limit = form == .wide ? 8 : 4
        let stride = max(1, (map.starts.count + limit - 1) / limit)
        let isOneDay =
            map.starts.first.map(Wording.date) == map.starts.last.map(Wording.date)
        for column in Swift.stride(from: 0, to: map.starts.count, by: stride) {
            let start = map.starts[column]
            // Without the year, and over days without seconds.
            let label =
                isOneDay
                ? Wording.clock(start) : String(Wording.instant(start).dropFirst(5).prefix(11))
            let half = Double(label.count) * 3.2
            let x = left + tileWidth * (Double(column) + 0.5)
            text(
                label, x: min(max(x, left + half), width - half), y: bottom + 15, "tick", &out)
        }
    }

    // MARK: Key

    /// What the colours mean.
    static func key(peak: Int, _ out: inout Markup) {
        out.raw("<ul class=\"key\">\n")
        var from = 1
        out.raw(
            "<li><svg class=\"swatch\" aria-hidden=\"true\">"
                + "<rect class=\"heat h0\" width=\"14\" height=\"12\"/>")
        out.raw("</svg>none</li>\n")
        for step in 1...steps where peak > 0 {
            let share = Double(step) / Double(steps)
            let until = step == steps ? peak : Int(share * share * Double(peak))
            guard until >= from else { continue }
            out.raw("<li><svg class=\"swatch\" aria-hidden=\"true\"><rect")
            out.attribute("class", "heat h\(step)")
            out.raw(" width=\"14\" height=\"12\"/></svg>")
            out.text(from == until ? grouped(from) : "\(grouped(from)) to \(grouped(until))")
            out.raw("</li>\n")
            from = until + 1
        }
        out.raw(
            "<li><svg class=\"swatch\" aria-hidden=\"true\">"
                + "<path class=\"cross\" d=\"M3 2l8 8m0 -8l-8 8\"/></svg>")
        out.raw("something is lost</li>\n</ul>\n")
    }
}
