import Analysis
import Glibc

/// A file of moderate size in memory, and when it was last written.
///
/// For inputs that are read whole, such as discovery documents; captures stream theirs.
struct WholeFile {
    /// No file that is read whole is as long.
    private static let longest = 64 << 20

    let bytes: [UInt8]
    /// Nanoseconds since 1970; nil for standard input and other streams.
    let modifiedAt: Int64?

    /// Reads a file, or standard input where the path is `-`.
    init(_ path: String) throws {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { if path != "-" { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path) }
        let isFile = status.st_mode & S_IFMT == S_IFREG
        modifiedAt = isFile ? Self.nanoseconds(status.st_mtim) : nil
        bytes = try Self.read(descriptor, path)
    }

    private static func read(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = block.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR {
                try Interrupt.check()
                continue
            }
            if count < 0 { throw failure(path) }
            if count == 0 { return bytes }
            bytes += block[..<count]
            guard bytes.count <= longest else {
                throw Failure("\(path) is larger than \(byteText(longest))")
            }
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure("cannot read \(path): \(String(cString: strerror(errno)))")
    }

    // A file may claim any time; one out of range only makes a wrong instant.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

/// Now, in nanoseconds since 1970.
func wallClockNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
