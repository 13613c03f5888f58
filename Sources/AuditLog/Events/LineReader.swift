import Bytes
import CSimdjson
public import KubeAPI

/// Reads lines that are events: the fast path, and the dirt that such logs have.
///
/// Many lines share one index of tokens. Where that fails (a NUL run, a cut string) every line of
/// the batch gets its own, so that dirt costs no more than the line it is in. A position is the
/// number of the line, counted from 1. Keeps nothing of a source but that number: several may read
/// one source side by side, each the lines that `AuditReader` gave it.
public struct LineReader {
    /// How many lines were read since it was made, or told to begin again.
    public private(set) var line: Int64 = 0
    var parser: EventParser
    private let index = TokenIndex()
    private var source: UInt32 = 0
    private var server: UInt32 = 0
    /// The line of which a run of NUL bytes was told last.
    private var toldNULs: Int64 = 0

    /// Small enough for the index and the text to stay in the second-level cache.
    private static let batchBytes = 1 << 17
    private static let nulBytes = "a run of NUL bytes"

    public init(bodies: BodyPolicy = .graph) { parser = EventParser(bodies: bodies) }

    /// What became of bodies since it was made, or told to begin again.
    public var bodyCounts: BodyCounts { parser.bodyCounts }

    /// Counts lines and bodies from nothing again.
    public mutating func beginAgain() {
        line = 0
        toldNULs = 0
        parser.forgetCounts()
    }

    /// Reads lines of a chunk that has `AuditReader.padding` readable bytes behind it.
    public mutating func read(
        _ lines: WholeLines, of chunk: UnsafeRawBufferPointer, source: UInt32, server: UInt32,
        names: inout Names, into traffic: inout Traffic
    ) {
        self.source = source
        self.server = server
        let text = chunk.run.run(lines.range)
        if lines.beginsWithNULs {
            line += 1
            rejectNULs(&traffic)
            if !text.isEmpty { line -= 1 }
        }
        var start = 0
        while start < text.count {
            let end = LineReader.batchEnd(text, from: start)
            readBatch(text.run(start..<end), &names, &traffic)
            start = end
        }
        if lines.endsTooLong {
            line += 1
            reject("the record is longer than \(LineCutter.longestLine) bytes", &traffic)
        }
    }

    /// The end of a run of whole lines; of the last one the end of the text is one, too.
    private static func batchEnd(_ text: ByteRun, from start: Int) -> Int {
        let limit = min(start + batchBytes, text.count)
        if limit == text.count { return limit }
        var end = limit
        while end > start {
            if text[end - 1] == ASCII.newline { return end }
            end -= 1
        }
        let newline = limit + text.run(limit..<text.count).findFar(ASCII.newline)
        return min(newline + 1, text.count)
    }

    private mutating func readBatch(
        _ text: ByteRun, _ names: inout Names, _ traffic: inout Traffic
    ) {
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
        if toldNULs != line { reject(LineReader.nulBytes, &traffic) }
        toldNULs = line
    }

    private mutating func reject(_ reason: String, _ traffic: inout Traffic) {
        traffic.rejects.append(Reject(source: source, position: line, reason: reason))
    }
}
