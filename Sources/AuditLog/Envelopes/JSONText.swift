/// JSON strings to characters and back, base64 to bytes, and a writer of small objects.
///
/// Used where an envelope nests JSON in strings or has to be turned back into an audit event. It
/// never fails: an escape that is none stays as it stands, and the parser behind it decides.
enum JSONText {
    /// Writes the characters of an escaped string; `output` has room for `escaped.count + 8` bytes.
    static func unescape(
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
                let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let found =
                    (backslash &- 0x0101_0101_0101_0101) & ~backslash & 0x8080_8080_8080_8080
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
            let byte = input[index]
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70: digit = byte - 55
            case 97...102: digit = byte - 87
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The bytes of standard or URL-safe base64; nil where the text is neither.
    static func base64(_ text: ByteRun, into output: UnsafeMutablePointer<UInt8>) -> Int? {
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

/// Builds one JSON object or array, with commas where they belong.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init() { bytes.reserveCapacity(2048) }

    mutating func open(_ bracket: StaticString) {
        separate()
        append(bracket)
        needsComma = false
    }

    mutating func close(_ bracket: StaticString) {
        append(bracket)
        needsComma = true
    }

    mutating func key(_ name: StaticString) {
        separate()
        append("\"")
        append(name)
        append("\":")
        needsComma = false
    }

    mutating func key(_ name: some Sequence<UInt8>) {
        text(name)
        append(":")
        needsComma = false
    }

    /// A name that is escaped already, where it needs to be.
    mutating func key(escaped name: ByteRun) {
        separate()
        append("\"")
        bytes.append(contentsOf: name)
        append("\":")
        needsComma = false
    }

    /// A value that is JSON already.
    mutating func json(_ value: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    mutating func text(_ characters: some Sequence<UInt8>) {
        separate()
        append("\"")
        let isWritten: Void? = characters.withContiguousStorageIfAvailable { escape($0) }
        if isWritten == nil { Array(characters).withUnsafeBufferPointer { escape($0) } }
        append("\"")
        needsComma = true
    }

    private mutating func escape(_ characters: ByteRun) {
        guard let base = characters.baseAddress else { return }
        var start = 0
        while start < characters.count {
            let end = nextSpecial(base, start, characters.count)
            bytes.append(contentsOf: characters.run(start, end))
            guard end < characters.count else { return }
            let byte = base[end]
            start = end + 1
            switch byte {
            case ASCII.quote, ASCII.backslash:
                bytes.append(ASCII.backslash)
                bytes.append(byte)
            case 0..<0x20:
                append("\\u00")
                bytes.append(48 + byte >> 4)
                bytes.append(byte & 15 < 10 ? 48 + byte & 15 : 87 + byte & 15)
            default: bytes.append(byte)
            }
        }
    }

    mutating func text(_ value: String) { text(value.utf8) }

    mutating func number(_ value: Int) { json(String(value).utf8) }

    /// A string field as it is, escaped or not.
    mutating func string(_ field: Field) {
        if field.form == .json, field.value.first == ASCII.quote {
            json(field.value)
        } else {
            text(field.value)
        }
    }

    private mutating func separate() {
        if needsComma { append(",") }
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: ByteRun(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
