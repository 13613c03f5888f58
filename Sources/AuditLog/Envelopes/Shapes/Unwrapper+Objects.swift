import Bytes

/// The shapes that an object can have: an event, a platform's record of one, or an envelope.
extension Unwrapper {
    /// An object, or a row of the same meaning (`json` is nil then).
    mutating func object(
        _ fields: [EnvelopeField], _ json: ByteRun?, _ outer: Wrapping, _ sink: Sink
    ) {
        let marks = Marks(fields)
        if marks.isEvent || marks.isEventWithoutKind {
            if let json { event(json, fields, marks, outer, sink) }
            return
        }
        var wrapping = outer
        wrapping.learn(fields)
        if wrapping.isOtherStream { isFromOtherStream = true }
        if marks.isControlMessage {
            skip()
        } else if let payload = marks.payload, fields[payload].isObject {
            cloudLogging(fields, fields[payload], wrapping, sink)
        } else if marks.hasAuditColumns {
            emitted(AuditColumns.event(fields), wrapping, sink)
        } else if marks.hasDottedNames {
            emitted(DottedFields.event(fields), wrapping, sink)
        } else if let part = marks.part, takePart(part, fields, wrapping, sink) {
            return
        } else if let columns = marks.columns, let rows = marks.rows {
            table(columns: fields[columns].value, rows: fields[rows].value, wrapping, sink)
        } else {
            if marks.isEventList { wrapping.listVersion = Unwrapper.version(fields) }
            contents(fields, wrapping, sink)
        }
    }

    /// Tries the members that may hold events, the likely ones first, until one yields anything.
    private mutating func contents(_ fields: [EnvelopeField], _ wrapping: Wrapping, _ sink: Sink) {
        let before = outcomes
        let likely = fields.indices.filter { fields[$0].key.mayHoldEvent }
            .sorted { (fields[$0].key, $0) < (fields[$1].key, $1) }
        for index in likely {
            member(fields[index], wrapping, sink)
            if outcomes != before { return }
        }
        // An envelope that nobody has described: whatever member looks like JSON is tried.
        for field in fields where !field.key.mayHoldEvent && field.looksLikeJSON {
            member(field, wrapping, sink)
            if outcomes != before { return }
        }
    }

    private mutating func member(_ field: EnvelopeField, _ outer: Wrapping, _ sink: Sink) {
        var wrapping = outer
        switch field.key {
        case .source, .audit, .fields: wrapping.mayLackDots = true
        case .data where field.isString:
            encoded(field.characters, wrapping, sink)
            return
        default: break
        }
        if field.form == .text {
            text(field.value, wrapping.inside, sink)
        } else if field.isArray, let base = field.value.baseAddress {
            wrapping.advance(to: base)
            elements(field.value, wrapping, sink, areRecords: field.key.holdsRecords)
        } else {
            value(field.value, wrapping, sink)
        }
    }

    /// Base64, and gzip inside: how queues and functions hand over records.
    private mutating func encoded(_ text: ByteRun, _ wrapping: Wrapping, _ sink: Sink) {
        withBuffer(text.count) { unwrapper, buffer in
            guard let length = JSONText.base64(text, into: buffer) else {
                unwrapper.string(text, wrapping, sink)
                return
            }
            let bytes = ByteRun(start: buffer, count: length)
            guard Inflation.isGzip(bytes) else {
                unwrapper.text(bytes, wrapping.inside, sink)
                return
            }
            switch Inflation.inflate(bytes) {
            case .tooLarge: unwrapper.reject("the compressed data is too large", wrapping, sink)
            case .broken: unwrapper.reject("the compressed data is damaged", wrapping, sink)
            case .inflated(let plain, let length):
                plain.withUnsafeBufferPointer {
                    unwrapper.text($0.run(0, length), wrapping.inside, sink)
                }
            }
        }
    }

    // MARK: - Events

