import Judgments
import KubeAPI

/// Servers as lanes over time: releases, exposure, wrong answers, forwarded requests, deletions.
///
/// Drawn twice, for wide screens and paper and for phones; the style shows one of them. Colours
/// come from classes, so that both themes have their own.
struct TimelinePicture: Picture {
    enum Form { case wide, narrow }

    /// All of the time; the same, small, above a detail; the detail.
    enum Scene { case whole, overview, detail }

    private let page: ReportPage
    private let run: ReportPage.Run
    private let form: Form
    private let scene: Scene
    private let stretch: ReportPage.Stretch
    private let identity: Int
    private let axis: TimeAxis
    private let releases: [String]
    private let lanes: [ReportPage.Lane]
    private let consequences: [ReportPage.Series]
    private let moments: [ControllerMoment]

    /// Marks with a text of their own that a pointer shows; beyond these they are one shape.
    private static let mostTitles = 1_200

    init(
        _ page: ReportPage, _ run: ReportPage.Run, _ form: Form, _ scene: Scene = .whole,
        identity: Int
    ) {
        self.page = page
        self.run = run
        self.form = form
        self.scene = scene
        self.identity = identity
        let stretch = scene == .detail ? page.detail ?? page.whole : page.whole
        self.stretch = stretch
        let left = form == .wide ? 96.0 : 0
        axis = TimeAxis(
            from: stretch.from, until: stretch.until, left: left,
            width: (form == .wide ? 1_040 : 360) - left - 8)
        releases = TimelinePicture.releases(of: page)
        lanes = Array(run.lanes.prefix(Limits.lanes))
        let all = scene == .detail ? run.detailConsequences : run.consequences
        consequences = scene == .overview ? [] : all.filter { !$0.points.isEmpty }
        let shown = page.moments.lazy.filter { $0.at >= stretch.from && $0.at <= stretch.until }
        moments = scene == .overview ? [] : Array(shown.prefix(Limits.moments))
    }

    /// The releases of all runs, oldest first: the same colour wherever one appears.
    static func releases(of page: ReportPage) -> [String] {
        let all = Set(page.runs.flatMap(\.lanes).flatMap(\.processes).map(\.release))
        return all.sorted { left, right in
            guard let first = Release(left), let second = Release(right), first != second else {
                return left < right
            }
            return first < second
        }
    }

    // MARK: Measures

    private var width: Double { axis.left + axis.width + 8 }
    private var exposureTop: Double { 22 }
    private var isSmall: Bool { scene == .overview }
    private var consequenceHeight: Double { consequences.isEmpty ? 6 : 46 }
    private var momentTop: Double { exposureTop + consequenceHeight }
    private var momentHeight: Double { moments.isEmpty ? 0 : 24 }
    private var firstLaneTop: Double { momentTop + momentHeight }
    private var labelHeight: Double { form == .wide ? 0 : 18 }
    private var marksHeight: Double { isSmall ? 14 : 34 }
    private var barHeight: Double { isSmall ? 9 : 18 }
    private var trafficHeight: Double { isSmall ? 0 : 16 }
    private var laneHeight: Double {
        labelHeight + marksHeight + barHeight + trafficHeight + (isSmall ? 4 : 16)
    }
    private var lanesBottom: Double { firstLaneTop + laneHeight * Double(lanes.count) }
    private var height: Double { lanesBottom + 24 }

    // MARK: Drawing

    func draw(_ out: inout Markup) {
        out.raw("<svg role=\"img\"")
        switch form {
        case .wide: out.raw(" class=\"timeline wide\"")
        case .narrow: out.raw(" class=\"timeline narrow\"")
        }
        out.attribute("viewBox", "0 0 \(decimal(width)) \(decimal(height))")
        out.attribute("aria-label", description, atMost: 600)
        // By these the page's script zooms; instants in milliseconds.
        out.attribute("data-left", axis.left)
        out.attribute("data-width", axis.width)
        out.attribute("data-bottom", lanesBottom)
        out.attribute("data-from", String(stretch.from / 1_000_000))
        out.attribute("data-until", String(stretch.until / 1_000_000))
        out.raw(">\n")
        definitions(&out)
        exposure(&out)
        ticks(&out)
        if !consequences.isEmpty { drawConsequences(&out) }
        if !moments.isEmpty { drawMoments(&out) }
        let peak = marksPeak
        let trafficPeak = trafficPeak
        for (index, lane) in lanes.enumerated() {
            let top = firstLaneTop + laneHeight * Double(index)
            draw(lane, top: top, marksPeak: peak, trafficPeak: trafficPeak, &out)
        }
        out.raw("</svg>\n")
    }

