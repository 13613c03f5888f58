/// Four ids that belong together; who is one gives each of the four a name.
public protocol IDTuple: Hashable, Sendable {
    var ids: SIMD4<UInt32> { get }
    init(ids: SIMD4<UInt32>)
}

/// Tuples of four ids by small dense numbers: the intern table behind resources and clients.
///
/// Id 0 is the tuple of four zeros, so that zero can mean "none".
public struct TupleTable<Tuple: IDTuple>: Sendable {
    @usableFromInline var keys: [SIMD4<UInt32>] = [.zero]
    @usableFromInline var slots: [UInt32] = [UInt32](repeating: 0, count: 256)
    @usableFromInline var mask = 255

    public init() {}

    public var count: Int { keys.count }

    public subscript(id: UInt32) -> Tuple {
        @inlinable get { Tuple(ids: keys[Int(id)]) }
    }

    @inlinable
    public mutating func intern(_ tuple: Tuple) -> UInt32 {
        let key = tuple.ids
        if key == .zero { return 0 }
        var slot = TupleTable.hash(key) & mask
        while slots[slot] != 0 {
            let id = slots[slot]
            if keys[Int(id)] == key { return id }
            slot = (slot &+ 1) & mask
        }
        return insert(key, slot: slot)
    }

    @inlinable @inline(never)
    mutating func insert(_ key: SIMD4<UInt32>, slot: Int) -> UInt32 {
        let id = UInt32(keys.count)
        keys.append(key)
        slots[slot] = id
        if keys.count * 2 > slots.count { grow() }
        return id
    }

    @inlinable
    mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        mask = slots.count - 1
        for id in 1..<keys.count {
            var slot = TupleTable.hash(keys[id]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(id)
        }
    }

    @inlinable
    static func hash(_ key: SIMD4<UInt32>) -> Int {
        let low = UInt64(key[0]) << 32 | UInt64(key[1])
        let high = UInt64(key[2]) << 32 | UInt64(key[3])
        return Int(truncatingIfNeeded: mixed(low, high) >> 1)
    }
}
