public import Wire

/// How packets are captured, beyond where they come from.
public struct PacketOptions: Sendable {
    /// Which API server listens at which address.
    public var servers = ServerMap()
    /// An NSS key log; nil where there is none, or the capture holds its own.
    public var keyLog: String?
    /// The name of the cluster that the packets are of; empty for none.
    public var cluster = ""
    public var limits = TCPLimits()
    /// Asked now and then; true ends the capture as if the packets ended here.
    public var isInterrupted: @Sendable () -> Bool = { false }

    public init() {}
}

/// How far a capture of packets has come.
public struct PacketProgress: Sendable, Equatable {
    /// Of the files, as they lie on the disk.
    public var bytesRead = 0
    /// 0 where an input is a stream, or an interface.
    public var bytesTotal = 0
    public var packets = 0
    public var requests = 0
    /// By the kernel, for want of room.
    public var dropped: UInt64 = 0
}

/// What a capture of packets did, for the person who ran it.
public struct PacketSummary: Sendable, Equatable {
    public var bytesRead = 0
    public var sources = 0
    /// Passes that were not in the recording before.
    public var added = 0
    /// Passes that were there already, from an audit log or the same capture.
    public var merged = 0
    public var rejects = 0
    public var keys = 0
    /// Keys beyond those that are held.
    public var unreadKeys = 0
    public var span: ClosedRange<Int64>?
    public var requestsByServer: [(server: String, requests: Int)] = []
    public var wire = WireStatistics()
    /// What could not be told of which passes are one request.
    var joining: [String] = []
    public var undecryptable: [UndecryptableConnection] = []
    public var isInterrupted = false

    public init() {}

    public static func == (left: PacketSummary, right: PacketSummary) -> Bool {
        left.added == right.added && left.merged == right.merged && left.wire == right.wire
            && left.undecryptable == right.undecryptable
    }

    /// What a person must know; a sentence each.
    public var warnings: [String] {
        var sentences: [String] = []
        let http = wire.http
        if wire.dropped > 0 {
            sentences.append(
                "\(wire.dropped) packets were dropped while they were captured: requests are "
                    + "missing.")
        }
        if wire.tcp.gapBytes > 0 {
            sentences.append(
                "\(wire.tcp.gapBytes) bytes of connections are missing in \(wire.tcp.gaps) places.")
        }
        if wire.packets.truncated > 0 {
            sentences.append(
                "\(wire.packets.truncated) packets were cut short when they were captured (a snap "
                    + "length of 0 keeps them whole).")
        }
        if wire.undecryptableConnections > 0 {
            sentences.append(
                "\(wire.undecryptableConnections) TLS connections with "
                    + "\(wire.undecryptableBytes) bytes could not be decrypted.")
        }
        if http.undecodedHeads > 0 {
            sentences.append(
                "\(http.undecodedHeads) HTTP/2 heads could not be decoded: the capture does not "
                    + "hold what the compressor referred to.")
        }
        if http.unpairedResponses > 0 {
            sentences.append(
                "\(http.unpairedResponses) responses answer requests that were not captured.")
        }
        if http.malformed > 0 { sentences.append("\(http.malformed) messages were no HTTP.") }
        if wire.tcp.evicted > 0 {
            sentences.append(
                "\(wire.tcp.evicted) connections were given up, because too many were open.")
        }
        if http.badCompression > 0 {
            sentences.append("\(http.badCompression) bodies could not be unpacked.")
        }
        if http.endlessBodies > 0 {
            sentences.append(
                "\(http.endlessBodies) bodies hold more than any cluster has: the rest of them was "
                    + "not read.")
        }
        if http.unreadFields > 0 {
            sentences.append(
                "\(http.unreadFields) header fields were not read: no message has so many.")
        }
        if wire.lostFragments > 0 {
            sentences.append(
                "\(wire.lostFragments) fragmented packets were given up: too many pieces of them, "
                    + "or too many of them, waited.")
        }
        if unreadKeys > 0 {
            sentences.append(
                "\(unreadKeys) keys were not read: only the first \(KeyLog.mostSecrets) are held.")
        }
        return sentences + joining
    }
}
