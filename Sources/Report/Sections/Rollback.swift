import Judgments
import KubeAPI
import Output

extension ReportPage {
    /// Until when going back to the older release was free, and who ended that.
    func rollback(_ out: inout Markup) {
        let limits = runs.compactMap { run in run.figures.rollback.map { (run, $0) } }
        guard !limits.isEmpty else { return }
        out.raw("<section id=\"rollback\">\n<h2>Until when going back is free</h2>\n")
        for (run, limit) in limits {
            if runs.count > 1 { out.element("h3", class: "run-label", label(of: run)) }
            out.element("p", ReportPage.sentence(limit, run.mode), atMost: 600)
            if !limit.uses.isEmpty { table(limit, &out) }
            let rest = limit.useCount - min(limit.uses.count, ReportPage.mostExposed)
            if rest > 0 {
                out.element(
                    "p", class: "note",
                    "\(Wording.count(rest, "more first use")). All of them: "
                        + "kubeskew query \(recording) rollback/free-until -p run=\(run.name)")
            }
        }
        out.raw("</section>\n")
    }

    private static func sentence(_ limit: RollbackLimit, _ mode: RunMode) -> String {
        let back =
            "Going back from \(limit.new) to \(limit.old) "
            + (mode == .whatIf ? "would be free" : "was free")
        guard let end = limit.end else {
            return "\(back) to the end of the recording: nothing was stored that "
                + "\(limit.old) does not know, as far as the log shows it."
        }
        let path = resourcePath(end.resource.group, end.resource.version, end.resource.resource)
        let what =
            end.what == .field
            ? "the field \(end.field) of \(path) \(end.object)" : "\(path) \(end.object)"
        return "\(back) until \(Wording.instant(end.at)) UTC, when "
            + "\(end.userAgent.isEmpty ? end.user : end.userAgent) stored \(what). What was stored "
            + "so is lost to \(limit.old), or stays behind where it cannot be seen."
    }

    private func table(_ limit: RollbackLimit, _ out: inout Markup) {
        out.table(
            "data",
            columns: [
                Column("first (UTC)"), Column("what"), Column("API"), Column("object"),
                Column("who"),
            ]
        ) { out in
            for use in limit.uses.prefix(ReportPage.mostExposed) {
                out.raw("<tr>")
                out.element("td", class: "when", Wording.instant(use.at))
                out.element("td", use.what.rawValue)
                out.element(
                    "td", class: "mono",
                    resourcePath(use.resource.group, use.resource.version, use.resource.resource),
                    atMost: Limits.name)
                let object = use.field.isEmpty ? use.object : "\(use.object) \(use.field)"
                out.element("td", object, atMost: Limits.name)
                out.raw("<td>")
                out.agent(use.userAgent)
                out.element("span", class: "under", use.user, atMost: Limits.name)
                out.raw("</td></tr>\n")
            }
        }
    }
}
