/// A frame's header (RFC 9113 section 4.1).
///
///     length 3 | type 1 | flags 1 | reserved 1 bit, stream 31 bits
struct FrameHeader {
    var length: Int
    var type: UInt8
    var flags: UInt8
    var stream: UInt32

    static let size = 9

    init(_ bytes: UnsafeRawBufferPointer) {
        length = bytes.big24(0)
        type = bytes.byte(3)
        flags = bytes.byte(4)
        stream = bytes.big32(5) & 0x7FFF_FFFF
    }

    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
    }

    enum Flag {
        static let endStream: UInt8 = 0x01
        static let endHeaders: UInt8 = 0x04
        static let padded: UInt8 = 0x08
        static let priority: UInt8 = 0x20
    }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// Nothing of it contradicts what frames are; random bytes do, nearly always.
    static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= size, bytes[5] & 0x80 == 0 else { return false }
        let header = FrameHeader(bytes)
        let isClients = header.stream % 2 == 1
        switch header.type {
        case Kind.data: return isClients && header.flags & ~0x09 == 0 && header.length <= 1 << 20
        case Kind.headers:
            return isClients && header.flags & ~0x2D == 0 && header.length <= 1 << 20
        case Kind.priority: return isClients && header.length == 5
        case Kind.reset: return header.stream != 0 && header.length == 4 && header.flags == 0
        case Kind.settings:
            return header.stream == 0 && header.length % 6 == 0 && header.length <= 256
                && header.flags & ~0x01 == 0
        case Kind.ping:
            return header.stream == 0 && header.length == 8 && header.flags & ~0x01 == 0
        case Kind.goAway:
            return header.stream == 0 && (8...4_096).contains(header.length) && header.flags == 0
        case Kind.windowUpdate: return header.length == 4 && header.flags == 0
        case Kind.continuation: return isClients && header.flags & ~0x04 == 0
        default: return false
        }
    }

    /// Every frame header that lies in the bytes is plausible, from their start on.
    static func beginsChain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        var links = 0
        while at + size <= bytes.count, links < 64 {
            guard isPlausible(bytes.tail(at)) else { return false }
            at += size + FrameHeader(bytes.tail(at)).length
            links += 1
        }
        return links > 0
    }
}

/// One direction of an HTTP/2 connection: bytes to frames; the content of DATA in passing.
struct FrameReader {
    enum Part {
        case data(stream: UInt32, UnsafeRawBufferPointer)
        /// The end of a DATA frame.
        case dataEnd(FrameHeader)
        /// A frame of any other type that is read, whole.
        case frame(FrameHeader, [UInt8])
        case skipped(Int)
    }

    private enum State {
        case header
        /// DATA: bytes of content left, then of padding.
        case data(FrameHeader, content: Int, padding: Int)
        /// DATA whose pad length is the next byte.
        case padLength(FrameHeader)
        case collect(FrameHeader)
        /// A frame that is not read.
        case pass(Int)
        case lost
    }

    /// Header blocks and the frames of a connection's own are shorter; others are passed over.
    private static let longestFrame = 1 << 20

    private var state = State.header
    private var pending: [UInt8] = []
    private var after: Part?
    /// Bytes of the connection preface still to pass over.
    private var preface = 0

    init() {}

    mutating func expectPreface() { preface = 24 }
    mutating func lose() { state = .lost }

    /// Reads one part off the front of `rest`; nil when all of it is used.
    mutating func next(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        while true {
            if let part = after {
                after = nil
                return part
            }
            if rest.isEmpty { return nil }
            if preface > 0 {
                let step = min(preface, rest.count)
                preface -= step
                rest = rest.tail(step)
                continue
            }
            if let part = read(&rest) { return part }
        }
    }

    private mutating func read(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        switch state {
        case .header: return readHeader(&rest)
        case .padLength(let header):
            let padding = Int(rest[0])
            rest = rest.tail(1)
            let content = max(0, header.length - 1 - padding)
            begin(header, content: content, padding: header.length - 1 - content)
            return nil
        case .data(let header, let content, let padding):
            return readData(header, content, padding, &rest)
        case .collect(let header):
            let part = rest.part(0, header.length - pending.count)
            pending += part
            rest = rest.tail(part.count)
            guard pending.count >= header.length else { return nil }
            state = .header
            let payload = pending
            pending = []
            return .frame(header, payload)
        case .pass(let left):
            let step = min(left, rest.count)
            rest = rest.tail(step)
            state = step == left ? .header : .pass(left - step)
            return nil
        case .lost:
            if FrameHeader.beginsChain(rest) {
                state = .header
                return nil
            }
            defer { rest = rest.tail(rest.count) }
            return .skipped(rest.count)
        }
    }

    private mutating func readHeader(_ rest: inout UnsafeRawBufferPointer) -> Part? {
        let header: FrameHeader
        if pending.isEmpty, rest.count >= FrameHeader.size {
            header = FrameHeader(rest)
            rest = rest.tail(FrameHeader.size)
        } else {
            let part = rest.part(0, FrameHeader.size - pending.count)
            pending += part
            rest = rest.tail(part.count)
            guard pending.count == FrameHeader.size else { return nil }
            header = pending.withUnsafeBytes { FrameHeader($0) }
            pending = []
        }
        switch header.type {
        case FrameHeader.Kind.data:
            if header.has(FrameHeader.Flag.padded), header.length > 0 {
                state = .padLength(header)
            } else {
                begin(header, content: header.length, padding: 0)
            }
        case FrameHeader.Kind.headers, FrameHeader.Kind.continuation, FrameHeader.Kind.settings,
            FrameHeader.Kind.reset, FrameHeader.Kind.pushPromise, FrameHeader.Kind.goAway:
            guard header.length <= FrameReader.longestFrame else {
                state = .pass(header.length)
                return nil
            }
            if header.length == 0 { return .frame(header, []) }
            state = .collect(header)
        default: state = header.length == 0 ? .header : .pass(header.length)
        }
        return nil
    }

    private mutating func begin(_ header: FrameHeader, content: Int, padding: Int) {
        if content + padding == 0 {
            state = .header
            after = .dataEnd(header)
        } else {
            state = .data(header, content: content, padding: padding)
        }
    }

    private mutating func readData(
        _ header: FrameHeader, _ content: Int, _ padding: Int, _ rest: inout UnsafeRawBufferPointer
    ) -> Part? {
        let part = rest.part(0, content)
        let pad = min(padding, rest.count - part.count)
        rest = rest.tail(part.count + pad)
        begin(header, content: content - part.count, padding: padding - pad)
        return part.isEmpty ? nil : .data(stream: header.stream, part)
    }

    /// Bytes are missing; the stream they belong to where all of them are the content of one DATA
    /// frame, nil where frames were lost with them.
    mutating func skip(_ length: Int?) -> UInt32? {
        if case .data(let header, let content, let padding) = state, let length, length <= content {
            begin(header, content: content - length, padding: padding)
            return header.stream
        }
        pending = []
        after = nil
        preface = 0
        state = .lost
        return nil
    }
}
