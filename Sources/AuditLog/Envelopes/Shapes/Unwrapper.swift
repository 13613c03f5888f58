import Bytes

/// Takes the envelopes off one record, by the shape of what is inside.
///
/// Called by `EnvelopeReader` with whole records. Walks known member names, rows and strings that
/// hold JSON, and stops at `kind: Event` of `audit.k8s.io`. Which platform wrote the record is
/// never asked. It does not look inside events, and every level costs one pass over the bytes below
/// it.
struct Unwrapper {
    var emitted = 0
    private(set) var rejected = 0
    /// Records of other components, control messages, other services: understood, and not audit.
    private(set) var notAudit = 0
    /// Parts of records that wait for their ends.
    var partials = PartialRecords()

    /// Why the current record held no event, if there is a better word than that.
    private var reason: String?
    /// The current record says that it is another component's.
    var isFromOtherStream = false
    private var buffers: [[UInt8]] = []

    /// What a reader expects to be able to read behind the bytes that it is given.
    static let padding = AuditReader.padding

    var outcomes: Int { emitted + rejected + notAudit + partials.kept }

    // MARK: - Records

    /// One record of a source: an object, an array or a string that holds JSON.
    mutating func record(
        _ json: ByteRun, members: [ValueScan.Member]?, _ wrapping: Wrapping, _ sink: Sink
    ) {
        attempt(wrapping, sink) { unwrapper in
            if let members, json.first == ASCII.openBrace {
                unwrapper.object(Unwrapper.fields(json, members), json, wrapping, sink)
            } else {
                unwrapper.value(json, wrapping, sink)
            }
        }
    }

    /// A line of text that stands for one record, such as one that was written in parts.
    mutating func lineRecord(_ line: ByteRun, _ wrapping: Wrapping, _ sink: Sink) {
        attempt(wrapping, sink) { $0.text(line, wrapping, sink) }
    }

    /// The columns of a row that stand for one record.
    mutating func row(_ fields: [EnvelopeField], _ wrapping: Wrapping, _ sink: Sink) {
        attempt(wrapping, sink) { $0.object(fields, nil, wrapping, sink) }
    }

    /// A line that was put together from its parts.
    mutating func partialRecord(_ whole: PartialRecords.Part, _ sink: Sink) {
        attempt(whole.wrapping, sink) { $0.finish(whole, sink) }
    }

    /// Sees to it that whatever comes of a record is counted once.
    private mutating func attempt(
        _ wrapping: Wrapping, _ sink: Sink, _ unwrap: (inout Unwrapper) -> Void
    ) {
        let before = outcomes
        let outer = (reason, isFromOtherStream)
        (reason, isFromOtherStream) = (nil, false)
        unwrap(&self)
        if outcomes == before {
            if isFromOtherStream {
                notAudit += 1
            } else {
                reject(reason ?? "no audit event in this record", wrapping, sink)
            }
        }
        (reason, isFromOtherStream) = outer
    }

    mutating func reject(_ reason: String, _ wrapping: Wrapping, _ sink: Sink) {
        if wrapping.isOtherStream {
            notAudit += 1
        } else {
            rejected += 1
            sink.reject(wrapping.hint.position, reason)
        }
    }

    mutating func skip() { notAudit += 1 }

    // MARK: - Values

    /// What one value holds; nothing is rejected for holding nothing.
    mutating func value(
        _ json: ByteRun, _ wrapping: Wrapping, _ sink: Sink, areRecords: Bool = false
    ) {
        guard wrapping.depth < Wrapping.maximumDepth else {
            reject("envelopes are nested too deep", wrapping, sink)
            return
        }
        var wrapping = wrapping
        wrapping.depth += 1
        switch json.first {
        case ASCII.openBrace:
            object(Unwrapper.fields(of: json), json, wrapping, sink)
        case ASCII.openBracket:
            elements(json, wrapping, sink, areRecords: areRecords)
        case ASCII.quote where json.count >= 2:
            string(json.run(1, json.count - 1), wrapping, sink)
        default: return
        }
    }

    /// The elements of an array: each a record of its own, or parts of the one around them.
    mutating func elements(
        _ array: ByteRun, _ wrapping: Wrapping, _ sink: Sink, areRecords: Bool
    ) {
        guard let base = array.baseAddress else { return }
        if Unwrapper.isPairs(array) {
            object(Unwrapper.pairs(array), nil, wrapping, sink)
            return
        }
        var wrapping = wrapping
        var index = 1
        while index < array.count - 1 {
            if ASCII.isSpace(array[index]) || array[index] == ASCII.comma {
                index += 1
                continue
            }
            guard let end = Unwrapper.valueEnd(array, from: index) else { return }
            wrapping.advance(to: base + index)
            let element = array.run(index, end)
            if areRecords, Unwrapper.isContainer(element) {
                attempt(wrapping, sink) { $0.value(element, wrapping, sink) }
            } else {
                value(element, wrapping, sink)
            }
            index = end
        }
    }

    /// A JSON string whose characters may be JSON again.
    mutating func string(_ escaped: ByteRun, _ wrapping: Wrapping, _ sink: Sink) {
        guard escaped.index(of: ASCII.backslash) != nil else {
            text(escaped, wrapping.inside, sink)
            return
        }
        decoded(escaped) { unwrapper, plain in unwrapper.text(plain, wrapping.inside, sink) }
    }

