/// A UUID in sixteen bytes, or the interned text of an id that is no UUID.
///
/// Audit ids and object uids are nearly always canonical UUIDs; a client may send any text as its
/// `Audit-ID`. Upper-case UUIDs count as text, so that every id prints as it was read.
public struct UniqueID: Hashable, Sendable, BitwiseCopyable {
    public let high: UInt64
    public let low: UInt64

    public static let none = UniqueID(high: 0, low: 0)

    // No UUID has this high half with version digit 0 and variant bits unset.
    @usableFromInline static let textMark: UInt64 = 0xFFFF_FFFF_FFFF_0000

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An id that stands for a text kept in an `Interner`; the empty text is `none`.
    @inlinable
    public init(interned id: UInt32) {
        self.init(high: id == 0 ? 0 : UniqueID.textMark, low: UInt64(id))
    }

    /// The id of the text in the interner, where this is no UUID.
    @inlinable
    public var internedText: UInt32? {
        high == UniqueID.textMark && low <= UInt64(UInt32.max) ? UInt32(low) : nil
    }

    /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower case; nil for anything else.
    @inlinable
    public init?(uuid bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 36, bytes[8] == 45, bytes[13] == 45, bytes[18] == 45, bytes[23] == 45
        else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        // Eight digits a step; the hyphens are stepped over.
        guard let first = UniqueID.eightDigits(raw.word(0) | raw.word(4) << 32),
            let second = UniqueID.eightDigits(raw.word(9) | raw.word(14) << 32),
            let third = UniqueID.eightDigits(raw.word(19) | raw.word(24) << 32),
            let fourth = UniqueID.eightDigits(raw.word(28) | raw.word(32) << 32)
        else { return nil }
        let halves = (first << 32 | second, third << 32 | fourth)
        guard !(halves.0 == UniqueID.textMark && halves.1 <= UInt64(UInt32.max)),
            halves.0 | halves.1 != 0
        else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// The value of eight lower-case hexadecimal digits, the first in the lowest byte.
    @inlinable @inline(__always)
    static func eightDigits(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let letters = digits >> 6 & ones
        var nibbles = (digits & (ones &* 0x0F)) &+ letters &* 9
        // Spelling the nibbles out again must give the same text: all else is no digit.
        let isLetter = (nibbles &+ ones &* 6) >> 4 & ones
        guard nibbles & (ones &* 0xF0) == 0,
            nibbles &+ ones &* 0x30 &+ isLetter &* 0x27 == digits
        else { return nil }
        nibbles = nibbles.byteSwapped
        nibbles = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles >> 8) & 0x0000_FFFF_0000_FFFF
        return (nibbles | nibbles >> 16) & 0xFFFF_FFFF
    }

    /// A UUID where the bytes are one, otherwise their text, interned.
    @inlinable
    public init(_ bytes: UnsafeBufferPointer<UInt8>, in strings: inout Interner) {
        if let uuid = UniqueID(uuid: bytes) {
            self = uuid
        } else {
            self.init(interned: strings.intern(bytes))
        }
    }

    public func text(in strings: Interner) -> String {
        if let id = internedText { return strings[id] }
        if self == .none { return "" }
        return String(unsafeUninitializedCapacity: UniqueID.uuidBytes) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            writeUUID(to: start)
            return UniqueID.uuidBytes
        }
    }

    /// The length of a UUID in text: 8-4-4-4-12 digits.
    public static let uuidBytes = 36

    /// Writes a UUID in its 36 bytes of text.
    @inlinable @inline(__always)
    public func writeUUID(to text: UnsafeMutableRawPointer) {
        let first = Hex.eightDigits(UInt32(truncatingIfNeeded: high >> 32))
        let second = Hex.eightDigits(UInt32(truncatingIfNeeded: high))
        let third = Hex.eightDigits(UInt32(truncatingIfNeeded: low >> 32))
        let fourth = Hex.eightDigits(UInt32(truncatingIfNeeded: low))
        text.storeBytes(of: first, as: UInt64.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
        text.storeBytes(
            of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
        text.storeBytes(
            of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
        text.storeBytes(of: fourth, toByteOffset: 28, as: UInt64.self)
        for dash in [8, 13, 18, 23] {
            text.storeBytes(of: ASCII.dash, toByteOffset: dash, as: UInt8.self)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Four bytes as they stand, the first in the lowest byte.
    @inlinable @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
