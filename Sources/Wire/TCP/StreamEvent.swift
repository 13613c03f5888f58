/// One of the two directions of a connection.
public enum Direction: UInt8, Sendable, BitwiseCopyable {
    case fromClient = 0
    case fromServer

    public var other: Direction { self == .fromClient ? .fromServer : .fromClient }
}

/// Why a connection is over.
public enum Closing: UInt8, Sendable, BitwiseCopyable {
    case finished, reset, replaced, evicted, endOfCapture
}

/// What reassembly says of one connection: its bytes in order, and where some are missing.
public enum StreamEvent {
    /// `rolesKnown` is false where the connection began before the capture: then the side with
    /// the lower port counts as the server.
    case opened(client: Endpoint, server: Endpoint, rolesKnown: Bool)
    case bytes(Direction, UnsafeRawBufferPointer, Moment)
    /// So many bytes were sent and are not in the capture.
    case gap(Direction, Int, Moment)
    case ended(Direction, Moment)
    case closed(Closing, Moment)
}

/// The bounds of reassembly; all of them are counted when they are hit.
public struct TCPLimits: Sendable {
    /// Open and lately closed connections.
    public var connections = 65_536
    /// Bytes that wait for a missing segment, of one connection.
    public var bytesPerConnection = 8 << 20
    /// The same, of all connections.
    public var bytesInAll = 256 << 20
    /// Segments that wait, of one connection.
    public var segmentsPerConnection = 2_048
    /// How many segments of a connection may pass before bytes are given up that the receiver has
    /// acknowledged: only disorder within the capture can still bring them.
    public var patience = 24
    /// The same in nanoseconds, for whatever is missing.
    public var patienceTime: Int64 = 30_000_000_000

    public init() {}
}

/// What reassembly met.
public struct TCPCounters: Sendable, Equatable {
    public var connections = 0
    /// Connections whose beginning is not in the capture.
    public var midStream = 0
    public var gaps = 0
    public var gapBytes = 0
    /// Bytes that came again.
    public var repeatedBytes = 0
    /// Segments that came before their turn.
    public var outOfOrder = 0
    public var resets = 0
    public var evicted = 0

    public init() {}
}
