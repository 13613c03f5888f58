import Bytes
import CSimdjson
import KubeAPI

/// Reads a log whose lines are events: the fast path, and the dirt that such logs have.
///
/// Many lines share one index of tokens. Where that fails (a NUL run, a cut string) every line of
/// the batch gets its own, so that dirt costs no more than the line it is in. A position is the
/// number of the line, counted from 1.
struct LineReader {
    let source: UInt32
    let server: UInt32
    var parser: EventParser
    private let index = TokenIndex()
    private var line: Int64 = 0
    /// So many of the bytes that come again are known to hold no line end.
    private var searched = 0
    /// The line was longer than is held: what is left of it is passed over.
    private var isInRest = false
    /// The line began with NUL bytes that were passed over already.
    private var hasLeadingNULs = false
    /// The line of which a run of NUL bytes was told last.
    private var toldNULs: Int64 = 0

    /// Small enough for the index and the text to stay in the second-level cache.
    private static let batchBytes = 1 << 17
    private static let nulBytes = "a run of NUL bytes"
    /// A longer line is no record, and a file may have no line end; envelopes have the same bound.
    static let longestLine = EnvelopeReader.longestRecord
    /// Shorter runs of NUL bytes are left where they are until the line ends.
    private static let longNULs = 4_096

    init(source: UInt32, server: UInt32, bodies: BodyPolicy) {
        self.source = source
        self.server = server
        parser = EventParser(bodies: bodies)
    }

    /// Reads the whole lines of a text, or everything with `isLast`; returns the bytes consumed.
    mutating func read(
        _ text: ByteRun, isLast: Bool, names: inout Names, into traffic: inout Traffic
    ) -> Int {
        var start = 0
        if isInRest {
            start = text.findFar(ASCII.newline)
            if start == text.count { return start }
            isInRest = false
            start += 1
        }
        while start < text.count {
            guard let end = batchEnd(text, from: start, isLast) else {
                return start + passOver(text.run(start..<text.count), &traffic)
            }
            readBatch(text.run(start..<end), &names, &traffic)
            start = end
        }
        if isLast, hasLeadingNULs {
            line += 1
            rejectNULs(&traffic)
        }
        return start
    }

    /// What of a line without an end is not held: a run of NUL bytes in front, as truncating a file
    /// that is still written leaves one, or all of it where it is too long for a record.
    private mutating func passOver(_ text: ByteRun, _ traffic: inout Traffic) -> Int {
        let nuls = text.firstIndex { $0 != 0 } ?? text.count
        if nuls >= LineReader.longNULs {
            hasLeadingNULs = true
            searched = text.count - nuls
            return nuls
        }
        searched = text.count
        guard text.count > LineReader.longestLine else { return 0 }
        line += 1
        hasLeadingNULs = false
        reject("the record is longer than \(LineReader.longestLine) bytes", &traffic)
        searched = 0
        isInRest = true
        return text.count
    }

    /// The end of a run of whole lines; nil where the next newline is yet to come.
    private mutating func batchEnd(_ text: ByteRun, from start: Int, _ isLast: Bool) -> Int? {
        if searched > 0 {
            let known = min(start + searched, text.count)
            searched = 0
            let newline = known + text.run(known..<text.count).findFar(ASCII.newline)
            return newline < text.count ? newline + 1 : isLast ? text.count : nil
        }
        let limit = min(start + LineReader.batchBytes, text.count)
        if limit == text.count, isLast { return limit }
        var end = limit
        while end > start {
            if text[end - 1] == ASCII.newline { return end }
            end -= 1
        }
        let newline = limit + text.run(limit..<text.count).findFar(ASCII.newline)
        if newline < text.count { return newline + 1 }
        return isLast ? text.count : nil
    }

    private mutating func readBatch(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) {
        if hasLeadingNULs {
            line += 1
            rejectNULs(&traffic)
            line -= 1
        }
        let status = index.build(text)
        guard status.isUsable else {
            readOneByOne(text, &names, &traffic)
            return
        }
        parser.repairsText = status == .invalidUTF8
        var tokens = index.tokens
        var token: UInt32 = 0
        var start = 0
        while start < text.count {
            let end = start + text.run(start..<text.count).findFar(ASCII.newline)
            line += 1
            readLine(&tokens, &token, start..<end, text, &names, &traffic)
            start = end + 1
            while token < tokens.count, tokens.tokens[Int(token)] < start { token += 1 }
        }
    }

