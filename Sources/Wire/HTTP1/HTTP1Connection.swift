/// Both directions of an HTTP/1.1 connection: which response answers which request.
///
/// Feeds on the connection's bytes in causal order: what a request acknowledges of the responses
/// came before it. So on a connection that does not pipeline, a response answers the last request,
/// also where others were lost.
struct HTTP1Connection {
    private struct Outstanding {
        var stream: UInt32
        var isHead: Bool
        var isConnect: Bool
        /// The request was received to its end.
        var isEnded = false
    }

    /// More requests in a row without an answer are no HTTP client's.
    private static let longestQueue = 1_024

    private var requests = HTTP1Stream(isResponse: false)
    private var responses = HTTP1Stream(isResponse: true)
    private var queue: [Outstanding] = []
    private var streams: UInt32 = 0
    /// A request began before the one before it was answered.
    private var isPipelined = false
    /// Since a gap on a pipelined connection nobody can tell which response is whose.
    private var isUnpaired = false
    /// The response under way answers the first of the queue; otherwise no known request.
    private var isAnswering = false
    /// When the message in each direction had its last byte.
    private var requestMoment = Moment(time: 0, frame: 0)
    private var isHandedOff = false
    /// Bytes of responses are missing, and what they were is still to be said.
    private var hasHole = false

    init() {}

    mutating func receive(
        _ direction: Direction, _ bytes: UnsafeRawBufferPointer, _ moment: Moment,
        _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        var rest = bytes
        if direction == .fromClient {
            // A head in several segments was sent when its first one was.
            if !requests.isInMessage { requestMoment = moment }
            while let part = requests.next(&rest) {
                request(part, moment, &counters, emit)
                if !requests.isInMessage { requestMoment = moment }
            }
        } else {
            while let part = responses.next(&rest) { response(part, moment, &counters, emit) }
        }
    }

    /// Bytes are missing; a gap in front of what follows them will say how many.
    mutating func hole(_ direction: Direction) {
        if direction == .fromServer { hasHole = true }
    }

    mutating func gap(
        _ direction: Direction, _ length: Int?, _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        if direction == .fromServer { hasHole = false }
        if isHandedOff { return }
        if direction == .fromClient {
            let wasInMessage = requests.isInMessage
            if requests.skip(length) { return }
            if wasInMessage, let last = queue.indices.last, !queue[last].isEnded {
                queue[last].isEnded = true
                emit(.requestEnd(queue[last].stream, .incomplete, moment))
            }
        } else {
            if isAnswering, let first = queue.first { emit(.responseGap(first.stream)) }
            if responses.skip(length) { return }
            if isAnswering { endResponse(.incomplete, moment, emit) }
        }
        if isPipelined {
            isUnpaired = true
            drop(queue.count, moment, emit)
        }
    }

    mutating func close(_ end: MessageEnd, _ moment: Moment, _ emit: (HTTPEvent) -> Void) {
        if isAnswering {
            // Only where the body lasts until the close is the close its end.
            var isWhole = false
            if case .untilClose = responses.state { isWhole = end == .complete }
            endResponse(isWhole ? .complete : end == .open ? .open : .cut, moment, emit)
        }
        drop(queue.count, moment, emit)
    }

    // MARK: Requests

    private mutating func request(
        _ part: HTTP1Stream.Part, _ moment: Moment, _ counters: inout HTTPCounters,
        _ emit: (HTTPEvent) -> Void
    ) {
        switch part {
        case .head: beginRequest(&counters, emit)
        case .body(let bytes):
            if let last = queue.last { emit(.requestBody(last.stream, bytes)) }
        case .end(let end):
            guard let last = queue.indices.last else { return }
            queue[last].isEnded = true
            emit(.requestEnd(queue[last].stream, end, moment))
        case .malformed(let count):
            counters.malformed += 1
            counters.skippedBytes += count
            if let last = queue.indices.last, !queue[last].isEnded {
                queue[last].isEnded = true
                emit(.requestEnd(queue[last].stream, .incomplete, moment))
            }
        case .skipped(let count): counters.skippedBytes += count
        }
    }

