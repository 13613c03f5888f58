/// A replay of a recording, as it is kept in it: plain values, whatever judged them.
public struct StoredRun: Sendable, Equatable {
    public var name: String
    /// The scenario's normal form.
    public var scenario: String
    public var startedAt: Int64
    public var requests: Int
    public var flagged: Int
    public var toolVersion: String
    public var seed: UInt64
    /// What a person was told, as it was printed.
    public var summary: String
    /// When its requests begin and end.
    public var firstAt: Int64 = 0
    public var lastAt: Int64 = 0
    /// Requests whose records were cut by a platform.
    public var truncated = 0
    public var agreement: [AgreementRow] = []
    public var exposures: [StoredExposure] = []

    public struct AgreementRow: Sendable, Equatable {
        public var recorded: String
        public var predicted: String
        public var requests: Int

        public init(recorded: String, predicted: String, requests: Int) {
            self.recorded = recorded
            self.predicted = predicted
            self.requests = requests
        }
    }

    public init(
        name: String, scenario: String, startedAt: Int64, requests: Int, flagged: Int,
        toolVersion: String, seed: UInt64, summary: String
    ) {
        self.name = name
        self.scenario = scenario
        self.startedAt = startedAt
        self.requests = requests
        self.flagged = flagged
        self.toolVersion = toolVersion
        self.seed = seed
        self.summary = summary
    }
}

/// What servers disagreed about, as rows of the recording.
public struct StoredExposure: Sendable, Equatable {
    public struct Client: Sendable, Equatable {
        public var user = "", userAgent = ""
        public var requests = 0
        public var firstAt: Int64 = 0
        public var lastAt: Int64 = 0

        public init() {}
    }

    public var group = "", version = "", resource = ""
    public var from: Int64 = 0
    public var until: Int64 = 0
    /// Between the two, pauses left out.
    public var length: Int64 = 0
    /// Names of servers.
    public var refusing: [String] = []
    public var serving: [String] = []
    public var clients: [Client] = []

    public init() {}
}

/// A verdict as a row; texts that repeat are stored once.
public struct StoredVerdict: Sendable, Equatable {
    public var request: Int64
    public var entryServer: UInt32
    public var outcome: String
    public var isCertain: Bool
    /// The other possible outcomes, with commas between them.
    public var alternatives: String
    /// The path of servers, such as `cp-1>cp-3`.
    public var servers: String
    public var status: UInt16?
    public var reason: String

    public init(
        request: Int64, entryServer: UInt32, outcome: String, isCertain: Bool,
        alternatives: String, servers: String, status: UInt16?, reason: String
    ) {
        self.request = request
        self.entryServer = entryServer
        self.outcome = outcome
        self.isCertain = isCertain
        self.alternatives = alternatives
        self.servers = servers
        self.status = status
        self.reason = reason
    }
}

/// A finding as rows of the recording.
public struct StoredFinding: Sendable, Equatable {
    /// A dependent that an owner's wrong 404 condemned.
    public struct Victim: Sendable, Equatable {
        public var ownerGroup = "", ownerVersion = "", ownerKind = ""
        public var ownerNamespace = "", ownerName = "", ownerUID = ""
        public var group = "", version = "", resource = ""
        public var namespace = "", name = "", uid = ""
        public var deletedAt: Int64?
        public var grade = ""

        public init() {}
    }

    /// A resource of a namespace that was not looked at, or that blocks.
    public struct NamespaceRisk: Sendable, Equatable {
        public var namespace = "", kind = ""
        public var group = "", version = "", resource = ""
        public var reason = "", grade = ""

        public init() {}
    }

    /// A request that the finding rests on, and as what.
    public struct Evidence: Sendable, Equatable, Hashable {
        public var request: Int64
        public var role: String

        public init(request: Int64, role: String) {
            self.request = request
            self.role = role
        }
    }

    public var id = ""
    public var kind = ""
    public var severity = ""
    public var grade = ""
    public var subject = ""
    public var summary = ""
    public var requests = 0
    public var firstAt: Int64?
    public var lastAt: Int64?
    public var group = "", version = "", resource = "", namespace = ""
    public var user = "", userAgent = "", server = ""
    public var evidence: [Evidence] = []
    public var victims: [Victim] = []
    public var risks: [NamespaceRisk] = []

    public init() {}
}
