import Judgments

extension ReportPage {
    /// The facts that the page names, with their meaning, at the end where a link leads.
    func glossary(_ out: inout Markup) {
        let named = namedFacts
        guard !named.isEmpty else { return }
        out.raw("<section id=\"facts\">\n<h2>What it rests on</h2>\n")
        out.raw(
            "<p class=\"note\">F: read in the code of Kubernetes, release by release. "
                + "V: seen on running servers.</p>\n<dl class=\"facts\">\n")
        for fact in facts where named.contains(fact.number) {
            out.raw("<div><dt")
            out.attribute("id", "fact-\(fact.number)")
            out.raw(">")
            out.text(fact.number)
            out.raw("</dt>")
            out.element("dd", fact.meaning, atMost: 600)
            out.raw("</div>\n")
        }
        out.raw("</dl>\n</section>\n")
    }

    /// The numbers in the texts of the kinds that are shown, and in the reasons of the evidence.
    private var namedFacts: Set<String> {
        var named: Set<String> = []
        let shown = Set(runs.flatMap(\.findings).map(\.finding.kind))
        for kind in kinds where shown.contains(kind.kind) { named.formUnion(kind.facts) }
        for run in runs {
            for finding in run.findings.prefix(Limits.findingsPerKind * 8) {
                for exhibit in finding.exhibits.prefix(Limits.evidence) {
                    named.formUnion(factNumbers(in: exhibit.reason))
                }
            }
        }
        return named
    }

    /// Writes numbers of facts as links to their meaning.
    func factLinks(_ numbers: [String], _ out: inout Markup) {
        let known = Set(facts.map(\.number))
        for number in numbers {
            if known.contains(number) {
                let meaning = facts.first { $0.number == number }?.meaning ?? ""
                out.raw("<a class=\"fact\"")
                out.attribute("href", "#fact-\(number)")
                out.attribute("title", meaning, atMost: 300)
                out.raw(">")
                out.text(number)
                out.raw("</a> ")
            } else {
                out.element("span", class: "fact", number, atMost: 10)
                out.raw(" ")
            }
        }
    }
}

/// The numbers of facts in a text, such as F3.15 and V8, in order, each once.
func factNumbers(in text: String) -> [String] {
    var numbers: [String] = []
    let words = clipped(text, to: 2_000).utf8.split { byte in
        let isLetter = (byte | 0x20) >= 97 && (byte | 0x20) <= 122
        let isDigit = byte >= 48 && byte <= 57
        return !(isLetter || isDigit || byte == UInt8(ascii: "."))
    }
    for word in words {
        var digits = word.dropFirst()
        while digits.last == UInt8(ascii: ".") { digits = digits.dropLast() }
        guard word.first == UInt8(ascii: "F") || word.first == UInt8(ascii: "V"),
            !digits.isEmpty, digits.count <= 5,
            digits.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: ".") })
        else { continue }
        let number = String(decoding: word.prefix(digits.count + 1), as: UTF8.self)
        if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
}
