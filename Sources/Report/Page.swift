extension ReportPage {
    /// The page as UTF-8: complete, without any other file, and never much above 5 MB.
    public func rendered() -> [UInt8] {
        var out = Markup()
        head(&out)
        out.raw("<body>\n<main>\n")
        masthead(&out)
        figures(&out)
        timelines(&out)
        consequences(&out)
        clientTable(&out)
        exposedTable(&out)
        certainty(&out)
        glossary(&out)
        colophon(&out)
        out.raw("</main>\n<script>")
        out.trusted(.script)
        out.raw("</script>\n</body>\n</html>\n")
        return out.bytes
    }

    private func head(_ out: inout Markup) {
        out.raw(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy"
            """)
        // Nothing may be loaded or sent; one style and one script, known by their digests.
        out.attribute(
            "content",
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src "
                + "\(TrustedText.style.policySource); "
                + "script-src \(TrustedText.script.policySource)",
            atMost: 1_000)
        out.raw(
            """
            >
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>
            """)
        out.text(recording)
        out.raw(" · kubeskew</title>\n<style>")
        out.trusted(.style)
        out.raw("</style>\n</head>\n")
    }

    private func masthead(_ out: inout Markup) {
        out.raw(
            "<header class=\"masthead\">\n<div class=\"bar\"><span class=\"brand\">kubeskew</span>")
        out.raw("<span class=\"what\">")
        out.text(recording)
        out.raw("</span>")
        out.raw(
            "<button type=\"button\" id=\"theme\" hidden "
                + "aria-label=\"Switch between light and dark\">"
                + "</button></div>\n")
        if let first = runs.first {
            let headline = Headline(first)
            verdict(headline, label: runs.count > 1 ? label(of: first) : nil, level: 1, &out)
        }
        for run in runs.dropFirst() {
            verdict(Headline(run), label: label(of: run), level: 2, &out)
        }
        out.element("p", class: "lede") { out in
            out.text(period)
        }
        out.raw("</header>\n")
    }

    private func verdict(
        _ headline: Headline, label: String?, level: Int, _ out: inout Markup
    ) {
        out.raw("<div class=\"verdict ")
        switch headline.mood {
        case .bad: out.raw("bad")
        case .doubtful: out.raw("doubtful")
        case .good: out.raw("good")
        }
        out.raw("\">")
        if let label { out.element("p", class: "run-label", label) }
        if level == 1 {
            out.element("h1", headline.sentence, atMost: 700)
        } else {
            out.element("p", class: "headline", headline.sentence, atMost: 700)
        }
        out.raw("</div>\n")
    }

    /// `As it happened`, or `With NAME`.
    func label(of run: Run) -> String {
        run.isAsRecorded ? "As it happened" : "What if: \(clipped(run.name, to: Limits.name))"
    }

    private var period: String {
        let servers = coverage.servers.count
        let from = Wording.instant(firstAt)
        let same = Wording.date(firstAt) == Wording.date(lastAt)
        let until = same ? Wording.clock(lastAt) : Wording.instant(lastAt)
        let run = runs.first.map { runs.count > 1 ? "" : "Run \($0.name). " } ?? ""
        return "\(run)\(Wording.count(requests, "request")) in the logs of "
            + "\(Wording.count(servers, "server")), \(from) to \(until) UTC "
            + "(\(Wording.duration(distance(firstAt, lastAt))))."
    }

    private func colophon(_ out: inout Markup) {
        out.raw("<footer>\n<p>")
        out.text("kubeskew \(toolVersion), \(Wording.instant(madeAt)) UTC. ")
        out.raw("This page is one file and loads nothing. Ask the recording itself:</p>\n<pre>")
        let run = runs.first?.name ?? ""
        for line in [
            "kubeskew findings \(recording) --run \(run) -o wide",
            "kubeskew explain \(recording) FINDING-ID --run \(run)",
            "kubeskew query \(recording) -e 'SELECT * FROM v_finding LIMIT 10'",
        ] {
            out.text(line)
            out.raw("\n")
        }
        out.raw("</pre>\n</footer>\n")
    }
}
