import Glibc

/// A piece of one source on its way from the reader to the parser.
///
///     | headroom | bytes | padding |
///
/// The headroom is for what the parser left of the piece before; the padding is what simdjson may
/// read beyond the end. One thread owns it at a time: it travels through a queue.
// Handed from thread to thread by queues; never shared.
final class Chunk: @unchecked Sendable {
    static let headroom = 256 << 10
    static let capacity = 1 << 20
    /// Read on until there is this much: parsing crumbs is slow.
    static let smallest = 1 << 19

    private let base: UnsafeMutableRawPointer
    private let room: Int
    private(set) var start: Int
    private(set) var count = 0

    /// Makes a chunk for up to `bytes` bytes, with `padding` readable bytes behind any of them.
    init(bytes: Int = Chunk.capacity, padding: Int) {
        room = bytes
        start = Chunk.headroom
        let size = Chunk.headroom + bytes + padding
        base = .allocate(byteCount: size, alignment: 64)
        memset(base, 0, size)
    }

    deinit { base.deallocate() }

    /// Where more bytes go.
    var free: UnsafeMutableRawBufferPointer {
        let used = start - Chunk.headroom + count
        return UnsafeMutableRawBufferPointer(start: base + start + count, count: room - used)
    }

    func grow(by bytes: Int) { count += bytes }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + start, count: count)
    }

    /// Forgets bytes at the front: they were read.
    func removeFirst(_ bytes: Int) {
        start += bytes
        count -= bytes
    }

    /// Whether it is one of those that go round and round.
    var isPooled: Bool { room == Chunk.capacity }

    func removeAll() {
        start = Chunk.headroom
        count = 0
    }

    /// Puts bytes in front; false where the headroom is too small for them.
    func prepend(_ rest: UnsafeRawBufferPointer) -> Bool {
        guard rest.count <= start else { return false }
        start -= rest.count
        count += rest.count
        if let from = rest.baseAddress {
            (base + start).copyMemory(from: from, byteCount: rest.count)
        }
        return true
    }

    func append(_ more: UnsafeRawBufferPointer) {
        free.copyMemory(from: more)
        grow(by: more.count)
    }
}
