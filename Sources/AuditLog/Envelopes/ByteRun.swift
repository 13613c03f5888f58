/// Borrowed bytes and the few questions that envelopes and events ask of them.
///
/// Used by every file in this module; owns nothing and allocates nothing. Reading beyond the end is
/// prevented by the callers' counts, so each function here checks its own.
typealias ByteRun = UnsafeBufferPointer<UInt8>

enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let dot = UInt8(ascii: ".")
    static let slash = UInt8(ascii: "/")
    static let dash = UInt8(ascii: "-")
    static let underscore = UInt8(ascii: "_")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == newline || byte == carriageReturn || byte == tab
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes of a range, counted from this run's own start; clamped to what there is.
    @inline(__always)
    func run(_ start: Int, _ end: Int) -> ByteRun {
        let upper = Swift.min(end, count)
        let lower = Swift.min(start, upper)
        return ByteRun(rebasing: self[lower..<upper])
    }

    func run(from start: Int) -> ByteRun { run(start, count) }

    var text: String { String(decoding: self, as: UTF8.self) }

    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }

    @inline(__always)
    func hasPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        var index = 0
        while index < text.utf8CodeUnitCount {
            if self[index] != text.utf8Start[index] { return false }
            index &+= 1
        }
        return true
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return run(from: count - text.utf8CodeUnitCount).equals(text)
    }

    func equals(_ other: ByteRun) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    func contains(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length > 0, count >= length else { return false }
        for start in 0...(count - length)
        where self[start] == text.utf8Start[0] && run(start, start + length).equals(text) {
            return true
        }
        return false
    }

    func index(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Without white space, NULs and a byte order mark at either end.
    var trimmed: ByteRun {
        var start = 0
        var end = count
        while start < end {
            if ASCII.isSpace(self[start]) || self[start] == 0 {
                start += 1
            } else if run(start, start + 3).isByteOrderMark {
                start += 3
            } else {
                break
            }
        }
        while end > start, ASCII.isSpace(self[end - 1]) || self[end - 1] == 0 { end -= 1 }
        return run(start, end)
    }

    var isByteOrderMark: Bool {
        count == 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF
    }

    /// How the platforms mark the place where they cut a record: `[Truncated...]`.
    var isMarkedTruncated: Bool { trimmed.hasSuffix("[Truncated...]") }

    /// Newlines between two places.
    func newlines(_ start: Int, _ end: Int) -> Int {
        var total = 0
        var index = start
        while index < Swift.min(end, count) {
            if self[index] == ASCII.newline { total += 1 }
            index += 1
        }
        return total
    }
}
