/// Both directions of an HTTP/2 connection: frames to requests and responses by stream.
struct HTTP2Connection {
    private struct Half {
        var reader = FrameReader()
        var inflater = HeaderInflater()
        /// The header block that CONTINUATION frames add to.
        var block: [UInt8] = []
        var blockHeader: FrameHeader?
        var blockMoment = Moment(time: 0, frame: 0)
        var isInBlock = false
        /// Header blocks may have been lost, and with them the state of the table.
        var isSuspect = false
    }

    private struct Stream {
        var isAnswered = false
        var requestHasGap = false
        var responseHasGap = false
    }

    private static let mostStreams = 8_192
    private static let longestBlock = 1 << 20
    /// WINDOW_UPDATE, or the header of a frame without content.
    private static let longestWithoutHeaders = FrameHeader.size + 4

    private var client = Half()
    private var server = Half()
    private var streams: [UInt32: Stream] = [:]
    private var lastStream: UInt32 = 0
    /// Streams up to these were begun when bytes of a direction were lost.
    private var lostRequests: UInt32 = 0
    private var lostResponses: UInt32 = 0
    /// Streams that began since bytes of answers were lost; some of them are over.
    private var sinceLoss: [UInt32] = []
    private var head = Head()

    /// `fromStart` is false where the connection was under way when the capture began.
    init(fromStart: Bool) {
        if fromStart {
            client.reader.expectPreface()
        } else {
            client.reader.lose()
            server.reader.lose()
            client.inflater.forgetTable()
            server.inflater.forgetTable()
        }
    }

    mutating func receive(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        var rest = bytes
        while let part = nextPart(direction, &rest) {
            switch part {
            case .data(let stream, let content): data(direction, stream, content, moment, emit)
            case .dataEnd(let header):
                if header.has(FrameHeader.Flag.endStream) {
                    end(direction, header.stream, moment, emit)
                }
            case .frame(let header, let payload):
                payload.withUnsafeBytes { frame(direction, header, $0, moment, &counters, emit) }
            case .skipped(let count): counters.skippedBytes += count
            }
        }
    }

    mutating func gap(
        _ direction: Direction, _ length: Int?, _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        let stream =
            direction == .fromClient ? client.reader.skip(length) : server.reader.skip(length)
        if let stream {
            // Content alone is missing: frames and the compressor's state are whole.
            if direction == .fromServer {
                streams[stream]?.responseHasGap = true
                if streams[stream] != nil { emit(.responseGap(stream)) }
            } else {
                streams[stream]?.requestHasGap = true
            }
            return
        }
        // Frames this short hold no header block that adds to a table.
        let isTiny = (length ?? .max) <= HTTP2Connection.longestWithoutHeaders
        withHalf(direction) {
            $0.isSuspect = $0.isSuspect || !isTiny || $0.isInBlock
            $0.isInBlock = false
        }
        markGap(direction, emit)
    }

    /// Every open stream may have lost something; each is told once.
    private mutating func markGap(_ direction: Direction, _ emit: (HTTPEvent) -> Void) {
        if direction == .fromClient { return lostRequests = lastStream }
        for stream in sinceLoss {
            guard let state = streams[stream], state.isAnswered, !state.responseHasGap else {
                continue
            }
            emit(.responseGap(stream))
        }
        sinceLoss = []
        lostResponses = lastStream
    }

    mutating func close(_ end: MessageEnd, _ moment: Moment, _ emit: (HTTPEvent) -> Void) {
        for stream in streams.keys.sorted() { cut(stream, end, moment, emit) }
    }

    private mutating func nextPart(
        _ direction: Direction, _ rest: inout UnsafeRawBufferPointer
    ) -> FrameReader.Part? {
        direction == .fromClient ? client.reader.next(&rest) : server.reader.next(&rest)
    }

    // MARK: Frames

    private mutating func data(
        _ direction: Direction, _ stream: UInt32, _ content: UnsafeRawBufferPointer,
        _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        guard streams[stream] != nil else { return }
        if direction == .fromClient {
            emit(.requestBody(stream, content))
        } else {
            emit(.responseBody(stream, content, moment))
        }
    }

    private mutating func end(
        _ direction: Direction, _ stream: UInt32, _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        guard let state = streams[stream] else { return }
        if direction == .fromClient {
            let isWhole = stream > lostRequests && !state.requestHasGap
            emit(.requestEnd(stream, isWhole ? .complete : .incomplete, moment))
            return
        }
        if state.isAnswered {
            let isWhole = stream > lostResponses && !state.responseHasGap
            emit(.responseEnd(stream, isWhole ? .complete : .incomplete, moment))
        }
        streams[stream] = nil
        emit(.streamEnd(stream, moment))
    }

    private mutating func cut(
        _ stream: UInt32, _ end: MessageEnd, _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        guard let state = streams.removeValue(forKey: stream) else { return }
        if state.isAnswered { emit(.responseEnd(stream, end, moment)) }
        emit(.streamEnd(stream, moment))
    }

    private mutating func frame(
        _ direction: Direction, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
        _ moment: Moment, _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        switch header.type {
        case FrameHeader.Kind.headers, FrameHeader.Kind.pushPromise:
            beginBlock(direction, header, payload, moment, &counters, emit)
        case FrameHeader.Kind.continuation:
            continueBlock(direction, header, payload, &counters, emit)
        case FrameHeader.Kind.reset: cut(header.stream, .cut, moment, emit)
        case FrameHeader.Kind.settings where header.flags & 1 == 0:
            settings(direction, payload)
        default: break
        }
    }

