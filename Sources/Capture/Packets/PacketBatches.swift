import Bytes
import KubeAPI
import Recording
import Wire

/// The end of a capture of packets: from the reader of packets to the recording, batch by batch.
///
/// Both `capturePackets` and `captureLive` feed one. Single-threaded: what costs time is
/// decryption.
struct PacketBatches {
    private static let batchRequests = 8_192
    private static let batchObjects = 8_192
    /// A discovery document may be megabytes, and most of them are repeats.
    private static let batchDocumentBytes = 8 << 20

    var reader: WireReader
    var names: Names
    private var traffic = Traffic()
    private var mark: NamesDelta.Mark
    private let writer: RecordingWriter
    private(set) var requests = 0
    private var span: ClosedRange<Int64>?
    private var counts: [UInt32: Int] = [:]

    init(_ writer: RecordingWriter, _ options: PacketOptions) {
        self.writer = writer
        names = writer.takeNames()
        mark = NamesDelta.Mark(storedOf: names)
        reader = WireReader(servers: options.servers, limits: options.limits)
    }

    mutating func read(
        _ chunk: UnsafeRawBufferPointer, of file: inout CaptureFile, isLast: Bool
    ) -> Int {
        reader.read(chunk, of: &file, isLast: isLast, names: &names, into: &traffic)
    }

    mutating func receive(_ packet: CapturedPacket) {
        reader.receive(packet, names: &names, into: &traffic)
    }

    mutating func retry() { reader.retry(names: &names, into: &traffic) }

    mutating func reject(_ reject: Reject) { traffic.rejects.append(reject) }

    /// Stores what there is once it is enough for a transaction.
    mutating func handOn(atLeast count: Int = batchRequests) throws(RecordingError) {
        let documentBytes = traffic.documents.reduce(0) { $0 + $1.json.count }
        guard
            traffic.requests.count >= count || traffic.objects.count >= PacketBatches.batchObjects
                || traffic.rejects.count >= count
                || documentBytes >= PacketBatches.batchDocumentBytes
        else { return }
        for request in traffic.requests {
            let at = request.at
            span = min(span?.lowerBound ?? at, at)...max(span?.upperBound ?? at, at)
            counts[request.server, default: 0] += 1
        }
        requests += traffic.requests.count
        try writer.append(traffic, NamesDelta(of: names, after: &mark))
        traffic.removeAll()
    }

    /// - Parameter isCut: the input goes on and was only not read: what is open has no end, and the
    ///   same command again reads it whole.
    mutating func finish(isCut: Bool = false) throws(RecordingError) -> PacketSummary {
        if !isCut { reader.finish(names: &names, into: &traffic) }
        try handOn(atLeast: 0)
        let (written, _) = try writer.finishWithProcesses()
        var summary = PacketSummary()
        summary.added = written.added
        summary.merged = written.merged
        summary.rejects = written.rejects
        summary.joining = unjoinedSentence(written)
        summary.keys = reader.keys.count
        summary.unreadKeys = reader.keys.unreadSecrets
        summary.span = span
        summary.wire = reader.statistics
        summary.undecryptable = reader.undecryptable
        summary.requestsByServer = counts.sorted { $0.key < $1.key }.map {
            (names.servers[$0.key], $0.value)
        }
        return summary
    }
}
