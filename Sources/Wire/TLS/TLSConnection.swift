/// What a TLS connection carried.
public enum TLSEvent {
    case plaintext(Direction, UnsafeRawBufferPointer, Moment)
    /// Something is missing: how much of it a `gap` says, in front of what follows it.
    case hole(Direction)
    /// So many bytes of plaintext are missing; nil where their number is unknown.
    case gap(Direction, Int?, Moment)
}

/// Why a connection cannot be read.
public enum Undecryptable: Hashable, Sendable, CustomStringConvertible {
    case noKeys, handshakeNotCaptured, handshakeIncomplete, wrongKeys, lostTrack, notTLS
    case unsupportedSuite(UInt16)
    case unsupportedVersion(UInt16)

    public var description: String {
        switch self {
        case .noKeys: "no keys in the key log"
        case .handshakeNotCaptured: "the capture began after its handshake"
        case .handshakeIncomplete: "parts of its handshake are missing from the capture"
        case .wrongKeys: "the keys in the key log do not fit"
        case .lostTrack: "too much of it is missing from the capture"
        case .notTLS: "its records are not TLS"
        case .unsupportedSuite(let number): "cipher suite 0x\(String(number, radix: 16))"
        case .unsupportedVersion(let number): "protocol version 0x\(String(number, radix: 16))"
        }
    }
}

/// Reads one TLS connection from both sides, given its secrets.
///
/// It takes part in nothing: no check of certificates, no check of Finished. A record counts as
/// real when it authenticates, so after a gap the next record is found by trying.
public struct TLSConnection {
    enum Epoch: Equatable {
        case plain
        case handshake
        case traffic
    }

    struct Half {
        var cipher: RecordCipher?
        var epoch = Epoch.plain
        /// The traffic secret in use, for its update.
        var secret: [UInt8] = []
        /// The beginning of a record.
        var pending: [UInt8] = []
        /// The beginning of a handshake message.
        var handshake: [UInt8] = []
        /// Bytes since the last record that opened; nil while in step.
        var lost: Int?
        var opened = 0
        var failed = 0
        /// Bytes that may still be spent on trying records.
        var trials = TLSConnection.mostTried
    }

    /// Longer handshake messages are not kept; certificate chains are a few kilobytes.
    static let longestHandshake = 1 << 17
    /// Bytes of records that are tried to find back into step, in each direction.
    static let mostTried = 64 << 20
    /// What is kept of a connection while its keys may still come.
    static let mostHeld = 256 << 10

    public internal(set) var facts = TLSFacts()
    public internal(set) var failure: Undecryptable?
    /// Records of early data, which are passed over.
    public internal(set) var earlyRecords = 0
    var halves = (Half(), Half())
    var hello: ClientHello?
    var suite: CipherSuite?
    /// The ciphers of TLS 1.2, waiting for ChangeCipherSpec.
    var agreed: (RecordCipher, RecordCipher)?
    var serverHello: ServerHello?
    var held: [(Direction, [UInt8], Moment)] = []
    var heldBytes = 0
    var isWaitingForKeys = false
    var seenGeneration = -1

    public init() {}

    public mutating func receive(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        keys: borrowing KeyLog, isGrowing: Bool = false, _ emit: (TLSEvent) -> Void
    ) {
        if failure != nil { return }
        if isWaitingForKeys {
            retry(keys: keys, emit)
            if isWaitingForKeys { return hold(direction, bytes, moment) }
        }
        var half = take(direction)
        let rest = readAll(&half, direction, bytes, moment, keys, isGrowing, emit)
        give(direction, half)
        if isWaitingForKeys, !rest.isEmpty { hold(direction, rest, moment) }
        if failure != nil { release() }
    }

    /// Reads record after record; returns what must wait for keys.
    @discardableResult
    mutating func readAll(
        _ half: inout Half, _ direction: Direction, _ bytes: UnsafeRawBufferPointer,
        _ moment: Moment, _ keys: borrowing KeyLog, _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) -> UnsafeRawBufferPointer {
        var rest = bytes
        while !rest.isEmpty, failure == nil, !isWaitingForKeys {
            if half.lost != nil {
                half.pending += rest
                rest = rest.tail(rest.count)
                resynchronise(&half, direction, moment, keys, isGrowing, emit)
            } else if half.pending.isEmpty {
                rest = rest.tail(readRecord(&half, direction, rest, moment, keys, isGrowing, emit))
            } else {
                rest = complete(&half, direction, rest, moment, keys, isGrowing, emit)
            }
        }
        return rest
    }

    /// Bytes of a direction are missing from the capture.
    public mutating func gap(
        _ direction: Direction, _ length: Int, _ moment: Moment, _ emit: (TLSEvent) -> Void
    ) {
        guard failure == nil else { return }
        if isWaitingForKeys || hello == nil || serverHello == nil {
            failure = .handshakeIncomplete
            release()
            return
        }
        var half = take(direction)
        half.lost = (half.lost ?? 0) + half.pending.count + length
        half.pending = []
        half.handshake = []
        give(direction, half)
        // What exactly is missing shows once a record opens again.
        emit(.hole(direction))
    }

