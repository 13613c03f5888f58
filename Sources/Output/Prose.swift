/// Text for a person at a terminal: lines break at words, and a date is said once.
///
/// Given whole lines, coloured or not. Lines of a table, known by their gaps, are left alone.
public struct Prose: Sendable {
    private let width: Int
    /// The date that was said last, such as `2026-11-20`.
    private var date: Substring = ""

    public init(width: Int) { self.width = max(20, width) }

    public mutating func folded(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { fold(timed(String($0))) }.joined(separator: "\n")
    }

    /// `10:22:31` for an instant of the date that was said last, `2026-11-20 10:22:31` otherwise.
    public mutating func time(_ instant: String) -> String {
        let day = instant.prefix(10)
        let time = instant.dropFirst(11).prefix(8)
        if day == date { return String(time) }
        date = day
        return "\(day) \(time)"
    }

    // MARK: Instants

    private mutating func timed(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "Z")) else { return line }
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for place in words.indices {
            guard let instant = words[place].firstMatch(of: Prose.instant) else { continue }
            words[place].replaceSubrange(instant.range, with: time(String(instant.0)))
        }
        return words.joined(separator: " ")
    }

    private static var instant: Regex<Substring> {
        /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/
    }

    // MARK: Lines

    private func fold(_ line: String) -> String {
        guard visibleWidth(line) > width else { return line }
        let margin = String(line.prefix { $0 == " " })
        let words = line.dropFirst(margin.count)
        guard !words.contains("   ") else { return line }
        let room = width - margin.count
        return brokenAtWords(words, first: room, rest: room - 2).enumerated()
            .map { margin + ($0 == 0 ? "" : "  ") + $1 }.joined(separator: "\n")
    }
}

/// The words of a text in lines of a width; a word that is longer than a line stands alone.
func brokenAtWords(_ text: some StringProtocol, first: Int, rest: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ") {
        let room = lines.isEmpty ? first : rest
        if !current.isEmpty, visibleWidth(current) + 1 + visibleWidth(word) > room {
            lines.append(current)
            current = ""
        }
        current += current.isEmpty ? String(word) : " \(word)"
    }
    return lines + [current]
}

/// Without the colours in it.
private func visibleWidth(_ text: some StringProtocol) -> Int {
    guard text.utf8.contains(0x1B) else { return displayWidth(String(text)) }
    return displayWidth(String(text).replacing(/\u{1b}\[[0-9;]*m/, with: ""))
}
