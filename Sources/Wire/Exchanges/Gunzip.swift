import CCompression

/// Decompresses one gzip body as it streams by, up to a bound.
///
/// A class because it holds zlib's state; it is owned by one exchange.
final class Gunzip {
    /// No list of a real cluster decompresses to more; a bomb does.
    static let mostBytes = 512 << 20

    /// In one place for good: zlib remembers its address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let mostBytes: Int
    private var produced = 0
    private(set) var isBroken = false
    private let isReady: Bool

    init(mostBytes: Int = Gunzip.mostBytes) {
        self.mostBytes = mostBytes
        stream.initialize(to: z_stream())
        // 32 on top of the window size: zlib and gzip headers are told apart by themselves.
        isReady =
            inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            == Z_OK
        isBroken = !isReady
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    func read(_ bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) -> Void) {
        guard !isBroken, let base = bytes.baseAddress else { return }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(truncatingIfNeeded: bytes.count)
        withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 16) { output in
            while !isBroken {
                stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(output.count)
                let result = inflate(stream, Z_NO_FLUSH)
                let count = output.count - Int(stream.pointee.avail_out)
                produced += count
                guard produced <= mostBytes else {
                    isBroken = true
                    return
                }
                if count > 0 { emit(UnsafeRawBufferPointer(rebasing: output[..<count])) }
                if result == Z_STREAM_END { return }
                if result != Z_OK && result != Z_BUF_ERROR {
                    isBroken = true
                    return
                }
                if stream.pointee.avail_out > 0 { return }
            }
        }
    }
}
