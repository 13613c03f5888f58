/// Byte strings by small dense numbers: each distinct text is kept once.
///
/// Id 0 is always the empty text, so that zero can mean "none" in every row. Ids are given in the
/// order of first sight, which makes a run over the same input give the same ids.
public struct Interner: Sendable {
    @usableFromInline var arena: [UInt8] = []
    @usableFromInline var ends: [Int] = [0]
    @usableFromInline var hashes: [UInt32] = [0]
    @usableFromInline var slots: [UInt32]
    @usableFromInline var mask: Int

    public init(minimumCapacity: Int = 64) {
        var size = 64
        while size < minimumCapacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        mask = size - 1
    }

    /// The number of ids given, the empty text included: ids are `0..<count`.
    public var count: Int { ends.count }

    @inlinable
    public mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if bytes.isEmpty { return 0 }
        let hash = UInt32(truncatingIfNeeded: byteHash(bytes))
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let id = slots[slot]
            if hashes[Int(id)] == hash, equals(id, bytes) { return id }
            slot = (slot &+ 1) & mask
        }
        return insert(bytes, hash: hash, slot: slot)
    }

    public mutating func intern(_ text: String) -> UInt32 {
        var copy = text
        return copy.withUTF8 { intern($0) }
    }

    /// The id of a text that was interned before, without interning it.
    public func find(_ text: String) -> UInt32? {
        var copy = text
        return copy.withUTF8 { find($0) }
    }

    @inlinable
    public func find(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32? {
        if bytes.isEmpty { return 0 }
        let hash = UInt32(truncatingIfNeeded: byteHash(bytes))
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let id = slots[slot]
            if hashes[Int(id)] == hash, equals(id, bytes) { return id }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    public subscript(id: UInt32) -> String {
        withBytes(of: id) { String(decoding: $0, as: UTF8.self) }
    }

    @inlinable
    public func withBytes<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let start = id == 0 ? 0 : ends[Int(id) - 1]
        let end = ends[Int(id)]
        return arena.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<end]))
        }
    }

    @usableFromInline
    func equals(_ id: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        withBytes(of: id) { $0.equals(bytes) }
    }

    @usableFromInline @inline(never)
    mutating func insert(
        _ bytes: UnsafeBufferPointer<UInt8>, hash: UInt32, slot: Int
    ) -> UInt32 {
        let id = UInt32(ends.count)
        arena.append(contentsOf: bytes)
        ends.append(arena.count)
        hashes.append(hash)
        slots[slot] = id
        if ends.count * 2 > slots.count { grow() }
        return id
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        mask = slots.count - 1
        for id in 1..<ends.count {
            var slot = Int(hashes[id]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(id)
        }
    }
}

/// A fast hash that is the same in every process: eight bytes a step, multiply and fold.
///
/// Not keyed: a log crafted to collide costs time, never correctness.
@inlinable
public func byteHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: bytes.count)
    let raw = UnsafeRawBufferPointer(bytes)
    var index = 0
    while index &+ 8 <= raw.count {
        hash = foldedMultiply(
            hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self),
            0xA076_1D64_78BD_642F)
        index &+= 8
    }
    var tail: UInt64 = 0
    while index < raw.count {
        tail = (tail << 8) | UInt64(raw[index])
        index &+= 1
    }
    return foldedMultiply(hash ^ tail, 0xE703_7ED1_A0B4_28DB)
}

/// Two numbers mixed into one, the same in every process.
@inlinable @inline(__always)
public func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
    foldedMultiply(left ^ 0xA076_1D64_78BD_642F, right ^ 0xE703_7ED1_A0B4_28DB)
}

@inlinable @inline(__always)
func foldedMultiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
