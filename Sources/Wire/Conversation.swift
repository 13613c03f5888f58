/// One TCP connection above reassembly: finds out what is spoken, and hands the bytes to it.
///
/// The roles and the protocol come from the bytes themselves, so that connections count whose
/// beginning is not in the capture, on whatever port.
struct Conversation {
    enum Spoken {
        case tls, http1
        case http2(fromStart: Bool)
        /// More bytes decide.
        case undecided
        /// No beginning of anything known.
        case unknown
    }

    let client: Endpoint
    let server: Endpoint
    let rolesAreKnown: Bool
    /// The side that counted as the server turned out to be the client.
    var isFlipped = false
    var bytes = 0
    var first: Moment?
    var tls: TLSConnection?
    var application = Application()
    /// What came before it was clear what is spoken.
    private var held: [(Direction, [UInt8], Moment)] = []
    private var isDecided = false
    private(set) var sawGap = false

    init(client: Endpoint, server: Endpoint, rolesAreKnown: Bool) {
        self.client = client
        self.server = server
        self.rolesAreKnown = rolesAreKnown
        sawGap = !rolesAreKnown
    }

    var isWaitingForKeys: Bool { tls?.isWaitingForKeys ?? false }
    var serverEndpoint: Endpoint { isFlipped ? client : server }
    var clientEndpoint: Endpoint { isFlipped ? server : client }

    mutating func receive(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ keys: borrowing KeyLog, _ isGrowing: Bool, _ output: inout WireOutput
    ) {
        self.bytes += bytes.count
        if first == nil { first = moment }
        if isDecided {
            pass(isFlipped ? direction.other : direction, bytes, moment, keys, isGrowing, &output)
        } else {
            sniff(direction, bytes, moment, keys, isGrowing, &output)
        }
    }

    mutating func gap(
        _ direction: Direction, _ length: Int, _ moment: Moment, _ output: inout WireOutput
    ) {
        sawGap = true
        guard isDecided else {
            for (_, bytes, _) in held { output.counters.skippedBytes += bytes.count }
            held = []
            return
        }
        let direction = isFlipped ? direction.other : direction
        if tls != nil {
            Conversation.gapTLS(&tls, &application, direction, length, moment, &output)
        } else {
            application.gap(direction, length, moment, &output)
        }
    }

    mutating func close(_ closing: Closing, _ moment: Moment, _ output: inout WireOutput) {
        if !isDecided, !held.isEmpty {
            for (_, bytes, _) in held { output.counters.skippedBytes += bytes.count }
            held = []
        }
        tls?.finish()
        let end: MessageEnd
        switch closing {
        case .finished: end = .complete
        case .endOfCapture: end = .open
        default: end = .cut
        }
        application.close(end, moment, &output)
    }

    /// Keys may have come for what waits for them.
    mutating func retry(
        _ keys: borrowing KeyLog, _ output: inout WireOutput
    ) {
        Conversation.retryTLS(&tls, &application, keys, &output)
    }

    // MARK: Which protocol

    private mutating func sniff(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ keys: borrowing KeyLog, _ isGrowing: Bool, _ output: inout WireOutput
    ) {
        held.append((direction, Array(bytes), moment))
        let beginning = held.filter { $0.0 == direction }.flatMap { $0.1 }
        let (spoken, speaker) = beginning.withUnsafeBytes { recognise($0, direction) }
        switch spoken {
        case .undecided: return
        case .unknown:
            sawGap = true
            for (_, bytes, _) in held { output.counters.skippedBytes += bytes.count }
            held = []
            return
        case .tls: tls = TLSConnection()
        case .http1: application.start(http2: false, fromStart: true)
        case .http2(let fromStart): application.start(http2: true, fromStart: fromStart)
        }
        isFlipped = speaker != direction
        application.setParties(
            client: clientEndpoint, server: serverEndpoint, isEncrypted: tls != nil, &output)
        isDecided = true
        let waiting = held
        held = []
        for (direction, bytes, moment) in waiting {
            bytes.withUnsafeBytes {
                pass(
                    isFlipped ? direction.other : direction, $0, moment, keys, isGrowing, &output)
            }
        }
    }

    /// What the first bytes of a direction are, and whose they are.
    private func recognise(
        _ bytes: UnsafeRawBufferPointer, _ direction: Direction
    ) -> (Spoken, Direction) {
        guard bytes.count >= 3 else { return (.undecided, direction) }
        // Where the handshake of TCP was seen, the speaker is known.
        func speaker(_ wanted: Direction) -> Direction { rolesAreKnown ? direction : wanted }
        if TLSRecord.isPlausible(bytes.part(0, 5))
            || bytes.count < 5 && bytes[0] == 22 && bytes[1] == 3
        {
            guard bytes.count >= 6 || bytes[0] != 22 else { return (.undecided, direction) }
            let isServers = bytes[0] == 22 && bytes.byte(5) == 2
            let isClients = bytes[0] == 22 && bytes.byte(5) == 1
            return (
                .tls,
                isServers ? speaker(.fromServer) : isClients ? speaker(.fromClient) : direction
            )
        }
        let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        if preface.starts(bytes.part(0, 24)) {
            return bytes.count >= 24
                ? (.http2(fromStart: true), speaker(.fromClient)) : (.undecided, direction)
        }
        if HTTP1Message.looksLikeRequest(bytes) { return (.http1, speaker(.fromClient)) }
        if HTTP1Message.isStatusLine(bytes.part(0, 12)) { return (.http1, speaker(.fromServer)) }
        if FrameHeader.isPlausible(bytes), FrameHeader.beginsChain(bytes) {
            let isStart = rolesAreKnown && !sawGap && direction == .fromServer
            return (.http2(fromStart: isStart), direction)
        }
        return (bytes.count < 24 ? .undecided : .unknown, direction)
    }

    // MARK: Passing on

    private mutating func pass(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ keys: borrowing KeyLog, _ isGrowing: Bool, _ output: inout WireOutput
    ) {
        if tls == nil {
            application.receive(direction, bytes, moment, &output)
        } else {
            Conversation.passTLS(
                &tls, &application, direction, bytes, moment, keys, isGrowing, &output)
        }
    }

    private static func passTLS(
        _ tls: inout TLSConnection?, _ application: inout Application, _ direction: Direction,
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ keys: borrowing KeyLog,
        _ isGrowing: Bool, _ output: inout WireOutput
    ) {
        tls?.receive(direction, bytes, moment, keys: keys, isGrowing: isGrowing) { event in
            application.receive(event, &output)
        }
        application.note(tls?.facts)
    }

    private static func gapTLS(
        _ tls: inout TLSConnection?, _ application: inout Application, _ direction: Direction,
        _ length: Int, _ moment: Moment, _ output: inout WireOutput
    ) {
        tls?.gap(direction, length, moment) { application.receive($0, &output) }
    }

    private static func retryTLS(
        _ tls: inout TLSConnection?, _ application: inout Application, _ keys: borrowing KeyLog,
        _ output: inout WireOutput
    ) {
        tls?.retry(keys: keys) { application.receive($0, &output) }
    }
}

extension StaticString {
    /// The bytes are a beginning of this text.
    fileprivate func starts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count <= utf8CodeUnitCount
            && (0..<bytes.count).allSatisfy { bytes[$0] == utf8Start[$0] }
    }
}
