public import KubeAPI

/// What servers disagreed about, how long, and who asked for it in that time.
///
/// Not a finding: nobody need have been hurt. Shown in the summary and the report.
public struct Exposure: Sendable, Equatable {
    /// Somebody who asked for the resource while servers disagreed about it.
    public struct Client: Sendable, Equatable {
        public var user: String
        public var userAgent: String
        public var requests: Int
        public var firstAt: Int64
        public var lastAt: Int64

        public init(
            user: String, userAgent: String, requests: Int, firstAt: Int64, lastAt: Int64
        ) {
            self.user = user
            self.userAgent = userAgent
            self.requests = requests
            self.firstAt = firstAt
            self.lastAt = lastAt
        }
    }

    public var resource: GroupVersionResource
    /// The first and the last moment at which a request surely could get a wrong 404, or did.
    public var from: Int64
    public var until: Int64
    /// How long, pauses left out.
    public var length: Int64
    /// Names of servers.
    public var refusing: [String]
    public var serving: [String]
    /// Those with most requests first; of a stored run perhaps the first of them alone.
    public var clients: [Client]
    /// All of them.
    public var clientCount: Int
    /// Of all of them.
    public var requests: Int

    public init(
        resource: GroupVersionResource, from: Int64, until: Int64, length: Int64,
        refusing: [String], serving: [String], clients: [Client]
    ) {
        self.resource = resource
        self.from = from
        self.until = until
        self.length = length
        self.refusing = refusing
        self.serving = serving
        self.clients = clients
        clientCount = clients.count
        requests = clients.reduce(0) { $0 + $1.requests }
    }
}
