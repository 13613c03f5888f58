import Bytes

/// CSV with a header: what consoles offer for download.
extension EnvelopeReader {
    /// Takes the first line for a header if one of its columns is known to hold events.
    mutating func readHeader(_ line: ByteRun) -> Bool {
        guard line.index(of: ASCII.openBrace) == nil else { return false }
        let names = CSV.cells(line).map { String(decoding: $0, as: UTF8.self) }
        var isTable = false
        for var name in names {
            let field = name.withUTF8 { EnvelopeField(name: $0, value: $0, form: .text) }
            let holdsText = field.key >= .logS && field.key <= .data
            if holdsText || field.key == .columnAuditID || name.hasPrefix("kubernetes.audit.") {
                isTable = true
            }
        }
        guard isTable else { return false }
        columns = names.map { Array($0.utf8) }
        mode = .table
        return true
    }

    /// One row, which may span lines inside quotes.
    mutating func tableRow(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        if lineScanned == 0, !isInQuotes {
            switch bytes[0] {
            case ASCII.newline:
                line += 1
                return 1
            case ASCII.carriageReturn: return 1
            case 0: return nulBytes(bytes, sink)
            default: isInNULs = false
            }
        }
        var end = min(lineScanned, bytes.count)
        while end < bytes.count, end < recordLimit {
            if bytes[end] == ASCII.quote { isInQuotes.toggle() }
            if bytes[end] == ASCII.newline, !isInQuotes { break }
            end += 1
        }
        let isOpen = end == bytes.count
        if isOpen, !isLast, end < recordLimit {
            lineScanned = end
            return nil
        }
        lineScanned = 0
        if isInQuotes || end >= recordLimit { return brokenRow(bytes, end, sink) }
        row(bytes.run(0, end), sink)
        line += Int64(bytes.newlines(0, end))
        return end
    }

    /// A quote that is never closed: the row's first line is given up.
    private mutating func brokenRow(_ bytes: ByteRun, _ end: Int, _ sink: Sink) -> Int {
        isInQuotes = false
        unwrapper.reject("a quote in this row is not closed", Wrapping(position: line), sink)
        guard let lineEnd = bytes.run(0, end).index(of: ASCII.newline),
            reread + end - lineEnd <= 4 * consumed + 1 << 20
        else {
            line += Int64(bytes.newlines(0, end))
            return end
        }
        reread += end - lineEnd
        return lineEnd
    }

    private mutating func row(_ line: ByteRun, _ sink: Sink) {
        let wrapping = Wrapping(position: self.line)
        let columns = columns
        let cells = CSV.cells(line)
        // The cells and names stay where they are while the row is unwrapped.
        var storage: [UInt8] = []
        storage.reserveCapacity(line.count + Unwrapper.padding)
        var ranges: [Range<Int>] = []
        for cell in cells {
            ranges.append(storage.count..<storage.count + cell.count)
            storage.append(contentsOf: cell)
        }
        var names: [UInt8] = []
        var nameRanges: [Range<Int>] = []
        for name in columns {
            nameRanges.append(names.count..<names.count + name.count)
            names.append(contentsOf: name)
        }
        storage.append(contentsOf: repeatElement(0, count: Unwrapper.padding))
        names.withUnsafeBufferPointer { names in
            storage.withUnsafeBufferPointer { storage in
                let fields = zip(nameRanges, ranges).map { name, range in
                    EnvelopeField(
                        name: names.run(name.lowerBound, name.upperBound),
                        value: storage.run(range.lowerBound, range.upperBound), form: .text)
                }
                unwrapper.row(fields, wrapping, sink)
            }
        }
    }
}

/// Comma-separated values: quotes around a cell, doubled inside it.
enum CSV {
    static func cells(_ line: ByteRun) -> [[UInt8]] {
        var cells: [[UInt8]] = []
        var cell: [UInt8] = []
        var index = 0
        while index <= line.count {
            if index == line.count || line[index] == ASCII.comma {
                cells.append(cell)
                cell = []
                index += 1
            } else if line[index] == ASCII.quote {
                index = quoted(line, from: index + 1, into: &cell)
            } else {
                if line[index] != ASCII.carriageReturn || index + 1 < line.count {
                    cell.append(line[index])
                }
                index += 1
            }
        }
        return cells
    }

    /// Reads up to the closing quote and returns what is behind it.
    private static func quoted(
        _ line: ByteRun, from start: Int, into cell: inout [UInt8]
    ) -> Int {
        var index = start
        while index < line.count {
            let end = line.index(of: ASCII.quote, from: index) ?? line.count
            cell.append(contentsOf: line.run(index, end))
            guard end + 1 < line.count, line[end + 1] == ASCII.quote else {
                return end + 1
            }
            cell.append(ASCII.quote)
            index = end + 2
        }
        return index
    }
}
