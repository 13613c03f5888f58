/// Text from a recording, made harmless to whatever displays it.
///
/// Names, paths and user agents are written by clients, so they may hold escape sequences that a
/// terminal obeys, line feeds that forge a row, or marks that turn the reading direction round.
/// Each such character is shown as an escape; everything else stays as it is. Used for what people
/// read; formats for machines have their own, exact, escapes.
public func displaySafe(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
        if isUnsafe(scalar) {
            safe += visibleEscape(scalar)
        } else {
            safe.unicodeScalars.append(scalar)
        }
    }
    return safe
}

private func visibleEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default:
        scalar.value < 0x100
            ? "\\x" + hexadecimal(scalar.value, digits: 2)
            : "\\u{" + String(scalar.value, radix: 16) + "}"
    }
}

/// Controls (C0, DEL, C1), line separators, bidirectional marks, and what is drawn as nothing.
func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: false
    case 0..<0x20, 0x7F..<0xA0, 0xAD: true
    case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F, 0xFDD0...0xFDEF: true
    // The last two of each plane are no characters, and no YAML may hold them.
    default: scalar.value & 0xFFFE == 0xFFFE
    }
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// Columns that a text takes on a terminal: two for East Asian wide characters and emoji, none for
/// marks that combine with the character before.
public func displayWidth(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if first.properties.isEmojiPresentation || isWide(first.value) { return 2 }
    // A text character turned emoji by the selector after it.
    let isEmoji = character.unicodeScalars.dropFirst().first?.value == 0xFE0F
    return isEmoji && first.properties.isEmoji && first.value > 0xFF ? 2 : 1
}

/// East Asian Width W and F (UAX 11), by block.
private func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF: true
    case 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3: true
    case 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60: true
    case 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF: true
    case 0x20000...0x3FFFD: true
    default: false
    }
}
