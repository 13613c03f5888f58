/// The characters that formats are made of, by name, and what a byte is as a character.
public enum ASCII {
    public static let tab = UInt8(ascii: "\t")
    public static let newline = UInt8(ascii: "\n")
    public static let carriageReturn = UInt8(ascii: "\r")
    public static let space = UInt8(ascii: " ")
    public static let quote = UInt8(ascii: "\"")
    public static let backslash = UInt8(ascii: "\\")
    public static let comma = UInt8(ascii: ",")
    public static let colon = UInt8(ascii: ":")
    public static let dot = UInt8(ascii: ".")
    public static let slash = UInt8(ascii: "/")
    public static let dash = UInt8(ascii: "-")
    public static let underscore = UInt8(ascii: "_")
    public static let openBrace = UInt8(ascii: "{")
    public static let closeBrace = UInt8(ascii: "}")
    public static let openBracket = UInt8(ascii: "[")
    public static let closeBracket = UInt8(ascii: "]")

    @inlinable
    public static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    @inlinable
    public static func isLetter(_ byte: UInt8) -> Bool {
        (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
    }

    @inlinable @inline(__always)
    public static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 65 && byte <= 90 ? byte | 0x20 : byte
    }
}

/// Hexadecimal digits, both ways.
public enum Hex {
    /// The value of a digit in either case; nil for anything else.
    @inlinable @inline(__always)
    public static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit &- 48
        case 65...70: digit &- 55
        case 97...102: digit &- 87
        default: nil
        }
    }

    /// The lower-case digit of a value below 16.
    @inlinable @inline(__always)
    public static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 &+ value : 87 &+ value }

    /// So many lower-case digits of a number, from its lowest.
    public static func text(_ value: some FixedWidthInteger, digits: Int) -> String {
        let places = (0..<digits).reversed()
        let bytes = places.map { digit(UInt8(truncatingIfNeeded: value >> ($0 * 4)) & 15) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The eight digits of a number as eight bytes of ASCII, the first digit in the lowest byte.
    ///
    /// All at once, without a loop: a log has a million of them in a gigabyte.
    @inlinable @inline(__always)
    public static func eightDigits(_ number: UInt32) -> UInt64 {
        var nibbles = UInt64(number.byteSwapped)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles >> 4 & 0x000F_000F_000F_000F) | (nibbles & 0x000F_000F_000F_000F) << 8
        // One in each byte that is a letter.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39).littleEndian
    }
}

/// Questions asked of eight bytes at once, the first of them in the lowest byte.
public enum EightBytes {
    @inlinable @inline(__always)
    static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable @inline(__always)
    static var highs: UInt64 { 0x8080_8080_8080_8080 }

    /// The high bit of every byte that is this one.
    ///
    /// A borrow can mark a byte too many, but only behind the first right one.
    @inlinable @inline(__always)
    public static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & highs
    }

    /// The high bit of every byte below `bound`, which is at most 0x80; borrows as above.
    @inlinable @inline(__always)
    public static func places(below bound: UInt8, in word: UInt64) -> UInt64 {
        (word &- ones &* UInt64(bound)) & ~word & highs
    }
}
