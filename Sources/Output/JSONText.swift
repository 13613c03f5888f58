/// JSON as bytes: exact integers, and nothing in a string that a terminal would obey.

/// A quoted string; controls, DEL, C1 and direction marks are `\u` escapes, so that the bytes are
/// harmless on a terminal and still mean exactly the text.
func appendJSONString(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    // Nearly every text of a recording is plain: it passes in one piece.
    if text.utf8.allSatisfy(isPlainInJSON) {
        output += text.utf8
    } else {
        appendEscaped(text, to: &output)
    }
    output.append(UInt8(ascii: "\""))
}

private func isPlainInJSON(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}

private func appendEscaped(_ text: String, to output: inout [UInt8]) {
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": output += "\\\"".utf8
        case "\\": output += "\\\\".utf8
        case "\n": output += "\\n".utf8
        case "\r": output += "\\r".utf8
        case "\t": output += "\\t".utf8
        default:
            if isUnsafe(scalar) {
                for unit in scalar.utf16 {
                    output += "\\u\(hexadecimal(UInt32(unit), digits: 4))".utf8
                }
            } else {
                output += scalar.utf8
            }
        }
    }
}

func appendJSONCell(_ cell: Cell, to output: inout [UInt8]) {
    switch cell {
    case .null: output += "null".utf8
    case .text(let text): appendJSONString(text, to: &output)
    // JSON has no infinity.
    case .real(let value) where !value.isFinite: output += "null".utf8
    case .integer, .real, .boolean: output += plainText(cell).utf8
    }
}

/// A JSON value built by hand, for documents such as SARIF whose members keep their order.
public indirect enum JSONDocument: Sendable {
    case cell(Cell)
    case array([JSONDocument])
    case object([(key: String, value: JSONDocument)])

    public static func text(_ text: String) -> JSONDocument { .cell(.text(text)) }
    public static func number(_ number: Int) -> JSONDocument { .cell(.integer(Int64(number))) }

    /// Indented by two spaces, without a line feed at the end.
    public func rendered() -> String {
        var bytes: [UInt8] = []
        append(to: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// For a protocol that takes a message a line.
    public func renderedOnOneLine() -> String {
        var bytes: [UInt8] = []
        appendOnOneLine(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendOnOneLine(to output: inout [UInt8]) {
        switch self {
        case .cell(let cell): appendJSONCell(cell, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.appendOnOneLine(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                appendJSONString(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.appendOnOneLine(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private func append(to output: inout [UInt8], indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        switch self {
        case .cell(let cell): appendJSONCell(cell, to: &output)
        case .array(let values):
            if values.isEmpty {
                output += "[]".utf8
                return
            }
            for (index, value) in values.enumerated() {
                output += "\(index == 0 ? "[" : ",")\n\(margin)  ".utf8
                value.append(to: &output, indent: indent + 1)
            }
            output += "\n\(margin)]".utf8
        case .object(let members):
            if members.isEmpty {
                output += "{}".utf8
                return
            }
            for (index, member) in members.enumerated() {
                output += "\(index == 0 ? "{" : ",")\n\(margin)  ".utf8
                appendJSONString(member.key, to: &output)
                output += ": ".utf8
                member.value.append(to: &output, indent: indent + 1)
            }
            output += "\n\(margin)}".utf8
        }
    }
}
