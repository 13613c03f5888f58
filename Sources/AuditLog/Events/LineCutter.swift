import Bytes

/// Lines of a chunk that can be read without those before and behind them.
public struct WholeLines: Sendable {
    /// Where they are in the chunk.
    public internal(set) var range: Range<Int>
    /// What of the chunk was used: the rest must come again, in front of more bytes.
    public internal(set) var consumed: Int
    /// NUL bytes at the beginning of the first line were passed over before.
    var beginsWithNULs = false
    /// Behind them a line was passed over that is too long to be held.
    var endsTooLong = false

    /// Whether there is nothing to be read or told.
    public var isEmpty: Bool { range.isEmpty && !beginsWithNULs && !endsTooLong }

    /// The same in a chunk with so many more bytes in front.
    func behind(_ bytes: Int) -> WholeLines {
        var lines = self
        lines.range = range.lowerBound + bytes..<range.upperBound + bytes
        lines.consumed += bytes
        return lines
    }
}

/// Finds the whole lines in the chunks of a source, and passes over what is not held: the rest of
/// a line that is too long for a record, and long runs of NUL bytes.
struct LineCutter {
    /// So many of the bytes that come again are known to hold no line end.
    private var searched = 0
    /// The line was longer than is held: what is left of it is passed over.
    private var isInRest = false
    /// The line began with NUL bytes that were passed over already.
    private var hasLeadingNULs = false

    /// A longer line is no record, and a file may have no line end; envelopes have the same bound.
    static let longestLine = EnvelopeReader.longestRecord
    /// Shorter runs of NUL bytes are left where they are until the line ends.
    private static let longNULs = 4_096

    /// The whole lines of a text, or all of it with `isLast`.
    mutating func cut(_ text: ByteRun, isLast: Bool) -> WholeLines {
        var start = 0
        if isInRest {
            start = text.findFar(ASCII.newline)
            if start == text.count { return WholeLines(range: start..<start, consumed: start) }
            isInRest = false
            start += 1
        }
        let end = isLast ? text.count : lastEnd(in: text, from: start)
        var lines = WholeLines(range: start..<end, consumed: end)
        if end > start || isLast {
            lines.beginsWithNULs = hasLeadingNULs
            hasLeadingNULs = false
            searched = 0
        }
        if end < text.count { passOver(text.run(end..<text.count), &lines) }
        return lines
    }

    /// Behind the last line end; `start` where there is none.
    private func lastEnd(in text: ByteRun, from start: Int) -> Int {
        let known = min(start + searched, text.count)
        var end = text.count
        while end > known {
            if text[end - 1] == ASCII.newline { return end }
            end -= 1
        }
        return start
    }

    /// What of a line without an end is not held: a run of NUL bytes in front, as truncating a file
    /// that is still written leaves one, or all of it where it is too long for a record.
    private mutating func passOver(_ text: ByteRun, _ lines: inout WholeLines) {
        let nuls = text.firstIndex { $0 != 0 } ?? text.count
        if nuls >= LineCutter.longNULs {
            hasLeadingNULs = true
            searched = text.count - nuls
            lines.consumed += nuls
            return
        }
        searched = text.count
        guard text.count > LineCutter.longestLine else { return }
        hasLeadingNULs = false
        searched = 0
        isInRest = true
        lines.endsTooLong = true
        lines.consumed += text.count
    }
}
