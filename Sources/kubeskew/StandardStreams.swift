import Glibc

/// Standard output, buffered: data and nothing else.
///
/// A reader that has gone away (`| head -1`) is no error: the rest is dropped without a word, and
/// `isClosed` lets a verb stop early. Any other failure is kept for the end.
final class StandardOutput {
    private static let capacity = 1 << 16

    private var buffer: [UInt8] = []
    private(set) var isClosed = false
    private var failure: Int32 = 0

    init() { buffer.reserveCapacity(Self.capacity) }

    var failureReason: String { String(cString: strerror(failure)) }

    func write(_ text: String) { write(text.utf8) }

    func write(_ bytes: some Sequence<UInt8>) {
        guard !isClosed else { return }
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { flush() }
    }

    /// Whether everything reached its reader, or the reader no longer wants it.
    @discardableResult
    func flush() -> Bool {
        let error = writeAll(buffer, to: STDOUT_FILENO)
        buffer.removeAll(keepingCapacity: true)
        if error != 0 {
            isClosed = true
            if error != EPIPE { failure = error }
        }
        return failure == 0
    }
}

/// Standard error, unbuffered.
enum StandardError {
    static func write(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// Zero, or the error that stopped it.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { raw in
        var done = 0
        while done < raw.count, let start = raw.baseAddress {
            let count = Glibc.write(descriptor, start + done, raw.count - done)
            if count < 0, errno != EINTR { return errno }
            if count > 0 { done += count }
        }
        return 0
    }
}
