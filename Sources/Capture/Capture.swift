public import AuditLog
import Bytes
import ControlPlane
import KubeAPI
import Recording
import Synchronization

/// Audit logs to a recording: stages with a bounded queue between each two.
///
///     files --Reading--> chunks --Cutting--> lines --Parsing--> traffic --Joining--> batches
///        threads            thread             threads     the caller's thread
///
/// `capture audit` calls it. Reading opens and unpacks, cutting finds whole lines, parsing makes
/// `Traffic` of them, joining puts that in order again, and `RecordingWriter` stores the batches.
///
/// Names go one way. Who parses gives them ids of its own and sends with each piece what is new
/// (`NamesTail`); joining owns the recording's, which the writer gave away once, translates, and
/// sends with each batch what is new in it (`NamesDelta`), which the writer stores and, of users,
/// remembers. Ids only ever grow, so nothing is ever asked back.
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
    let reader = Worker { stages.reading.run() }
    let cutter = Worker {
        var cutting = stages.cutting(options.bodies)
        cutting.run()
    }
    let parser = Worker { stages.parsing(options.bodies).run() }
    let hasThreads = reader != nil && cutter != nil && parser != nil
    let written = Result { () throws(RecordingError) in
        hasThreads ? try write(stages, writer, cluster.size, options, progress) : nil
    }
    stages.stop()
    reader?.join()
    cutter?.join()
    parser?.join()
    guard let summary = try written.mapError({ CaptureError.recording($0) }).get() else {
        throw .noThread
    }
    return summary
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

/// What the stages share.
private struct Stages: Sendable {
    let signals = CaptureSignals()
    let lanes: Lanes
    let portions = BoundedQueue<Portion>(capacity: Parsing.mostThreads)
    /// Enough that parsing goes on while the writer waits for the disk.
    let outcomes = BoundedQueue<Cutting.Outcome>(capacity: 32)

    init(_ files: [FoundFile]) { lanes = Lanes(files) }

    var reading: Reading { Reading(lanes, signals) }

    func cutting(_ bodies: BodyPolicy) -> Cutting {
        Cutting(lanes, portions: portions, outcomes: outcomes, bodies)
    }

    func parsing(_ bodies: BodyPolicy) -> Parsing {
        Parsing(portions: portions, lanes: lanes, bodies: bodies)
    }

    /// Makes every stage end, whatever it waits for.
    func stop() {
        signals.isStopping.store(true, ordering: .relaxed)
        lanes.close()
        portions.close()
        outcomes.close()
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

/// What was read to the recording, until there is no more.
private func write(
    _ stages: Stages, _ writer: RecordingWriter, _ bytesTotal: Int, _ options: CaptureOptions,
    _ progress: (CaptureProgress) -> Void
) throws(RecordingError) -> CaptureSummary {
    var summary = CaptureSummary()
    var state = CaptureProgress(bytesTotal: bytesTotal)
    var joining = Joining(writer.takeNames())
    func append(mayWait: Bool) throws(RecordingError) {
        let (traffic, names) = joining.batch(mayWait: mayWait)
        try writer.append(traffic, names, mayWait: mayWait)
    }
    var isOpen = true
    /// So often nothing came: a stream that is quiet for half a second is stored as far as it came.
    var quiet = 0
    while isOpen {
        if !summary.isInterrupted, options.isInterrupted() {
            summary.isInterrupted = true
            writer.wasCut()
            stages.signals.isStopping.store(true, ordering: .relaxed)
        }
        switch stages.outcomes.pop(milliseconds: 200) {
        case .element(let outcome):
            quiet = 0
            guard let parsed = outcome.parsed else { break }
            state.requests += parsed.traffic.requests.count
            state.rejects += parsed.traffic.rejects.count
            joining.take(parsed)
            if joining.isFull { try append(mayWait: true) }
        case .nothingYet:
            quiet += 1
            if quiet > 2, joining.isDue { try append(mayWait: false) }
        case .closed: isOpen = false
        }
        state.bytesRead = stages.signals.bytesRead.load(ordering: .relaxed)
        progress(state)
    }
    try append(mayWait: false)
    summary.take(joining.finished())
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
