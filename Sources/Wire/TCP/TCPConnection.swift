/// The state of one direction of a connection.
struct StreamSide {
    var endpoint: Endpoint
    /// The sequence number that its first segment had, SYN included.
    var initial: UInt32 = 0
    var hasSyn = false
    var isStarted = false
    /// The next byte to deliver.
    var next: UInt32 = 0
    /// The highest byte that the other side has acknowledged.
    var acknowledged: UInt32 = 0
    var isEnded = false

    mutating func start(at sequence: UInt32) {
        isStarted = true
        next = sequence
        acknowledged = sequence
    }
}

/// A segment that waits for its turn.
struct WaitingSegment {
    var side: Int
    var sequence: UInt32
    var acknowledgment: UInt32
    var flags: TCPFlags
    var bytes: [UInt8]
    var missing: Int
    var moment: Moment

    /// The sequence number behind its bytes.
    var end: UInt32 { sequence &+ UInt32(truncatingIfNeeded: bytes.count &+ missing) }
}

/// One TCP connection under reassembly.
///
/// A segment is delivered when everything before it in its own direction was delivered, and so was
/// everything of the other direction that it acknowledges: cause comes before effect, whatever the
/// order in the capture. That makes the loss of a request visible before its response arrives.
struct TCPConnection {
    var sides: (StreamSide, StreamSide)
    /// Which of the sides is the client.
    var client = 0
    var waiting: [WaitingSegment] = []
    var waitingBytes = 0
    /// Segments that have passed since there was something to wait for.
    var waited = 0
    var isOpen = true
    var lastSeen: Int64 = 0

    init(_ first: Endpoint, _ second: Endpoint) {
        sides = (StreamSide(endpoint: first), StreamSide(endpoint: second))
    }

    @inline(__always)
    func side(_ index: Int) -> StreamSide { index == 0 ? sides.0 : sides.1 }

    @inline(__always)
    mutating func withSide<R>(_ index: Int, _ body: (inout StreamSide) -> R) -> R {
        index == 0 ? body(&sides.0) : body(&sides.1)
    }

    func direction(_ side: Int) -> Direction { side == client ? .fromClient : .fromServer }

    /// The turn of a segment has come.
    @inline(__always)
    func isDue(side: Int, sequence: UInt32, acknowledgment: UInt32, flags: TCPFlags) -> Bool {
        let own = self.side(side)
        let other = self.side(1 - side)
        return distance(own.next, sequence) <= 0
            && !(flags.contains(.ack) && other.isStarted
                && distance(other.next, acknowledgment) > 0 && !other.isEnded)
    }

    /// Something that was acknowledged is not here: no retransmission will bring it.
    var hasConfirmedHole: Bool {
        (sides.0.isStarted && !sides.0.isEnded && distance(sides.0.next, sides.0.acknowledged) > 0)
            || (sides.1.isStarted && !sides.1.isEnded
                && distance(sides.1.next, sides.1.acknowledged) > 0)
    }
}

/// How far `to` is ahead of `from`, in a space that wraps around.
@inline(__always)
func distance(_ from: UInt32, _ to: UInt32) -> Int {
    Int(Int32(bitPattern: to &- from))
}
