/// Borrowed bytes and the few questions that readers ask of them.
///
/// Owns nothing and allocates nothing. Reading beyond the end is prevented by the callers' counts,
/// so each function here checks its own.
public typealias ByteRun = UnsafeBufferPointer<UInt8>

extension UnsafeRawBufferPointer {
    /// The same bytes, as bytes.
    @inlinable @inline(__always)
    public var run: ByteRun {
        ByteRun(start: baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes of a range, counted from this run's own start; clamped to what there is.
    @inlinable @inline(__always)
    public func run(_ start: Int, _ end: Int) -> ByteRun {
        let upper = Swift.min(end, count)
        let lower = Swift.min(start, upper)
        return ByteRun(rebasing: self[lower..<upper])
    }

    @inlinable @inline(__always)
    public func run(_ range: Range<Int>) -> ByteRun { ByteRun(rebasing: self[range]) }

    @inlinable
    public func run(from start: Int) -> ByteRun { run(start, count) }

    public var text: String { String(decoding: self, as: UTF8.self) }

    // MARK: Comparing

    @inlinable @inline(__always)
    public func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }

    @inlinable @inline(__always)
    public func hasPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        var index = 0
        while index < text.utf8CodeUnitCount {
            if self[index] != text.utf8Start[index] { return false }
            index &+= 1
        }
        return true
    }

    @inlinable
    public func hasSuffix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return run(from: count - text.utf8CodeUnitCount).equals(text)
    }

    /// Compares eight bytes a step.
    @inlinable
    public func equals(_ other: ByteRun) -> Bool {
        guard count == other.count else { return false }
        let (own, their) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var index = 0
        while index &+ 8 <= count {
            let word = own.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word == their.loadUnaligned(fromByteOffset: index, as: UInt64.self) else {
                return false
            }
            index &+= 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Compares as ASCII text whose letters have no case; `text` must be lower case.
    @inlinable
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where ASCII.lowercased(self[index]) != text.utf8Start[index] {
            return false
        }
        return true
    }

    // MARK: Searching

    /// The offset of the first such byte, or `count`; for short texts.
    @inlinable @inline(__always)
    public func find(_ byte: UInt8) -> Int {
        var index = 0
        while index < count, self[index] != byte { index &+= 1 }
        return index
    }

    /// The place of the first such byte at or behind `start`; eight bytes a step, for long texts.
    @inlinable
    public func index(of byte: UInt8, from start: Int = 0) -> Int? {
        let raw = UnsafeRawBufferPointer(self)
        var index = Swift.max(start, 0)
        while index &+ 8 <= count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let found = EightBytes.places(of: byte, in: word)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    @inlinable
    public func contains(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length > 0 else { return true }
        var start = 0
        while let place = index(of: text.utf8Start[0], from: start), place &+ length <= count {
            if run(place, place &+ length).equals(text) { return true }
            start = place &+ 1
        }
        return false
    }

    /// Newlines between two places.
    public func newlines(_ start: Int, _ end: Int) -> Int {
        var total = 0
        var index = start
        while index < Swift.min(end, count) {
            if self[index] == ASCII.newline { total += 1 }
            index += 1
        }
        return total
    }

    // MARK: Trimming

    /// Without white space, NULs and a byte order mark at either end.
    public var trimmed: ByteRun {
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

    public var isByteOrderMark: Bool {
        count == 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF
    }
}

extension Interner {
    /// Interns a text that may not be UTF-8: what is not becomes U+FFFD.
    public mutating func intern(repairing text: ByteRun) -> UInt32 {
        if text.allSatisfy({ $0 < 0x80 }) { return intern(text) }
        return intern(String(decoding: text, as: UTF8.self))
    }

    /// Whether a text is exactly this word.
    @inlinable
    public func holds(_ word: StaticString, at id: UInt32) -> Bool {
        withBytes(of: id) { $0.equals(word) }
    }
}

extension UniqueID {
    /// As `init(_:in:)`, for a text that may not be UTF-8.
    public init(repairing text: ByteRun, in strings: inout Interner) {
        self = UniqueID(uuid: text) ?? UniqueID(interned: strings.intern(repairing: text))
    }
}
