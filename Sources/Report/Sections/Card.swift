import Judgments
import Output

extension ReportPage {
    /// One finding: its sentence, and behind it the chain and what it rests on.
    func card(
        _ item: FindingCase, of run: Run, number: Int, index: Int, isOpen: Bool,
        _ out: inout Markup
    ) {
        let finding = item.finding
        out.raw("<details class=\"finding\"")
        out.attribute("data-grade", finding.grade.rawValue)
        out.attribute("id", "\(finding.kind.rawValue)-\(number)-\(index)")
        // On paper the first of a kind, unless all of them are asked for.
        let printed = Limits.printedFindings * (finding.kind.isGrave ? 3 : 1)
        if index >= printed { out.raw(" data-print=\"later\"") }
        if isOpen { out.raw(" open") }
        out.raw(">\n<summary><span")
        out.attribute("class", "grade \(finding.grade.rawValue)")
        out.raw(">")
        out.text(finding.grade.rawValue)
        out.raw("</span><span class=\"sum\">")
        out.text(finding.summary.isEmpty ? finding.subject : finding.summary, atMost: 420)
        out.raw("</span>")
        pill(item, of: run, number: number, &out)
        if let first = finding.firstAt {
            out.element("span", class: "when", Wording.span(first, finding.lastAt ?? first))
        }
        out.raw("</summary>\n<div class=\"body\">\n")
        ChainPicture(item).draw(&out)
        out.raw("<div class=\"detail\">\n")
        about(item, &out)
        victims(item, &out)
        risks(item, &out)
        out.raw("</div>\n")
        evidence(item, &out)
        out.raw("</div>\n</details>\n")
    }

    /// In a page of two runs: whether the other has it too.
    private func pill(_ item: FindingCase, of run: Run, number: Int, _ out: inout Markup) {
        guard runs.count == 2, let isInOther = item.isInOther else { return }
        let other = runs[1 - number]
        let name = clipped(other.name, to: 40)
        out.raw(isInOther ? "<span class=\"pill still\">" : "<span class=\"pill gone\">")
        out.text(isInOther ? "also in \(name)" : "not in \(name)")
        out.raw("</span>")
    }

    private func about(_ item: FindingCase, _ out: inout Markup) {
        let finding = item.finding
        out.raw("<dl class=\"about\">")
        var rows: [(Markup.Literal, String)] = []
        let owner = finding.owner
        if !owner.name.isEmpty || !owner.kind.isEmpty {
            let name = owner.namespace.isEmpty ? owner.name : "\(owner.namespace)/\(owner.name)"
            let uid = owner.uid.isEmpty ? "" : ", uid \(clipped(owner.uid, to: 40))"
            rows.append(
                (
                    "owner",
                    "\(clipped(owner.kind, to: 60)) \(clipped(name, to: 90)) "
                        + "(\(clipped(groupVersion(owner), to: 60)))\(uid)"
                ))
        }
        if !finding.userAgent.isEmpty || !finding.user.isEmpty {
            let agent = clipped(finding.userAgent, to: Limits.name)
            rows.append(("client", agent.isEmpty ? finding.user : "\(agent) as \(finding.user)"))
        }
        rows += [
            ("resource", resourcePath(finding.group, finding.version, finding.resource)),
            ("namespace", finding.namespace),
            ("server", finding.server),
            ("requests", finding.requests > 0 ? grouped(finding.requests) : ""),
            ("id", item.id),
        ]
        for (name, value) in rows where !value.isEmpty {
            out.raw("<div><dt>")
            out.raw(name)
            out.raw("</dt>")
            out.element("dd", value)
            out.raw("</div>")
        }
        let numbers = factNumbers(
            in: item.exhibits.prefix(Limits.evidence).map { clipped($0.reason, to: 300) }
                .joined(separator: " "))
        if !numbers.isEmpty {
            out.raw("<div><dt>routing</dt><dd>")
            out.text(item.exhibits.first { !$0.reason.isEmpty }?.reason ?? "")
            out.raw(" ")
            factLinks(Array(numbers.prefix(6)), &out)
            out.raw("</dd></div>")
        }
        out.raw("</dl>\n")
    }