    private mutating func event(
        _ json: ByteRun, _ fields: [EnvelopeField], _ marks: Marks, _ wrapping: Wrapping,
        _ sink: Sink
    ) {
        var hint = wrapping.hint
        if marks.lacksObject { hint.isTruncated = true }
        var edited: JSONWriter?
        if wrapping.mayLackDots, let annotations = marks.annotations,
            DottedFields.lackDots(fields[annotations].value)
        {
            edited = DottedFields.withDots(fields, annotations: annotations)
        } else if !marks.isEvent {
            edited = Unwrapper.withKind(fields, version: wrapping.listVersion)
        }
        if let edited {
            emit(edited, hint, sink)
        } else {
            emitted += 1
            sink.emit(json, hint)
        }
    }

    private mutating func emitted(
        _ made: (event: JSONWriter, isTruncated: Bool), _ wrapping: Wrapping, _ sink: Sink
    ) {
        var hint = wrapping.hint
        if made.isTruncated { hint.isTruncated = true }
        emit(made.event, hint, sink)
    }

    private mutating func emit(_ event: JSONWriter, _ hint: EnvelopeHint, _ sink: Sink) {
        withBuffer(event.bytes.count) { unwrapper, buffer in
            event.bytes.withUnsafeBufferPointer { bytes in
                if let base = bytes.baseAddress { buffer.update(from: base, count: bytes.count) }
            }
            unwrapper.emitted += 1
            sink.emit(ByteRun(start: buffer, count: event.bytes.count), hint)
        }
    }

    /// `audit.k8s.io/v1` and its elders; some writers escape the slash.
    static func isAuditVersion(_ version: ByteRun) -> Bool {
        version.hasPrefix("audit.k8s.io/") || version.hasPrefix("audit.k8s.io\\/")
    }

    /// The apiVersion of a list of audit events.
    static func version(_ fields: [EnvelopeField]) -> String? {
        let field = fields.first { $0.key == .apiVersion }
        return field.flatMap { isAuditVersion($0.characters) ? $0.text : nil }
    }

    /// The items of an EventList carry neither kind nor apiVersion; the list does.
    private static func withKind(_ fields: [EnvelopeField], version: String?) -> JSONWriter {
        var writer = JSONWriter()
        writer.open("{")
        writer.key("kind")
        writer.text("Event")
        writer.key("apiVersion")
        writer.text(version ?? "audit.k8s.io/v1")
        for field in fields where field.key != .kind && field.key != .apiVersion {
            writer.key(escaped: field.name)
            writer.json(field.value)
        }
        writer.close("}")
        return writer
    }

    private mutating func cloudLogging(
        _ entry: [EnvelopeField], _ payload: EnvelopeField, _ wrapping: Wrapping, _ sink: Sink
    ) {
        guard let log = CloudLogging(entry: entry, payload: payload) else {
            skip()
            return
        }
        emitted((log.event(), log.isTruncated), wrapping, sink)
    }

    // MARK: - Parts and tables

    /// A record of a line that the container runtime wrote in parts; false where it is whole.
    private mutating func takePart(
        _ log: Int, _ fields: [EnvelopeField], _ wrapping: Wrapping, _ sink: Sink
    ) -> Bool {
        guard let stream = fields.first(where: { $0.key == .stream }), stream.isString,
            fields[log].form == .json
        else { return false }
        let tag = fields.first { $0.key == .logTag }?.characters.first
        var key = Array(stream.characters)
        key.append(contentsOf: (wrapping.hint.server ?? "").utf8)
        let isFirst = !partials.holds(key)
        if isFirst, tag.map({ $0 != UInt8(ascii: "P") }) ?? false { return false }
        var isTaken = false
        decoded(fields[log].characters) { unwrapper, plain in
            isTaken = unwrapper.join(plain, of: key, tag: tag, wrapping, sink)
        }
        return isTaken
    }

