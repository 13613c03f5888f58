public import AuditLog
import Bytes
import ControlPlane
import KubeAPI
import Recording
import Synchronization

/// Audit logs to a recording: three stages with a bounded queue between each two.
///
///     files --Reading--> chunks --Parsing--> batches --RecordingWriter--> recording
///        threads             thread              the caller's thread
///
/// `capture audit` calls it. Reading opens and unpacks, parsing makes `Traffic`, the writer stores
/// a batch in one transaction.
///
/// Names make one circle. The writer reads those that the recording has and gives them away, once;
/// from then on the parser alone owns and grows them, and sends home with each batch what is new
/// (`NamesDelta`), which the writer stores and, of users, remembers. Ids only ever grow, so nothing
/// is ever asked back.
///
/// Memory is that of the queues, whatever the inputs' size. Whatever
/// happens, the recording is sound and holds whole batches; the same call again completes it.
/// Where inputs are of several clusters, one cluster comes after the other.
public func captureAudit(
    inputs: [CaptureInput], into path: String, options: CaptureOptions = CaptureOptions(),
    progress: (CaptureProgress) -> Void = { _ in }
) throws(CaptureError) -> CaptureSummary {
    var clusters: [ClusterInputs] = []
    for (cluster, own) in inputs.byCluster(otherwise: options.cluster) {
        clusters.append(
            ClusterInputs(cluster: cluster, inputs: own, files: try findFiles(own, except: path)))
    }
    if clusters.count > 1 {
        try recorded { () throws(RecordingError) in
            try beginCaptures(clusters.map { ($0.cluster, $0.inputs.map(\.word)) }, in: path)
        }
    }
    var total = CaptureProgress(bytesTotal: clusters.reduce(0) { $0 + $1.size })
    var summary = CaptureSummary()
    for one in clusters where !summary.isInterrupted {
        let before = total
        let part = try capture(one, into: path, options) { own in
            total.bytesRead = before.bytesRead + own.bytesRead
            total.requests = before.requests + own.requests
            total.rejects = before.rejects + own.rejects
            progress(total)
        }
        summary.add(clusters.count > 1 ? part.of(one.cluster) : part)
    }
    return summary
}

/// The inputs of one cluster.
private struct ClusterInputs {
    var cluster: String
    var inputs: [CaptureInput]
    var files: [FoundFile]

    var size: Int { files.reduce(0) { $0 + $1.size } }
}

private func capture(
    _ cluster: ClusterInputs, into path: String, _ options: CaptureOptions,
    progress: (CaptureProgress) -> Void
) throws(CaptureError) -> CaptureSummary {
    let files = cluster.files
    let writer = try openWriter(path, cluster.cluster, cluster.inputs.map(\.word))
    let stages = Stages(files)
    guard let reader = Worker({ stages.reading.run() }) else { throw .noThread }
    // Through a queue, so that the names have one owner and are never copied.
    let names = BoundedQueue<Names>(capacity: 1)
    _ = names.push(writer.takeNames())
    let parser = Worker {
        guard let names = names.pop() else { return }
        var parsing = stages.parsing(names, options.bodies)
        parsing.run()
    }
    guard let parser else {
        stages.stop()
        reader.join()
        throw .noThread
    }
    let written = Result { () throws(RecordingError) in
        try write(stages, writer, cluster.size, options, progress)
    }
    stages.stop()
    reader.join()
    parser.join()
    return try written.mapError { CaptureError.recording($0) }.get()
}

/// How a capture is run, beyond what it reads.
public struct CaptureOptions: Sendable {
    /// Asked now and then; true ends the capture as if the inputs ended here.
    public var isInterrupted: @Sendable () -> Bool = { false }
    /// What is kept of request and response bodies.
    public var bodies = BodyPolicy.graph
    /// It is a part of a bigger capture: what needs all of it is left to `mergeRecordings`.
    public var isPart = false
    /// The name of the cluster that the inputs are of; empty for none.
    public var cluster = ""

    public init() {}
}

/// What the three stages share.
private struct Stages: Sendable {
    let signals = CaptureSignals()
    let lanes: Lanes
    /// Enough that the parser goes on while the writer waits for the disk.
    let batches = BoundedQueue<Batch>(capacity: 8)

    init(_ files: [FoundFile]) { lanes = Lanes(files) }

    var reading: Reading { Reading(lanes, signals) }

    func parsing(_ names: Names, _ bodies: BodyPolicy) -> Parsing {
        Parsing(lanes: lanes, batches: batches, names: names, bodies: bodies)
    }

    /// Makes every stage end, whatever it waits for.
    func stop() {
        signals.isStopping.store(true, ordering: .relaxed)
        lanes.close()
        batches.close()
    }
}

private func openWriter(
    _ path: String, _ cluster: String, _ inputs: [String]
) throws(CaptureError) -> RecordingWriter {
    try recorded { () throws(RecordingError) in
        let recording = try Recording(
            path: path, access: .create, of: .named(cluster), journal: .inPlace)
        return try RecordingWriter(recording, inputs: inputs)
    }
}

/// The third stage: batches to the recording, until there are no more.
private func write(
    _ stages: Stages, _ writer: RecordingWriter, _ bytesTotal: Int, _ options: CaptureOptions,
    _ progress: (CaptureProgress) -> Void
) throws(RecordingError) -> CaptureSummary {
    var summary = CaptureSummary()
    var state = CaptureProgress(bytesTotal: bytesTotal)
    var isOpen = true
    while isOpen {
        if !summary.isInterrupted, options.isInterrupted() {
            summary.isInterrupted = true
            writer.wasCut()
            stages.signals.isStopping.store(true, ordering: .relaxed)
        }
        switch stages.batches.pop(milliseconds: 200) {
        case .element(let batch):
            state.requests += batch.traffic.requests.count
            state.rejects += batch.traffic.rejects.count
            if let sightings = batch.sightings { summary.take(sightings) }
            try writer.append(batch.traffic, batch.names, mayWait: batch.mayWait)
        case .nothingYet: break
        case .closed: isOpen = false
        }
        state.bytesRead = stages.signals.bytesRead.load(ordering: .relaxed)
        progress(state)
    }
    summary.bytesRead = state.bytesRead
    if options.isPart {
        summary.take(try writer.finish(isPart: true))
        return summary
    }
    let (written, processes) = try writer.finishWithProcesses()
    summary.take(written)
    summary.warnings += MixedLog.all(in: processes).map(\.sentence)
    return summary
}

extension CaptureSummary {
    fileprivate mutating func take(_ sightings: Sightings) {
        sources = sightings.sources
        warnings = sightings.warnings
        bodies = sightings.bodies
        if sightings.first <= sightings.last { span = sightings.first...sightings.last }
    }

    mutating func take(_ written: RecordingWriter.Summary) {
        added = written.added
        merged = written.merged
        rejects = written.rejects
        warnings += unjoinedSentence(written)
        coverage = coverageSentences(written.coverage)
        servers = written.servers.enumerated().compactMap { id, name in
            let rows = written.coverage.filter { $0.server == UInt32(id) }
            let requests = rows.reduce(0) { $0 + $1.requests }
            return requests > 0 ? Server(name: name, requests: requests) : nil
        }
    }
}
