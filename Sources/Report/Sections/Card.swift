extension ReportPage {
    /// One finding: its sentence, and behind it the chain and what it rests on.
    func card(
        _ finding: Finding, of run: Run, number: Int, index: Int, isOpen: Bool,
        _ out: inout Markup
    ) {
        out.raw("<details class=\"finding\"")
        out.attribute("data-grade", finding.grade, atMost: 20)
        out.attribute("id", "\(clipped(finding.kind, to: 30))-\(number)-\(index)")
        if isOpen { out.raw(" open") }
        out.raw(">\n<summary><span")
        out.attribute("class", "grade \(Grade(finding.grade).rawValue)")
        out.raw(">")
        out.text(finding.grade, atMost: 20)
        out.raw("</span><span class=\"sum\">")
        out.text(finding.summary.isEmpty ? finding.subject : finding.summary, atMost: 420)
        out.raw("</span>")
        pill(finding, of: run, number: number, &out)
        if let first = finding.firstAt {
            out.element("span", class: "when", Wording.span(first, finding.lastAt ?? first))
        }
        out.raw("</summary>\n<div class=\"body\">\n")
        ChainPicture(finding).draw(&out)
        out.raw("<div class=\"detail\">\n")
        about(finding, of: run, &out)
        victims(finding, &out)
        risks(finding, &out)
        out.raw("</div>\n")
        evidence(finding, &out)
        out.raw("</div>\n</details>\n")
    }

    /// In a page of two runs: whether the other has it too.
    private func pill(_ finding: Finding, of run: Run, number: Int, _ out: inout Markup) {
        guard runs.count == 2, let isInOther = finding.isInOther else { return }
        let other = runs[1 - number]
        let name = clipped(other.name, to: 40)
        out.raw(isInOther ? "<span class=\"pill still\">" : "<span class=\"pill gone\">")
        out.text(isInOther ? "also in \(name)" : "not in \(name)")
        out.raw("</span>")
    }

    private func about(_ finding: Finding, of run: Run, _ out: inout Markup) {
        out.raw("<dl class=\"about\">")
        var rows: [(Markup.Literal, String)] = []
        if let owner = finding.owner {
            let name = owner.namespace.isEmpty ? owner.name : "\(owner.namespace)/\(owner.name)"
            let uid = owner.uid.isEmpty ? "" : ", uid \(clipped(owner.uid, to: 40))"
            rows.append(
                (
                    "owner",
                    "\(clipped(owner.kind, to: 60)) \(clipped(name, to: 90)) "
                        + "(\(clipped(owner.groupVersion, to: 60)))\(uid)"
                ))
        }
        if !finding.userAgent.isEmpty || !finding.user.isEmpty {
            let agent = clipped(finding.userAgent, to: Limits.name)
            rows.append(("client", agent.isEmpty ? finding.user : "\(agent) as \(finding.user)"))
        }
        rows += [
            ("resource", finding.resource), ("namespace", finding.namespace),
            ("server", finding.server),
            ("requests", finding.requests > 0 ? grouped(finding.requests) : ""),
            ("id", finding.id),
        ]
        for (name, value) in rows where !value.isEmpty {
            out.raw("<div><dt>")
            out.raw(name)
            out.raw("</dt>")
            out.element("dd", value)
            out.raw("</div>")
        }
        let numbers = factNumbers(
            in: finding.evidence.prefix(Limits.evidence).map { clipped($0.reason, to: 300) }
                .joined(separator: " "))
        if !numbers.isEmpty {
            out.raw("<div><dt>routing</dt><dd>")
            out.text(finding.evidence.first { !$0.reason.isEmpty }?.reason ?? "")
            out.raw(" ")
            factLinks(Array(numbers.prefix(6)), &out)
            out.raw("</dd></div>")
        }
        out.raw("</dl>\n")
    }

    private func victims(_ finding: Finding, _ out: inout Markup) {
        guard !finding.victims.isEmpty else { return }
        out.raw("<div class=\"scroll\"><table class=\"data\">\n<thead><tr><th>object</th>")
        out.raw("<th>deleted (UTC)</th><th>uid</th><th>grade</th></tr></thead>\n<tbody>\n")
        let shown = finding.victims.prefix(Limits.victims)
        for victim in shown {
            let name = victim.namespace.isEmpty ? victim.name : "\(victim.namespace)/\(victim.name)"
            out.raw("<tr><td>")
            out.element("span", class: "mono", name, atMost: Limits.name)
            out.element("span", class: "under", victim.resource, atMost: Limits.name)
            out.raw("</td>")
            out.element(
                "td", class: "when", victim.deletedAt.map(Wording.clockWithMilliseconds) ?? "–")
            out.element("td", class: "mono small", victim.uid, atMost: 40)
            out.element("td", victim.grade, atMost: 20)
            out.raw("</tr>\n")
        }
        out.raw("</tbody></table></div>\n")
        let rest = finding.victimCount - shown.count
        if rest > 0 {
            out.element(
                "p", class: "note",
                "\(Wording.count(rest, "more object")): kubeskew query \(recording) -e "
                    + "\"SELECT * FROM v_wrong_gc WHERE finding_id = '\(clipped(finding.id, to: 60))'\""
            )
        }
    }

    private func risks(_ finding: Finding, _ out: inout Markup) {
        guard !finding.risks.isEmpty else { return }
        out.raw("<table class=\"data\">\n<thead><tr><th>resource</th><th>why</th><th>grade</th>")
        out.raw("</tr></thead>\n<tbody>\n")
        let shown = finding.risks.prefix(Limits.risks)
        for risk in shown {
            out.raw("<tr>")
            out.element("td", class: "mono", risk.resource, atMost: Limits.name)
            out.element("td", risk.reason)
            out.element("td", risk.grade, atMost: 20)
            out.raw("</tr>\n")
        }
        out.raw("</tbody></table>\n")
        if finding.riskCount > shown.count {
            out.element("p", class: "note", "and \(grouped(finding.riskCount - shown.count)) more")
        }
    }

    private func evidence(_ finding: Finding, _ out: inout Markup) {
        guard !finding.evidence.isEmpty else { return }
        out.raw(
            "<div class=\"scroll evidence\"><table class=\"data\">\n<thead><tr><th>at (UTC)</th>")
        out.raw("<th>server</th><th>request</th><th class=\"n\">answer</th><th>shows</th>")
        out.raw("<th>where it is recorded</th></tr></thead>\n<tbody>\n")
        let shown = finding.evidence.prefix(Limits.evidence)
        for item in shown { row(item, &out) }
        out.raw("</tbody></table></div>\n")
        let total = finding.roles.reduce(0) { $0 + $1.requests }
        guard total > shown.count else { return }
        let roles = finding.roles.prefix(10).map { "\(grouped($0.requests)) \(words($0.role))" }
        out.element(
            "p", class: "note",
            "\(grouped(shown.count)) of \(Wording.count(total, "request"))"
                + (roles.count > 1 ? ": \(Wording.list(roles, atMost: 10))" : ""))
    }

    private func row(_ item: Evidence, _ out: inout Markup) {
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
        out.element("td", words(item.role), atMost: 40)
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
    private func words(_ role: String) -> String {
        switch role {
        case "request": "the request itself"
        case "condemned-by": "the 404 that condemned"
        case "delete": "the deletion"
        case "stripped-by": "took the reference away"
        case "proves-alive": "the owner was there"
        case "discovery": "discovery it worked by"
        case "taken-for-empty": "taken for empty"
        case "finalize": "removed the namespace"
        case "deletion-asked": "asked for the deletion"
        case "blocked-by": "blocked it"
        default: role
        }
    }
}

/// The class of a grade's colour; anything unknown looks like the weakest.
private enum Grade: String {
    case observed, predicted, possible

    init(_ text: String) { self = Grade(rawValue: text) ?? .possible }
}
