/// One direction of an HTTP/1.1 connection: bytes to heads and bodies.
///
/// It knows nothing of the other direction; what a response answers is told to it.
struct HTTP1Stream {
    enum State {
        case head
        case body(Int)
        case untilClose
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        /// Out of step: the next slice that begins like a message begins one.
        case lost
        /// Another protocol, or nothing that can be read.
        case opaque
    }

    enum Part {
        case head
        case body(UnsafeRawBufferPointer)
        case end(MessageEnd)
        /// What follows cannot be read; so many bytes were in hand.
        case malformed(Int)
        case skipped(Int)
    }

    /// Longer heads are not read; servers themselves stop at a megabyte.
    static let longestHead = 1 << 20
    /// Of the lines around the chunks of a body.
    private static let longestLine = 4_096

    let isResponse: Bool
    var state = State.head
    var head = Head()
    /// The beginning of a head or of a line.
    private var pending: [UInt8] = []
    /// Bytes of `pending` in which the end of a head was looked for.
    private var searched = 0
    /// Parts of the body at hand were lost.
    private var hasGap = false
    /// What is said next, before more bytes are read.
    private var after: Part?

    init(isResponse: Bool) { self.isResponse = isResponse }

    /// A message is under way.
    var isInMessage: Bool {
        switch state {
        case .head: !pending.isEmpty
        case .lost, .opaque: false
        default: true
        }
    }

    /// Reads one part off the front of `rest`; nil when all of it is used.
    ///
    /// After `.head` the caller says with `expect` what follows.
    mutating func next(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        while true {
            if let part = after {
                after = nil
                return part
            }
            if rest.isEmpty { return nil }
            if let part = read(&rest) { return part }
        }
    }

    private mutating func read(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        switch state {
        case .head: return readHead(&rest)
        case .body(let left):
            let part = rest.part(0, left)
            rest = rest.tail(part.count)
            if part.count == left { finish() } else { state = .body(left - part.count) }
            return .body(part)
        case .untilClose:
            defer { rest = rest.tail(rest.count) }
            return .body(rest)
        case .chunk(let left):
            let part = rest.part(0, left)
            rest = rest.tail(part.count)
            state = part.count == left ? .chunkEnd : .chunk(left - part.count)
            return .body(part)
        case .chunkSize, .chunkEnd, .trailers: return readLine(&rest)
        case .lost:
            let isStart =
                isResponse
                ? HTTP1Message.isStatusLine(rest.part(0, 12))
                : HTTP1Message.looksLikeRequest(rest)
            if isStart {
                state = .head
                return nil
            }
            defer { rest = rest.tail(rest.count) }
            return .skipped(rest.count)
        case .opaque:
            defer { rest = rest.tail(rest.count) }
            return .skipped(rest.count)
        }
    }

    private mutating func readHead(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        if pending.isEmpty {
            // Empty lines between messages are allowed.
            while rest.byte(0) == 13 || rest.byte(0) == 10 { rest = rest.tail(1) }
            if rest.isEmpty { return nil }
            if let end = HTTP1Message.headEnd(rest, from: 0) {
                let bytes = rest.part(0, end)
                rest = rest.tail(end)
                return parse(bytes)
            }
        }
        let before = pending.count
        pending += rest.part(0, HTTP1Stream.longestHead)
        let end = pending.withUnsafeBytes { HTTP1Message.headEnd($0, from: searched) }
        guard let end else {
            searched = pending.count
            rest = rest.tail(pending.count - before)
            return boundHead()
        }
        let whole = pending
        rest = rest.tail(end - before)
        return whole.withUnsafeBytes { parse($0.part(0, end)) }
    }

    /// Not HTTP: told early, so that other protocols are not collected.
    private mutating func boundHead() -> Part? {
        let isPlausible = pending.withUnsafeBytes { bytes in
            isResponse
                ? bytes.count < 12 || HTTP1Message.isStatusLine(bytes.part(0, 12))
                : bytes.count < 24 || HTTP1Message.looksLikeRequest(bytes)
        }
        if isPlausible, pending.count < HTTP1Stream.longestHead { return nil }
        return fail(pending.count)
    }

    private mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Part {
        head.removeAll()
        pending = []
        searched = 0
        hasGap = false
        let isRead =
            isResponse
            ? HTTP1Message.parseResponse(bytes, into: &head)
            : HTTP1Message.parseRequest(bytes, into: &head)
        guard isRead else { return fail(bytes.count) }
        state = .opaque
        return .head
    }

    /// What the head that was just read is followed by.
    mutating func expect(_ length: BodyLength) {
        switch length {
        case .none: finish()
        case .counted(let count): state = .body(count)
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        case .invalid: after = fail(0)
        }
    }

    private mutating func readLine(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        guard let end = rest.firstPlace(of: 10) else {
            pending += rest.part(0, HTTP1Stream.longestLine)
            rest = rest.tail(rest.count)
            return pending.count >= HTTP1Stream.longestLine ? fail(pending.count) : nil
        }
        let own = rest.part(0, end)
        rest = rest.tail(end + 1)
        if pending.isEmpty { return line(HTTP1Message.withoutReturn(own)) }
        let whole = pending + own
        pending = []
        return whole.withUnsafeBytes { line(HTTP1Message.withoutReturn($0)) }
    }

    private mutating func line(_ line: UnsafeRawBufferPointer) -> Part? {
        switch state {
        case .chunkSize:
            guard let size = HTTP1Message.chunkSize(line) else { return fail(0) }
            state = size == 0 ? .trailers : .chunk(size)
        case .chunkEnd:
            guard line.isEmpty else { return fail(0) }
            state = .chunkSize
        default:
            if line.isEmpty { finish() }
        }
        return nil
    }

    private mutating func finish() {
        state = .head
        pending = []
        after = .end(hasGap ? .incomplete : .complete)
    }

    private mutating func fail(_ bytes: Int) -> Part {
        state = .lost
        pending = []
        searched = 0
        return .malformed(bytes)
    }

    /// The connection is another protocol's from here on.
    mutating func handOff() { state = .opaque }

    /// Bytes are missing; true where the message at hand goes on behind them.
    mutating func skip(_ length: Int?) -> Bool {
        hasGap = true
        switch state {
        case .body(let left):
            if let length, length < left {
                state = .body(left - length)
                return true
            }
        case .chunk(let left):
            if let length, length < left {
                state = .chunk(left - length)
                return true
            }
        case .untilClose, .opaque: return true
        default: break
        }
        pending = []
        searched = 0
        state = .lost
        return false
    }
}
