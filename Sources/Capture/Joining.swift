import AuditLog
import KubeAPI
import Recording

/// What was seen besides traffic, for the summary.
struct Sightings {
    var first = Int64.max
    var last = Int64.min
    var sources = 0
    var warnings: [String] = []
    var bodies = BodyCounts()
}

/// The fourth stage of a capture: what was read of each piece to batches of traffic, in the order
/// of the sources and in the names of the recording.
///
/// Keeps the names. A name's id is that which a single reader would have given it: a reader sends
/// a name with the first of its pieces that has it, and in the order in which it came.
struct Joining {
    private static let batchRequests = 16_384
    private static let batchObjects = 8_192
    private static let batchRejects = 4_096
    private static let batchBodyBytes = 4 << 20

    private var names: Names
    private var mark: NamesDelta.Mark
    /// Of each reader.
    private var translations: [NamesTranslation] = []
    private var traffic = Traffic()
    private var bodyBytes = 0
    private var attribution = Attribution()
    private var sightings = Sightings()
    /// Of the source that is being read.
    private var sampling = RevisionSampling()
    private var linesBefore: Int64 = 0
    /// Whether the batch before was told that more follows.
    private var isAwaited = false

    init(_ names: Names) {
        self.names = names
        mark = NamesDelta.Mark(storedOf: names)
    }

    mutating func take(_ parsed: Parsed) {
        if parsed.isBeginning {
            sightings.sources += 1
            sampling = RevisionSampling()
            linesBefore = 0
        }
        let reader = parsed.names.reader
        while translations.count <= reader { translations.append(NamesTranslation()) }
        if parsed.names.isAfresh { translations[reader] = NamesTranslation() }
        translations[reader].learn(parsed.names.names, into: &names)

        let known = (traffic.requests.count, traffic.revisions.count)
        for body in parsed.traffic.bodies { bodyBytes += body.json.count }
        traffic.append(parsed.traffic, translations[reader], behind: linesBefore)
        linesBefore += parsed.lines
        sightings.bodies += parsed.bodies
        observe(from: known.0)
        let revisions = traffic.revisions[known.1...].filter { sampling.takes($0) }
        traffic.revisions.replaceSubrange(known.1..., with: revisions)
    }

    private mutating func observe(from first: Int) {
        for index in first..<traffic.requests.count {
            let at = traffic.requests[index].at
            sightings.first = min(sightings.first, at)
            sightings.last = max(sightings.last, at)
            attribution.observe(traffic.requests[index])
        }
    }

    /// Whether there is enough for a batch.
    var isFull: Bool {
        traffic.requests.count >= Joining.batchRequests
            || traffic.objects.count >= Joining.batchObjects
            || traffic.rejects.count >= Joining.batchRejects
            || bodyBytes >= Joining.batchBodyBytes
    }

    /// Whether the writer waits for more, or there is some.
    var isDue: Bool { isAwaited || !traffic.isEmpty }

    /// What the writer is given: traffic, and the names that are new in it.
    ///
    /// - Parameter mayWait: more follows at once.
    mutating func batch(mayWait: Bool) -> (traffic: Traffic, names: NamesDelta) {
        let delta = NamesDelta(of: names, after: &mark)
        let full = traffic
        traffic = Traffic()
        bodyBytes = 0
        isAwaited = mayWait
        traffic.requests.reserveCapacity(full.requests.count)
        return (full, delta)
    }

    /// What was seen, once everything was taken.
    func finished() -> Sightings {
        var all = sightings
        all.warnings = attribution.warnings(names)
        return all
    }
}
