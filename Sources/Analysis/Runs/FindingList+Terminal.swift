import Judgments
public import Output

// Findings at a terminal: the id whole, and the sentence below it, broken at words.
extension FindingList {
    /// Two lines or more for each.
    public func text(atMost limit: Int, width: Int, paint: Paint) -> String {
        var prose = Prose(width: width)
        var day: Substring = ""
        return rows.prefix(limit).map { row in
            let finding = row.finding
            let severity = finding.severity.rawValue
            var head = [
                paint(.bold, displaySafe(row.id)),
                paint(Palette.paint("severity")[severity], severity), finding.grade.rawValue,
                English.count(finding.requests, "request"),
            ]
            var text = ""
            if let first = finding.firstAt {
                if instantText(first).prefix(10) != day {
                    day = instantText(first).prefix(10)
                    text = "times of \(prose.time(instantText(first)).prefix(10)), UTC\n"
                }
                head.append(times(first, finding.lastAt, &prose))
            }
            return text + prose.folded(head.joined(separator: "  ")) + "\n"
                + prose.folded("    \(displaySafe(finding.summary))") + "\n"
        }.joined()
    }

    private func times(_ first: Int64, _ last: Int64?, _ prose: inout Prose) -> String {
        let from = prose.time(instantText(first))
        guard let last else { return from }
        let until = prose.time(instantText(last))
        return from.hasSuffix(until) ? from : "\(from)–\(until)"
    }
}