    /// What a person who cannot see the picture is told.
    private var description: String {
        let servers = lanes.map { lane in
            var releases: [String] = []
            for process in lane.processes where releases.last != process.release {
                releases.append(process.release)
            }
            return "\(lane.server) ran \(releases.joined(separator: ", then "))"
        }
        let start = isSmall ? "Overview" : "Timeline"
        return
            "\(start) from \(Wording.instant(stretch.from)) to \(Wording.instant(stretch.until)). "
            + English.list(servers, atMost: 12) + "."
    }

    private func definitions(_ out: inout Markup) {
        out.raw("<defs><pattern")
        out.attribute("id", patternName)
        out.raw(
            " width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                + "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"5\" class=\"hatch\"/>"
                + "</pattern><clipPath")
        out.attribute("id", "\(patternName)c")
        out.raw("><rect")
        place(axis.left, 0, axis.width, height, &out)
        out.raw("/></clipPath></defs>\n")
    }

    private var patternName: String {
        let part = scene == .overview ? "o" : scene == .detail ? "d" : "a"
        return "h\(identity)\(part)\(form == .wide ? "w" : "n")"
    }

    private func exposure(_ out: inout Markup) {
        let mixed = MixedReleases(run.lanes, from: stretch.from, until: stretch.until)
        let limit = 40
        for window in mixed.windows.prefix(limit) {
            let left = axis.x(window.from)
            let right = max(left + 1, axis.x(window.until))
            rectangle(
                "exposed", left, exposureTop - 4, right - left, lanesBottom - exposureTop, &out)
            rectangle("exposed-edge", left, exposureTop - 5, right - left, 2, &out)
        }
        if isSmall { return detailFrame(&out) }
        guard let first = mixed.windows.first else { return }
        let label =
            "servers disagreed for \(English.duration(mixed.total))"
            + (mixed.windows.count > 1 ? " in all" : "")
        let x = min(axis.x(first.from), axis.left + axis.width - Double(label.count) * 6.1)
        text(label, x: max(axis.left, x), y: exposureTop - 9, "exposed-label", &out)
    }

    /// Which part of the overview the picture below it shows.
    private func detailFrame(_ out: inout Markup) {
        guard let detail = page.detail else { return }
        let left = axis.x(detail.from)
        let right = max(left + 3, axis.x(detail.until))
        rectangle("frame", left, exposureTop - 6, right - left, lanesBottom - exposureTop + 4, &out)
        let label = "in detail below"
        let x = min(left, axis.left + axis.width - Double(label.count) * 6.1)
        text(label, x: max(axis.left, x), y: exposureTop - 10, "exposed-label", &out)
    }

    private func ticks(_ out: inout Markup) {
        for tick in axis.ticks(atMost: form == .wide ? 9 : 4) {
            line("grid", tick.x, exposureTop, tick.x, lanesBottom - 6, &out)
            let half = Double(tick.label.count) * 3.2
            let x = min(max(tick.x, axis.left + half), axis.left + axis.width - half)
            text(tick.label, x: x, y: lanesBottom + 10, "tick", &out)
        }
    }

    /// Deletions and removed namespaces, above all lanes: they are nobody's but etcd's.
    private func drawConsequences(_ out: inout Markup) {
        let baseline = exposureTop + 34
        if form == .wide {
            text("consequences", x: 0, y: baseline, "lane-note", &out)
        }
        line("lane-line", axis.left, baseline + 4, axis.left + axis.width, baseline + 4, &out)
        for series in consequences {
            let points = merged(series.points)
            for point in points { mark(series.mark, point, baseline: baseline, &out) }
            for group in neighbours(points) {
                let label = consequence(series.mark, group.count)
                let half = Double(label.count) * 3.4
                let x = min(max(group.x, axis.left + half), axis.left + axis.width - half)
                text(label, x: x, y: baseline - 13, "deleted-label", &out)
            }
        }
    }

    /// Starts of controllers and changes of leaders: what goes wrong follows them.
    private func drawMoments(_ out: inout Markup) {
        let middle = momentTop + 10
        if form == .wide { text("controllers", x: 0, y: middle + 4, "lane-note", &out) }
        line("lane-line", axis.left, middle, axis.left + axis.width, middle, &out)
        for moment in moments {
            let x = axis.x(moment.at)
            out.raw("<g>")
            if moment.what == .started {
                path("moment", "M\(decimal(x)) \(decimal(middle - 6))l6 11h-12z", &out)
            } else {
                path("moment", "M\(decimal(x)) \(decimal(middle - 6))h5v12h-5z", &out)
            }
            title("\(Wording.clock(moment.at)): \(moment.sentence)", &out)
            out.raw("</g>\n")
        }
    }

