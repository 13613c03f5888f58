import Bytes
public import ControlPlane
import Findings
public import Judgments
import KubeAPI
public import Planning
import Recording
import Replay

/// Ways to upgrade compared over a recording: the main flow of `plan`.
///
/// The candidates are compiled, one scan sums the requests, and every plan is priced on the sums.
/// What hangs on the controllers' deeds is read beside it: those few requests were noted in the
/// scan.
public struct PlanComparison: Sendable {
    /// What is to be compared; what the question leaves open is a candidate, or from the recording.
    public struct Options: Sendable {
        public var question: UpgradeQuestion
        /// Nil for a grid that fits the recording.
        public var starts: StartTimes?
        /// Pauses between servers to compare; empty for the question's.
        public var settles: [Int64] = []
        public var proxies = ProxySetting.allCases
        public var surges = [false]
        /// Every start is a row of its own.
        public var everyStart = false
        /// What the new release's components will ask is added to what was recorded.
        public var predictsDemand = true
        public var placement = Placement.asRecorded
        /// How many API servers there were, as far as a person said.
        public var serverCount: Int?

        public init(_ question: UpgradeQuestion) { self.question = question }
    }

    /// Starts are compared at so many instants where nobody says which.
    static let usualStarts = 144

    public let reading: UpgradeReading
    public let fleet: Fleet
    public let sides: Sides
    public let demand: PredictedDemand
    public let priced: PricedPlans
    public let ranking: Ranking
    /// Not every order was compared.
    public let isSearch: Bool
    /// Objects whose owners only one side serves.
    public let exposed: [ExposedOwners]
    /// What limits a run of the best plan; the weightiest first.
    public let evidence: [Evidence]
    /// Nil where no plan fits.
    let replayed: PlanReplay?
    /// What ends the time in which going back is free.
    private let rollbackUses: RollbackUses
    /// Writes were recorded: without any, nobody knows what was written.
    let seesWrites: Bool

    public init(_ reading: UpgradeReading, _ options: Options) throws {
        self.reading = reading
        let (fleet, usual) = try reading.plan(options.question)
        self.fleet = fleet
        sides = Sides(fleet)
        let (plans, isSearch) = PlanComparison.choices(options, fleet, usual).plans(of: fleet)
        self.isSearch = isSearch
        demand =
            options.predictsDemand ? PredictedDemand(of: fleet.to, sides) : PredictedDemand()
        let pricing = Pricing(
            fleet, plans, names: reading.names,
            ownClients: Set(reading.names.loopbackClients), demand: demand)
        let scan = try PlanScan(reading, pricing)
        let input = try scan.findingsInput(reading)
        priced = pricing.priced(
            scan.counters, stakes: Stakes(input).all.map(Stake.init),
            managerReachesOthers: options.placement.reachesOthers ?? input.managerReachesOthers)
        rollbackUses = RollbackUses(
            from: fleet.from, to: fleet.to, reading.names, requests: input.firstUses,
            fields: input.fields)
        ranking = Ranking(priced, everyStart: options.everyStart)
        exposed = ExposedOwners.all(input.objects, reading.names, sides)
        var limits = try RecordingLimits(reading.outline)
        limits.completeness = reading.completeness(servers: options.serverCount)
        let writes: Set<Verb> = [.create, .update, .patch]
        seesWrites = limits.coverage.contains { writes.contains($0.verb) && $0.requests > 0 }
        replayed = try ranking.rows.first.map { best in
            try PlanReplay(reading.outline, fleet.scenario(of: best.plan), options)
        }
        evidence = replayed?.evidence ?? limits.evidence
    }

