import Bytes
import KubeAPI

/// What the layers above TCP hand out, and what they share.
struct WireOutput {
    var names = Names()
    var traffic = Traffic()
    var counters = HTTPCounters()
    var servers = ServerMap()
    var query = QueryFilter()
    var discovery = DiscoveryBodies()
    /// The kind of the list that was looked at last, and that of its items.
    var lastList: UInt32 = 0
    var lastElement: UInt32 = 0
}

/// The open exchanges of one connection: HTTP events to rows of requests and the objects they show.
///
/// Makes the same rows as the reader of audit logs. It keeps no body: of JSON it walks over what
/// the object graph needs, of failures it looks at the shape.
struct Exchanges {
    /// What the connection says of every exchange on it.
    struct Parties {
        var server: UInt32 = 0
        var clientName = ""
        var sourceAddress = ""
        var sourcePort: UInt16 = 0
        /// With the port, whatever the server is called.
        var serverAddress = ""
        var isHTTP2 = false
        var isEncrypted = false
    }

    var parties = Parties()
    private var open: [Exchange] = []
    /// Where each stream is in `open`: many may be open at once.
    private var places: [UInt32: Int] = [:]

    init() {}

    mutating func receive(_ event: HTTPEvent, _ output: inout WireOutput) {
        switch event {
        case .request(let stream, let head, let moment): begin(stream, head, moment, &output)
        case .requestBody(let stream, let bytes):
            guard let index = place(stream) else { return }
            open[index].header.requestBytes += Int64(bytes.count)
            if open[index].readsOptions { readOptions(index, bytes, &output) }
        case .requestEnd: break
        case .response(let stream, let head, _):
            guard let index = place(stream) else { return }
            open[index].answer(head, &output)
        case .responseBody(let stream, let bytes, let moment):
            guard let index = place(stream) else { return }
            open[index].header.responseBytes += Int64(bytes.count)
            open[index].body(bytes, moment, &output)
            if open[index].observations.count >= Exchange.mostObservations { flush(index, &output) }
        case .responseGap(let stream):
            guard let index = place(stream) else { return }
            open[index].loseBody()
        case .responseEnd(let stream, let end, let moment):
            guard let index = place(stream) else { return }
            if end != .complete { open[index].isIncomplete = true }
            if end != .open { open[index].end = moment.time }
        case .streamEnd(let stream, _):
            guard let index = place(stream) else { return }
            open[index].finish(&output)
            flush(index, &output)
            remove(index)
        }
    }

    /// The newest exchange is the likeliest.
    private func place(_ stream: UInt32) -> Int? {
        if let last = open.last, last.stream == stream { return open.count - 1 }
        return places[stream]
    }

    private mutating func remove(_ index: Int) {
        open.swapAt(index, open.count - 1)
        let removed = open.removeLast()
        places[removed.stream] = nil
        if index < open.count { places[open[index].stream] = index }
    }

    private mutating func begin(
        _ stream: UInt32, _ head: Head, _ moment: Moment, _ output: inout WireOutput
    ) {
        if head.withValue(.contentType, { BodyType($0) }) == .grpc {
            output.counters.foreignExchanges += 1
            return
        }
        var exchange = Exchange(stream: stream)
        exchange.begin(head, moment, parties, &output)
        places[stream] = open.count
        open.append(exchange)
    }

    private mutating func readOptions(
        _ index: Int, _ bytes: UnsafeRawBufferPointer, _ output: inout WireOutput
    ) {
        var options: DeleteOptions?
        open[index].options?.read(bytes, &output.names) {
            if case .document(let draft, _) = $0 { options = draft.options }
        }
        if let options { open[index].apply(options: options) }
    }

    /// Hands out what is known of an exchange: at its end, or when it has shown very much.
    private mutating func flush(_ index: Int, _ output: inout WireOutput) {
        let row = output.traffic.requests.count
        output.traffic.requests.append(open[index].request)
        open[index].header.request = row
        output.traffic.headers.append(open[index].header)
        if var deletion = open[index].deletion {
            deletion.request = row
            output.traffic.deletions.append(deletion)
        }
        for var observation in open[index].observations {
            observation.request = row
            output.traffic.objects.append(observation)
        }
        open[index].observations.removeAll()
        open[index].deletion = nil
    }
}
