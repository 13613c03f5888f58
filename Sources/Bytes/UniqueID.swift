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
        var halves: (UInt64, UInt64) = (0, 0)
        var nibbles = 0
        var index = 0
        while index < 36 {
            let byte = bytes[index]
            if index != 8 && index != 13 && index != 18 && index != 23 {
                let nibble: UInt8
                switch byte {
                case 48...57: nibble = byte &- 48
                case 97...102: nibble = byte &- 87
                default: return nil
                }
                if nibbles < 16 {
                    halves.0 = halves.0 << 4 | UInt64(nibble)
                } else {
                    halves.1 = halves.1 << 4 | UInt64(nibble)
                }
                nibbles &+= 1
            }
            index &+= 1
        }
        guard !(halves.0 == UniqueID.textMark && halves.1 <= UInt64(UInt32.max)),
            halves.0 | halves.1 != 0
        else { return nil }
        self.init(high: halves.0, low: halves.1)
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
        var digits: [UInt8] = []
        digits.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 {
                digits.append(45)
            }
            let half = position < 16 ? high : low
            let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4)) & 15
            digits.append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