    //     parameter 2 | value 4
    private mutating func settings(_ direction: Direction, _ payload: UnsafeRawBufferPointer) {
        for at in stride(from: 0, to: payload.count, by: 6) where payload.big16(at) == 1 {
            // What one side allows is what the other may compress with.
            let size = Int(payload.big32(at + 2))
            if direction == .fromClient {
                server.inflater.allow(tableSize: size)
            } else {
                client.inflater.allow(tableSize: size)
            }
        }
    }

    // MARK: Header blocks

    //     pad length 1? | dependency 4, weight 1? | promised stream 4? | block | padding
    private mutating func beginBlock(
        _ direction: Direction, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
        _ moment: Moment, _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        var block = payload
        if header.has(FrameHeader.Flag.padded) {
            let padding = Int(block.byte(0))
            block = block.part(1, block.count - 1 - padding)
        }
        if header.type == FrameHeader.Kind.pushPromise {
            block = block.tail(4)
        } else if header.has(FrameHeader.Flag.priority) {
            block = block.tail(5)
        }
        if header.has(FrameHeader.Flag.endHeaders) {
            headers(direction, header, block, moment, &counters, emit)
            return
        }
        withHalf(direction) {
            $0.block = Array(block)
            $0.blockHeader = header
            $0.blockMoment = moment
            $0.isInBlock = true
        }
    }

    private mutating func continueBlock(
        _ direction: Direction, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
        _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        guard let first = add(direction, payload, of: header.stream) else {
            // The beginning of the block is missing, and with it the state of the table.
            counters.undecodedHeads += 1
            withHalf(direction) {
                $0.isInBlock = false
                $0.block = []
                $0.inflater.forgetTable()
            }
            return
        }
        guard header.has(FrameHeader.Flag.endHeaders) else { return }
        var block: [UInt8] = []
        var moment = Moment(time: 0, frame: 0)
        withHalf(direction) {
            $0.isInBlock = false
            moment = $0.blockMoment
            swap(&block, &$0.block)
        }
        block.withUnsafeBytes { headers(direction, first, $0, moment, &counters, emit) }
    }

    /// Adds to the header block in progress, in place; nil where none of the stream is, or where it
    /// is at its bound.
    private mutating func add(
        _ direction: Direction, _ payload: UnsafeRawBufferPointer, of stream: UInt32
    ) -> FrameHeader? {
        var first: FrameHeader?
        withHalf(direction) {
            guard $0.isInBlock, $0.blockHeader?.stream == stream,
                $0.block.count + payload.count <= HTTP2Connection.longestBlock
            else { return }
            $0.block += payload
            first = $0.blockHeader
        }
        return first
    }

    private mutating func headers(
        _ direction: Direction, _ header: FrameHeader, _ block: UnsafeRawBufferPointer,
        _ moment: Moment, _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        let inflater = direction == .fromClient ? client.inflater : server.inflater
        settleSuspicion(direction, header)
        if case .broken = inflater.decode(block, into: &head) {
            counters.undecodedHeads += 1
            inflater.forgetTable()
            return
        }
        if header.type == FrameHeader.Kind.pushPromise { return }
        if head.isTooLong {
            counters.malformed += 1
            return
        }
        if direction == .fromClient {
            request(header.stream, moment, &counters, emit)
        } else {
            response(header.stream, moment, &counters, emit)
        }
        if header.has(FrameHeader.Flag.endStream) {
            end(direction, header.stream, moment, emit)
        }
    }

    /// A client counts its streams without a break: where none is missing, no header block is.
    private mutating func settleSuspicion(_ direction: Direction, _ header: FrameHeader) {
        let isSuspect = direction == .fromClient ? client.isSuspect : server.isSuspect
        guard isSuspect else { return }
        let next = lastStream == 0 ? 1 : lastStream &+ 2
        let isInStep = direction == .fromClient && header.stream == next
        withHalf(direction) {
            $0.isSuspect = false
            if !isInStep { $0.inflater.forgetTable() }
        }
    }

    private mutating func request(
        _ stream: UInt32, _ moment: Moment, _ counters: inout HTTPCounters,
        _ emit: (HTTPEvent) -> Void
    ) {
        // Trailers, or a stream that is over.
        guard stream > lastStream else { return }
        lastStream = stream
        guard head.hasMethod, head.hasTarget else {
            counters.undecodedHeads += 1
            return
        }
        guard streams.count < HTTP2Connection.mostStreams else {
            counters.malformed += 1
            return
        }
        counters.requests += 1
        streams[stream] = Stream()
        if sinceLoss.count >= 2 * HTTP2Connection.mostStreams {
            sinceLoss.removeAll { streams[$0] == nil }
        }
        sinceLoss.append(stream)
        emit(.request(stream, head, moment))
    }

    private mutating func response(
        _ stream: UInt32, _ moment: Moment, _ counters: inout HTTPCounters,
        _ emit: (HTTPEvent) -> Void
    ) {
        guard let state = streams[stream] else {
            if head.status >= 200 || head.isPartial {
                counters.responses += 1
                counters.unpairedResponses += 1
            }
            return
        }
        // Trailers have no status; interim answers are no answers.
        if state.isAnswered || (100..<200).contains(head.status) { return }
        if head.status == 0 {
            counters.undecodedHeads += 1
            return
        }
        counters.responses += 1
        streams[stream]?.isAnswered = true
        emit(.response(stream, head, moment))
    }

    private mutating func withHalf(_ direction: Direction, _ body: (inout Half) -> Void) {
        if direction == .fromClient { body(&client) } else { body(&server) }
    }
}
