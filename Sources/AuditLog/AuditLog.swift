public import KubeAPI

/// Reads one source of audit records, in whatever envelope, into requests and objects.
///
/// The shell feeds it chunks; it owns no file. `server` is the server that wrote the source, or 0
/// where the envelope or nothing tells. What it cannot read becomes a `Reject`.
public struct AuditReader {
    public let source: UInt32
    public let server: UInt32

    public init(source: UInt32, server: UInt32) {
        self.source = source
        self.server = server
    }

    /// The number of bytes behind every chunk that must be readable, whatever they hold.
    public static let padding = 64

    /// Reads the whole records of a chunk and returns how many bytes it consumed.
    ///
    /// The rest must come again, in front of more bytes; with `isLast` everything is consumed.
    public mutating func read(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, names: inout Names,
        into traffic: inout Traffic
    ) -> Int {
        chunk.count
    }
}
