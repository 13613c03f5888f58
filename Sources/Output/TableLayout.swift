/// Lines rows up in columns as kubectl does: capitals on top, three spaces between, no rules.
///
/// Widths come from the first `sampleSize` rows, after which rows are passed on as they come; a
/// later cell that is wider pushes its own line out and no other.
///
/// Where a terminal reads a `table` that is wider than it is, an instant loses its fraction, and
/// sentences break at words within their column. Where that is not enough, as many columns as fit
/// stand in the table, and the others below each row with their names. Nothing is cut; `wide` puts
/// every row on one line.
struct TableLayout {
    static let sampleSize = 1_000
    private static let gap = "   "
    private static let margin = "    "
    /// No sentence is put into a column that is narrower.
    private static let narrowest = 20

    private let columns: [Column]
    private let keys: [String]
    private let names: [String]
    private let options: RowOptions
    private let paint: Paint
    private var held: [[String]] = []
    private var widths: [Int]?
    /// How many columns the table has; the others stand below its rows.
    private var headCount: Int
    private var holdsInstants: [Bool] = []
    /// The date that all instants have in common, where it is said once, above.
    private var date: Substring?

    init(columns: [Column], names: [String], options: RowOptions) {
        self.columns = columns
        keys = names.map(displaySafe)
        headCount = columns.count
        let isCustom = options.format == .customColumns
        self.names = keys.map { isCustom ? $0 : $0.uppercased() }
        self.options = options
        paint = Paint(isOn: options.usesColour)
    }

    mutating func append(_ cells: [Cell], to output: inout [UInt8]) {
        let texts = cells.map { displaySafe(plainText($0)) }
        if let widths {
            appendRow(texts, widths: widths, to: &output)
            return
        }
        held.append(texts)
        if held.count == Self.sampleSize { flush(to: &output) }
    }

    /// Fixes the widths and prints what was held.
    mutating func flush(to output: inout [UInt8]) {
        guard widths == nil else { return }
        holdsInstants = columns.indices.map { place in
            held.contains { isInstant($0[place]) }
                && held.allSatisfy { $0[place].isEmpty || isInstant($0[place]) }
        }
        shareDate()
        if let date { output += "times of \(date), UTC\n".utf8 }
        let widths = isFitted ? fittedWidths() : naturalWidths
        self.widths = widths
        if options.showsHeader, !columns.isEmpty {
            appendLine(names, widths: widths, isHeader: true, to: &output)
        }
        for texts in held { appendRow(texts, widths: widths, to: &output) }
        held = []
    }

    /// At a terminal, times of one day are shown as such.
    private mutating func shareDate() {
        guard isFitted, options.showsHeader else { return }
        let places = columns.indices.filter { holdsInstants[$0] }
        let dates = Set(held.flatMap { row in places.map { row[$0].prefix(10) } })
            .filter { !$0.isEmpty }
        guard dates.count == 1, let date = dates.first else { return }
        self.date = date
        for row in held.indices {
            for place in places { held[row][place] = time(held[row][place]) }
        }
        holdsInstants = columns.map { _ in false }
    }

    /// Without the date that stands above; an instant of another day stays whole.
    private func time(_ text: String) -> String {
        guard let date, isInstant(text), text.hasPrefix(date) else { return text }
        return String(text.dropFirst(11).prefix(8))
    }

    // MARK: Widths

    private var isFitted: Bool { options.format == .table && options.terminalWidth != nil }

    private var naturalWidths: [Int] {
        var widths = names.map { options.showsHeader ? displayWidth($0) : 0 }
        for texts in held {
            for (index, text) in texts.enumerated() {
                widths[index] = max(widths[index], displayWidth(text))
            }
        }
        return widths
    }

    private mutating func fittedWidths() -> [Int] {
        var widths = naturalWidths
        var excess = width(of: widths[...]) - (options.terminalWidth ?? 0)
        // Fractions of seconds go first.
        for place in widths.indices where excess > 0 && holdsInstants[place] {
            let shorter = max(20, displayWidth(names[place]))
            excess -= max(0, widths[place] - shorter)
            widths[place] = min(widths[place], shorter)
        }
        if excess <= 0 { return widths }
        if let narrow = withNarrowSentences(widths, excess: excess) { return narrow }
        let fitting = widths.indices.prefix {
            width(of: widths[...$0]) <= options.terminalWidth ?? 0
        }
        headCount = max(1, fitting.count)
        return widths
    }

