#if COVERAGE || DEBUG
@testable import Capture
import Glibc

/// A file of logs in whatever packing, unpacked as a capture does; what is broken throws.
func archive(_ bytes: [UInt8]) {
    try? unpack(MemorySource(bytes), depth: 0)
}

private func unpack(_ source: ByteSource, depth: Int) throws(ReadFailure) {
    let (whole, packing) = try Packing.peek(source)
    guard let packing, depth < Reading.deepestPacking else { return try read(whole) }
    guard packing.isArchive else { return try unpack(packing.unpacking(whole), depth: depth + 1) }
    let archive = try Archive(whole, packing)
    while let member = try archive.next() { try unpack(member.bytes, depth: depth + 1) }
}

/// Up to some megabytes: a bomb is no bug, the capture reads it as a stream.
private func read(_ source: ByteSource) throws(ReadFailure) {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { block.deallocate() }
    for _ in 0..<16 where try source.read(into: block) == 0 { return }
}

private final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    override var isSeekable: Bool { true }

    override func seek(to offset: Int64, _ whence: CInt) -> Int64 {
        let base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? place : bytes.count
        let (target, isBeyond) = Int64(base).addingReportingOverflow(offset)
        guard !isBeyond, target >= 0 else { return -1 }
        place = Int(target)
        return target
    }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        let count = max(0, min(buffer.count, bytes.count - place))
        guard count > 0 else { return 0 }
        buffer.copyBytes(from: bytes[place..<place + count])
        place += count
        return count
    }
}
#else
/// Needs what only a build for tests shows of the module.
func archive(_ bytes: [UInt8]) {}
#endif