    /// Tries again what waited for its keys.
    public mutating func retry(keys: borrowing KeyLog, _ emit: (TLSEvent) -> Void) {
        guard isWaitingForKeys, keys.generation != seenGeneration else { return }
        seenGeneration = keys.generation
        guard deriveKeys(keys, isGrowing: true) else { return }
        isWaitingForKeys = false
        let waiting = held
        held = []
        heldBytes = 0
        for (direction, bytes, moment) in waiting {
            bytes.withUnsafeBytes {
                receive(direction, $0, moment, keys: keys, isGrowing: true, emit)
            }
        }
    }

    /// No more keys will come.
    public mutating func finish() {
        if isWaitingForKeys { failure = failure ?? .noKeys }
        release()
    }

    // MARK: Records

    /// Reads one record off the front and returns the bytes used.
    ///
    /// It is kept where it is not whole.
    private mutating func readRecord(
        _ half: inout Half, _ direction: Direction, _ bytes: UnsafeRawBufferPointer,
        _ moment: Moment, _ keys: borrowing KeyLog, _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) -> Int {
        guard bytes.count >= TLSRecord.header else {
            half.pending += bytes
            return bytes.count
        }
        guard TLSRecord.isPlausible(bytes) else {
            if half.opened == 0 {
                failure = .notTLS
            } else {
                half.lost = 0
            }
            return 0
        }
        let length = TLSRecord.header + Int(bytes.big16(3))
        guard bytes.count >= length else {
            half.pending += bytes
            return bytes.count
        }
        let record = TLSRecord(
            type: bytes[0], version: bytes.big16(1), fragment: bytes.part(5, length - 5))
        process(record, &half, direction, moment, keys, isGrowing, emit)
        return length
    }

    /// Adds to the record that was begun; returns what is left behind it.
    private mutating func complete(
        _ half: inout Half, _ direction: Direction, _ bytes: UnsafeRawBufferPointer,
        _ moment: Moment, _ keys: borrowing KeyLog, _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) -> UnsafeRawBufferPointer {
        let wanted =
            half.pending.count < TLSRecord.header
            ? TLSRecord.header
            : half.pending.withUnsafeBytes { TLSRecord.header + Int($0.big16(3)) }
        let step = max(0, min(wanted - half.pending.count, bytes.count))
        half.pending += bytes.part(0, step)
        guard half.pending.count >= wanted else { return bytes.tail(step) }
        // The record is whole, or its header is: then its length is now known.
        let whole = half.pending
        half.pending = []
        _ = whole.withUnsafeBytes {
            readRecord(&half, direction, $0, moment, keys, isGrowing, emit)
        }
        return bytes.tail(step)
    }

    private mutating func process(
        _ record: TLSRecord, _ half: inout Half, _ direction: Direction, _ moment: Moment,
        _ keys: borrowing KeyLog, _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) {
        if half.epoch == .plain {
            processPlain(record, &half, direction, keys, isGrowing)
            return
        }
        // A ChangeCipherSpec of TLS 1.3 means nothing; plain alerts end the connection.
        if facts.isVersion13, record.type != 23 { return }
        withUnsafeTemporaryAllocation(byteCount: record.fragment.count + 32, alignment: 16) {
            output in
            if let cipher = half.cipher,
                let (type, range) = cipher.open(record, at: cipher.sequence, into: output)
            {
                cipher.sequence += 1
                half.opened += 1
                opened(
                    type, UnsafeRawBufferPointer(rebasing: output[range]), &half, direction,
                    moment, emit)
            } else if let next = nextCipher(half, direction, keys),
                let (type, range) = next.cipher.open(record, at: 0, into: output)
            {
                // The end of the epoch was lost, or its keys are not in the log.
                advance(&half, to: next)
                half.cipher?.sequence = 1
                half.opened += 1
                opened(
                    type, UnsafeRawBufferPointer(rebasing: output[range]), &half, direction,
                    moment, emit)
            } else {
                unopened(record, &half, direction)
            }
        }
    }

    private mutating func unopened(
        _ record: TLSRecord, _ half: inout Half, _ direction: Direction
    ) {
        if direction == .fromClient, half.epoch == .handshake, half.opened == 0,
            hello?.offersEarlyData == true
        {
            earlyRecords += 1
            return
        }
        // Without the handshake's own secrets its records are passed over, within reason.
        half.failed += 1
        if half.cipher == nil, half.epoch == .handshake, half.failed <= 64 { return }
        if half.opened == 0, half.failed > 8 {
            failure = .wrongKeys
            return
        }
        if half.opened > 0 { half.lost = TLSRecord.header + record.fragment.count }
    }

    /// Moves a half out, so that its buffers have one owner.
    private mutating func take(_ direction: Direction) -> Half {
        var half = Half()
        if direction == .fromClient { swap(&half, &halves.0) } else { swap(&half, &halves.1) }
        return half
    }

    private mutating func give(_ direction: Direction, _ half: Half) {
        if direction == .fromClient { halves.0 = half } else { halves.1 = half }
    }

    private mutating func hold(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment
    ) {
        held.append((direction, Array(bytes), moment))
        heldBytes += bytes.count
        if heldBytes > TLSConnection.mostHeld {
            failure = .noKeys
            release()
        }
    }

    private mutating func release() {
        held = []
        heldBytes = 0
        halves = (Half(), Half())
        agreed = nil
    }
}
