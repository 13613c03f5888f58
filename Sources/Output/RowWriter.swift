/// Prints rows one by one in any of the formats, into bytes that the caller takes away.
///
/// Millions of rows pass through in constant memory: JSON, YAML, CSV and Markdown hold one row,
/// Arrow a batch, a table the first `TableLayout.sampleSize` to learn its widths. Writes to no
/// stream and knows no terminal: the executable does, and says so in `RowOptions`.
public struct RowWriter {
    private let options: RowOptions
    private let columns: [Column]
    /// For each printed column, its place in the rows that are given.
    private let places: [Int]
    private let keys: [String]
    private var layout: TableLayout
    private var arrow: ArrowStream
    /// Rows that a template is filled with at the end.
    private var held: [[String: Cell]] = []
    private var rowsWritten = 0
    private var hasBegun = false

    public init(columns given: [Column], options: RowOptions) throws(UnknownColumn) {
        let names = uniqueNames(given.map(\.name))
        let wanted = options.customColumns?.columns.map(\.field) ?? options.columns
        for field in options.jsonpath?.fields ?? [] where !names.contains(field) {
            throw UnknownColumn(name: field, known: names)
        }
        if wanted.isEmpty {
            let showsAll = options.format != .table && options.format != .markdown
            places = given.indices.filter { showsAll || !given[$0].isWide }
        } else {
            places = try wanted.map { (name) throws(UnknownColumn) in
                guard let place = names.firstIndex(of: name) else {
                    throw UnknownColumn(name: name, known: names)
                }
                return place
            }
        }
        columns = places.map { given[$0] }
        keys =
            options.customColumns?.columns.map(\.header) ?? uniqueNames(places.map { names[$0] })
        self.options = options
        layout = TableLayout(columns: columns, names: keys, options: options)
        arrow = ArrowStream(columns: columns, names: keys)
    }

    /// Why the rows cannot be written, so that no more are wanted.
    public var misfit: MixedColumn? { arrow.misfit }

    /// Adds a row; its cells stand in the order of the columns given to `init`.
    public mutating func append(_ row: [Cell], to output: inout [UInt8]) {
        begin(&output)
        let cells = places.map { row[$0] }
        switch options.format {
        case .table, .wide: layout.append(cells, to: &output)
        case .json: appendJSON(cells, to: &output)
        case .yaml: appendYAML(cells, to: &output)
        case .csv: appendCSV(cells, to: &output)
        case .markdown: appendMarkdown(cells, to: &output)
        case .customColumns:
            layout.append(cells.map { $0 == .null ? "<none>" : $0 }, to: &output)
        case .arrow: arrow.append(cells, to: &output)
        case .jsonpath: held.append(Dictionary(zip(keys, cells)) { first, _ in first })
        }
        rowsWritten += 1
    }

    /// Ends the output; no row may follow.
    public mutating func finish(_ output: inout [UInt8]) {
        begin(&output)
        switch options.format {
        case .table, .wide, .customColumns: layout.flush(to: &output)
        case .jsonpath:
            let text = options.jsonpath?.rendered(held) ?? ""
            output += (options.terminalWidth == nil ? text : escaped(text)).utf8
        case .arrow: arrow.finish(&output)
        case .json: output += rowsWritten == 0 ? "[]\n".utf8 : "\n]\n".utf8
        case .yaml: if rowsWritten == 0 { output += "[]\n".utf8 }
        case .csv, .markdown: break
        }
    }

    private mutating func begin(_ output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        guard options.showsHeader else { return }
        switch options.format {
        case .csv: appendCSV(keys.map { .text($0) }, to: &output)
        case .markdown: markdownHeader(&output)
        default: break
        }
    }

    private func appendJSON(_ cells: [Cell], to output: inout [UInt8]) {
        output += rowsWritten == 0 ? "[\n  {".utf8 : ",\n  {".utf8
        for (index, cell) in cells.enumerated() {
            if index > 0 { output += ", ".utf8 }
            appendJSONString(keys[index], to: &output)
            output += ": ".utf8
            appendJSONCell(cell, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func appendYAML(_ cells: [Cell], to output: inout [UInt8]) {
        if cells.isEmpty { output += "- {}\n".utf8 }
        for (index, cell) in cells.enumerated() {
            output += index == 0 ? "- ".utf8 : "  ".utf8
            output += "\(yamlScalar(keys[index])): \(yamlCell(cell))\n".utf8
        }
    }

    private func appendCSV(_ cells: [Cell], to output: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            if case .text(let text) = cell {
                let safe = options.terminalWidth == nil ? text : displaySafe(text)
                output += csvField(safe).utf8
            } else {
                output += plainText(cell).utf8
            }
        }
        output += [13, 10]
    }

    private func markdownHeader(_ output: inout [UInt8]) {
        output += "|\(keys.map { " \(markdownText($0)) |" }.joined())\n".utf8
        output += "|\(columns.map { $0.kind == .number ? " ---: |" : " --- |" }.joined())\n".utf8
    }

    private func appendMarkdown(_ cells: [Cell], to output: inout [UInt8]) {
        output += "|\(cells.map { " \(markdownText(plainText($0))) |" }.joined())\n".utf8
    }
}

/// Safe for a terminal, with the line feeds of a template left alone.
private func escaped(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { displaySafe(String($0)) }.joined(separator: "\n") + "\n"
}

/// Prints rows that are all there.
public func render(
    _ rows: [[Cell]], columns: [Column], options: RowOptions
) throws(UnknownColumn) -> String {
    var writer = try RowWriter(columns: columns, options: options)
    var bytes: [UInt8] = []
    for row in rows { writer.append(row, to: &bytes) }
    writer.finish(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// Names told apart by a number where SQL has given two columns the same.
private func uniqueNames(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.map { name in
        var candidate = name
        var number = 2
        while !seen.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}

/// A cell as bare text; null is empty.
func plainText(_ cell: Cell) -> String {
    switch cell {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): String(value)
    case .text(let text): text
    case .boolean(let value): value ? "true" : "false"
    }
}
