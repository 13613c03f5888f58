public import KubeAPI

/// A TLS connection that could not be read, as the person is told of it.
public struct UndecryptableConnection: Sendable, Equatable {
    public var client: Endpoint
    public var server: Endpoint
    /// What the scenario calls the server, or its address.
    public var serverText: String
    public var serverName: String
    public var applicationProtocol: String
    public var bytes: Int
    public var first: Moment
    public var why: Undecryptable

    /// One line for a list.
    public var description: String {
        var text = "TLS from \(client) to \(serverText)"
        if serverText != server.description { text += " (\(server))" }
        if !serverName.isEmpty { text += ", name \(serverName)" }
        if !applicationProtocol.isEmpty { text += ", protocol \(applicationProtocol)" }
        return text + ", \(bytes) bytes: \(why)"
    }
}

/// What became of everything that was read.
public struct WireStatistics: Sendable, Equatable {
    public var packets = PacketCounters()
    public var tcp = TCPCounters()
    public var http = HTTPCounters()
    /// Packets that the capturing machine dropped.
    public var dropped: UInt64 = 0
    public var malformedRecords = 0
    public var lostFragments = 0
    public var decryptedConnections = 0
    public var undecryptableConnections = 0
    public var undecryptableBytes = 0
    public var earlyDataRecords = 0

    public init() {}
}

/// Packets to requests: the layers of this module, one upon the other.
///
/// The main flow of packet capture. The shell feeds it the records of files or an interface; it
/// owns no file and no thread, and delivers the vocabulary that audit logs are delivered in.
///
///     CaptureFile -> PacketDecoder -> Reassembly -> Conversations (TLS, HTTP) -> Exchanges
public struct WireReader {
    private var decoder = PacketDecoder()
    private var tcp: Reassembly
    private var above: Conversations

    public init(
        servers: ServerMap = ServerMap(), keys: KeyLog = KeyLog(), limits: TCPLimits = TCPLimits()
    ) {
        tcp = Reassembly(limits: limits)
        above = Conversations(keys: keys, servers: servers)
    }

    public var keys: KeyLog {
        get { above.keys }
        _modify { yield &above.keys }
    }

    /// More keys may still come: connections wait for theirs, within bounds.
    public var keysAreGrowing: Bool {
        get { above.keysAreGrowing }
        set { above.keysAreGrowing = newValue }
    }

    public var undecryptable: [UndecryptableConnection] { above.undecryptable }

    public var statistics: WireStatistics {
        var statistics = above.totals
        statistics.packets = decoder.counters
        statistics.tcp = tcp.counters
        statistics.http = above.output.counters
        statistics.lostFragments = decoder.fragments.lost
        return statistics
    }

    /// Reads the whole records of a chunk of a capture file; returns how many bytes it consumed.
    public mutating func read(
        _ chunk: UnsafeRawBufferPointer, of file: inout CaptureFile, isLast: Bool,
        names: inout Names, into traffic: inout Traffic
    ) -> Int {
        exchange(&names, &traffic)
        defer { exchange(&names, &traffic) }
        let source = file.source
        return file.read(chunk, isLast: isLast) { event in
            switch event {
            case .packet(let packet): receive(packet)
            case .secrets(let kind, let bytes):
                if kind == CaptureEvent.tlsKeyLog { above.keys.read(bytes) }
            case .dropped(let count): above.totals.dropped &+= count
            case .malformed(let offset, let reason):
                above.totals.malformedRecords += 1
                above.output.traffic.rejects.append(
                    Reject(source: source, position: offset, reason: reason))
            }
        }
    }

    /// Reads one packet of an interface.
    public mutating func receive(
        _ packet: CapturedPacket, names: inout Names, into traffic: inout Traffic
    ) {
        exchange(&names, &traffic)
        receive(packet)
        exchange(&names, &traffic)
    }

    /// Reads again what waits for keys that may have come since.
    public mutating func retry(names: inout Names, into traffic: inout Traffic) {
        exchange(&names, &traffic)
        above.retry()
        exchange(&names, &traffic)
    }

    /// The capture is over: what is open is handed out as open.
    public mutating func finish(names: inout Names, into traffic: inout Traffic) {
        exchange(&names, &traffic)
        above.retry()
        above.endWaiting()
        WireReader.finish(&tcp, &above)
        above.undecryptable.sort {
            ($0.first.time, $0.first.frame) < ($1.first.time, $1.first.frame)
        }
        exchange(&names, &traffic)
    }

    // MARK: The flow

    private mutating func exchange(_ names: inout Names, _ traffic: inout Traffic) {
        swap(&names, &above.output.names)
        swap(&traffic, &above.output.traffic)
    }

    private mutating func receive(_ packet: CapturedPacket) {
        WireReader.receive(packet, &decoder, &tcp, &above)
    }

    // Takes the layers apart, because each event goes from one into the next.
    private static func receive(
        _ packet: CapturedPacket, _ decoder: inout PacketDecoder, _ tcp: inout Reassembly,
        _ above: inout Conversations
    ) {
        decoder.decode(packet) { segment in
            tcp.receive(segment) { place, event in above.handle(place, event) }
        }
    }

    private static func finish(_ tcp: inout Reassembly, _ above: inout Conversations) {
        tcp.finish { place, event in above.handle(place, event) }
    }
}
