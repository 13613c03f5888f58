/// Lines rows up in columns as kubectl does: capitals on top, three spaces between, no rules.
///
/// Widths come from the first `sampleSize` rows, after which rows are passed on as they come; a
/// later cell that is wider pushes its own line out and no other. Cells are cut only where a
/// terminal reads them and only in `table`; `wide` never cuts. An instant loses its fraction, never
/// its second; where all that is not enough, lines are longer than the terminal is wide.
struct TableLayout {
    static let sampleSize = 1_000
    private static let gap = "   "
    /// No column is made narrower than this by cutting.
    private static let narrowest = 12

    private let columns: [Column]
    private let names: [String]
    private let options: RowOptions
    private let paint: Paint
    private var held: [[String]] = []
    private var widths: [Int]?
    private var holdsInstants: [Bool] = []
    /// The date that all instants have in common, where it is said once, above.
    private var date: Substring?

    init(columns: [Column], names: [String], options: RowOptions) {
        self.columns = columns
        let isCustom = options.format == .customColumns
        self.names = names.map { isCustom ? displaySafe($0) : displaySafe($0).uppercased() }
        self.options = options
        paint = Paint(isOn: options.usesColour)
    }

    mutating func append(_ cells: [Cell], to output: inout [UInt8]) {
        let texts = cells.map { displaySafe(plainText($0)) }
        if let widths {
            appendLine(texts, widths: widths, to: &output)
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
        let widths = fittedWidths()
        self.widths = widths
        if options.showsHeader, !columns.isEmpty {
            appendLine(names, widths: widths, isHeader: true, to: &output)
        }
        for texts in held { appendLine(texts, widths: widths, to: &output) }
        held = []
    }

    /// At a terminal, times of one day are shown as such.
    private mutating func shareDate() {
        guard options.format == .table, options.terminalWidth != nil, options.showsHeader else {
            return
        }
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

    private func fittedWidths() -> [Int] {
        var widths = names.map { options.showsHeader ? displayWidth($0) : 0 }
        for texts in held {
            for (index, text) in texts.enumerated() {
                widths[index] = max(widths[index], displayWidth(text))
            }
        }
        guard options.format == .table, let available = options.terminalWidth else { return widths }
        let gaps = Self.gap.count * max(0, widths.count - 1)
        var excess = widths.reduce(0, +) + gaps - available
        // Fractions of seconds go first; then the widest column gives way.
        for place in widths.indices
        where excess > 0 && holdsInstants[place] && widths[place] > smallest(place) {
            excess -= widths[place] - smallest(place)
            widths[place] = smallest(place)
        }
        while excess > 0 {
            guard let place = widestThatMayShrink(widths) else { break }
            let next = widths.indices.filter { $0 != place }.map { widths[$0] }
                .filter { $0 < widths[place] }.max()
            let floor = max(smallest(place), next ?? 0)
            let step = max(1, min(excess, widths[place] - floor))
            widths[place] -= step
            excess -= step
        }
        return widths
    }

    private func smallest(_ place: Int) -> Int {
        max(holdsInstants[place] ? 20 : Self.narrowest, displayWidth(names[place]))
    }

    private func widestThatMayShrink(_ widths: [Int]) -> Int? {
        // Numbers are never cut: a cut number is another number.
        widths.indices.filter { columns[$0].kind == .text && widths[$0] > smallest($0) }
            .max { widths[$0] < widths[$1] }
    }

    private func appendLine(
        _ texts: [String], widths: [Int], isHeader: Bool = false, to output: inout [UInt8]
    ) {
        let cuts = options.format == .table && options.terminalWidth != nil
        var line = ""
        for (index, text) in texts.enumerated() {
            let isNumber = columns[index].kind == .number
            let shown = cuts && !isNumber ? shortened(time(text), to: widths[index]) : text
            let style = isHeader ? Style.bold : columns[index].paint[text]
            let padding = String(
                repeating: " ", count: max(0, widths[index] - displayWidth(shown)))
            if index > 0 { line += Self.gap }
            if isNumber {
                line += padding + paint(style, shown)
            } else {
                let isLast = index == texts.count - 1
                line += paint(style, shown) + (isLast ? "" : padding)
            }
        }
        output += line.utf8
        output.append(UInt8(ascii: "\n"))
    }
}

/// Whether a text is an instant as recordings write it: `2026-11-20T22:09:43.742107Z`.
private func isInstant(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 27 && bytes[10] == UInt8(ascii: "T") && bytes[19] == UInt8(ascii: ".")
        && bytes[26] == UInt8(ascii: "Z")
}

private func shortened(_ text: String, to width: Int) -> String {
    if width < 27, width >= 20, isInstant(text) { return text.prefix(19) + "Z" }
    return cut(text, to: width)
}
