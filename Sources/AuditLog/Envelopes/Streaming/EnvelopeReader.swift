import Bytes

/// Splits whatever a platform exports into records, and unwraps the audit events in them.
///
/// Called by `AuditReader` for everything that is not plain JSON Lines. Reads JSON Lines, pretty
/// JSON, arrays and lists of any size, objects without line ends between them, lines with prefixes
/// and CSV, in any mixture. It holds one record at most: what is longer than `wholeLimit` is read
/// element by element where it is a list of records, and is rejected beyond `recordLimit`.
/// It judges no event: that is the parser's.
struct EnvelopeReader {
    /// An array, or the rest of an object after one of its arrays was read element by element.
    struct Frame {
        var isArray: Bool
        var wrapping: Wrapping
    }

    /// What the next bytes are, beyond what the frames say.
    enum Mode {
        case records
        /// The rest of a line that was rejected.
        case restOfLine
        /// A value that is too long, or that nobody asked for, up to its end.
        case passingOver
        /// Rows under a header.
        case table
        /// Everything: the source is in an encoding that is not read.
        case everything
    }

    let recordLimit: Int
    let wholeLimit: Int
    /// The line of the next byte, from 1; to be set by a caller that consumes lines of its own.
    var line: Int64 = 1
    var unwrapper = Unwrapper()

    var mode = Mode.records
    var frames: [Frame] = []
    /// The value that the next bytes begin with, as far as it was scanned.
    var scan: ValueScan?
    var recordWrapping = Wrapping(position: 1)
    /// The value is no list that could be read element by element.
    var isHeldWhole = false
    /// How many of the next bytes are known to hold no line end.
    var lineScanned = 0
    var isAtStart = true
    /// NUL bytes that come now belong to what was rejected already.
    var isInNULs = false
    var columns: [[UInt8]] = []
    var isInQuotes = false
    /// Bytes that were read twice after a broken record, against all bytes: keeps time linear.
    var reread = 0
    var consumed = 0
    var lastMembers: [ValueScan.Member] = []

    /// A megabyte is much for a record; a cut one must not fill memory.
    static let longestRecord = 64 << 20
    /// What is longer is read element by element where it is a list of records.
    static let longestWhole = 4 << 20

    init() {
        self.init(
            recordLimit: EnvelopeReader.longestRecord, wholeLimit: EnvelopeReader.longestWhole)
    }

    init(recordLimit: Int, wholeLimit: Int) {
        self.recordLimit = recordLimit
        self.wholeLimit = min(wholeLimit, recordLimit)
    }

    /// Records that are understood and are no audit events: other streams, control messages.
    var notAudit: Int { unwrapper.notAudit }

    /// Reads the whole records of a chunk and returns how many bytes it consumed.
    ///
    /// The rest must come again, in front of more bytes; with `isLast` everything is consumed.
    mutating func read(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool,
        emit: (UnsafeBufferPointer<UInt8>, EnvelopeHint) -> Void,
        reject: (Int64, String) -> Void
    ) -> Int {
        withoutActuallyEscaping(emit) { emit in
            withoutActuallyEscaping(reject) { reject in
                let sink = Sink(emit: emit, reject: reject)
                return read(chunk.bindMemory(to: UInt8.self), isLast: isLast, sink)
            }
        }
    }

