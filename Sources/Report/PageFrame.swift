/// What every page begins and ends with: one file, which loads nothing.
enum PageFrame {
    /// - Parameter printsAll: whether paper gets everything, or the few pages that people read.
    static func rendered(
        title: String, printsAll: Bool = true, _ content: (inout Markup) -> Void
    ) -> [UInt8] {
        var out = Markup()
        head(title, &out)
        out.raw(printsAll ? "<body class=\"all\">\n<main>\n" : "<body>\n<main>\n")
        content(&out)
        out.raw("</main>\n<script>")
        out.trusted(.script)
        out.raw("</script>\n</body>\n</html>\n")
        return out.bytes
    }

    private static func head(_ title: String, _ out: inout Markup) {
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
        out.text(title)
        out.raw(" · kubeskew</title>\n<style>")
        out.trusted(.style)
        out.raw("</style>\n</head>\n")
    }

    /// The line above everything: what the page is about, and the switch between themes.
    static func bar(_ title: String, _ out: inout Markup) {
        out.raw("<div class=\"bar\"><span class=\"brand\">kubeskew</span><span class=\"what\">")
        out.text(title)
        out.raw(
            "</span><button type=\"button\" id=\"theme\" hidden "
                + "aria-label=\"Switch between light and dark\">"
                + "</button></div>\n")
    }

    /// Who made the page and when, and how to ask on.
    static func colophon(
        _ toolVersion: String, _ madeAt: Int64, ask commands: [String], _ out: inout Markup
    ) {
        out.raw("<footer>\n<p>")
        out.text("kubeskew \(toolVersion), \(Wording.instant(madeAt)) UTC. ")
        out.raw(
            "This page is one file and loads nothing. "
                + "<span class=\"ask\">Ask the recording itself:</span></p>\n")
        out.raw("<pre tabindex=\"0\">")
        for command in commands {
            out.text(command)
            out.raw("\n")
        }
        out.raw("</pre>\n</footer>\n")
    }
}

extension Markup {
    /// A verdict in the colour of its mood.
    mutating func verdict(_ headline: Headline, label: String?, level: Int) {
        raw("<div class=\"verdict ")
        switch headline.mood {
        case .bad: raw("bad")
        case .doubtful: raw("doubtful")
        case .good: raw("good")
        }
        raw("\">")
        if let label { element("p", class: "run-label", label) }
        if level == 1 {
            element("h1", headline.sentence, atMost: 700)
        } else {
            element("p", class: "headline", headline.sentence, atMost: 700)
        }
        raw("</div>\n")
    }
}