    private func victims(_ item: FindingCase, _ out: inout Markup) {
        guard !item.finding.victims.isEmpty else { return }
        let shown = item.finding.victims.prefix(Limits.victims)
        out.table(
            "data",
            columns: [Column("object"), Column("deleted (UTC)"), Column("uid"), Column("grade")]
        ) { out in
            for victim in shown {
                let object = victim.object
                let name =
                    object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
                out.raw("<tr><td>")
                out.element("span", class: "mono", name, atMost: Limits.name)
                out.element(
                    "span", class: "under",
                    resourcePath(object.group, object.version, object.resource), atMost: Limits.name
                )
                out.raw("</td>")
                out.element(
                    "td", class: "when", victim.deletedAt.map(Wording.clockWithMilliseconds) ?? "–")
                out.element("td", class: "mono small", object.uid, atMost: 40)
                out.element("td", victim.grade.rawValue)
                out.raw("</tr>\n")
            }
        }
        let rest = item.victimCount - shown.count
        if rest > 0 {
            out.element(
                "p", class: "note",
                "\(Wording.count(rest, "more object")): kubeskew query \(recording) -e "
                    + "\"SELECT * FROM v_wrong_gc "
                    + "WHERE finding_id = '\(clipped(item.id, to: 60))'\""
            )
        }
    }

    private func risks(_ item: FindingCase, _ out: inout Markup) {
        guard !item.finding.risks.isEmpty else { return }
        let shown = item.finding.risks.prefix(Limits.risks)
        out.table("data", columns: [Column("resource"), Column("why"), Column("grade")]) { out in
            for risk in shown {
                out.raw("<tr>")
                out.element(
                    "td", class: "mono", resourcePath(risk.group, risk.version, risk.resource),
                    atMost: Limits.name)
                out.element("td", risk.reason)
                out.element("td", risk.grade.rawValue)
                out.raw("</tr>\n")
            }
        }
        if item.riskCount > shown.count {
            out.element("p", class: "note", "and \(grouped(item.riskCount - shown.count)) more")
        }
    }

    private func evidence(_ item: FindingCase, _ out: inout Markup) {
        guard !item.exhibits.isEmpty else { return }
        let shown = item.exhibits.prefix(Limits.evidence)
        out.table(
            "data", in: "scroll evidence",
            columns: [
                Column("at (UTC)"), Column("server"), Column("request"), Column("answer", .number),
                Column("shows"), Column("where it is recorded"),
            ]
        ) { out in
            for exhibit in shown { row(exhibit, &out) }
        }
        let total = item.roles.reduce(0) { $0 + $1.requests }
        guard total > shown.count else { return }
        let roles = item.roles.prefix(10).map { "\(grouped($0.requests)) \(words($0.role))" }
        out.element(
            "p", class: "note",
            "\(grouped(shown.count)) of \(Wording.count(total, "request"))"
                + (roles.count > 1 ? ": \(English.list(roles, atMost: 10))" : ""))
    }

    private func row(_ item: Exhibit, _ out: inout Markup) {
        out.raw("<tr>")
        out.element("td", class: "when", Wording.clockWithMilliseconds(item.at))
        out.element("td", item.servers.isEmpty ? item.server : item.servers, atMost: 60)
        out.raw("<td class=\"mono\">")
        out.text(item.verb, atMost: 20)
        out.raw(" <span class=\"path\">")
        out.text(item.path, atMost: Limits.path)
        out.raw("</span></td><td class=\"n\">")
        if item.status > 0 { out.text(String(item.status)) }
        if !item.notFound.isEmpty { out.element("span", class: "under", item.notFound, atMost: 12) }
        out.raw("</td>")
        out.element("td", words(item.role))
        out.raw("<td class=\"mono small\">")
        out.text(item.auditID, atMost: 40)
        let file = item.source.split(separator: "/").last.map(String.init) ?? item.source
        out.raw("<span class=\"under\"")
        out.attribute("title", item.source)
        out.raw(">")
        out.text("\(clipped(file, to: 60)):\(item.position) · request \(item.request)")
        out.raw("</span></td></tr>\n")
    }

    /// A role as a person says it.
    private func words(_ role: Finding.Evidence.Role) -> String {
        switch role {
        case .request: "the request itself"
        case .condemnedBy: "the 404 that condemned"
        case .delete: "the deletion"
        case .strippedBy: "took the reference away"
        case .provesAlive: "the owner was there"
        case .discovery: "discovery it worked by"
        case .takenForEmpty: "taken for empty"
        case .finalize: "removed the namespace"
        case .asked: "asked for the deletion"
        case .blockedBy: "blocked it"
        case .hadField: "had the field"
        case .lostBy: "lost the field"
        }
    }

    private func groupVersion(_ owner: Finding.Identity) -> String {
        owner.group.isEmpty ? owner.version : "\(owner.group)/\(owner.version)"
    }
}

/// `group/version/resource`, as far as they are known.
func resourcePath(_ parts: String...) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "/")
}
