import Bytes

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

    // What they ask as text is asked of bytes in general.

    @inline(__always)
    func firstPlace(of wanted: UInt8, from start: Int = 0) -> Int? {
        run.index(of: wanted, from: start)
    }

    @inline(__always)
    func starts(with text: StaticString) -> Bool { run.hasPrefix(text) }

    @inline(__always)
    func equalsIgnoringCase(_ text: StaticString) -> Bool { run.equalsIgnoringCase(text) }

    /// Without the spaces and tabs at both ends.
    func trimmed() -> UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, self[start] == 32 || self[start] == 9 { start &+= 1 }
        while end > start, self[end &- 1] == 32 || self[end &- 1] == 9 { end &-= 1 }
        return part(start, end &- start)
    }

    var text: String { run.text }
}
