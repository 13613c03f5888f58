import Judgments
import KubeAPI

/// What a thread remembers from one request to the next, to judge faster; it changes no verdict.
public struct JudgeMemory: Sendable {
    var cursor = EpochCursor()
    private(set) var precedents: [Likeness: Precedent] = [:]

    /// Kinds of requests that are remembered; beyond them each is judged anew.
    private static let mostPrecedents = 100_000

    public init() {}

    mutating func remember(_ precedent: Precedent, of likeness: Likeness) {
        guard precedents.count < JudgeMemory.mostPrecedents else { return }
        precedents[likeness] = precedent
    }
}

/// All that the verdicts on a request depend on that has no later passes and keeps its server.
struct Likeness: Hashable, Sendable {
    private let epoch: UInt32
    private let server: UInt32
    private let column: UInt32
    private let flags: UInt16
    private let status: UInt16
    private let verb: UInt8
    private let notFound: UInt8
    private let testimony: Testimony
    private let isOwnClient: Bool
    private let first: UInt32
    private let last: UInt32
    /// Resources of one column may differ in their nature.
    private let resource: UInt32

    init(
        _ subject: Replay.Subject, epochs: ClosedRange<Int>, epoch: Int, server: Int, column: Int,
        testimony: Testimony, isOwnClient: Bool
    ) {
        first = UInt32(epochs.lowerBound)
        last = UInt32(epochs.upperBound)
        self.testimony = testimony
        resource = subject.notFound.mayBeRouteLevel ? subject.resource : 0
        self.epoch = UInt32(epoch)
        self.server = UInt32(server)
        self.column = UInt32(column)
        flags = subject.flags.rawValue
        status = subject.status
        verb = subject.verb.rawValue
        notFound = subject.notFound.rawValue
        self.isOwnClient = isOwnClient
    }
}

/// How a request was judged, and how that is counted.
struct Precedent: Sendable {
    var judgement = Replay.Judgement()
    /// The servers that the request reaches; nil where the scenario does not have them.
    var asRecordedEntry: Int?
    var whatIfEntry: Int?
    var asRecordedCell: Agreement.Cell?
    var whatIfCell: Agreement.Cell?
}
