import Bytes
import KubeAPI

/// What speaks HTTP on one connection, in plain text or inside of TLS.
struct Application {
    private var http1: HTTP1Connection?
    private var http2: HTTP2Connection?
    var exchanges = Exchanges()
    private var facts = TLSFacts()
    private var isUnknown = false

    init() {}

    mutating func start(http2 isHTTP2: Bool, fromStart: Bool) {
        exchanges.parties.isHTTP2 = isHTTP2
        if isHTTP2 {
            http2 = HTTP2Connection(fromStart: fromStart)
        } else {
            http1 = HTTP1Connection()
        }
    }

    mutating func setParties(
        client: Endpoint, server: Endpoint, isEncrypted: Bool, _ output: inout WireOutput
    ) {
        exchanges.parties.sourceAddress = client.address.description
        exchanges.parties.sourcePort = client.port
        exchanges.parties.server = output.names.servers.intern(output.servers.name(server))
        exchanges.parties.serverAddress = server.description
        exchanges.parties.isEncrypted = isEncrypted
    }

    mutating func note(_ facts: TLSFacts?) {
        guard let facts, facts != self.facts else { return }
        self.facts = facts
        exchanges.parties.clientName = facts.clientName
    }

    /// Bytes in plain text, in the order of the connection.
    mutating func receive(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ output: inout WireOutput
    ) {
        if http1 != nil {
            Application.feed(&http1, &exchanges, direction, bytes, moment, &output)
        } else if http2 != nil {
            Application.feed(&http2, &exchanges, direction, bytes, moment, &output)
        }
    }

    /// What TLS carried.
    mutating func receive(_ event: TLSEvent, _ output: inout WireOutput) {
        switch event {
        case .hole(let direction): http1?.hole(direction)
        case .gap(let direction, let length, let moment):
            gap(direction, length, moment, &output)
        case .plaintext(let direction, let bytes, let moment):
            if http1 == nil, http2 == nil { choose(direction, bytes) }
            if isUnknown { output.counters.skippedBytes += bytes.count }
            receive(direction, bytes, moment, &output)
        }
    }

    /// Without ALPN the client's first bytes tell; a server that speaks first sends frames.
    private mutating func choose(_ direction: Direction, _ bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: "PRI ")
            || (direction == .fromServer && FrameHeader.beginsChain(bytes))
        {
            start(http2: true, fromStart: true)
        } else if HTTP1Message.looksLikeRequest(bytes)
            || HTTP1Message.isStatusLine(bytes.part(0, 12))
        {
            start(http2: false, fromStart: true)
        } else {
            isUnknown = true
        }
    }

    mutating func gap(
        _ direction: Direction, _ length: Int?, _ moment: Moment, _ output: inout WireOutput
    ) {
        Application.gap(&http1, &http2, &exchanges, direction, length, moment, &output)
    }

    mutating func close(_ end: MessageEnd, _ moment: Moment, _ output: inout WireOutput) {
        Application.close(&http1, &http2, &exchanges, end, moment, &output)
    }

    // Each takes its parts apart, because an event goes from one into the other.

    private static func feed(
        _ http: inout HTTP1Connection?, _ exchanges: inout Exchanges, _ direction: Direction,
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ output: inout WireOutput
    ) {
        var counters = output.counters
        output.counters = HTTPCounters()
        http?.receive(direction, bytes, moment, &counters) { exchanges.receive($0, &output) }
        output.counters.add(counters)
    }

    private static func feed(
        _ http: inout HTTP2Connection?, _ exchanges: inout Exchanges, _ direction: Direction,
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ output: inout WireOutput
    ) {
        var counters = output.counters
        output.counters = HTTPCounters()
        http?.receive(direction, bytes, moment, &counters) { exchanges.receive($0, &output) }
        output.counters.add(counters)
    }

    private static func gap(
        _ http1: inout HTTP1Connection?, _ http2: inout HTTP2Connection?,
        _ exchanges: inout Exchanges, _ direction: Direction, _ length: Int?, _ moment: Moment,
        _ output: inout WireOutput
    ) {
        http1?.gap(direction, length, moment) { exchanges.receive($0, &output) }
        http2?.gap(direction, length, moment) { exchanges.receive($0, &output) }
    }

    private static func close(
        _ http1: inout HTTP1Connection?, _ http2: inout HTTP2Connection?,
        _ exchanges: inout Exchanges, _ end: MessageEnd, _ moment: Moment,
        _ output: inout WireOutput
    ) {
        http1?.close(end, moment) { exchanges.receive($0, &output) }
        http2?.close(end == .open ? .open : .cut, moment) { exchanges.receive($0, &output) }
    }
}
