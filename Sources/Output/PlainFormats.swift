/// The small grammars of YAML scalars, CSV fields and Markdown cells.

/// A YAML scalar that every reader takes for this very text.
///
/// Plain only where no YAML 1.1 or 1.2 reader can see anything but a string: it begins with a
/// letter or a slash, holds nothing that YAML uses, and is no word such as `no` or `null`. A
/// release such as 1.35 is quoted, as is anything that begins like a number.
public func yamlScalar(_ text: String) -> String {
    let first = text.utf8.first ?? 0
    let isPlain =
        (isLetter(first) || first == UInt8(ascii: "/"))
        && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_./-".utf8.contains($0) }
        && !yamlWords.contains(text.lowercased())
    if isPlain { return text }
    // Every JSON string is a YAML string with the same meaning.
    var bytes: [UInt8] = []
    appendJSONString(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

private let yamlWords: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
]

private func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

func yamlCell(_ cell: Cell) -> String {
    switch cell {
    case .null: "null"
    case .text(let text): yamlScalar(text)
    case .real(let value) where value.isNaN: ".nan"
    case .real(let value) where value.isInfinite: value < 0 ? "-.inf" : ".inf"
    case .integer, .real, .boolean: plainText(cell)
    }
}

/// A CSV field (RFC 4180), with a spreadsheet's formulas defused.
///
/// Clients choose their own names and agents, and a field that begins with `=`, `@`, a tab or a
/// carriage return, or with a sign before more than a plain word, is run by a spreadsheet that
/// opens the file. Such a field gets an apostrophe in front, which shows it as text. No legal
/// Kubernetes name, path or number begins so; JSON gives every text unchanged.
func csvField(_ text: String) -> String {
    let safe = isFormula(text) ? "'" + text : text
    guard safe.utf8.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) else {
        return safe
    }
    var field = "\""
    for scalar in safe.unicodeScalars {
        if scalar == "\"" { field += "\"" }
        field.unicodeScalars.append(scalar)
    }
    return field + "\""
}

private func isFormula(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "@"), 9, 13: return true
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
        return !text.utf8.dropFirst().allSatisfy {
            isLetter($0) || isDigit($0) || "-.:".utf8.contains($0)
        }
    default: return false
    }
}

/// Text in a Markdown table cell that stays text: no column, link, tag or code begins in it.
public func markdownText(_ text: String) -> String {
    var cell = ""
    for scalar in displaySafe(text).unicodeScalars {
        switch scalar {
        case "|", "\\", "`", "*", "[", "]", "~": cell += "\\\(scalar)"
        case "<": cell += "&lt;"
        case ">": cell += "&gt;"
        case "&": cell += "&amp;"
        default: cell.unicodeScalars.append(scalar)
        }
    }
    return cell
}