    private func mark(
        _ kind: ReportPage.Mark, _ point: ReportPage.Series.Point, baseline: Double,
        _ out: inout Markup
    ) {
        let x = center(point.bin)
        let top = decimal(baseline - 8)
        out.raw("<g>")
        if kind == .deleted {
            path("deleted", "M\(decimal(x - 6)) \(top)h12l-6 11z", &out)
        } else {
            path("leaked", "M\(decimal(x)) \(top)l6 6l-6 6l-6 -6z", &out)
        }
        title("\(clock(point.bin)): \(consequence(kind, point.count))", &out)
        out.raw("</g>\n")
    }

    private func consequence(_ kind: ReportPage.Mark, _ count: Int) -> String {
        kind == .deleted
            ? "\(grouped(count)) deleted" : "\(Wording.count(count, "namespace")) removed"
    }

    /// Marks so close that one label has to do for all of them: their sum, over their middle.
    private func neighbours(_ points: [ReportPage.Series.Point]) -> [(count: Int, x: Double)] {
        var groups: [(first: Double, last: Double, count: Int)] = []
        for point in points {
            let x = center(point.bin)
            if let near = groups.last, x - near.last < 130 {
                groups[groups.count - 1] = (near.first, x, near.count &+ point.count)
            } else {
                groups.append((x, x, point.count))
            }
        }
        return groups.map { (count: $0.count, x: ($0.first + $0.last) / 2) }
    }

    private func draw(
        _ lane: ReportPage.Lane, top: Double, marksPeak: Int, trafficPeak: Int, _ out: inout Markup
    ) {
        let marksBottom = top + labelHeight + marksHeight
        let label = clipped(lane.server, to: form == .wide ? 13 : 40)
        text(
            label, x: 0, y: form == .wide ? marksBottom + 13 : top + 12, "lane-label", &out)
        marks(of: lane.server, bottom: marksBottom - 1, peak: marksPeak, &out)
        line(
            "lane-line", axis.left, marksBottom + barHeight / 2, axis.left + axis.width,
            marksBottom + barHeight / 2, &out)
        for process in lane.processes.prefix(Limits.processesPerLane) {
            bar(process, of: lane.server, top: marksBottom, &out)
        }
        traffic(of: lane.server, top: marksBottom + barHeight + 2, peak: trafficPeak, &out)
    }

    private func bar(
        _ process: ReportPage.Lane.Process, of server: String, top: Double, _ out: inout Markup
    ) {
        let left = axis.x(process.from)
        let right = axis.x(process.until ?? stretch.until)
        guard right - left > 0.05 else { return }
        out.raw("<g>")
        out.raw("<rect")
        out.attribute("class", "release r\(releaseNumber(process.release))")
        out.raw(" rx=\"3\"")
        place(left, top, max(1, right - left - 1), barHeight, &out)
        out.raw("/>")
        let ready = min(axis.x(process.readyAt), right)
        if ready - left > 1.5 {
            out.raw("<rect rx=\"3\"")
            out.attribute("fill", "url(#\(patternName))")
            place(left, top, ready - left, barHeight, &out)
            out.raw("/>")
        }
        let until = process.until.map { ", stopped \(Wording.clock($0))" } ?? ""
        title(
            "\(server) ran \(process.release): started \(Wording.clock(process.from)), "
                + "ready \(Wording.clock(process.readyAt))\(until)", &out)
        if !isSmall, right - max(left, ready) > 8 + Double(process.release.count) * 7 {
            text(
                clipped(process.release, to: 10), x: max(left, ready) + 6, y: top + 13,
                isDark(process.release) ? "on-dark" : "on-light", &out)
        }
        out.raw("</g>\n")
    }

    private func releaseNumber(_ release: String) -> Int {
        let index = releases.firstIndex(of: release) ?? 0
        // The newest has the strongest colour, and the oldest none.
        return releases.count < 2 ? 1 : min(3, index * 3 / max(1, releases.count - 1))
    }

    private func isDark(_ release: String) -> Bool { releaseNumber(release) > 0 }

    // MARK: Bins

    private var merge: Int { form == .wide ? 1 : 3 }

