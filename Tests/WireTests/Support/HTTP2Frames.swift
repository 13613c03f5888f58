/// Builds the frames of HTTP/2 byte by byte.
enum HTTP2Frames {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static let endStream: UInt8 = 0x01
    static let endHeaders: UInt8 = 0x04
    static let padded: UInt8 = 0x08
    static let priority: UInt8 = 0x20

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]) -> [UInt8] {
        [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255)]
            + [type, flags] + Frames.big32(stream) + payload
    }

    static func data(_ stream: Int, _ text: String, _ flags: UInt8 = 0) -> [UInt8] {
        frame(0, flags, stream, Array(text.utf8))
    }

    static func headers(
        _ stream: Int, _ block: [UInt8], _ flags: UInt8 = endHeaders | endStream
    ) -> [UInt8] {
        frame(1, flags, stream, block)
    }

    static func settings(_ pairs: (Int, Int)...) -> [UInt8] {
        frame(4, 0, 0, pairs.flatMap { Frames.big16($0.0) + Frames.big32($0.1) })
    }

    static func reset(_ stream: Int) -> [UInt8] { frame(3, 0, stream, Frames.big32(8)) }

    /// A header field as HPACK writes it out; `keep` adds it to the table of the connection.
    static func field(_ name: String, _ value: String, keep: Bool = false) -> [UInt8] {
        [keep ? 0x40 : 0x00] + text(name) + text(value)
    }

    /// A field of the table: 62 is the one that was added last.
    static func indexed(_ index: Int) -> [UInt8] { [0x80 | UInt8(index)] }

    /// A length in a prefix of seven bits, then the text as it is.
    private static func text(_ text: String) -> [UInt8] {
        var length: [UInt8] = []
        if text.utf8.count < 127 {
            length = [UInt8(text.utf8.count)]
        } else {
            length = [127]
            var rest = text.utf8.count - 127
            while rest >= 128 {
                length.append(UInt8(rest % 128 + 128))
                rest /= 128
            }
            length.append(UInt8(rest))
        }
        return length + Array(text.utf8)
    }

    static func request(_ path: String, method: String = "GET", keep: Bool = false) -> [UInt8] {
        field(":method", method) + field(":scheme", "https") + field(":path", path, keep: keep)
            + field("user-agent", "t/1", keep: keep)
    }

    static func response(_ status: Int, type: String = "application/json") -> [UInt8] {
        field(":status", "\(status)") + field("content-type", type)
    }
}
