import Bytes
public import ControlPlane
public import KubeAPI

/// A what-if in a person's words, without a scenario file: an upgrade's target, order and times.
///
/// What it leaves open is taken from the recording.
public struct UpgradeQuestion: Sendable {
    public enum Start: Sendable, Equatable {
        /// As recorded, or else so that the upgrade lies in the middle of the recording.
        case fitting
        /// From the recording's first request, or, where it is negative, from its last.
        case offset(Int64)
        case instant(Int64)
    }

    public var to: Release
    public var from: Release?
    /// Names of servers; empty for all, as recorded or else in the recording's order.
    public var order: [String] = []
    public var start = Start.fitting
    public var down: Int64?
    public var ready: Int64?
    public var settle: Int64?
    public var proxy = ProxySetting.asConfigured
    public var goesBack = false
    /// Command lines from files, instead of what the recording shows.
    public var configured: [CommandLine] = []

    public init(to: Release) { self.to = to }

    /// How a file says that a server runs.
    public struct CommandLine: Sendable {
        public var name: String
        /// nil where the file does not say.
        public var release: Release?
        public var flags: [String]

        public init(name: String, release: Release?, flags: [String]) {
            self.name = name
            self.release = release
            self.flags = flags
        }
    }

    public enum Problem: Error, Sendable, Equatable {
        case fleet(Fleet.Problem)
        case unknownServer(String, known: [String])
        case namedTwice(String)
    }

    /// The control plane that is asked about.
    public func fleet(
        asRecorded scenario: Scenario, recorded: ClosedRange<Int64>
    ) throws(Problem) -> Fleet {
        do throws(Fleet.Problem) {
            var fleet = try Fleet(
                asRecorded: scenario, from: from, to: to, recorded: recorded)
            for index in fleet.members.indices { configure(&fleet.members[index], fleet) }
            return fleet
        } catch {
            throw .fleet(error)
        }
    }

    /// A file speaks for the server of its name, or else, where none has that name, for all; and
    /// for the side whose release it names, or else for both.
    private func configure(_ member: inout RollingUpgrade.Member, _ fleet: Fleet) {
        let names = Set(fleet.members.map(\.name))
        let own = configured.filter { $0.name == member.name || !names.contains($0.name) }
        func flags(_ release: Release) -> [String]? {
            (own.last { $0.release == release && $0.name == member.name }
                ?? own.last { $0.release == release }
                ?? own.last { $0.release != fleet.from && $0.release != fleet.to })?.flags
        }
        let both = Set(own.compactMap(\.release)).count < 2 ? own.last?.flags : nil
        member.flagsBefore = flags(fleet.from) ?? both ?? member.flagsBefore
        member.flagsAfter = flags(fleet.to) ?? both ?? member.flagsAfter
    }

    /// The members in the order that is asked for.
    public func order(in fleet: Fleet, recorded: RecordedUpgrade?) throws(Problem) -> [Int] {
        guard !order.isEmpty else { return recorded?.order ?? Array(fleet.members.indices) }
        let names = fleet.members.map(\.name)
        var numbers: [Int] = []
        for name in order {
            guard let number = names.firstIndex(of: name) else {
                throw .unknownServer(name, known: names)
            }
            guard !numbers.contains(number) else { throw .namedTwice(name) }
            numbers.append(number)
        }
        return numbers
    }

    /// How long each step takes: as given, or as recorded, or as upgrades usually go.
    ///
    /// The usual pause between two servers is cut where the recording is too short for it.
    public func pace(
        of count: Int, in fleet: Fleet, recorded: RecordedUpgrade?
    ) -> RollingUpgrade.Pace {
        let usual = RollingUpgrade.Pace.usual
        let down = down ?? recorded?.pace.down ?? usual.down
        let ready = ready ?? recorded?.pace.ready ?? usual.ready
        let steps = Int64(max(1, count - 1) * (goesBack ? 2 : 1))
        let span = fleet.recorded.upperBound - fleet.recorded.lowerBound
        let room = span / 2 - (down + ready) * Int64(count) * (goesBack ? 2 : 1)
        let fitting = min(usual.settle, max(0, room) / steps)
        let second: Int64 = 1_000_000_000
        let settle =
            settle ?? recorded?.pace.settle
            ?? (fitting > second ? fitting / second * second : fitting)
        return RollingUpgrade.Pace(
            down: down, drain: recorded?.pace.drain.clamped(to: down), ready: ready, settle: settle)
    }

    /// The one plan that the question describes.
    public func plan(
        in fleet: Fleet, asRecorded scenario: Scenario
    ) throws(Problem) -> Plan {
        let recorded = RecordedUpgrade(scenario, from: fleet.from, to: fleet.to)
        let order = try order(in: fleet, recorded: recorded)
        var plan = Plan(
            order: order, start: 0, pace: pace(of: order.count, in: fleet, recorded: recorded),
            proxy: proxy, goesBack: goesBack)
        plan.start = start(of: plan, in: fleet, recorded: recorded)
        return plan
    }

    private func start(of plan: Plan, in fleet: Fleet, recorded: RecordedUpgrade?) -> Int64 {
        switch start {
        case .instant(let instant): return instant
        case .offset(let offset):
            let origin = offset < 0 ? fleet.recorded.upperBound : fleet.recorded.lowerBound
            return origin.clampedAdding(offset)
        case .fitting:
            if let recorded { return recorded.start }
            let span = fleet.recorded.upperBound - fleet.recorded.lowerBound
            return fleet.recorded.lowerBound
                + max(0, span - fleet.upgrade(of: plan).length) / 2
        }
    }
}

/// The upgrade that a recording itself holds: order, start and how long the steps took.
public struct RecordedUpgrade: Sendable, Equatable {
    public var order: [Int]
    public var start: Int64
    public var pace: RollingUpgrade.Pace

    /// Nil where not every server went from one release to the other.
    public init?(_ scenario: Scenario, from: Release, to: Release) {
        var steps: [(server: Int, old: Scenario.Process, new: Scenario.Process)] = []
        for (number, server) in scenario.servers.enumerated() {
            let pairs = zip(server.processes, server.processes.dropFirst())
            guard let step = pairs.first(where: { $0.release == from && $1.release == to }),
                step.0.stoppedAt != nil
            else { return nil }
            steps.append((number, step.0, step.1))
        }
        steps.sort { ($0.old.stoppedAt ?? 0, $0.server) < ($1.old.stoppedAt ?? 0, $1.server) }
        guard let first = steps.first?.old.stoppedAt else { return nil }
        order = steps.map(\.server)
        start = first
        let downs = steps.map { max(0, $0.new.startedAt - ($0.old.stoppedAt ?? 0)) }
        let drains = steps.compactMap { step -> Int64? in
            if case .graceful(let drain) = step.old.end { return drain }
            return nil
        }
        let down = median(downs)
        let ready = median(steps.map(\.new.readyAfter))
        // So that the last server stops when the last one did: the upgrade takes as long again.
        let step = ((steps.last?.old.stoppedAt ?? first) - first) / Int64(max(1, steps.count - 1))
        pace = RollingUpgrade.Pace(
            down: down, drain: drains.isEmpty ? 0 : median(drains).clamped(to: down),
            ready: ready, settle: max(0, step - down - ready))
    }
}

private func median(_ values: [Int64]) -> Int64 {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
}

extension Int64 {
    fileprivate func clamped(to limit: Int64) -> Int64 { Swift.min(self, limit) }
}
