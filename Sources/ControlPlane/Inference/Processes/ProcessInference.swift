public import KubeAPI

/// Finds the processes of one API server in what its own log shows of it.
///
/// A pure fold over the loopback client's requests in time order. A process starts where a burst of
/// informers starts, or where the version changes; it ends where it deletes its own identity lease
/// (1.35 and later, F3.5), or where it falls silent before the next start.
public struct ProcessInference {
    /// Loopback informers that must start within a second to be a process start: a server has 60 or
    /// more, and nothing else makes them all ask for everything again.
    static let burstSize = 8
    static let burstWindow: Int64 = .second
    /// From exec to the first loopback request; measured at 0.7 to 2.0 s.
    static let startToFirstRequest: Int64 = 900 * .millisecond
    /// How long the burst of a start goes on, in waves.
    static let startUp: Int64 = 3 * .second

    private let server: String
    private var processes: [ServerProcess] = []
    private var recentStarts: [Int64] = []
    private var ownLease: String?

    private init(server: String) { self.server = server }

    public static func processes(of server: String, sightings: [SelfSighting]) -> [ServerProcess] {
        var inference = ProcessInference(server: server)
        for sighting in sightings { inference.receive(sighting) }
        return inference.processes
    }

    private mutating func receive(_ sighting: SelfSighting) {
        if sighting.kind == .informerStart, let start = burstBegins(at: sighting.at) {
            begin(
                at: start, version: sighting.version,
                knownBy: "its loopback client \(sighting.version) started every informer")
        } else if processes.last?.version != sighting.version {
            begin(sighting)
        }
        guard var process = processes.popLast() else { return }
        process.lastSeen = max(process.lastSeen, sighting.at)
        apply(sighting, to: &process)
        processes.append(process)
    }

    /// The first instant of a burst that is not the current process's own.
    private mutating func burstBegins(at instant: Int64) -> Int64? {
        recentStarts.removeAll { $0 < instant - ProcessInference.burstWindow }
        recentStarts.append(instant)
        guard recentStarts.count == ProcessInference.burstSize else { return nil }
        let first = recentStarts[0]
        // Its own burst goes on for a second or two, in several waves.
        if let current = processes.last, current.startedAt != nil,
            first - current.firstSeen < ProcessInference.startUp, current.stoppedAt == nil
        {
            return nil
        }
        return first
    }

    private mutating func begin(_ sighting: SelfSighting) {
        let isFirst = processes.isEmpty
        begin(
            at: isFirst ? nil : sighting.at, version: sighting.version,
            knownBy: "user agent of its loopback client \(sighting.version)")
        if isFirst { processes[0].firstSeen = sighting.at }
    }

    private mutating func begin(at start: Int64?, version: String, knownBy: String) {
        if let start, var last = processes.popLast() {
            if last.version == version, last.startedAt == nil,
                start - last.firstSeen < ProcessInference.startUp
            {
                // The sightings so far were the first requests of this very burst.
                last.startedAt = start - ProcessInference.startToFirstRequest
                last.knownBy = knownBy
                processes.append(last)
                return
            }
            if let stopped = last.stoppedAt, stopped >= start {
                // It was this start that deleted the lease of a process that had crashed (F3.5).
                last.stoppedAt = nil
            }
            if last.stoppedAt == nil { last.end = .crash }
            processes.append(last)
        }
        ownLease = nil
        processes.append(
            ServerProcess(
                server: server, version: version,
                startedAt: start.map { $0 - ProcessInference.startToFirstRequest },
                firstSeen: start ?? 0, lastSeen: start ?? 0, knownBy: knownBy))
    }

    private mutating func apply(_ sighting: SelfSighting, to process: inout ServerProcess) {
        switch sighting.kind {
        case .readinessPoll(isReady: true) where process.readyAt == nil && process.startedAt != nil:
            process.readyAt = sighting.at
        case .leaseKept(let name):
            ownLease = name
        case .leaseDeleted(let name) where name == ownLease:
            process.stoppedAt = sighting.at
            process.end = .graceful
        default: break
        }
    }
}
