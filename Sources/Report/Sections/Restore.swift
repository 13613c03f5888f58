import Judgments
import Output

extension ReportPage {
    /// The list for whoever has the backups, to be copied or taken along as CSV.
    func restoreList(_ out: inout Markup) {
        guard runs.contains(where: { !$0.restore.isEmpty }) else { return }
        out.raw("<section id=\"restore\">\n<h2>What to restore</h2>\n")
        for (index, run) in runs.enumerated() where !run.restore.isEmpty {
            if runs.count > 1 { out.element("h3", class: "run-label", label(of: run)) }
            out.element("p", class: "note", tally(run))
            tools(run, index, &out)
            table(run, index, &out)
        }
        out.raw("</section>\n")
    }

    /// `18 objects to restore, 2 to clean up`.
    private func tally(_ run: Run) -> String {
        let words = [
            ("restore", "to restore: they were deleted by mistake"),
            ("guard", "to guard: they would be deleted, or could have been"),
            ("clean-up", "to clean up: left behind in namespaces that are gone"),
        ]
        let parts = words.compactMap { action, meaning -> String? in
            let count = run.restore.count { $0.action == action }
            return count == 0 ? nil : "\(Wording.count(count, "object")) \(meaning)"
        }
        return parts.joined(separator: "; ") + "."
    }

    private func tools(_ run: Run, _ index: Int, _ out: inout Markup) {
        out.raw("<p class=\"tools\"><button type=\"button\" class=\"copy\" hidden")
        out.attribute("data-for", "restore-\(index)")
        out.raw(">Copy the list</button> <a class=\"csv\"")
        out.attribute("download", "restore-\(runs.count > 1 ? "\(index + 1)" : "list").csv")
        out.raw(" href=\"data:text/csv;charset=utf-8,")
        out.encoded(Restoring.csv(run.restore.prefix(Limits.download)))
        out.raw("\">Download as CSV</a></p>\n")
    }

    private func table(_ run: Run, _ index: Int, _ out: inout Markup) {
        out.table(
            "data restore", identity: "restore-\(index)",
            columns: [
                Column("action"), Column("object"), Column("deleted (UTC)"), Column("uid"),
                Column("why"),
            ]
        ) { out in
            for item in run.restore.prefix(Limits.restore) {
                out.raw("<tr>")
                out.element("td", item.action, atMost: 20)
                out.element("td", class: "mono", item.words, atMost: Limits.path)
                out.element(
                    "td", class: "when", item.deletedAt.map(Wording.clockWithMilliseconds) ?? "–")
                out.element("td", class: "mono small", item.object.uid, atMost: 40)
                out.element(
                    "td", "\(clipped(item.because, to: 160)), \(clipped(item.grade, to: 20))")
                out.raw("</tr>\n")
            }
        }
        let rest = run.restoreCount - min(run.restore.count, Limits.restore)
        if rest > 0 {
            out.element(
                "p", class: "note",
                "\(Wording.count(rest, "more object")). All of them: "
                    + "kubeskew query \(recording) findings/restore -p run=\(run.name)")
        }
    }

    /// The files that the recording was made of.
    func inputList(_ out: inout Markup) {
        guard !inputs.isEmpty else { return }
        out.raw("<section id=\"inputs\">\n<h2>What it was read from</h2>\n")
        if hasDigests {
            out.raw("<p class=\"note\">With the SHA-256 of each file as it was when this page ")
            out.raw("was written.</p>\n")
        }
        out.raw("<ul class=\"inputs\">\n")
        for input in inputs.prefix(Limits.inputs) {
            out.raw("<li><span class=\"mono\">")
            out.text(input.name)
            out.raw("</span>")
            if hasDigests {
                out.element(
                    "span", class: "under mono", input.sha256 ?? "not there any more", atMost: 64)
            }
            out.raw("</li>\n")
        }
        out.raw("</ul>\n")
        let rest = inputs.count - min(inputs.count, Limits.inputs)
        if rest > 0 { out.element("p", class: "note", Wording.count(rest, "more input")) }
        out.raw("</section>\n")
    }
}
