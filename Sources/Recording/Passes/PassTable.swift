import Bytes
import Glibc
import KubeAPI

/// What tells requests apart: the audit id, or where there is none, the request itself.
struct PassKey: Hashable, Comparable {
    let high: UInt64
    let low: UInt64

    init(uuid: UniqueID) {
        high = uuid.high
        low = uuid.low
    }

    /// The key of an audit id that is no UUID: clients may send any text.
    init(text: UnsafeBufferPointer<UInt8>) {
        high = byteHash(text)
        low = mixed(high, UInt64(truncatingIfNeeded: text.count))
    }

    /// Two records without an audit id are one request where all that names it is equal.
    init(content request: Request) {
        var hash = mixed(UInt64(bitPattern: request.at), UInt64(request.server))
        hash = mixed(hash, UInt64(request.resource) << 32 | UInt64(request.namespace))
        hash = mixed(hash, UInt64(request.name) << 32 | UInt64(request.path))
        hash = mixed(hash, UInt64(request.query) << 32 | UInt64(request.client))
        high = mixed(hash, UInt64(request.verb.rawValue))
        low = UInt64(bitPattern: request.at)
    }

    /// The same in every process, so that results never depend on a seed.
    var hash: UInt64 { mixed(high, low) }

    static func < (left: PassKey, right: PassKey) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// Where the rows of an audit id are: an open-addressing table of eight bytes a row.
///
///     63                              24 23                     0
///     | upper 40 bits of the key's hash | row id                |
///
/// The slot is the lowest bits of the 40, so that the table can grow without the keys. A match is
/// a suspicion that the caller checks on the row itself. At its bound the table takes no more; the
/// writer then sorts duplicates out at the end.
struct PassTable: ~Copyable {
    static let largestRow: Int64 = 1 << 24 - 1

    private let largestSize: Int
    private var slots: UnsafeMutablePointer<UInt64>
    private var mask: Int
    private(set) var count = 0

    /// - Parameter largestSize: how many slots there may be, a power of two.
    init(largestSize: Int) {
        self.largestSize = largestSize
        mask = min(1 << 12, largestSize) - 1
        slots = PassTable.makeSlots(mask + 1)
    }

    private static func makeSlots(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let bytes = count * MemoryLayout<UInt64>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: largePage)
        // Look-ups go all over the table: with small pages finding the page takes longer than
        // reading it. Where there are no large ones, nothing is lost.
        if bytes >= largePage { madvise(memory, bytes, MADV_HUGEPAGE) }
        return memory.initializeMemory(as: UInt64.self, repeating: 0, count: count)
    }

    private static let largePage = 2 << 20

    deinit { slots.deallocate() }

    /// Where a look-up has come to.
    struct Probe {
        fileprivate let tag: UInt64
        fileprivate var slot: Int
    }

    @inline(__always)
    func probe(_ key: PassKey) -> Probe {
        let tag = key.hash >> 24
        return Probe(tag: tag, slot: Int(truncatingIfNeeded: tag) & mask)
    }

    /// Reads the place of a key, for the sake of the processor's cache.
    @inline(__always)
    func touch(_ key: PassKey) -> UInt64 { slots[probe(key).slot] }

    /// The next row that may have the key; 0 where there is none any more.
    @inline(__always)
    func next(_ probe: inout Probe) -> Int64 {
        while slots[probe.slot] != 0 {
            let entry = slots[probe.slot]
            probe.slot = (probe.slot &+ 1) & mask
            if entry >> 24 == probe.tag { return Int64(entry & 0xFF_FFFF) }
        }
        return 0
    }

    /// What became of a row that was to be added.
    enum Insertion {
        case done
        /// Too many keys of one hash are there: clients choose them, and each would be walked over.
        case crowded
        /// The table is at its bound.
        case full
    }

    /// Far beyond what keys that nobody chose come to.
    private static let longestWalk = 4_096

    @inline(__always)
    mutating func insert(_ key: PassKey, row: Int64) -> Insertion {
        guard row <= PassTable.largestRow else { return .full }
        if (count &+ 1) &* 5 > (mask &+ 1) &* 4 {
            guard mask + 1 < largestSize else { return .full }
            grow()
        }
        guard add((key.hash >> 24) << 24 | UInt64(row)) else { return .crowded }
        count &+= 1
        return .done
    }

    /// False where the walk to a free place is too long.
    @inline(__always) @discardableResult
    private func add(_ entry: UInt64) -> Bool {
        var slot = Int(truncatingIfNeeded: entry >> 24) & mask
        var walked = 0
        while slots[slot] != 0 {
            slot = (slot &+ 1) & mask
            walked &+= 1
            if walked > PassTable.longestWalk { return false }
        }
        slots[slot] = entry
        return true
    }

    private mutating func grow() {
        let old = UnsafeMutableBufferPointer(start: slots, count: mask + 1)
        let size = old.count * 2
        slots = PassTable.makeSlots(size)
        mask = size - 1
        for entry in old where entry != 0 { add(entry) }
        old.deallocate()
    }
}
