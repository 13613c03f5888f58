import Output

extension ReportPage {
    /// What one run's scenario has and the other's has not: what made the difference.
    func changeTable(_ out: inout Markup) {
        guard runs.count == 2 else { return }
        out.raw("<section id=\"changed\" class=\"changed\">\n<h2>What was changed</h2>\n")
        if changes.isEmpty {
            out.element("p", class: "note", "Nothing: both runs have the same control plane.")
        } else {
            table(&out)
        }
        out.element(
            "p", class: "note",
            "Both judge the same recorded requests. A client that would have asked otherwise after "
                + "another answer is not replayed.")
        out.raw("</section>\n")
    }

    private func table(_ out: inout Markup) {
        out.table("data", columns: [Column("what")] + runs.map { Column(label(of: $0)) }) { out in
            for change in changes.prefix(Limits.changes) {
                out.raw("<tr><th scope=\"row\">")
                out.text(change.what)
                out.raw("</th>")
                out.element("td", class: "mono", change.before, atMost: 600)
                out.element("td", class: "mono", change.after, atMost: 600)
                out.raw("</tr>\n")
            }
        }
        if changes.count > Limits.changes {
            out.element(
                "p", class: "note",
                Wording.count(changes.count - Limits.changes, "more difference"))
        }
    }
}
