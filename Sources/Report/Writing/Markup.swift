import Output

/// HTML as it is written: markup comes from literals alone, everything else is escaped.
///
/// There is no way to write a text from a recording without escaping it: `raw` takes only what was
/// spelled out in this module's source.
struct Markup {
    /// A piece of markup; only literals are one.
    struct Literal: ExpressibleByStringLiteral {
        let text: String
        init(stringLiteral text: StaticString) { self.text = text.description }
        private init(joined text: String) { self.text = text }

        static func + (left: Literal, right: Literal) -> Literal {
            Literal(joined: left.text + right.text)
        }
    }

    private(set) var bytes: [UInt8] = []

    mutating func raw(_ literal: Literal) { bytes += literal.text.utf8 }

    /// Style or script of this module, which the page's policy knows by its digest.
    mutating func trusted(_ text: TrustedText) { bytes += text.bytes }

    mutating func text(_ text: String, atMost limit: Int = Limits.text) {
        // Cut first, so that a text of megabytes costs no more than one that fits.
        escape(clipped(displaySafe(clipped(text, to: limit)), to: limit))
    }

    /// Bytes as a part of an address: each that is no letter, digit, point or dash as `%41`.
    mutating func encoded(_ content: [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in content {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    mutating func number(_ value: Int) { bytes += grouped(value).utf8 }

    mutating func number(_ value: Double) { bytes += decimal(value).utf8 }

    /// ` name="value"`.
    mutating func attribute(_ name: Literal, _ value: String, atMost limit: Int = Limits.text) {
        bytes.append(UInt8(ascii: " "))
        raw(name)
        bytes += "=\"".utf8
        text(value, atMost: limit)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func attribute(_ name: Literal, _ value: Double) {
        attribute(name, decimal(value))
    }

    mutating func element(
        _ name: Literal, class style: Literal? = nil, _ content: String,
        atMost limit: Int = Limits.text
    ) {
        open(name, class: style)
        text(content, atMost: limit)
        close(name)
    }

    mutating func element(
        _ name: Literal, class style: Literal? = nil, _ content: (inout Markup) -> Void
    ) {
        open(name, class: style)
        content(&self)
        close(name)
    }

    mutating func open(_ name: Literal, class style: Literal? = nil) {
        raw("<")
        raw(name)
        if let style {
            raw(" class=\"")
            raw(style)
            raw("\"")
        }
        raw(">")
    }

    mutating func close(_ name: Literal) {
        raw("</")
        raw(name)
        raw(">")
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
    }
}

/// Bytes that are written as they are: the page's own style and script, compiled in.
struct TrustedText {
    let bytes: [UInt8]
    /// The source expression that lets a browser use exactly these bytes (CSP Level 3, 2.3.1).
    let policySource: String

    /// Takes literals alone: no text of a recording can come in this way.
    init(digest: StaticString, text: StaticString) {
        bytes = Array(text.description.utf8)
        policySource = "'sha256-\(digest)'"
    }
}

/// The first scalars of a text; an ellipsis stands for the rest.
///
/// By scalar and not by character: one character may have a thousand marks.
func clipped(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
        end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
}

/// `12,345`.
func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
        text.append(digit)
    }
    return text
}

/// With one digit after the point, and none where it is a whole number: for coordinates.
func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = Int(tenths.magnitude) % 10
    return sign + String(tenths.magnitude / 10) + (rest == 0 ? "" : ".\(rest)")
}
