public import AuditLog
import KubeAPI
public import Recording

/// How far a capture has come; a command may draw it.
public struct CaptureProgress: Sendable, Equatable {
    /// Of the inputs, as they lie on the disk.
    public var bytesRead = 0
    /// 0 where an input is a stream, whose end nobody knows.
    public var bytesTotal = 0
    public var requests = 0
    public var rejects = 0
}

/// What a capture did, for the person who ran it.
public struct CaptureSummary: Sendable, Equatable {
    public struct Server: Sendable, Equatable {
        /// Empty where the log names none.
        public var name: String
        /// Passes in the recording, of this capture and of earlier ones.
        public var requests: Int
        /// The one of several clusters that it is of; otherwise empty.
        public var cluster = ""
    }

    public var bytesRead = 0
    public var sources = 0
    /// Passes that were not in the recording before.
    public var added = 0
    /// Records of passes that were there already: other stages, or the same again.
    public var merged = 0
    public var rejects = 0

    /// There was not even something that could not be read.
    public var isEmpty: Bool { added + merged + rejects == 0 }

    /// The first and last instant of the records read; nil where there were none.
    public var span: ClosedRange<Int64>?
    public var servers: [Server] = []
    /// What the audit policy left out, and what that means for later answers; a sentence each.
    public var coverage: [String] = []
    /// What became of bodies, where they were asked for.
    public var bodies = BodyCounts()
    /// What a person should know; a sentence each.
    public var warnings: [String] = []
    /// Somebody asked it to end before the inputs did.
    public var isInterrupted = false

    public init() {}

    /// As what is said of one of several clusters.
    func of(_ cluster: String) -> CaptureSummary {
        var summary = self
        for index in servers.indices { summary.servers[index].cluster = cluster }
        guard !cluster.isEmpty else { return summary }
        summary.coverage = coverage.map { "cluster \(cluster): \($0)" }
        summary.warnings = warnings.map { "cluster \(cluster): \($0)" }
        return summary
    }

    /// Takes what was done for another cluster.
    mutating func add(_ other: CaptureSummary) {
        bytesRead += other.bytesRead
        sources += other.sources
        added += other.added
        merged += other.merged
        rejects += other.rejects
        if let more = other.span {
            let own = span ?? more
            span = min(own.lowerBound, more.lowerBound)...max(own.upperBound, more.upperBound)
        }
        servers += other.servers
        coverage += other.coverage
        bodies += other.bodies
        warnings += other.warnings
        isInterrupted = isInterrupted || other.isInterrupted
    }
}

/// That passes were left apart, where some were.
func unjoinedSentence(_ summary: RecordingWriter.Summary) -> [String] {
    guard summary.unjoined > 0 else { return [] }
    return [
        "\(summary.unjoined) records share their audit ids with more than a thousand others of the "
            + "same moment: each counts as a request of its own."
    ]
}

/// What the records of a recording leave out, a sentence for each gap.
///
/// Pure: from the counts by server, verb, level and stage.
public func coverageSentences(_ rows: [Coverage.Row]) -> [String] {
    func count(_ isCounted: (Coverage.Row) -> Bool) -> Int {
        rows.filter(isCounted).reduce(0) { $0 + $1.requests }
    }
    // Levels are those of audit logs; what was seen on the wire has none.
    let audited = count { $0.level != .none }
    guard audited > 0 else { return [] }
    var sentences: [String] = []
    let reads: Set<Verb> = [.get, .list, .watch]
    let writes: Set<Verb> = [.create, .update, .patch, .delete, .deletecollection]
    if count({ $0.verb == .get }) == 0 {
        sentences.append(
            "No GET was recorded: "
                + "what the garbage collector asked before it deleted is unknown, so "
                + "wrong deletions can only be suspected.")
    } else if count({ $0.verb == .list || $0.verb == .watch }) == 0 {
        sentences.append(
            "No list or watch was recorded: what controllers saw of a resource is unknown.")
    }
    if !rows.contains(where: { $0.received > 0 || $0.stage == .requestReceived }) {
        sentences.append(
            "The stage RequestReceived was left out: requests that were in flight when a server "
                + "died are missing, and watches show only when they began to answer or ended.")
    }
    let written = count { writes.contains($0.verb) && $0.level != .none }
    let bare = count { writes.contains($0.verb) && $0.level == .metadata }
    let answered = count { writes.contains($0.verb) && $0.level == .requestResponse }
    if written > 0, bare == written {
        sentences.append(
            "Writes were recorded without bodies: owners, finalizers, uids and delete options are "
                + "unknown, so what a wrong 404 would delete cannot be said.")
    } else if bare * 20 > written {
        sentences.append(
            "\(bare * 100 / written) % of the writes were recorded without bodies: owners, "
                + "finalizers and uids of their objects are known only from others.")
    }
    if written > 0, bare < written, answered == 0 {
        sentences.append(
            "Responses were recorded without bodies: uids of created objects are unknown.")
    }
    if written == 0, count({ reads.contains($0.verb) && $0.level != .none }) > 0 {
        sentences.append("No write was recorded: deletions cannot be seen.")
    }
    return sentences
}
