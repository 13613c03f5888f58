import Judgments
extension ReportPage {
    /// The page as UTF-8: complete, without any other file, and never much above 5 MB.
    public func rendered() -> [UInt8] {
        PageFrame.rendered(title: recording, printsAll: printsAll) { out in
            masthead(&out)
            figures(&out)
            changeTable(&out)
            timelines(&out)
            restoreList(&out)
            clientTable(&out)
            consequences(&out)
            exposedTable(&out)
            rollback(&out)
            certainty(&out)
            inputList(&out)
            glossary(&out)
            colophon(&out)
        }
    }

    private func masthead(_ out: inout Markup) {
        out.raw("<header class=\"masthead\">\n")
        PageFrame.bar(recording, &out)
        if let first = runs.first {
            let headline = Headline(first)
            out.verdict(headline, label: runs.count > 1 ? label(of: first) : nil, level: 1)
        }
        for run in runs.dropFirst() {
            out.verdict(Headline(run), label: label(of: run), level: 2)
        }
        out.element("p", class: "lede") { out in
            out.text(period)
        }
        if !narrowing.isEmpty {
            out.element("p", class: "note narrowed", narrowingSentence, atMost: 600)
        }
        out.raw("</header>\n")
    }

    /// `As it happened`, or `With NAME`.
    func label(of run: Run) -> String {
        run.isAsRecorded ? "As it happened" : "What if: \(clipped(run.name, to: Limits.name))"
    }

    var period: String {
        let servers = coverage.servers.count
        let from = Wording.instant(firstAt)
        let same = Wording.date(firstAt) == Wording.date(lastAt)
        let until = same ? Wording.clock(lastAt) : Wording.instant(lastAt)
        let run = runs.first.map { runs.count > 1 ? "" : "Run \($0.name). " } ?? ""
        return "\(run)\(Wording.count(requests, "request")) in the logs of "
            + "\(Wording.count(servers, "server")), \(from) to \(until) UTC "
            + "(\(English.duration(distance(firstAt, lastAt))))."
    }

    /// What a narrowed list means for the rest of the report.
    var narrowingSentence: String {
        "Narrowed to \(narrowing): the lists hold no more than that. The verdict, the figures and "
            + "the pictures are those of the whole."
    }

    private func colophon(_ out: inout Markup) {
        let run = runs.first?.name ?? ""
        if !printsAll {
            out.element(
                "p", class: "note print-only",
                "This is the short print. Every finding with its evidence, what was exposed and "
                    + "the facts: kubeskew report \(recording) --print all --html FILE",
                atMost: 600)
        }
        PageFrame.colophon(
            toolVersion, madeAt,
            ask: [
                "kubeskew findings \(recording) --run \(run) -o wide",
                "kubeskew explain \(recording) FINDING-ID --run \(run)",
                "kubeskew query \(recording) -e 'SELECT * FROM v_finding LIMIT 10'",
            ], &out)
    }
}
