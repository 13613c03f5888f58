/// One process of an API server, as a recording shows it.
///
/// What `servers` prints and what the scenario "as recorded" is made of. Instants are nanoseconds
/// since 1970; nil is "not seen", never "not so".
public struct ServerProcess: Sendable, Hashable {
    /// How a process was seen to end.
    public enum End: String, Sendable {
        /// It deleted its own identity lease (F3.5), or closed its watches.
        case graceful
        /// It fell silent with watches open.
        case crash
        /// The recording ends first.
        case unseen
    }

    public var server: String
    /// The version as its own client states it, such as `v1.35.6`; empty where nothing shows it.
    public var version: String
    public var startedAt: Int64?
    public var readyAt: Int64?
    public var stoppedAt: Int64?
    public var end: End
    /// First and last record that is this process's.
    public var firstSeen: Int64
    public var lastSeen: Int64
    /// One sentence: what in the recording says so.
    public var knownBy: String

    public init(
        server: String, version: String, startedAt: Int64? = nil, readyAt: Int64? = nil,
        stoppedAt: Int64? = nil, end: End = .unseen, firstSeen: Int64, lastSeen: Int64,
        knownBy: String
    ) {
        self.server = server
        self.version = version
        self.startedAt = startedAt
        self.readyAt = readyAt
        self.stoppedAt = stoppedAt
        self.end = end
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.knownBy = knownBy
    }

    public var release: Release? { Release(version) }

    /// Whether the version is more than the earliest that it can be, which ends in a plus.
    public var isVersionExact: Bool { !version.hasSuffix("+") }

    /// Takes the version from a 404 of its, which only later servers answer so (F1.49).
    public mutating func isShownByStatus() {
        version = "v\(ReleaseTrait.answersUnknownPathsWithStatus.releases.first)+"
        knownBy = "a 404 of its has a Status without details; nothing shows the exact version"
    }
}