    private mutating func join(
        _ part: ByteRun, of key: [UInt8], tag: UInt8?, _ wrapping: Wrapping, _ sink: Sink
    ) -> Bool {
        let isWhole = Unwrapper.isWholeObject(part)
        if isWhole {
            // The line that was waited for never came.
            if let lost = partials.take(key) { reject(lost, sink) }
            text(part, wrapping.inside, sink)
            return true
        }
        let isLast = tag.map { $0 != UInt8(ascii: "P") } ?? (part.last == ASCII.newline)
        // Without a tag, only what begins like JSON and stays open is the start of a longer line.
        if !partials.holds(key), tag == nil, isLast || part.first != ASCII.openBrace {
            return false
        }
        if let tooLong = partials.append(part, of: key, wrapping) { reject(tooLong, sink) }
        if isLast, let whole = partials.take(key) { finish(whole, sink) }
        return true
    }

    /// A line that was put together from its parts.
    mutating func finish(_ whole: PartialRecords.Part, _ sink: Sink) {
        withBuffer(whole.bytes.count) { unwrapper, buffer in
            for (index, byte) in whole.bytes.enumerated() { buffer[index] = byte }
            unwrapper.text(
                ByteRun(start: buffer, count: whole.bytes.count), whole.wrapping.inside, sink)
        }
    }

    mutating func reject(_ part: PartialRecords.Part, _ sink: Sink) {
        reject("the end of a record that was written in parts is missing", part.wrapping, sink)
    }

    /// `{"columns":[{"name":…}],"rows":[[…]]}`: a query result of Azure.
    private mutating func table(
        columns: ByteRun, rows: ByteRun, _ wrapping: Wrapping, _ sink: Sink
    ) {
        let names = Unwrapper.elementRanges(columns).map { element -> ByteRun in
            let fields = Unwrapper.fields(of: element)
            return fields.first { $0.key == .name }?.characters ?? element.run(0, 0)
        }
        for element in Unwrapper.elementRanges(rows) {
            let cells = Unwrapper.elementRanges(element)
            row(
                zip(names, cells).map { EnvelopeField(name: $0, value: $1, form: .json) }, wrapping,
                sink)
        }
    }
}

/// What the member names of an object show of its shape.
private struct Marks {
    var isEvent = false
    var isEventWithoutKind = false
    var isEventList = false
    var isControlMessage = false
    var hasAuditColumns = false
    var hasDottedNames = false
    /// A request or response object was too big for the platform.
    var lacksObject = false
    var apiVersion: ByteRun?
    var annotations: Int?
    var payload: Int?
    var part: Int?
    var columns: Int?
    var rows: Int?

    init(_ fields: [EnvelopeField]) {
        var kind: ByteRun?
        var seen: UInt8 = 0
        for (index, field) in fields.enumerated() {
            switch field.key {
            case .kind: kind = field.characters
            case .apiVersion: apiVersion = field.characters
            case .auditID: seen |= 1
            case .stage: seen |= 2
            case .requestURI, .verb: seen |= 4
            case .columnAuditID: seen |= 8
            case .columnRequestURI: seen |= 16
            case .messageType: isControlMessage = field.characters.equals("CONTROL_MESSAGE")
            case .annotations: annotations = index
            case .requestObject, .responseObject:
                if field.characters.equals("skipped-too-big-size-object") { lacksObject = true }
            case .protoPayload: payload = index
            case .log: part = index
            case .columns: columns = field.isArray ? index : nil
            case .rows: rows = field.isArray ? index : nil
            case .other:
                if field.name.hasPrefix(DottedFields.prefix) { hasDottedNames = true }
            default: break
            }
        }
        let isAudit = apiVersion.map(Unwrapper.isAuditVersion) ?? false
        isEvent = isAudit && kind?.equals("Event") ?? false
        isEventList = isAudit && kind?.equals("EventList") ?? false
        isEventWithoutKind = kind == nil && seen & 7 == 7
        hasAuditColumns = seen & 24 == 24
    }
}
