import Bytes

/// What stands between records and in front of them: line ends, prefixes, text, the CRI's parts.
extension EnvelopeReader {
    /// A line with neither JSON nor an end is given up after this many bytes.
    static let maximumPrefix = 1 << 16

    /// The next record outside of any list, or what is in front of it.
    mutating func line(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        if bytes[0] == 0 { return nulBytes(bytes, sink) }
        isInNULs = false
        switch bytes[0] {
        case ASCII.newline:
            line += 1
            return 1
        case ASCII.space, ASCII.tab, ASCII.carriageReturn, ASCII.comma: return 1
        case ASCII.openBrace:
            isAtStart = false
            begin(Wrapping(position: line))
            return 0
        case ASCII.openBracket: return bracket(bytes, isLast: isLast, sink)
        case 0xEF, 0xFE, 0xFF:
            if let length = byteOrderMark(bytes, isLast: isLast, sink) { return length }
            if bytes.count < 3, !isLast { return nil }
        case ASCII.quote where !isAtStart:
            begin(Wrapping(position: line))
            return 0
        default: break
        }
        return textLine(bytes, isLast: isLast, sink)
    }

    /// What a crash leaves where bytes were not yet written: one reject for a run.
    mutating func nulBytes(_ bytes: ByteRun, _ sink: Sink) -> Int {
        if !isInNULs {
            unwrapper.reject("a run of NUL bytes", Wrapping(position: line), sink)
        }
        isInNULs = true
        return bytes.firstIndex { $0 != 0 } ?? bytes.count
    }

    private mutating func byteOrderMark(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        if bytes.run(0, 3).isByteOrderMark { return 3 }
        guard isAtStart, bytes.count >= 2, bytes[0] != 0xEF, bytes[1] >= 0xFE else { return nil }
        unwrapper.reject(
            "this is UTF-16 text; convert it to UTF-8 first", Wrapping(position: line), sink)
        mode = .everything
        return bytes.count
    }

    /// A bracket opens an array of records, or stands around a word in front of one.
    private mutating func bracket(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        var index = 1
        while index < bytes.count, ASCII.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count || isLast || index > EnvelopeReader.maximumPrefix else {
            return nil
        }
        let next = index < bytes.count ? bytes[index] : ASCII.closeBracket
        guard
            next == ASCII.openBrace || next == ASCII.openBracket || next == ASCII.quote
                || next == ASCII.closeBracket
        else { return textLine(bytes, isLast: isLast, sink) }
        isAtStart = false
        frames.append(Frame(isArray: true, wrapping: Wrapping(position: line)))
        return 1
    }

    // MARK: - Text

    /// A line that begins with text: a prefix, a part of a line, a header, or no record at all.
    private mutating func textLine(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        let isContainerLine = ContainerLine(bytes.run(0, 256)) != nil
        // Whether a line comes from the container runtime is seen in its first words.
        if !isContainerLine, ASCII.isDigit(bytes[0]), bytes.count < ContainerLine.maximumHeader,
            bytes.index(of: ASCII.newline) == nil, !isLast
        {
            return nil
        }
        let needsWholeLine = isContainerLine || isAtStart
        let limit = isContainerLine ? recordLimit : EnvelopeReader.maximumPrefix
        let window = bytes.run(0, limit)
        if let end = endOfText(window, wholeLine: needsWholeLine) { return text(bytes, end, sink) }
        if bytes.count < limit {
            guard isLast else { return nil }
            return needsWholeLine
                ? text(bytes, bytes.count, sink) : withoutJSON(window, sink)
        }
        if isContainerLine {
            unwrapper.reject(
                "the record is longer than \(recordLimit) bytes", Wrapping(position: line), sink)
            mode = .restOfLine
        } else if !isAtStart {
            return withoutJSON(window, sink)
        }
        isAtStart = false
        lineScanned = 0
        return 0
    }

    /// Where the line ends, or where JSON begins in it; nil where that is not to be seen yet.
    private mutating func endOfText(_ bytes: ByteRun, wholeLine: Bool) -> Int? {
        var index = min(lineScanned, bytes.count)
        while index < bytes.count {
            let byte = bytes[index]
            if byte == ASCII.newline || byte == 0 || (byte == ASCII.openBrace && !wholeLine) {
                lineScanned = 0
                return index
            }
            index += 1
        }
        lineScanned = index
        return nil
    }

    private mutating func text(_ bytes: ByteRun, _ end: Int, _ sink: Sink) -> Int {
        lineScanned = 0
        let wasAtStart = isAtStart
        isAtStart = false
        if let line = ContainerLine(bytes.run(0, end)) {
            containerLine(line, bytes.run(0, end), sink)
            return end
        }
        if wasAtStart {
            if readHeader(bytes.run(0, end)) { return end }
            // Not a table: the line is read again, for JSON in it.
            return 0
        }
        guard end < bytes.count, bytes[end] == ASCII.openBrace else {
            return withoutJSON(bytes.run(0, end), sink)
        }
        let prefix = LinePrefix(bytes.run(0, end))
        guard !prefix.isKlog else { return withoutJSON(bytes.run(0, end), sink) }
        begin(Wrapping(position: line).taking(prefix))
        return end
    }

    private mutating func withoutJSON(_ text: ByteRun, _ sink: Sink) -> Int {
        lineScanned = 0
        isAtStart = false
        mode = .restOfLine
        let prefix = LinePrefix(text.run(0, 256))
        unwrapper.reject(
            prefix.isKlog
                ? "a line of the server's own log (klog), not of the audit log"
                : "no JSON on this line", Wrapping(position: line).taking(prefix), sink)
        return text.count
    }

    // MARK: - Container runtime

    private mutating func containerLine(_ header: ContainerLine, _ line: ByteRun, _ sink: Sink) {
        let wrapping = Wrapping(position: self.line)
        let content = line.run(from: header.contentStart)
        let key = Array(header.stream)
        if header.isPartial || unwrapper.partials.holds(key) {
            if let tooLong = unwrapper.partials.append(content, of: key, wrapping) {
                unwrapper.reject(tooLong, sink)
            }
            guard !header.isPartial, let whole = unwrapper.partials.take(key) else { return }
            unwrapper.partialRecord(whole, sink)
        } else {
            unwrapper.lineRecord(content, wrapping, sink)
        }
    }
}
