/// Reads of untrusted bytes that cannot fail: outside of the buffer everything is zero or empty.
///
/// Every layer of this module reads through these, so that a length that lies is a wrong value and
/// never an access out of bounds. Callers still check lengths where zero would mislead.
extension UnsafeRawBufferPointer {
    @inline(__always)
    func byte(_ at: Int) -> UInt8 {
        at >= 0 && at < count ? self[at] : 0
    }

    @inline(__always)
    func big16(_ at: Int) -> UInt16 {
        guard at >= 0, at <= count &- 2 else { return 0 }
        return UInt16(bigEndian: loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }

    @inline(__always)
    func big24(_ at: Int) -> Int {
        Int(byte(at)) << 16 | Int(big16(at &+ 1))
    }

    @inline(__always)
    func big32(_ at: Int) -> UInt32 {
        guard at >= 0, at <= count &- 4 else { return 0 }
        return UInt32(bigEndian: loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    @inline(__always)
    func big64(_ at: Int) -> UInt64 {
        guard at >= 0, at <= count &- 8 else { return 0 }
        return UInt64(bigEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    @inline(__always)
    func uint16(_ at: Int, bigEndian: Bool) -> UInt16 {
        bigEndian ? big16(at) : big16(at).byteSwapped
    }

    @inline(__always)
    func uint32(_ at: Int, bigEndian: Bool) -> UInt32 {
        bigEndian ? big32(at) : big32(at).byteSwapped
    }

    /// The bytes from an offset on; empty where the offset is outside.
    @inline(__always)
    func tail(_ from: Int) -> UnsafeRawBufferPointer {
        guard from >= 0, from < count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: self[from..<count])
    }

    /// At most `length` bytes from an offset on.
    @inline(__always)
    func part(_ from: Int, _ length: Int) -> UnsafeRawBufferPointer {
        guard from >= 0, from < count, length > 0 else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(
            rebasing: self[from..<from &+ Swift.min(length, count &- from)])
    }

    /// The first place of a byte at or after an offset, eight bytes a step.
    func firstPlace(of wanted: UInt8, from start: Int = 0) -> Int? {
        var at = Swift.max(start, 0)
        let pattern = UInt64(wanted) &* 0x0101_0101_0101_0101
        while at &+ 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let difference = word ^ pattern
            let zeros =
                (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if zeros != 0 { return at &+ zeros.trailingZeroBitCount / 8 }
            at &+= 8
        }
        while at < count {
            if self[at] == wanted { return at }
            at &+= 1
        }
        return nil
    }

    func starts(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where self[index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// Compares as ASCII text whose letters have no case; `text` must be lower case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where lowercased(self[index]) != text.utf8Start[index] {
            return false
        }
        return true
    }

    func contains(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length > 0 else { return true }
        var at = 0
        while let place = firstPlace(of: text.utf8Start[0], from: at), place &+ length <= count {
            if tail(place).starts(with: text) { return true }
            at = place &+ 1
        }
        return false
    }

    /// Without the spaces and tabs at both ends.
    func trimmed() -> UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, self[start] == 32 || self[start] == 9 { start &+= 1 }
        while end > start, self[end &- 1] == 32 || self[end &- 1] == 9 { end &-= 1 }
        return part(start, end &- start)
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}

@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 65 && byte <= 90 ? byte | 0x20 : byte
}
