public import KubeAPI

/// A run as a recording keeps it: what was asked, when, of what, and what it counted.
public struct RunRecord: Sendable, Equatable {
    public var name: String
    /// The scenario's normal form.
    public var scenario: String
    public var mode: RunMode
    public var startedAt: Int64
    public var requests = 0
    public var flagged = 0
    public var toolVersion: String
    public var seed: UInt64
    /// What a person was told, as it was printed.
    public var summary = ""
    /// When its requests begin and end.
    public var firstAt: Int64 = 0
    public var lastAt: Int64 = 0
    /// Requests whose records were cut by a platform.
    public var truncated = 0
    public var agreement: [AgreementCell] = []
    /// What limits it, the weightiest first.
    public var evidence: [Evidence] = []

    public init(
        name: String, scenario: String, mode: RunMode, startedAt: Int64, toolVersion: String,
        seed: UInt64
    ) {
        self.name = name
        self.scenario = scenario
        self.mode = mode
        self.startedAt = startedAt
        self.toolVersion = toolVersion
        self.seed = seed
    }
}

/// Requests of which the recording shows one outcome and the model gives another, or the same.
public struct AgreementCell: Sendable, Equatable {
    public var recorded: Outcome
    public var predicted: Outcome
    public var requests: Int

    public init(recorded: Outcome, predicted: Outcome, requests: Int) {
        self.recorded = recorded
        self.predicted = predicted
        self.requests = requests
    }
}

/// The sums of a run, over all of its verdicts and findings.
public struct RunFigures: Sendable {
    public var outcomes: [OutcomeCount] = []
    public var agreement: [AgreementCell] = []
    public var findings: [FindingCount] = []
    /// Victims of wrong collections by kind and grade.
    public var victims: [VictimCount] = []
    /// The kinds of their owners, and how many of each.
    public var owners: [OwnerCount] = []
    /// The servers whose wrong answers condemned them.
    public var condemningServers: [String] = []
    public var leakedNamespaces = GradeCounts()
    public var stuckNamespaces = GradeCounts()
    /// Clients that surely got a flagged outcome, and those who suffered most.
    public var clientCount = 0
    public var clients: [Sufferer] = []
    public var exposureCount = 0
    /// The most asked for first, as far as they were asked for.
    public var exposures: [Exposure] = []
    /// Nil where the run has but one release.
    public var rollback: RollbackLimit?

    public init() {}

    /// Clients that surely got an outcome, and whether any of them lists or watches.
    public func clients(of outcome: Outcome) -> (count: Int, isAskedAgain: Bool) {
        outcomes.first { $0.outcome == outcome }.map { ($0.clients, $0.isAskedAgain) } ?? (0, false)
    }

    public func count(of outcome: Outcome) -> (certain: Int, possible: Int) {
        outcomes.filter { $0.outcome == outcome }.reduce(into: (0, 0)) { sum, count in
            sum.0 += count.certain
            sum.1 += count.possible
        }
    }
}

public struct OutcomeCount: Sendable {
    public var outcome: Outcome
    public var certain: Int
    public var possible: Int
    /// Clients that surely got it, where it is one that is flagged.
    public var clients: Int
    /// Whether any of them listed or watched, as informers do: who is refused asks again then,
    /// which a recording of requests that were answered does not show.
    public var isAskedAgain: Bool

    public init(
        outcome: Outcome, certain: Int, possible: Int, clients: Int = 0, isAskedAgain: Bool = false
    ) {
        self.outcome = outcome
        self.certain = certain
        self.possible = possible
        self.clients = clients
        self.isAskedAgain = isAskedAgain
    }
}

public struct FindingCount: Sendable {
    public var kind: Finding.Kind
    public var grade: Finding.Grade
    public var findings: Int
    public var requests: Int

    public init(kind: Finding.Kind, grade: Finding.Grade, findings: Int, requests: Int) {
        self.kind = kind
        self.grade = grade
        self.findings = findings
        self.requests = requests
    }
}

public struct VictimCount: Sendable {
    public var resource: GroupVersionResource
    /// As the objects say it; empty where none is known.
    public var kind: String
    public var grade: Finding.Grade
    public var count: Int

    public init(
        resource: GroupVersionResource, kind: String, grade: Finding.Grade, count: Int
    ) {
        self.resource = resource
        self.kind = kind
        self.grade = grade
        self.count = count
    }
}

public struct OwnerCount: Sendable {
    public var kind: String
    public var groupVersion: String
    public var count: Int

    public init(kind: String, groupVersion: String, count: Int) {
        self.kind = kind
        self.groupVersion = groupVersion
        self.count = count
    }
}

/// How many of something are observed, predicted and possible.
public struct GradeCounts: Sendable, Equatable {
    public var observed = 0
    public var predicted = 0
    public var possible = 0

    public init() {}

    /// What happened, or follows from what was recorded.
    public var sure: Int { observed + predicted }

    public mutating func add(_ count: Int, _ grade: Finding.Grade) {
        switch grade {
        case .observed: observed += count
        case .predicted: predicted += count
        case .possible: possible += count
        }
    }
}

/// A client and what it suffered.
public struct Sufferer: Sendable {
    public var user = ""
    public var userAgent = ""
    public var wrong404 = 0
    public var wrong503 = 0
    public var looped = 0
    public var unreachable = 0
    public var firstAt: Int64 = 0
    public var lastAt: Int64 = 0
    public var resources: [String] = []
    /// Wrong answers by the server that was asked, in the order of names.
    public var servers: [(name: String, requests: Int)] = []

    public init() {}
}
