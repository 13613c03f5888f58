public import KubeAPI

/// What a recording shows of the control plane that it was taken from.
///
/// The shell gathers it with a few grouped queries; `ScenarioInference` turns it into a scenario.
public struct RecordedEvidence: Sendable {
    /// How one server answered for one resource over a time.
    public struct Answer: Sendable {
        public enum Kind: Sendable, Equatable {
            /// Its own handlers answered: a success, or a 404 that names an object.
            case served
            /// A 404 of shape `page` or `route` that was not forwarded.
            case notServed
            /// Forwarded to a peer: not served where it arrived.
            case forwarded
            /// A 503.
            case unavailable
        }

        public var server: String
        public var id: GroupVersionResource
        public var kind: Kind
        public var from: Int64
        public var until: Int64
        public var namespaced: Bool

        public init(
            server: String, id: GroupVersionResource, kind: Kind, from: Int64, until: Int64,
            namespaced: Bool
        ) {
            self.server = server
            self.id = id
            self.kind = kind
            self.from = from
            self.until = until
            self.namespaced = namespaced
        }
    }

    /// An object that extends the API: a CustomResourceDefinition or an APIService.
    public struct ExtensionObject: Sendable {
        public var name: String
        public var isCustomResource: Bool
        public var from: Int64
        public var until: Int64?

        public init(name: String, isCustomResource: Bool, from: Int64, until: Int64?) {
            self.name = name
            self.isCustomResource = isCustomResource
            self.from = from
            self.until = until
        }
    }

    public var firstAt: Int64
    public var lastAt: Int64
    /// Every server with requests, in the order of the recording.
    public var servers: [String]
    public var processes: [ServerProcess]
    public var answers: [Answer]
    /// Servers with a request that another server's log holds too: they forwarded it.
    public var forwarders: Set<String>
    /// A forwarded request came back to a server that had it: peers are reached through a balancer.
    public var hasLoops = false
    /// Servers whose `/api` and `/apis` a peer fetched (F9.11).
    public var fetchedFrom: Set<String>
    /// Servers that keep StorageVersion objects (F3.11).
    public var storageVersionWriters: Set<String>
    public var extensions: [ExtensionObject]
    /// Kinds of resources outside the catalogue, where an object showed one.
    public var kinds: [GroupVersionResource: String]
    /// Whether any record says how its request was answered.
    public var hasAnswers = true
    /// When anything at all was asked of a server, by its name.
    public var signsOfLife: [String: Spans] = [:]
    /// What became of objects between two looks at them.
    public var changes = ObjectChanges()
    /// How far the servers' clocks are apart, once their instants are corrected.
    public var clocks: ServerClocks
    /// Built-in resources that a controller asked for and was refused, and that no server of the
    /// recording had answered for: it found them in the discovery of another.
    public var foundElsewhere: Set<GroupVersionResource> = []
    /// When servers fetched `/api` or `/apis` from themselves, by server, in order (V17).
    public var selfFetches: [String: [Int64]] = [:]

    public init(firstAt: Int64, lastAt: Int64, servers: [String], processes: [ServerProcess]) {
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.servers = servers
        self.processes = processes
        answers = []
        forwarders = []
        fetchedFrom = []
        storageVersionWriters = []
        extensions = []
        kinds = [:]
        clocks = .unknown(servers: servers.count + 1)
    }
}