    @inline(__always)
    private mutating func readLine(
        _ tokens: inout CSJTokens, _ token: inout UInt32, _ range: Range<Int>, _ text: ByteRun,
        _ names: inout Names, _ traffic: inout Traffic
    ) {
        let limit = UInt32(truncatingIfNeeded: range.upperBound)
        guard tokens.tokens[Int(token)] < limit else { return }
        let origin = EventParser.Origin(position: line, source: source, server: server)
        let result = parser.read(
            &tokens, at: token, limit: limit, origin: origin, names: &names, into: &traffic)
        guard result == .event else {
            readOddLine(text.run(range), result.reason ?? "", &names, &traffic)
            return
        }
        token = parser.after
        if tokens.tokens[Int(token)] < limit {
            readOn(&tokens, token, limit, text, origin, &names, &traffic)
        }
    }

    /// Reads what stands behind an event in the same line: a comma, or more events.
    @inline(never)
    private mutating func readOn(
        _ tokens: inout CSJTokens, _ first: UInt32, _ limit: UInt32, _ text: ByteRun,
        _ origin: EventParser.Origin, _ names: inout Names, _ traffic: inout Traffic
    ) {
        var token = first
        if text[Int(tokens.tokens[Int(token)])] == ASCII.comma { token += 1 }
        while token < tokens.count, tokens.tokens[Int(token)] < limit {
            let result = parser.read(
                &tokens, at: token, limit: limit, origin: origin, names: &names, into: &traffic)
            guard result == .event else {
                let rest = text.run(Int(tokens.tokens[Int(token)])..<Int(limit))
                reject(
                    rest.trimmed.isEmpty ? LineReader.nulBytes : "text behind the event", &traffic)
                return
            }
            token = parser.after
        }
    }

    // MARK: Dirt

    /// Reads lines of which at least one has no tokens.
    @inline(never)
    private mutating func readOneByOne(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) {
        var start = 0
        while start < text.count {
            let end = start + text.run(start..<text.count).findFar(ASCII.newline)
            line += 1
            let single = text.run(start..<end)
            let status = index.build(single)
            if status.isUsable {
                parser.repairsText = status == .invalidUTF8
                var tokens = index.tokens
                var token: UInt32 = 0
                readLine(&tokens, &token, 0..<single.count, single, &names, &traffic)
            } else if status != .empty {
                readOddLine(single, status.reason, &names, &traffic)
            }
            start = end + 1
        }
    }

    /// Reads a line that is no event: NUL bytes around one, a record cut by the next, a line of
    /// another shape between the events, or text that only its number can be told of.
    @inline(never)
    private mutating func readOddLine(
        _ raw: ByteRun, _ reason: String, _ names: inout Names, _ traffic: inout Traffic
    ) {
        let text = raw.trimmed
        if raw.contains(0) {
            rejectNULs(&traffic)
            if text.isEmpty || parseAlone(text, &names, &traffic) { return }
        }
        guard text.findFar(ASCII.openBrace) < text.count else {
            reject("text that is no JSON", &traffic)
            return
        }
        if text[0] == ASCII.openBrace, readBehindCut(text, &names, &traffic) {
            reject("a record that is cut by the next", &traffic)
            return
        }
        if readEnvelope(text, &names, &traffic) { return }
        reject(reason, &traffic)
    }

    private mutating func parseAlone(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) -> Bool {
        let result = parser.parse(
            text, hint: EnvelopeHint(position: line), source: source, server: server,
            names: &names, into: &traffic)
        return result == .event
    }

    /// Reads the last event of a line in which an earlier record was cut.
    private mutating func readBehindCut(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) -> Bool {
        let opening: StaticString = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/"
        var start = text.count - opening.utf8CodeUnitCount
        while start > 0 {
            let rest = text.run(start..<text.count)
            if rest.hasPrefix(opening) { return parseAlone(rest, &names, &traffic) }
            start -= 1
        }
        return false
    }

    /// Reads the events that a single line of another shape holds; false where there is none.
    private mutating func readEnvelope(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) -> Bool {
        var parser = self.parser
        var hasEvents = false
        var envelopes = EnvelopeReader()
        let (line, source, server) = (line, source, server)
        _ = envelopes.read(UnsafeRawBufferPointer(text), isLast: true) { json, given in
            var hint = given
            hint.position = line
            let result = parser.parse(
                json, hint: hint, source: source, server: server, names: &names, into: &traffic)
            hasEvents = hasEvents || result == .event
        } reject: { _, _ in
        }
        self.parser = parser
        return hasEvents
    }

    /// Tells of NUL bytes, once for each line.
    private mutating func rejectNULs(_ traffic: inout Traffic) {
        hasLeadingNULs = false
        if toldNULs != line { reject(LineReader.nulBytes, &traffic) }
        toldNULs = line
    }

    private mutating func reject(_ reason: String, _ traffic: inout Traffic) {
        traffic.rejects.append(Reject(source: source, position: line, reason: reason))
    }
}
