/// JSON strings to characters and back, where they end, and base64 to bytes.
///
/// Used where an envelope nests JSON in strings, and by whatever writes JSON. It never fails: an
/// escape that is none stays as it stands, and the parser behind it decides.
public enum JSONText {
    /// The next quote or backslash, or control character where those stop too, at or behind
    /// `start`; `count` if there is none.
    @inlinable @inline(__always)
    public static func nextSpecial(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int, stopsAtControls: Bool = true
    ) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            var found =
                EightBytes.places(of: ASCII.quote, in: word)
                | EightBytes.places(of: ASCII.backslash, in: word)
            if stopsAtControls { found |= EightBytes.places(below: 0x20, in: word) }
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            let byte = bytes[index]
            if byte == ASCII.quote || byte == ASCII.backslash || stopsAtControls && byte < 0x20 {
                return index
            }
            index &+= 1
        }
        return count
    }

    /// Appends characters as a string with its quotes.
    public static func append(_ characters: ByteRun, to output: inout [UInt8]) {
        output.append(ASCII.quote)
        appendEscaped(characters, to: &output)
        output.append(ASCII.quote)
    }

    private static func appendEscaped(_ characters: ByteRun, to output: inout [UInt8]) {
        guard let base = characters.baseAddress else { return }
        var start = 0
        while start < characters.count {
            let end = nextSpecial(base, start, characters.count)
            output.append(contentsOf: characters.run(start, end))
            guard end < characters.count else { return }
            let byte = base[end]
            start = end + 1
            output.append(ASCII.backslash)
            switch byte {
            case ASCII.quote, ASCII.backslash: output.append(byte)
            case ASCII.newline: output.append(UInt8(ascii: "n"))
            case ASCII.carriageReturn: output.append(UInt8(ascii: "r"))
            case ASCII.tab: output.append(UInt8(ascii: "t"))
            default:
                output += "u00".utf8
                output.append(Hex.digit(byte >> 4))
                output.append(Hex.digit(byte & 15))
            }
        }
    }

    /// Writes the characters of an escaped string; `output` has room for `escaped.count + 8` bytes.
    public static func unescape(
        _ escaped: ByteRun, into output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard let input = escaped.baseAddress else { return 0 }
        let count = escaped.count
        var read = 0
        var written = 0
        while read < count {
            // Escapes stand close together in nested JSON: eight bytes are copied as they are, and
            // those in front of the first backslash count.
            if read &+ 8 <= count {
                let word = UnsafeRawPointer(input).loadUnaligned(
                    fromByteOffset: read, as: UInt64.self)
                UnsafeMutableRawPointer(output).storeBytes(
                    of: word, toByteOffset: written, as: UInt64.self)
                let found = EightBytes.places(of: ASCII.backslash, in: word)
                let plain = found == 0 ? 8 : found.trailingZeroBitCount >> 3
                read &+= plain
                written &+= plain
                if found == 0 { continue }
            } else if input[read] != ASCII.backslash {
                output[written] = input[read]
                read &+= 1
                written &+= 1
                continue
            }
            read = unescapeOne(input, read, count, output, &written)
        }
        return written
    }

    /// Decodes the escape at `start` and returns where the next character is.
    private static func unescapeOne(
        _ input: UnsafePointer<UInt8>, _ start: Int, _ count: Int,
        _ output: UnsafeMutablePointer<UInt8>, _ written: inout Int
    ) -> Int {
        guard start + 1 < count else {
            output[written] = ASCII.backslash
            written += 1
            return start + 1
        }
        let plain: UInt8
        switch input[start + 1] {
        case UInt8(ascii: "n"): plain = ASCII.newline
        case UInt8(ascii: "t"): plain = ASCII.tab
        case UInt8(ascii: "r"): plain = ASCII.carriageReturn
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "f"): plain = 12
        case UInt8(ascii: "u"):
            return unescapeUnicode(input, start, count, output, &written)
        default: plain = input[start + 1]
        }
        output[written] = plain
        written += 1
        return start + 2
    }

    private static func unescapeUnicode(
        _ input: UnsafePointer<UInt8>, _ start: Int, _ count: Int,
        _ output: UnsafeMutablePointer<UInt8>, _ written: inout Int
    ) -> Int {
        guard var scalar = hexadecimal(input, start + 2, count) else {
            output[written] = ASCII.backslash
            written += 1
            return start + 1
        }
        var next = start + 6
        if scalar >= 0xD800, scalar < 0xDC00, next + 1 < count, input[next] == ASCII.backslash,
            input[next + 1] == UInt8(ascii: "u"), let low = hexadecimal(input, next + 2, count),
            low >= 0xDC00, low < 0xE000
        {
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            next += 6
        }
        // A lone surrogate is no character.
        for byte in Character(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8 {
            output[written] = byte
            written += 1
        }
        return next
    }

    private static func hexadecimal(
        _ input: UnsafePointer<UInt8>, _ start: Int, _ count: Int
    ) -> UInt32? {
        guard start + 4 <= count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Hex.value(input[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The bytes of standard or URL-safe base64; nil where the text is neither.
    public static func base64(_ text: ByteRun, into output: UnsafeMutablePointer<UInt8>) -> Int? {
        var bits: UInt32 = 0
        var held = 0
        var written = 0
        var padding = 0
        for byte in text {
            let value: UInt8
            switch byte {
            case 65...90: value = byte - 65
            case 97...122: value = byte - 71
            case 48...57: value = byte + 4
            case UInt8(ascii: "+"), ASCII.dash: value = 62
            case ASCII.slash, ASCII.underscore: value = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            case ASCII.newline, ASCII.carriageReturn: continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                output[written] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
                written += 1
            }
        }
        return held >= 6 || padding > 2 ? nil : written
    }
}