    private mutating func read(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int {
        var cursor = 0
        while cursor < bytes.count {
            let taken = step(bytes.run(from: cursor), isLast: isLast, sink)
            guard let taken else { break }
            cursor += taken
            consumed += taken
        }
        if isLast {
            finish(sink)
            return bytes.count
        }
        return cursor
    }

    /// One piece of the input; nil where it takes more bytes to go on.
    private mutating func step(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        switch mode {
        case .everything: return bytes.count
        case .restOfLine: return restOfLine(bytes, isLast: isLast)
        case .passingOver: return passOver(bytes, sink)
        case .table: return tableRow(bytes, isLast: isLast, sink)
        case .records: break
        }
        if scan != nil { return value(bytes, isLast: isLast, sink) }
        guard let frame = frames.last else { return line(bytes, isLast: isLast, sink) }
        return frame.isArray
            ? element(bytes, frame, isLast: isLast, sink)
            : member(bytes, frame, isLast: isLast, sink)
    }

    private mutating func finish(_ sink: Sink) {
        if !frames.isEmpty {
            unwrapper.reject(
                "the list is not closed: the input is cut off", Wrapping(position: line), sink)
        }
        for part in unwrapper.partials.takeAll() { unwrapper.reject(part, sink) }
        frames = []
        scan = nil
        mode = .records
    }

    // MARK: - Values

    /// Begins to scan the value at the next byte.
    mutating func begin(_ wrapping: Wrapping) {
        recordWrapping = wrapping
        recordWrapping.hint.position = line
        isHeldWhole = false
        let storage = lastMembers
        lastMembers = []
        scan = ValueScan(reusing: storage)
    }

    /// Goes on with the value that the bytes begin with.
    private mutating func value(_ bytes: ByteRun, isLast: Bool, _ sink: Sink) -> Int? {
        guard var scan, let base = bytes.baseAddress else { return nil }
        self.scan = nil
        let limit = isHeldWhole ? recordLimit : wholeLimit
        switch scan.scan(base, count: min(bytes.count, limit)) {
        case .closed:
            var wrapping = recordWrapping
            if scan.newlines > 0 { wrapping.lineOrigin = base }
            unwrapper.record(bytes.run(0, scan.offset), members: scan.members, wrapping, sink)
            line += Int64(scan.newlines)
            lastMembers = scan.members
            return scan.offset
        case .broken(let fault):
            // What the platform says of its cut stands right behind the place.
            let around = bytes.run(scan.offset, scan.offset + 64)
            if around.count < 64, !isLast, around.index(of: ASCII.newline) == nil {
                self.scan = scan
                return nil
            }
            return recover(fault, scan, bytes, sink)
        case .open:
            self.scan = scan
            if bytes.count >= limit { return tooLong(bytes, limit, sink) }
            guard isLast else { return nil }
            return enterCutList(bytes, sink) ?? recover(.cut, scan, bytes, sink)
        }
    }

    /// A value that does not fit: its records one by one where it is a list, or none of it.
    private mutating func tooLong(_ bytes: ByteRun, _ limit: Int, _ sink: Sink) -> Int? {
        if !isHeldWhole {
            isHeldWhole = true
            return enterList(bytes.run(0, limit), sink) ?? 0
        }
        unwrapper.reject("the record is longer than \(recordLimit) bytes", recordWrapping, sink)
        mode = .passingOver
        return 0
    }

    /// A list that the input's end cuts off: its whole records are read, as long as that is cheap.
    private mutating func enterCutList(_ bytes: ByteRun, _ sink: Sink) -> Int? {
        guard !isHeldWhole, reread + bytes.count <= 4 * consumed + wholeLimit else { return nil }
        reread += bytes.count
        return enterList(bytes, sink)
    }

    /// Rejects a record and finds the place to go on from.
    private mutating func recover(
        _ fault: ValueScan.Fault, _ scan: ValueScan, _ bytes: ByteRun, _ sink: Sink
    ) -> Int {
        self.scan = nil
        isInNULs = true
        unwrapper.reject(
            Unwrapper.words(fault, bytes.run(0, scan.offset + 64)), recordWrapping, sink)
        // A record that swallowed the lines behind it gives them back, as long as that is cheap.
        let lineEnd = scan.firstLineEnd
        if lineEnd >= 0, reread + scan.offset - lineEnd <= 4 * consumed + 1 << 20 {
            reread += scan.offset - lineEnd
            line += 1
            return lineEnd + 1
        }
        line += Int64(scan.newlines)
        if fault != .collision { mode = .restOfLine }
        return min(scan.offset, bytes.count)
    }

    private mutating func passOver(_ bytes: ByteRun, _ sink: Sink) -> Int? {
        guard var scan, let base = bytes.baseAddress else {
            mode = .records
            return 0
        }
        self.scan = nil
        let outcome = scan.scan(base, count: bytes.count)
        let length = min(scan.offset, bytes.count)
        switch outcome {
        case .closed: mode = .records
        case .broken:
            mode = .restOfLine
            if !frames.isEmpty { unwrapper.reject("a list is broken off", recordWrapping, sink) }
        case .open: self.scan = scan
        }
        line += Int64(self.scan?.forget() ?? scan.newlines)
        // A backslash at the very end has to be seen with what follows it.
        if case .open = outcome, length == 0 { return nil }
        return length
    }

    private mutating func restOfLine(_ bytes: ByteRun, isLast: Bool) -> Int? {
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case ASCII.newline, 0:
                mode = .records
                return index
            case ASCII.closeBrace where index + 1 == bytes.count && !isLast:
                return index == 0 ? nil : index
            case ASCII.closeBrace
            where index + 1 < bytes.count && bytes[index + 1] == ASCII.openBrace:
                // Where records follow each other without line ends, the next one is here.
                mode = .records
                return index + 1
            default: index += 1
            }
        }
        return index
    }
}
