/// Recursive descent over the bytes of one document; the depth is bounded before each step down.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depthLeft: Int
    private var valuesLeft: Int

    init(bytes: [UInt8], limits: JSONValue.Limits) {
        self.bytes = bytes
        depthLeft = limits.depth
        valuesLeft = limits.values
        // Editors on Windows put a byte order mark first.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw error("the end of the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard valuesLeft > 0 else { throw error("a document of fewer values") }
        valuesLeft -= 1
        switch peek {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"): return try number()
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        default: throw error("a JSON value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try descend()
        var members: [JSONValue.Member] = []
        skipSpace()
        if take("}") { return ascend(.object([])) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw error("a colon") }
            members.append(JSONValue.Member(name, try value()))
            skipSpace()
            if take(",") { continue }
            guard take("}") else { throw error("a comma or the end of the object") }
            return ascend(.object(members))
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try descend()
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return ascend(.array([])) }
        while true {
            items.append(try value())
            skipSpace()
            if take(",") { continue }
            guard take("]") else { throw error("a comma or the end of the array") }
            return ascend(.array(items))
        }
    }

    private mutating func descend() throws(JSONError) {
        guard depthLeft > 0 else { throw error("less nesting") }
        depthLeft -= 1
        position += 1
    }

    private mutating func ascend(_ value: JSONValue) -> JSONValue {
        depthLeft += 1
        return value
    }

    private mutating func word(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let word = "\(text)".utf8
        guard bytes[position...].starts(with: word) else { throw error("a JSON value") }
        position += word.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            position += 1
        }
        guard position > start else { throw error("a digit") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var text: [UInt8] = []
        var copied = start
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                text += bytes[copied..<position]
                position += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw JSONError(offset: start, expected: "text in UTF-8")
                }
                return string
            }
            guard byte >= 0x20 else { throw error("a control character as an escape") }
            guard byte == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            text += bytes[copied..<position]
            try escape(into: &text)
            copied = position
        }
        throw error("the end of the text")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        position += 1
        guard let byte = peek else { throw error("an escape") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            position += 1
            text += String(try codePoint()).utf8
            return
        default: throw error("an escape")
        }
        position += 1
    }

    /// Four hexadecimal digits, or two such escapes that make one character; a half of such a pair
    /// on its own becomes the replacement character, as with Go.
    private mutating func codePoint() throws(JSONError) -> Character {
        let first = try fourDigits()
        if (0xD800..<0xDC00).contains(first) {
            let mark = position
            if take("\\"), take("u"), let second = try? fourDigits(),
                (0xDC00..<0xE000).contains(second)
            {
                let value = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                return Unicode.Scalar(value).map(Character.init) ?? "\u{FFFD}"
            }
            position = mark
        }
        return Unicode.Scalar(first).map(Character.init) ?? "\u{FFFD}"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Hex.value(byte) else {
                throw error("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private func error(_ expected: String) -> JSONError {
        JSONError(offset: position, expected: expected)
    }
}