    /// The first write within the recording that only the new servers could keep whole.
    func endOfFreedom(in plan: Plan) -> RollbackLimit.Use? {
        let releases = Scenario.Releases(fleet.scenario(of: plan))
        let letsThrough = priced.letsThrough(plan)
        return rollbackUses.end { candidate in
            let request = candidate.request
            guard let field = candidate.field else {
                return letsThrough(request.server, request.resource, request.at)
            }
            let release = releases.release(
                of: reading.names.servers[request.server], at: request.at)
            return candidate.isWrite && release.map { $0 >= field.since } == true
        }
    }

    private static func choices(_ options: Options, _ fleet: Fleet, _ usual: Plan) -> Choices {
        var choices = Choices()
        if !options.question.order.isEmpty { choices.orders = [usual.order] }
        choices.proxies = fleet.distinct(options.proxies)
        choices.surges = options.surges
        choices.paces =
            options.settles.isEmpty
            ? [usual.pace]
            : options.settles.map { settle in
                var pace = usual.pace
                pace.settle = settle
                return pace
            }
        let length =
            choices.paces.map { pace -> Int64 in
                var plan = usual
                plan.pace = pace
                return fleet.upgrade(of: plan).length
            }.max() ?? 0
        if options.question.start != .fitting {
            choices.starts = [usual.start]
        } else if let starts = options.starts {
            choices.starts = starts.starts(in: fleet.recorded, length: length)
        } else {
            choices.starts = Set(
                StartTimes.spread(
                    over: fleet.recorded, length: length, count: usualStarts) + [usual.start]
            ).sorted()
        }
        return choices
    }
}

/// The one scan of a comparison: counts for the plans, and what the controllers did.
private struct PlanScan {
    private(set) var counters: [LoadCounter] = []
    private var noted = NotedRequests()
    private let input: FindingsInput

    init(_ reading: UpgradeReading, _ pricing: Pricing) throws {
        let outline = reading.outline
        input = FindingsInput(
            names: reading.names, table: RoutingTable(reading.asRecorded),
            scenario: reading.asRecorded, mode: .whatIf, firstAt: outline.firstAt,
            lastAt: outline.lastAt)
        let interest = RuleInterest(
            input,
            newResources: FindingsInput.newResources(
                reading.names, from: pricing.fleet.from, to: pricing.fleet.to),
            edges: pricing.turns)
        let parts = try outline.inRanges { recording, ids throws(RecordingError) in
            var part = Part(counter: pricing.counter(), passes: outline.passes, from: ids)
            try RequestScan.forEach(in: ids, on: recording) { part.receive($0, interest) }
            return part
        }
        for part in parts {
            counters.append(part.counter)
            noted.append(part.noted)
        }
    }

    private struct Part: Sendable {
        var counter: LoadCounter
        var noted = NotedRequests()
        private let passes: [Pass]
        private var next: Int

        init(counter: LoadCounter, passes: [Pass], from ids: ClosedRange<Int64>) {
            self.counter = counter
            self.passes = passes
            next = passes.partitioningIndex { $0.origin >= ids.lowerBound }
        }

        mutating func receive(_ row: RequestScan.Row, _ interest: RuleInterest) {
            noted.note(row, interest)
            while next < passes.count, passes[next].origin < row.id { next += 1 }
            let isForwarded = next < passes.count && passes[next].origin == row.id
            counter.receive(Replay.Subject(row), isForwarded: isForwarded)
        }
    }

    func findingsInput(_ reading: UpgradeReading) throws -> FindingsInput {
        var input = input
        let outline = reading.outline
        input.controllers = try outline.requests(noted.controllers)
        input.discovery = noted.discovery
        input.firstUses = try outline.requests(noted.firstUses)
        input.fields = try outline.snapshot.read { try $0.recordedFields() }
        input.objects = try outline.objects()
        input.witnesses = try outline.requests(outline.witnesses(input.wanted))
        return input
    }
}

extension Stake {
    init(_ stake: Stakes.Stake) {
        self.init(
            kind: stake.isNamespace ? .namespace : .owner, name: stake.name, at: stake.at,
            server: stake.server, resources: stake.resources, objects: stake.objects)
    }
}
