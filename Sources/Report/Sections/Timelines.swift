import Judgments

extension ReportPage {
    /// What happened when: a picture for each run, and the key to them.
    func timelines(_ out: inout Markup) {
        guard !runs.isEmpty, requests > 0 else { return }
        out.raw("<section id=\"when\">\n<h2>What happened, and when</h2>\n")
        for (index, run) in runs.enumerated() {
            out.raw("<figure>\n")
            if runs.count > 1 { out.element("figcaption", class: "run-label", label(of: run)) }
            if detail == nil {
                stage(run, .whole, index, &out)
            } else {
                stage(run, .overview, index, &out)
                stage(run, .detail, index, &out)
            }
            if run.lanes.count > Limits.lanes {
                out.element(
                    "p", class: "note",
                    "\(run.lanes.count - Limits.lanes) more servers are not drawn.")
            }
            out.raw("</figure>\n")
        }
        key(&out)
        out.raw("</section>\n")
    }

    /// A picture for both widths, and the buttons that a script brings to life.
    private func stage(
        _ run: Run, _ scene: TimelinePicture.Scene, _ index: Int, _ out: inout Markup
    ) {
        out.raw("<div class=\"stage\">\n")
        TimelinePicture(self, run, .wide, scene, identity: index).draw(&out)
        TimelinePicture(self, run, .narrow, scene, identity: index).draw(&out)
        out.raw("</div>\n")
        guard scene != .overview else { return }
        out.raw(
            """
            <div class="zoom" role="group" aria-label="Zoom of the picture" hidden>\
            <button type="button" data-zoom="in" aria-label="Zoom in">+</button>\
            <button type="button" data-zoom="out" aria-label="Zoom out">−</button>\
            <button type="button" data-zoom="left" aria-label="Earlier">←</button>\
            <button type="button" data-zoom="right" aria-label="Later">→</button>\
            <button type="button" data-zoom="all">All</button>\
            <output aria-live="polite"></output></div>

            """)
    }

    private func key(_ out: inout Markup) {
        out.raw("<ul class=\"key\">\n")
        let releases = TimelinePicture.releases(of: self)
        for (index, release) in releases.prefix(6).enumerated() {
            let number =
                releases.count < 2 ? 1 : min(3, index * 3 / max(1, releases.count - 1))
            out.raw("<li><svg class=\"swatch\" viewBox=\"0 0 14 12\" aria-hidden=\"true\"><rect")
            out.attribute("class", "release r\(number)")
            out.raw(" width=\"14\" height=\"12\" rx=\"2\"/></svg>")
            out.text("release \(release)", atMost: 40)
            out.raw("</li>\n")
        }
        out.raw(
            "<li><svg class=\"swatch\" viewBox=\"0 0 14 12\" aria-hidden=\"true\">"
                + "<rect class=\"exposed\" width=\"14\" height=\"12\"/>"
                + "<rect class=\"exposed-edge\" width=\"14\" height=\"2\"/></svg>"
                + "servers of different releases</li>\n")
        for mark in [Mark.wrong404, .wrong503, .looped, .unreachable, .proxied, .traffic]
        where isDrawn(mark) {
            out.raw("<li><svg class=\"swatch\" viewBox=\"0 0 14 12\" aria-hidden=\"true\"><rect")
            out.attribute("class", mark.rawValue)
            out.raw(" width=\"14\" height=\"12\" rx=\"1\"/></svg>")
            out.text(mark.keyWord)
            out.raw("</li>\n")
        }
        if !moments.isEmpty {
            out.raw(
                "<li><svg class=\"swatch\" viewBox=\"0 0 14 12\" aria-hidden=\"true\">"
                    + "<path class=\"moment\" d=\"M5 1l5 10h-10z\"/></svg>"
                    + "a controller-manager started (bar: another leader)</li>\n")
        }
        out.raw("</ul>\n<p class=\"note\">")
        out.text(
            "On each server's bar stands what got a wrong answer or was forwarded, below it hang "
                + "all its requests (square root); "
                + "one column is \(English.duration(detail?.binWidth ?? binWidth)). Hatched: "
                + "starting, not yet ready."
                + (sampledOneIn > 1
                    ? " Request density is from a sample of one in \(grouped(sampledOneIn))." : ""))
        out.raw("</p>\n")
    }

    private func isDrawn(_ mark: Mark) -> Bool {
        if mark == .traffic { return traffic.contains { !$0.points.isEmpty } }
        return runs.contains { run in
            run.marks.contains { $0.mark == mark && !$0.points.isEmpty }
        }
    }
}

extension ReportPage.Mark {
    fileprivate var keyWord: String {
        switch self {
        case .unreachable: "requests to a server that was down"
        case .proxied: "forwarded to a peer"
        default: English.plural(TimelinePicture.word(self))
        }
    }
}
