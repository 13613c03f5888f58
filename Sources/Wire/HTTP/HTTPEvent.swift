/// How a message ended.
public enum MessageEnd: UInt8, Sendable, BitwiseCopyable {
    case complete
    /// Parts of its body are not in the capture.
    case incomplete
    /// Cut off by RST, RST_STREAM or the end of the connection.
    case cut
    /// Still under way when the capture ended.
    case open
}

/// What both versions of HTTP make of a connection's bytes.
///
/// A stream is one exchange: its number in HTTP/2, the count of requests in HTTP/1.1.
public enum HTTPEvent {
    case request(UInt32, Head, Moment)
    case requestBody(UInt32, UnsafeRawBufferPointer)
    case requestEnd(UInt32, MessageEnd, Moment)
    case response(UInt32, Head, Moment)
    case responseBody(UInt32, UnsafeRawBufferPointer, Moment)
    /// Bytes of the response body are missing; what follows is not contiguous.
    case responseGap(UInt32)
    case responseEnd(UInt32, MessageEnd, Moment)
    /// Nothing more of the stream will come, answered or not.
    case streamEnd(UInt32, Moment)
}

/// What HTTP parsing met on all connections.
public struct HTTPCounters: Sendable, Equatable {
    public var requests = 0
    public var responses = 0
    /// Responses whose request is not in the capture.
    public var unpairedResponses = 0
    /// Messages that break the grammar of HTTP.
    public var malformed = 0
    /// Heads that cannot be decoded for want of the compressor's state.
    public var undecodedHeads = 0
    /// Streams that were handed off to another protocol.
    public var upgrades = 0
    /// Bytes of HTTP connections that belong to no message that was read.
    public var skippedBytes = 0
    /// Bodies by a type whose content is not read.
    public var protobufBodies = 0
    public var cborBodies = 0
    public var yamlBodies = 0
    public var otherBodies = 0
    /// Compressed bodies that were given up at the bound, or do not decompress.
    public var badCompression = 0
    /// Bodies with more objects than are kept of one piece of a capture, and documents that are
    /// longer than any.
    public var endlessBodies = 0
    /// Header fields of messages that have more of them than are read.
    public var unreadFields = 0
    /// Exchanges that are no API requests by their content type, such as gRPC.
    public var foreignExchanges = 0

    public init() {}
    mutating func add(_ other: HTTPCounters) {
        requests += other.requests
        responses += other.responses
        unpairedResponses += other.unpairedResponses
        malformed += other.malformed
        undecodedHeads += other.undecodedHeads
        upgrades += other.upgrades
        skippedBytes += other.skippedBytes
        protobufBodies += other.protobufBodies
        cborBodies += other.cborBodies
        yamlBodies += other.yamlBodies
        otherBodies += other.otherBodies
        badCompression += other.badCompression
        endlessBodies += other.endlessBodies
        unreadFields += other.unreadFields
        foreignExchanges += other.foreignExchanges
    }
}
