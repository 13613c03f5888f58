import Judgments

extension ReportPage {
    /// What happened when: a picture for each run, and the key to them.
    func timelines(_ out: inout Markup) {
        guard !runs.isEmpty, requests > 0 else { return }
        out.raw("<section id=\"when\">\n<h2>What happened, and when</h2>\n")
        for (index, run) in runs.enumerated() {
            out.raw("<figure>\n")
            if runs.count > 1 { out.element("figcaption", class: "run-label", label(of: run)) }
            TimelinePicture(self, run, .wide, identity: index).draw(&out)
            TimelinePicture(self, run, .narrow, identity: index).draw(&out)
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
        out.raw("</ul>\n<p class=\"note\">")
        out.text(
            "On each server's bar stands what got a wrong answer or was forwarded, below it hang "
                + "all its requests (square root); "
                + "one column is \(Wording.duration(binWidth)). Hatched: "
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
