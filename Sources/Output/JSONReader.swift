/// A text that is no JSON, at a byte.
public struct BadJSON: Error, Hashable, Sendable {
    public let offset: Int
}

extension JSONValue {
    /// Reads one value; the last of two members of a name counts.
    public init(parsing text: [UInt8]) throws(BadJSON) {
        var reader = JSONReader(text)
        self = try reader.document()
    }

    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    public var text: String? {
        if case .cell(.text(let text)) = self { return text }
        return nil
    }

    public var integer: Int? {
        switch self {
        case .cell(.integer(let number)): Int(number)
        case .cell(.real(let number)): Int(exactly: number)
        default: nil
        }
    }
}

private struct JSONReader {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(BadJSON) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard at == bytes.count else { throw bad }
        return value
    }

    private var bad: BadJSON { BadJSON(offset: at) }
    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 32 || byte == 9 || byte == 10 || byte == 13 { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(BadJSON) -> JSONValue {
        guard depth < Self.deepest else { throw bad }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .text(try string())
        default: return .cell(try word())
        }
    }

    private mutating func object(_ depth: Int) throws(BadJSON) -> JSONValue {
        at += 1
        var members: [(key: String, value: JSONValue)] = []
        if take("}") { return .object([]) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw bad }
            let key = try string()
            guard take(":") else { throw bad }
            members.append((key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw bad }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(BadJSON) -> JSONValue {
        at += 1
        var values: [JSONValue] = []
        if take("]") { return .array([]) }
        repeat { values.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw bad }
        return .array(values)
    }

    private mutating func word() throws(BadJSON) -> Cell {
        let start = at
        while let byte = next, !",]} \t\r\n".utf8.contains(byte) { at += 1 }
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case let text:
            if let number = Int64(text) { return .integer(number) }
            guard let number = Double(text), number.isFinite else { throw BadJSON(offset: start) }
            return .real(number)
        }
    }

    private mutating func string() throws(BadJSON) -> String {
        at += 1
        var units: [UInt16] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return String(decoding: units, as: UTF16.self)
            case UInt8(ascii: "\\"): units.append(try escape())
            default:
                let start = at
                while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                    at += 1
                }
                units += String(decoding: bytes[start..<at], as: UTF8.self).utf16
            }
        }
        throw bad
    }

    private mutating func escape() throws(BadJSON) -> UInt16 {
        guard at + 1 < bytes.count else { throw bad }
        at += 2
        switch bytes[at - 1] {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "u"):
            guard at + 4 <= bytes.count,
                let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
            else { throw bad }
            at += 4
            return unit
        case let byte where "\"\\/".utf8.contains(byte): return UInt16(byte)
        default: throw bad
        }
    }
}
