import Bytes
public import ControlPlane
public import KubeAPI

/// The control plane that is to be upgraded: its servers with both command lines, and what is
/// shared among them.
///
/// Made from the scenario that explains a recording. Every plan of it becomes a scenario, and two
/// plans that differ in their start alone have scenarios that differ by a shift of all instants:
/// custom APIs are there throughout, and old servers have run for as long before every start.
public struct Fleet: Sendable {
    public var from: Release
    public var to: Release
    public var members: [RollingUpgrade.Member]
    public var extensions: [Scenario.Extension]
    public var loadBalancers: [Scenario.LoadBalancer]
    public var strictFlags = false
    /// The first and the last request of the recording.
    public let recorded: ClosedRange<Int64>

    public init(
        from: Release, to: Release, members: [RollingUpgrade.Member],
        extensions: [Scenario.Extension] = [], loadBalancers: [Scenario.LoadBalancer] = [],
        recorded: ClosedRange<Int64>
    ) {
        self.from = from
        self.to = to
        self.members = members
        self.extensions = extensions
        self.loadBalancers = loadBalancers
        self.recorded = recorded
    }

    /// Why a recording cannot be taken for the control plane that is to be upgraded.
    public enum Problem: Error, Sendable, Equatable {
        /// Every server ran the target, or a later release, all along.
        case alreadyThere(Release)
        case noServer
        case notAnUpgrade(from: Release, to: Release)
    }

    /// The fleet of the scenario that explains a recording.
    ///
    /// A server's command line is that of its own process of the release, or else of another
    /// server's, or else the one that it has, carried over.
    public init(
        asRecorded scenario: Scenario, from: Release?, to: Release, recorded: ClosedRange<Int64>
    ) throws(Problem) {
        guard !scenario.servers.isEmpty else { throw .noServer }
        let releases = scenario.servers.flatMap(\.processes).map(\.release)
        let older = releases.filter { $0 < to }
        guard let before = from ?? older.max() else { throw .alreadyThere(to) }
        guard before != to else { throw .notAnUpgrade(from: before, to: to) }
        let all = scenario.servers.flatMap(\.processes)
        let members = scenario.servers.map { server in
            func flags(of release: Release) -> [String]? {
                (server.processes.last { $0.release == release }
                    ?? all.last { $0.release == release })?.flags
            }
            let old = flags(of: before) ?? server.processes.last?.flags ?? []
            return RollingUpgrade.Member(
                name: server.name, hostname: server.hostname, address: server.address,
                flagsBefore: old, flagsAfter: flags(of: to) ?? old)
        }
        self.init(
            from: before, to: to, members: members, extensions: scenario.extensions,
            loadBalancers: scenario.loadBalancers, recorded: recorded)
        strictFlags = scenario.strictFlags
    }

    /// The name of the server that a surge adds.
    public var surgeName: String {
        var name = "surge"
        while members.contains(where: { $0.name == name }) { name += "-1" }
        return name
    }

    /// The members by their place: those that a plan upgrades, in its order, and then the others.
    func seating(of plan: Plan) -> [Int] {
        plan.order + members.indices.filter { !plan.order.contains($0) }
    }

    // MARK: Plans as scenarios

    /// The members under a setting of the proxy; with a surge there is one more.
    func members(under proxy: ProxySetting, surge: Bool) -> [RollingUpgrade.Member] {
        var members = members.map { member in
            var member = member
            member.flagsBefore = proxy.flags(member.flagsBefore, of: from)
            member.flagsAfter = proxy.flags(member.flagsAfter, of: to)
            return member
        }
        if surge, let model = members.first {
            members.append(
                RollingUpgrade.Member(
                    name: surgeName, flagsBefore: model.flagsAfter, flagsAfter: model.flagsAfter))
        }
        return members
    }

    /// The settings of the proxy, of those under which nobody forwards the first alone: plans under
    /// them cost the same.
    public func distinct(_ settings: [ProxySetting]) -> [ProxySetting] {
        let idle = settings.filter { setting in
            !members(under: setting, surge: false).contains { member in
                forwards(from, member.flagsBefore) || forwards(to, member.flagsAfter)
            }
        }
        return settings.filter { $0 == idle.first || !idle.contains($0) }
    }

    private func forwards(_ release: Release, _ flags: [String]) -> Bool {
        Activation(release: release, flags: ServerFlags(flags), isStrict: strictFlags).forwards
    }

    /// Before every start the old servers have run since before the recording, whatever the start.
    private var oldBefore: Int64 {
        recorded.upperBound - recorded.lowerBound + RollingUpgrade.lead
    }

    public func upgrade(of plan: Plan) -> RollingUpgrade {
        var upgrade = RollingUpgrade(
            from: from, to: to, members: members(under: plan.proxy, surge: plan.surge),
            order: plan.order, start: plan.start, pace: plan.pace,
            oldSince: plan.start - oldBefore)
        upgrade.goesBack = plan.goesBack
        return upgrade
    }

    /// What `replay` is to be given to count what this plan was priced at.
    public func scenario(of plan: Plan, name: String = "plan") -> Scenario {
        let upgrade = upgrade(of: plan)
        var scenario = Scenario()
        scenario.name = name
        scenario.servers = upgrade.servers
        if plan.surge { addSurge(to: &scenario, upgrade) }
        let begin =
            (scenario.servers.compactMap(\.processes.first?.startedAt).min() ?? plan.start)
            - RollingUpgrade.lead
        scenario.extensions = extensions.map { known in
            var known = known
            known.from = begin
            known.until = nil
            return known
        }
        scenario.loadBalancers = loadBalancers
        scenario.strictFlags = strictFlags
        return scenario
    }

    /// The added server is ready, and has settled, when the first old one stops; it leaves last.
    private func addSurge(to scenario: inout Scenario, _ upgrade: RollingUpgrade) {
        let last = scenario.servers.count - 1
        let pace = upgrade.pace
        var process = Scenario.Process(
            startedAt: upgrade.start - pace.ready - pace.settle, release: to,
            readyAfter: pace.ready, flags: upgrade.members[last].flagsAfter)
        process.stoppedAt = upgrade.start.clampedAdding(upgrade.length).clampedAdding(pace.settle)
        process.end = .graceful(drain: pace.drain)
        scenario.servers[last].processes = [process]
    }
}
