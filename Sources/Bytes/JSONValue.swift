/// A JSON document as a value: for documents of some megabytes at most, such as discovery.
///
/// Strict (RFC 8259) and bounded: input can make it fail, never trap or grow without limit. Not for
/// traffic: audit lines and bodies are walked in place, without a tree.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As written: the reader gives no number a meaning.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the document; where a name comes twice, the last one counts.
    case object([Member])

    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// What a document may be at most.
    public struct Limits: Sendable {
        public var bytes: Int
        public var depth: Int
        /// Values of any kind, which bounds the memory that a small document can ask for.
        public var values: Int

        public static let longest = 64 << 20
        public static let deepest = 64
        public static let mostValues = 4 << 20

        public init(
            bytes: Int = longest, depth: Int = deepest, values: Int = mostValues
        ) {
            self.bytes = bytes
            self.depth = depth
            self.values = values
        }
    }

    public init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) {
        guard bytes.count <= limits.bytes else {
            throw JSONError(
                offset: limits.bytes, expected: "a document of at most \(limits.bytes) bytes")
        }
        var reader = JSONReader(bytes: bytes, limits: limits)
        self = try reader.document()
    }

    /// The value of a member; nil where this is no object or has none of that name.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// A number that is whole, however it is written.
    public var integer: Int? {
        guard case .number(let text) = self else { return nil }
        if let number = Int(text) { return number }
        guard let number = Double(text), abs(number) < 9e15, Double(Int(number)) == number
        else { return nil }
        return Int(number)
    }

    public var array: [JSONValue]? {
        if case .array(let items) = self { return items }
        return nil
    }

    public var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }
}

/// Where a document stopped being JSON, and what should have been there.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var offset: Int
    public var expected: String

    public init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }

    public var description: String { "byte \(offset): expected \(expected)" }
}

extension JSONValue {
    /// The document without white space, members in their order.
    public var compact: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let text): output += text.utf8
        case .string(let text): Self.write(text, to: &output)
        case .array(let items):
            output.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                item.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        var copy = text
        copy.withUTF8 { JSONText.append($0, to: &output) }
    }
}