    /// Calls `body` with the characters of an escaped string.
    mutating func decoded(
        _ escaped: ByteRun, _ body: (inout Unwrapper, ByteRun) -> Void
    ) {
        withBuffer(escaped.count + 8) { unwrapper, buffer in
            let length = JSONText.unescape(escaped, into: buffer)
            body(&unwrapper, ByteRun(start: buffer, count: length))
        }
    }

    /// Lends a buffer of at least `size` bytes, with the padding that readers expect behind it.
    mutating func withBuffer(
        _ size: Int, _ body: (inout Unwrapper, UnsafeMutablePointer<UInt8>) -> Void
    ) {
        var buffer = buffers.popLast() ?? []
        let needed = size + Unwrapper.padding
        if buffer.count < needed {
            buffer = [UInt8](repeating: 0, count: max(needed, buffer.count * 2))
        }
        buffer.withUnsafeMutableBufferPointer { bytes in
            if let base = bytes.baseAddress { body(&self, base) }
        }
        // Buffers for exceptional records are not worth keeping.
        if buffer.count <= 1 << 22 { buffers.append(buffer) }
    }

    /// Text that may hold JSON values, one behind the other or a line each.
    mutating func text(_ bytes: ByteRun, _ wrapping: Wrapping, _ sink: Sink) {
        var rest = bytes.trimmed
        while !rest.isEmpty {
            if let next = behindValue(rest, wrapping, sink) {
                rest = next
                continue
            }
            let lineEnd = rest.index(of: ASCII.newline) ?? rest.count
            let line = rest.run(0, lineEnd)
            if let brace = line.index(of: ASCII.openBrace), brace > 0 {
                let prefix = LinePrefix(line.run(0, brace))
                if !prefix.isKlog,
                    let next = behindValue(rest.run(from: brace), wrapping.taking(prefix), sink)
                {
                    rest = next
                    continue
                }
            }
            note(line)
            rest = Unwrapper.nextLine(rest, from: lineEnd)
        }
    }

    /// Unwraps the value that a text begins with and returns what is behind; nil if there is none.
    private mutating func behindValue(
        _ text: ByteRun, _ wrapping: Wrapping, _ sink: Sink
    ) -> ByteRun? {
        guard let base = text.baseAddress, let first = text.first,
            first == ASCII.openBrace || first == ASCII.openBracket || first == ASCII.quote
        else { return nil }
        var scan = ValueScan()
        switch scan.scan(base, count: text.count) {
        case .closed:
            document(text.run(0, scan.offset), scan.members, wrapping, sink)
            var rest = text.run(from: scan.offset).trimmed
            while rest.first == ASCII.comma { rest = rest.run(from: 1).trimmed }
            return rest
        case .open:
            reject(Unwrapper.words(.cut, text), wrapping, sink)
            return text.run(text.count, text.count)
        case .broken(let fault):
            // A word in brackets is no JSON that was cut: it may stand in front of JSON.
            if first != ASCII.openBrace, scan.offset < 64 { return nil }
            reject(Unwrapper.words(fault, text), wrapping, sink)
            return Unwrapper.nextLine(text, from: scan.offset)
        }
    }

    private mutating func document(
        _ json: ByteRun, _ members: [ValueScan.Member], _ wrapping: Wrapping, _ sink: Sink
    ) {
        guard json.first == ASCII.openBrace, wrapping.depth < Wrapping.maximumDepth else {
            value(json, wrapping, sink, areRecords: true)
            return
        }
        var wrapping = wrapping
        wrapping.depth += 1
        object(Unwrapper.fields(json, members), json, wrapping, sink)
    }

    /// Keeps the reason why a line held nothing, in case that nothing else does.
    private mutating func note(_ line: ByteRun) {
        guard reason == nil else { return }
        reason =
            LinePrefix(line.run(0, 256)).isKlog
            ? "a line of the server's own log (klog), not of the audit log"
            : "no JSON in this record"
    }

    private static func nextLine(_ text: ByteRun, from start: Int) -> ByteRun {
        guard let end = text.index(of: ASCII.newline, from: min(start, text.count)) else {
            return text.run(text.count, text.count)
        }
        return text.run(from: end + 1).trimmed
    }

    static func words(_ fault: ValueScan.Fault, _ around: ByteRun) -> String {
        if fault == .tooDeep { return "the JSON is nested too deep" }
        let line = around.run(0, around.index(of: ASCII.newline) ?? around.count)
        if line.trimmed.hasSuffix("[Truncated...]") {
            return "the platform cut this event: [Truncated...]"
        }
        return fault == .notJSON ? "this is not JSON" : "the JSON of this record is cut off"
    }
}

extension Wrapping {
    mutating func take(_ prefix: LinePrefix) {
        if let server = prefix.server { hint.server = server }
        if prefix.isOtherStream { isOtherStream = true }
    }

    func taking(_ prefix: LinePrefix) -> Wrapping {
        var copy = self
        copy.take(prefix)
        return copy
    }
}
