public import Judgments

/// The counts of a run: outcomes by server, who suffers, how well model and recording agree.
///
/// One per thread; `add` joins them, in any order, to the same sums.
public struct Tally: Sendable, Equatable {
    /// How often a server gave an outcome.
    public struct ByServer: Sendable, Equatable {
        /// Certain and possible, by `Outcome.rawValue`.
        public var certain = [Int](repeating: 0, count: Outcome.allCases.count)
        public var possible = [Int](repeating: 0, count: Outcome.allCases.count)
    }

    public private(set) var requests = 0
    public private(set) var servers: [ByServer]
    /// Requests to servers that the scenario does not have.
    public private(set) var elsewhere = ByServer()
    /// Flagged requests by the recording's client id.
    public private(set) var sufferers: [UInt32: Int] = [:]
    public internal(set) var agreement = Agreement()
    public private(set) var flagged = 0

    public init(serverCount: Int) {
        servers = [ByServer](repeating: ByServer(), count: serverCount)
    }

    mutating func count(
        _ verdict: Verdict, _ subject: Replay.Subject, entry: Int?, _ cell: Agreement.Cell?
    ) {
        requests += 1
        let index = Int(verdict.outcome.rawValue)
        let isCertain = verdict.certainty == .certain
        if let entry {
            servers[entry].count(index, isCertain)
        } else {
            elsewhere.count(index, isCertain)
        }
        if let cell { agreement.count(cell) }
        if verdict.isFlagged {
            flagged += 1
            sufferers[subject.client, default: 0] += 1
        }
    }

    mutating func addPlain(_ counts: [Int]) {
        for (server, count) in counts.enumerated() {
            requests += count
            servers[server].certain[0] += count
            agreement.plain += count
        }
    }

    public mutating func add(_ other: Tally) {
        requests += other.requests
        flagged += other.flagged
        for server in servers.indices { servers[server].add(other.servers[server]) }
        elsewhere.add(other.elsewhere)
        sufferers.merge(other.sufferers, uniquingKeysWith: +)
        agreement.add(other.agreement)
    }

    /// All servers together.
    public var total: ByServer {
        servers.reduce(into: elsewhere) { $0.add($1) }
    }
}

/// The tallies of both modes; what is plainly local counts the same in both.
public struct Tallies: Sendable {
    public internal(set) var asRecorded: Tally
    public internal(set) var whatIf: Tally
    private var plain: [Int]

    public init(serverCount: Int) {
        asRecorded = Tally(serverCount: serverCount)
        whatIf = asRecorded
        plain = [Int](repeating: 0, count: serverCount)
    }

    @inline(__always)
    mutating func countPlain(server: Int) { plain[server] &+= 1 }

    mutating func count(_ precedent: Precedent, _ subject: Replay.Subject) {
        if let verdict = precedent.judgement.asRecorded {
            asRecorded.count(
                verdict, subject, entry: precedent.asRecordedEntry, precedent.asRecordedCell)
        }
        if let verdict = precedent.judgement.whatIf {
            whatIf.count(verdict, subject, entry: precedent.whatIfEntry, precedent.whatIfCell)
        }
    }

    public mutating func add(_ other: Tallies) {
        asRecorded.add(other.asRecorded)
        whatIf.add(other.whatIf)
        for server in plain.indices { plain[server] += other.plain[server] }
    }

    /// The whole tally of a mode.
    public subscript(mode: RunMode) -> Tally {
        var tally = mode == .asRecorded ? asRecorded : whatIf
        tally.addPlain(plain)
        return tally
    }
}

extension Tally.ByServer {
    fileprivate mutating func count(_ index: Int, _ isCertain: Bool) {
        if isCertain { certain[index] += 1 } else { possible[index] += 1 }
    }

    mutating func add(_ other: Tally.ByServer) {
        for index in certain.indices {
            certain[index] += other.certain[index]
            possible[index] += other.possible[index]
        }
    }

    public func count(_ outcome: Outcome) -> Int {
        certain[Int(outcome.rawValue)] + possible[Int(outcome.rawValue)]
    }
}

/// The outcomes that the recording shows against those that the model gives.
public struct Agreement: Sendable, Equatable {
    public struct Cell: Hashable, Sendable {
        public var recorded: Outcome
        public var predicted: Outcome

        static let local = Cell(recorded: .local, predicted: .local)

        public init(recorded: Outcome, predicted: Outcome) {
            self.recorded = recorded
            self.predicted = predicted
        }
    }

    private var cells: [Cell: Int] = [:]
    /// Requests that both count as local: most of them, kept out of the dictionary.
    var plain = 0

    mutating func count(_ cell: Cell) { cells[cell, default: 0] += 1 }

    mutating func add(_ other: Agreement) {
        plain += other.plain
        cells.merge(other.cells, uniquingKeysWith: +)
    }

    /// Every cell with requests in it, in a fixed order.
    public var rows: [(cell: Cell, requests: Int)] {
        var all = cells
        if plain > 0 { all[Cell(recorded: .local, predicted: .local), default: 0] += plain }
        return all.map { (cell: $0.key, requests: $0.value) }.sorted {
            ($0.cell.recorded, $0.cell.predicted) < ($1.cell.recorded, $1.cell.predicted)
        }
    }

    /// Requests whose routing the model and the recording could disagree about, and do or do not.
    public var contested: (agreeing: Int, contradicting: Int) {
        cells.reduce(into: (0, 0)) { sum, entry in
            if entry.key.recorded != entry.key.predicted {
                sum.1 += entry.value
            } else if entry.key.recorded != .local {
                sum.0 += entry.value
            }
        }
    }
}