    private func width(of widths: ArraySlice<Int>) -> Int {
        widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1)
    }

    /// With the widest sentences made narrower, as far as their longest words let them; nil where
    /// that is not enough.
    private func withNarrowSentences(_ natural: [Int], excess: Int) -> [Int]? {
        var widths = natural
        var excess = excess
        let floors = widths.indices.map { place in
            max(Self.narrowest, displayWidth(names[place]), longestWord(place))
        }
        while excess > 0 {
            let wide = widths.indices.filter { isSentence($0) && widths[$0] > floors[$0] }
            guard let place = wide.max(by: { widths[$0] < widths[$1] }) else { return nil }
            let next = wide.filter { $0 != place }.map { widths[$0] }
                .filter { $0 < widths[place] }.max()
            let floor = max(floors[place], next ?? 0)
            let step = max(1, min(excess, widths[place] - floor))
            widths[place] -= step
            excess -= step
        }
        return widths
    }

    /// Numbers never break, and neither does what has no blank.
    private func isSentence(_ place: Int) -> Bool {
        columns[place].kind == .text && held.contains { $0[place].contains(" ") }
    }

    private func longestWord(_ place: Int) -> Int {
        held.lazy.flatMap { $0[place].split(separator: " ") }.map { displayWidth(String($0)) }
            .max() ?? 0
    }

    // MARK: Lines

    private func appendRow(_ texts: [String], widths: [Int], to output: inout [UInt8]) {
        let times = isFitted ? zip(texts, widths).map { shortened(time($0), to: $1) } : texts
        appendLine(times, widths: widths, to: &output)
        if headCount < columns.count { appendRest(times, to: &output) }
    }

    /// One line, or as many as the sentence that takes most of them.
    private func appendLine(
        _ texts: [String], widths: [Int], isHeader: Bool = false, to output: inout [UInt8]
    ) {
        let head = texts.indices.prefix(headCount)
        let pieces = head.map { place in
            isFitted && displayWidth(texts[place]) > widths[place]
                ? brokenAtWords(texts[place], first: widths[place], rest: widths[place])
                : [texts[place]]
        }
        for row in 0..<(pieces.map(\.count).max() ?? 0) {
            var line = ""
            var padding = 0
            for place in head {
                let shown = row < pieces[place].count ? pieces[place][row] : ""
                let style = isHeader ? Style.bold : columns[place].paint[texts[place]]
                let missing = max(0, widths[place] - displayWidth(shown))
                let isNumber = columns[place].kind == .number
                padding += (place > 0 ? Self.gap.count : 0) + (isNumber ? missing : 0)
                // Nothing follows the last word of a line.
                if !shown.isEmpty {
                    line += String(repeating: " ", count: padding) + paint(style, shown)
                    padding = 0
                }
                if !isNumber { padding += missing }
            }
            output += line.utf8
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// What did not fit into the row's line: `name: value`, several to a line.
    private func appendRest(_ texts: [String], to output: inout [UInt8]) {
        let room = (options.terminalWidth ?? 80) - Self.margin.count
        var lines: [String] = []
        for place in texts.indices.dropFirst(headCount) where !texts[place].isEmpty {
            let item = "\(keys[place]): \(texts[place])"
            if let last = lines.last, displayWidth(last) + 2 + displayWidth(item) <= room {
                lines[lines.count - 1] = "\(last)  \(item)"
            } else {
                let broken = brokenAtWords(item, first: room, rest: room - 2)
                lines += broken.enumerated().map { $0 == 0 ? $1 : "  \($1)" }
            }
        }
        for line in lines { output += "\(Self.margin)\(line)\n".utf8 }
    }
}

/// Whether a text is an instant as recordings write it: `2026-11-20T22:09:43.742107Z`.
private func isInstant(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 27 && bytes[10] == UInt8(ascii: "T") && bytes[19] == UInt8(ascii: ".")
        && bytes[26] == UInt8(ascii: "Z")
}

private func shortened(_ text: String, to width: Int) -> String {
    width < 27 && isInstant(text) ? text.prefix(19) + "Z" : text
}
