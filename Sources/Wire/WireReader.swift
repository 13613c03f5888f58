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
///     CaptureFile -> PacketDecoder -> Reassembly -> Conversation (TLS, HTTP) -> Exchanges
public struct WireReader {
    /// Connections listed by name; the rest is counted.
    static let mostListed = 1_000
    /// Short connections may be over before their keys are in the log.
    static let mostLingering = 512

    public var keys: KeyLog
    /// More keys may still come: connections wait for theirs, within bounds.
    public var keysAreGrowing = false
    public private(set) var undecryptable: [UndecryptableConnection] = []
    private var decoder = PacketDecoder()
    private var tcp: Reassembly
    private var conversations: [Conversation?] = []
    /// Connections that are over and still wait for their keys.
    private var lingering: [(conversation: Conversation, closing: Closing, moment: Moment)] = []
    private var output = WireOutput()
    private var totals = WireStatistics()

    public init(
        servers: ServerMap = ServerMap(), keys: KeyLog = KeyLog(), limits: TCPLimits = TCPLimits()
    ) {
        self.keys = keys
        tcp = Reassembly(limits: limits)
        output.servers = servers
    }

    public var statistics: WireStatistics {
        var statistics = totals
        statistics.packets = decoder.counters
        statistics.tcp = tcp.counters
        statistics.http = output.counters
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
                if kind == CaptureEvent.tlsKeyLog { keys.read(bytes) }
            case .dropped(let count): totals.dropped &+= count
            case .malformed(let offset, let reason):
                totals.malformedRecords += 1
                output.traffic.rejects.append(
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
        for place in conversations.indices { conversations[place]?.retry(keys, &output) }
        let waiting = lingering
        lingering = []
        for entry in waiting {
            var conversation = entry.conversation
            conversation.retry(keys, &output)
            if conversation.isWaitingForKeys {
                lingering.append((conversation, entry.closing, entry.moment))
            } else {
                conversation.close(entry.closing, entry.moment, &output)
                WireReader.settle(conversation, &totals, &undecryptable, &output)
            }
        }
        exchange(&names, &traffic)
    }

    /// The capture is over: what is open is handed out as open.
    public mutating func finish(names: inout Names, into traffic: inout Traffic) {
        retry(names: &names, into: &traffic)
        keysAreGrowing = false
        exchange(&names, &traffic)
        for var entry in lingering {
            entry.conversation.close(entry.closing, entry.moment, &output)
            WireReader.settle(entry.conversation, &totals, &undecryptable, &output)
        }
        lingering = []
        WireReader.finish(&tcp, &conversations, &totals, &undecryptable, keys, &output)
        undecryptable.sort { ($0.first.time, $0.first.frame) < ($1.first.time, $1.first.frame) }
        exchange(&names, &traffic)
    }

    // MARK: The flow

    private mutating func exchange(_ names: inout Names, _ traffic: inout Traffic) {
        swap(&names, &output.names)
        swap(&traffic, &output.traffic)
    }

    private mutating func receive(_ packet: CapturedPacket) {
        WireReader.receive(
            packet, &decoder, &tcp, &conversations, &totals, &undecryptable, keys, keysAreGrowing,
            &lingering, &output)
    }

    // Takes its layers apart, because each event goes from one into the next.
    private static func receive(
        _ packet: CapturedPacket, _ decoder: inout PacketDecoder, _ tcp: inout Reassembly,
        _ conversations: inout [Conversation?], _ totals: inout WireStatistics,
        _ undecryptable: inout [UndecryptableConnection], _ keys: borrowing KeyLog,
        _ isGrowing: Bool,
        _ lingering: inout [(conversation: Conversation, closing: Closing, moment: Moment)],
        _ output: inout WireOutput
    ) {
        decoder.decode(packet) { segment in
            tcp.receive(segment) { place, event in
                if isGrowing, case .closed(let closing, let moment) = event,
                    lingering.count < mostLingering,
                    let conversation = conversations[place], conversation.isWaitingForKeys
                {
                    lingering.append((conversation, closing, moment))
                    conversations[place] = nil
                    return
                }
                handle(
                    place, event, &conversations, &totals, &undecryptable, keys, isGrowing, &output)
            }
        }
    }

    private static func finish(
        _ tcp: inout Reassembly, _ conversations: inout [Conversation?],
        _ totals: inout WireStatistics, _ undecryptable: inout [UndecryptableConnection],
        _ keys: borrowing KeyLog, _ output: inout WireOutput
    ) {
        tcp.finish { place, event in
            handle(place, event, &conversations, &totals, &undecryptable, keys, false, &output)
        }
    }

    private static func handle(
        _ place: Int, _ event: StreamEvent, _ conversations: inout [Conversation?],
        _ totals: inout WireStatistics, _ undecryptable: inout [UndecryptableConnection],
        _ keys: borrowing KeyLog, _ isGrowing: Bool, _ output: inout WireOutput
    ) {
        switch event {
        case .opened(let client, let server, let rolesKnown):
            while conversations.count <= place { conversations.append(nil) }
            conversations[place] = Conversation(
                client: client, server: server, rolesAreKnown: rolesKnown)
        case .bytes(let direction, let bytes, let moment):
            conversations[place]?.receive(direction, bytes, moment, keys, isGrowing, &output)
        case .gap(let direction, let length, let moment):
            conversations[place]?.gap(direction, length, moment, &output)
        case .ended: break
        case .closed(let closing, let moment):
            conversations[place]?.close(closing, moment, &output)
            if let conversation = conversations[place] {
                settle(conversation, &totals, &undecryptable, &output)
            }
            conversations[place] = nil
        }
    }

    /// Notes what became of a TLS connection.
    private static func settle(
        _ conversation: Conversation, _ totals: inout WireStatistics,
        _ undecryptable: inout [UndecryptableConnection], _ output: inout WireOutput
    ) {
        guard let tls = conversation.tls else { return }
        totals.earlyDataRecords += tls.earlyRecords
        guard let why = tls.failure else {
            totals.decryptedConnections += 1
            return
        }
        totals.undecryptableConnections += 1
        totals.undecryptableBytes += conversation.bytes
        guard undecryptable.count < mostListed else { return }
        let connection = UndecryptableConnection(
            client: conversation.clientEndpoint, server: conversation.serverEndpoint,
            serverText: output.servers.name(conversation.serverEndpoint),
            serverName: tls.facts.serverName,
            applicationProtocol: tls.facts.applicationProtocol, bytes: conversation.bytes,
            first: conversation.first ?? Moment(time: 0, frame: 0), why: why)
        undecryptable.append(connection)
        output.traffic.rejects.append(
            Reject(
                source: connection.first.source, position: connection.first.frame,
                reason: connection.description))
    }
}
