import Judgments

/// Findings put together by what they did to people, in the order of the page.
private enum Group: CaseIterable {
    case deleted, fields, namespaces, clients, loops, unprotected

    /// Every kind has its place: one without does not compile.
    init(_ kind: Finding.Kind) {
        switch kind {
        case .wrongCollection: self = .deleted
        case .fieldLoss: self = .fields
        case .namespaceLeak, .namespaceStuck: self = .namespaces
        case .wrongNotFound, .wrongUnavailable, .partialDiscovery: self = .clients
        case .stuckStart, .watchListRefused: self = .clients
        case .loop: self = .loops
        case .unprotected: self = .unprotected
        }
    }

    var kinds: [Finding.Kind] { Finding.Kind.allCases.filter { Group($0) == self } }

    var anchor: Markup.Literal {
        switch self {
        case .deleted: "deleted"
        case .fields: "fields"
        case .namespaces: "namespaces"
        case .clients: "clients"
        case .loops: "loops"
        case .unprotected: "unprotected"
        }
    }

    var title: Markup.Literal {
        switch self {
        case .deleted: "Deleted objects"
        case .fields: "Lost fields"
        case .namespaces: "Namespaces"
        case .clients: "Broken clients"
        case .loops: "Loops"
        case .unprotected: "Not protected"
        }
    }
}

extension ReportPage {
    /// The findings in groups; of each kind the gravest get a card, the others are counted.
    func consequences(_ out: inout Markup) {
        guard runs.contains(where: { !$0.figures.findings.isEmpty || !$0.findings.isEmpty }) else {
            return
        }
        out.raw("<section id=\"what\">\n<h2>What it did</h2>\n")
        out.raw(
            """
            <form id="filter" hidden><label>Show <input type="search" id="words" \
            placeholder="client, object, server, audit id"></label>
            <label>graded <select id="grade"><option value="">any</option>\
            <option>observed</option><option>predicted</option><option>possible</option></select>\
            </label> <output id="shown"></output></form>

            """)
        var opened = 0
        for group in Group.allCases { write(group, opened: &opened, &out) }
        out.raw("</section>\n")
    }

    private func write(_ group: Group, opened: inout Int, _ out: inout Markup) {
        let present = group.kinds.filter { kind in runs.contains { $0.count(kind) > 0 } }
        guard !present.isEmpty else { return }
        out.raw("<section class=\"group\" id=\"")
        out.raw(group.anchor)
        out.raw("\">\n<h3>")
        out.raw(group.title)
        out.raw("</h3>\n")
        for kind in present {
            introduction(kind, &out)
            for (index, run) in runs.enumerated() {
                cards(of: kind, in: run, number: index, opened: &opened, &out)
            }
        }
        out.raw("</section>\n")
    }

    private func introduction(_ kind: Finding.Kind, _ out: inout Markup) {
        out.raw("<div class=\"kind\">\n<h4>")
        let text = kinds.first { $0.kind == kind }
        out.text(text?.title ?? kind.rawValue)
        out.raw(" <code>")
        out.text(kind.rawValue)
        out.raw("</code></h4>\n")
        out.element("p", class: "tally", tally(of: kind))
        guard let text else {
            out.raw("</div>\n")
            return
        }
        out.raw("<dl class=\"why\">")
        for (word, content) in [
            ("Why", text.cause), ("What to do", text.advice), ("Not seen", text.blindness),
        ] where !content.isEmpty {
            out.raw("<div>")
            out.element("dt", word)
            out.element("dd", content, atMost: 1_200)
            out.raw("</div>")
        }
        if !text.facts.isEmpty {
            out.raw("<div><dt>Rests on</dt><dd>")
            factLinks(text.facts, &out)
            out.raw("</dd></div>")
        }
        out.raw("</dl>\n</div>\n")
    }

    /// `3 findings, all observed`, for each run.
    private func tally(of kind: Finding.Kind) -> String {
        runs.map { run in
            let total = run.count(kind)
            let start = runs.count > 1 ? "\(label(of: run)): " : ""
            guard total > 0 else { return "\(start)none." }
            let grades = Finding.Grade.allCases.compactMap { grade -> String? in
                let count = run.figures.findings
                    .filter { $0.kind == kind && $0.grade == grade }
                    .reduce(0) { $0 + $1.findings }
                guard count > 0 else { return nil }
                return count == total ? grade.rawValue : "\(grouped(count)) \(grade.rawValue)"
            }
            return "\(start)\(Wording.count(total, "finding")), \(English.list(grades))."
        }.joined(separator: " ")
    }

    private func cards(
        of kind: Finding.Kind, in run: Run, number: Int, opened: inout Int, _ out: inout Markup
    ) {
        // What both runs have gets one card, among those of the first.
        let all = run.findings.filter {
            $0.finding.kind == kind && (number == 0 || $0.isInOther != true)
        }
        guard !all.isEmpty else { return }
        var shown = 0
        for item in all.prefix(Limits.findingsPerKind) {
            guard out.bytes.count < Limits.cardBytes else { break }
            let opens = opened < (kind.isGrave ? 2 : 1) && item.finding.grade != .possible
            if opens { opened += 1 }
            card(item, of: run, number: number, index: shown, isOpen: opens, &out)
            shown += 1
        }
        let both =
            number == 0 ? 0 : run.findings.count { $0.finding.kind == kind && $0.isInOther == true }
        let rest = run.count(kind) - shown - both
        guard rest > 0 else { return }
        out.raw("<p class=\"rest\">")
        out.text("\(Wording.count(rest, "more finding")) of this kind. All of them: ")
        out.raw("<code>")
        out.text("kubeskew findings \(recording) --run \(run.name) --kind \(kind.rawValue)")
        out.raw("</code></p>\n")
    }
}

extension Finding.Kind {
    /// Something is gone that nobody gets back by asking again.
    var isGrave: Bool { self == .wrongCollection || self == .namespaceLeak }
}

extension ReportPage.Run {
    fileprivate func count(_ kind: Finding.Kind) -> Int {
        let counted = figures.findings.filter { $0.kind == kind }.reduce(0) { $0 + $1.findings }
        return max(counted, findings.count { $0.finding.kind == kind })
    }
}