    private func merged(_ points: [ReportPage.Series.Point]) -> [ReportPage.Series.Point] {
        var result: [ReportPage.Series.Point] = []
        for point in points where point.bin >= 0 && point.bin < ReportPage.bins {
            let bin = point.bin / merge * merge
            if let last = result.last, last.bin == bin {
                result[result.count - 1].count &+= point.count
            } else {
                result.append(.init(bin: bin, count: point.count))
            }
        }
        return result
    }

    private func instant(_ bin: Int) -> Int64 {
        stretch.from &+ stretch.binWidth &* Int64(bin)
    }

    private func clock(_ bin: Int) -> String {
        Wording.span(instant(bin), min(instant(bin + merge), stretch.until))
    }

    private var binWidth: Double { axis.width * Double(merge) / Double(ReportPage.bins) }

    private func left(_ bin: Int) -> Double {
        axis.left + axis.width * Double(bin) / Double(ReportPage.bins)
    }

    private func center(_ bin: Int) -> Double { left(bin) + binWidth / 2 }

    /// What stands on a server's bar, from below: the same requests, forwarded or wrongly answered.
    private static let standing: [ReportPage.Mark] = [
        .proxied, .wrong404, .wrong503, .looped, .unreachable,
    ]

    /// Marked requests of a server by bin, each kind with its count.
    private func markedBins(
        of server: String, in run: ReportPage.Run
    ) -> [(bin: Int, counts: [(ReportPage.Mark, Int)])] {
        var bins: [Int: [(ReportPage.Mark, Int)]] = [:]
        for mark in TimelinePicture.standing {
            let all = scene == .detail ? run.detailMarks : run.marks
            for series in all where series.mark == mark && series.server == server {
                for point in merged(series.points) {
                    bins[point.bin, default: []].append((mark, point.count))
                }
            }
        }
        return bins.sorted { $0.key < $1.key }.map { (bin: $0.key, counts: $0.value) }
    }

    /// Over all runs of the page, so that their pictures can be compared.
    private var marksPeak: Int {
        page.runs.flatMap { run in
            run.lanes.prefix(Limits.lanes).flatMap { markedBins(of: $0.server, in: run) }
        }.map { $0.counts.reduce(0) { $0 &+ $1.1 } }.max() ?? 0
    }

    private var trafficPeak: Int {
        stretch.traffic.flatMap { merged($0.points) }.map(\.count).max() ?? 0
    }

    private func marks(of server: String, bottom: Double, peak: Int, _ out: inout Markup) {
        let bins = markedBins(of: server, in: run)
        let speaks = bins.count <= TimelinePicture.mostTitles / max(1, lanes.count)
        for (bin, counts) in bins {
            var y = bottom
            if speaks { out.raw("<g>") }
            for (mark, count) in counts {
                // A mark of one request is seen beside one of thousands.
                let height = max(2, marksHeight * 0.94 * Double(count) / Double(max(1, peak)))
                y -= height
                out.raw("<rect")
                out.attribute("class", mark.rawValue)
                place(left(bin), y, max(0.8, binWidth - 0.6), height, &out)
                out.raw("/>")
            }
            guard speaks else { continue }
            let words = counts.map { Wording.count($0.1, TimelinePicture.word($0.0)) }
            title("\(server), \(clock(bin)): \(English.list(words))", &out)
            out.raw("</g>\n")
        }
    }

    static func word(_ mark: ReportPage.Mark) -> String {
        switch mark {
        case .wrong404: "wrong 404"
        case .wrong503: "wrong 503"
        case .looped: "looped request"
        case .unreachable: "request to a stopped server"
        case .proxied: "forwarded request"
        case .traffic: "request"
        case .deleted: "deletion"
        case .namespace: "namespace"
        }
    }

    /// How many requests came, by the square root, so that a start does not hide the rest.
    private func traffic(of server: String, top: Double, peak: Int, _ out: inout Markup) {
        guard !isSmall else { return }
        let points = stretch.traffic.filter { $0.server == server }.flatMap { merged($0.points) }
        guard !points.isEmpty, peak > 0 else { return }
        var data = ""
        for point in points {
            let height = max(
                0.7, trafficHeight * (Double(max(0, point.count)) / Double(peak)).squareRoot())
            data += "M\(decimal(left(point.bin))) \(decimal(top))h\(decimal(binWidth))"
            data += "v\(decimal(height))h-\(decimal(binWidth))z"
        }
        out.raw("<g")
        out.attribute("clip-path", "url(#\(patternName)c)")
        out.raw("><path class=\"traffic\"")
        out.attribute("d", data, atMost: 20_000)
        out.raw("/></g>\n")
    }
}
