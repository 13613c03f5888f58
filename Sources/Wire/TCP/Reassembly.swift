/// Segments of many connections to ordered bytes; what is lost becomes gaps.
///
/// Feeds on segments in the order of the capture. In-order bytes are passed on as they lie in the
/// packet; only segments that came before their turn are copied. The first copy of a byte wins.
public struct Reassembly {
    let limits: TCPLimits
    public internal(set) var counters = TCPCounters()
    private var places: [FlowKey: Int] = [:]
    var connections: [TCPConnection?] = []
    private var free: [Int] = []
    var waitingBytes = 0
    private var lastKey = FlowKey(.zero, .zero)
    private var lastPlace = -1

    public init(limits: TCPLimits = TCPLimits()) { self.limits = limits }

    /// Adds a segment; `emit` gets the number of the connection with each event.
    ///
    /// Numbers are used again once `closed` was said of them.
    public mutating func receive(_ segment: Segment, _ emit: (Int, StreamEvent) -> Void) {
        let (key, side) = FlowKey(segment.source, segment.destination).ordered
        guard let place = find(key, side, segment, emit) else { return }
        connections[place]?.lastSeen = segment.moment.time
        take(segment, side, place, emit)
    }

    /// Ends every connection: the capture is over.
    public mutating func finish(_ emit: (Int, StreamEvent) -> Void) {
        for place in connections.indices { close(place, .endOfCapture, nil, emit) }
        places.removeAll()
        connections.removeAll()
        free.removeAll()
        lastPlace = -1
    }

    // MARK: Finding the connection

    private mutating func find(
        _ key: FlowKey, _ side: Int, _ segment: Segment, _ emit: (Int, StreamEvent) -> Void
    ) -> Int? {
        let known: Int?
        if lastPlace >= 0, lastKey == key {
            known = lastPlace
        } else {
            known = places[key]
            if let known {
                lastKey = key
                lastPlace = known
            }
        }
        if let known {
            if !isAnother(segment, side, known) { return known }
            close(known, .replaced, segment.moment, emit)
            forget(known, key)
        }
        // Nothing can be learned of a connection from an acknowledgment alone.
        guard segment.flags.contains(.syn) || !segment.payload.isEmpty || segment.missing > 0,
            !segment.flags.contains(.rst)
        else { return nil }
        return open(key, side, segment, emit)
    }

    /// The segment belongs to a later connection between the same ports.
    private func isAnother(_ segment: Segment, _ side: Int, _ place: Int) -> Bool {
        guard let connection = connections[place] else { return true }
        let own = connection.side(side)
        if segment.flags.contains(.syn) {
            // A SYN that came late begins where the stream began.
            return own.hasSyn
                ? own.initial != segment.sequence
                : own.isStarted && own.initial != segment.sequence &+ 1
        }
        // Long after the end and far from it: its SYN was lost.
        return !connection.isOpen && !segment.payload.isEmpty
            && abs(distance(own.next, segment.sequence)) > 4 << 20
    }

    private mutating func open(
        _ key: FlowKey, _ side: Int, _ segment: Segment, _ emit: (Int, StreamEvent) -> Void
    ) -> Int {
        if places.count >= limits.connections { evict(emit) }
        var connection = TCPConnection(
            side == 0 ? segment.source : segment.destination,
            side == 0 ? segment.destination : segment.source)
        let isSyn = segment.flags.contains(.syn)
        if isSyn {
            connection.client = segment.flags.contains(.ack) ? 1 - side : side
        } else {
            counters.midStream += 1
            connection.client =
                connection.sides.0.endpoint.port >= connection.sides.1.endpoint.port
                ? 0 : 1
        }
        counters.connections += 1
        let place: Int
        if let reused = free.popLast() {
            place = reused
            connections[place] = connection
        } else {
            place = connections.count
            connections.append(connection)
        }
        places[key] = place
        lastKey = key
        lastPlace = place
        emit(
            place,
            .opened(
                client: connection.side(connection.client).endpoint,
                server: connection.side(1 - connection.client).endpoint, rolesKnown: isSyn))
        return place
    }

    private mutating func forget(_ place: Int, _ key: FlowKey) {
        connections[place] = nil
        places[key] = nil
        free.append(place)
        if lastPlace == place { lastPlace = -1 }
    }

    /// Makes room: first connections that are closed, then those that were quiet longest.
    private mutating func evict(_ emit: (Int, StreamEvent) -> Void) {
        let order = places.map { (key: $0.key, place: $0.value) }.sorted {
            rank($0.place) < rank($1.place)
        }
        for (key, place) in order.prefix(max(1, limits.connections / 8)) {
            if connections[place]?.isOpen == true { counters.evicted += 1 }
            close(place, .evicted, nil, emit)
            forget(place, key)
        }
    }

    private func rank(_ place: Int) -> (Int, Int64, Int) {
        guard let connection = connections[place] else { return (0, 0, place) }
        return (connection.isOpen ? 1 : 0, connection.lastSeen, place)
    }
}

/// Two endpoints, whichever sent.
struct FlowKey: Hashable {
    var first: Endpoint
    var second: Endpoint

    init(_ first: Endpoint, _ second: Endpoint) {
        self.first = first
        self.second = second
    }

    /// The key with its endpoints in order, and which of them was first.
    var ordered: (key: FlowKey, side: Int) {
        first < second ? (self, 0) : (FlowKey(second, first), 1)
    }
}

extension Endpoint {
    static var zero: Endpoint { Endpoint(address: Address(high: 0, low: 0), port: 0) }
}
