import Glibc
import Wire

/// What a file holds, told by its first bytes inside of whatever it is packed in.
///
/// For telling a person that a file is not what a verb reads, before anything is made.
public enum InputKind: Sendable, Equatable {
    case folder
    case empty
    /// An SQLite file: perhaps a recording.
    case database
    case packets
    /// Records of an audit log, in whatever envelope.
    case auditRecords
    /// Several files in one, such as a tar.
    case archive(String)
    case other

    /// So much of a log shows what it is.
    private static let headBytes = 16 << 10

    /// Nil where it cannot be said without taking something away: for a stream, or a file that
    /// cannot be read.
    public init?(ofFileAt path: String) {
        var status = stat()
        guard path != "-", stat(path, &status) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFDIR {
            self = .folder
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG,
            let found = try? InputKind.look(into: FileSource(path: path, CaptureSignals()))
        else { return nil }
        self = found
    }

    private static func look(into file: ByteSource) throws(ReadFailure) -> InputKind {
        var source = file
        for _ in 0...Reading.deepestPacking {
            let (whole, packing) = try Packing.peek(source)
            guard let packing else { return try kind(ofHead: whole) }
            if packing.isArchive { return .archive(packing.rawValue) }
            source = packing.unpacking(whole)
        }
        return .other
    }

    private static func kind(ofHead source: ByteSource) throws(ReadFailure) -> InputKind {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: headBytes, alignment: 16)
        defer { buffer.deallocate() }
        let head = UnsafeRawBufferPointer(rebasing: buffer[..<(try source.fill(buffer))])
        if head.isEmpty { return .empty }
        if head.starts(with: "SQLite format 3\0".utf8) { return .database }
        if CaptureFile.isCapture(head) { return .packets }
        let text = String(decoding: head, as: UTF8.self)
        let marks = ["audit.k8s.io", "auditID", "requestURI", "protoPayload", "methodName"]
        return marks.contains { text.contains($0) } ? .auditRecords : .other
    }
}