    private mutating func beginRequest(
        _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        settlePairing(requestMoment, emit)
        streams &+= 1
        let head = requests.head
        queue.append(
            Outstanding(
                stream: streams,
                isHead: head.withMethod { $0.equalsIgnoringCase("head") },
                isConnect: head.withMethod { $0.equalsIgnoringCase("connect") }))
        counters.requests += 1
        emit(.request(streams, head, requestMoment))
        requests.expect(
            HTTP1Message.bodyLength(head, isResponse: false, toHead: false, toConnect: false))
        if isUnpaired { drop(queue.count, requestMoment, emit) }
    }

    /// What earlier requests mean once another one begins.
    private mutating func settlePairing(_ moment: Moment, _ emit: (HTTPEvent) -> Void) {
        guard !queue.isEmpty else { return }
        if hasLostSomething, !isPipelined {
            // Their responses were lost: a client that does not pipeline has seen them.
            let kept = isAnswering ? 1 : 0
            drop(queue.count - kept, moment, emit)
        } else if !isAnswering || queue.count > 1 {
            isPipelined = true
        }
        if queue.count >= HTTP1Connection.longestQueue { drop(queue.count, moment, emit) }
    }

    private var hasLostSomething: Bool {
        if case .lost = responses.state { return true }
        return hasHole
    }

    // MARK: Responses

    private mutating func response(
        _ part: HTTP1Stream.Part, _ moment: Moment, _ counters: inout HTTPCounters,
        _ emit: (HTTPEvent) -> Void
    ) {
        switch part {
        case .head: beginResponse(moment, &counters, emit)
        case .body(let bytes):
            if isAnswering, let first = queue.first {
                emit(.responseBody(first.stream, bytes, moment))
            }
        case .end(let end):
            if isAnswering { endResponse(end, moment, emit) }
        case .malformed(let count):
            counters.malformed += 1
            counters.skippedBytes += count
            if isAnswering { endResponse(.incomplete, moment, emit) }
        case .skipped(let count): counters.skippedBytes += count
        }
    }

    private mutating func beginResponse(
        _ moment: Moment, _ counters: inout HTTPCounters, _ emit: (HTTPEvent) -> Void
    ) {
        let head = responses.head
        counters.responses += 1
        guard let request = queue.first, !isUnpaired else {
            counters.unpairedResponses += 1
            responses.expect(
                HTTP1Message.bodyLength(head, isResponse: true, toHead: false, toConnect: false))
            return
        }
        if head.status < 200, head.status != 101 {
            // Interim: the answer itself is still to come.
            counters.responses -= 1
            isAnswering = false
            responses.expect(.none)
            return
        }
        isAnswering = true
        emit(.response(request.stream, head, moment))
        let isTunnel = head.status == 101 || (request.isConnect && head.status < 300)
        if isTunnel {
            counters.upgrades += 1
            isHandedOff = true
            requests.handOff()
            responses.handOff()
            return
        }
        responses.expect(
            HTTP1Message.bodyLength(
                head, isResponse: true, toHead: request.isHead, toConnect: request.isConnect))
    }

    private mutating func endResponse(
        _ end: MessageEnd, _ moment: Moment, _ emit: (HTTPEvent) -> Void
    ) {
        isAnswering = false
        guard !queue.isEmpty else { return }
        let request = queue.removeFirst()
        emit(.responseEnd(request.stream, end, moment))
        emit(.streamEnd(request.stream, moment))
        if queue.isEmpty { isPipelined = false }
    }

    private mutating func drop(_ count: Int, _ moment: Moment, _ emit: (HTTPEvent) -> Void) {
        guard count > 0 else { return }
        for request in queue.prefix(count) { emit(.streamEnd(request.stream, moment)) }
        queue.removeFirst(count)
        if queue.isEmpty { isAnswering = false }
    }
}
