import Glibc
import Synchronization

/// What cannot be read of an input, from some byte on; what came before is good.
struct ReadFailure: Error, Equatable {
    var reason: String
}

/// Bytes that come one after the other: a file, or what unpacks another source.
///
/// Called once per chunk of a megabyte, so a call through the class costs nothing that counts.
class ByteSource {
    /// Fills a part of the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadFailure) -> Int { 0 }

    /// Some archives have their list of files at the end.
    var isSeekable: Bool { false }

    /// Goes on somewhere else, as `lseek`; negative where that cannot be.
    func seek(to offset: Int64, _ whence: CInt) -> Int64 { -1 }

    /// Fills the buffer as far as the source has bytes.
    final func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ReadFailure) -> Int {
        var count = 0
        while count < buffer.count {
            let more = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            if more == 0 { break }
            count += more
        }
        return count
    }
}

/// What the threads of a capture tell each other besides data.
final class CaptureSignals: Sendable {
    /// Bytes read from the inputs as they lie on the disk.
    let bytesRead = Atomic<Int>(0)
    /// Somebody wants the capture to end.
    let isStopping = Atomic<Bool>(false)
}

/// A file or stream of the system.
final class FileSource: ByteSource {
    private let descriptor: CInt
    private let signals: CaptureSignals
    private let isStream: Bool

    init(path: String, _ signals: CaptureSignals) throws(ReadFailure) {
        self.signals = signals
        // A named pipe that nobody writes to would be waited for without an end.
        descriptor =
            path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ReadFailure(reason: String(cString: strerror(errno))) }
        var status = stat()
        isStream = fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
        if !isStream { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        while true {
            if signals.isStopping.load(ordering: .relaxed) { return 0 }
            // A quiet stream must not keep an interrupted capture waiting.
            if isStream, !isReady() { continue }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                signals.bytesRead.add(count, ordering: .relaxed)
                return count
            }
            guard errno == EINTR || errno == EAGAIN else {
                throw ReadFailure(reason: String(cString: strerror(errno)))
            }
        }
    }

    override var isSeekable: Bool { !isStream }

    override func seek(to offset: Int64, _ whence: CInt) -> Int64 {
        Int64(lseek(descriptor, off_t(offset), whence))
    }

    private func isReady() -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 200) != 0
    }
}

/// Another source with some bytes put back in front.
final class PeekedSource: ByteSource {
    private var front: [UInt8]
    private var position = 0
    private let rest: ByteSource

    init(_ front: [UInt8], _ rest: ByteSource) {
        self.front = front
        self.rest = rest
    }

    override var isSeekable: Bool { rest.isSeekable }

    override func seek(to offset: Int64, _ whence: CInt) -> Int64 {
        position = front.count
        return rest.seek(to: offset, whence)
    }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        guard position < front.count else { return try rest.read(into: buffer) }
        let count = min(buffer.count, front.count - position)
        front.withUnsafeBytes {
            buffer.copyMemory(from: .init(rebasing: $0[position..<position + count]))
        }
        position += count
        return count
    }
}
