import Bytes
import KubeAPI

/// Who answers at an address that an endpoint lease may hold.
struct Target: Hashable, Sendable {
    /// One server, or those behind a load balancer.
    var servers: [Int]
    var isBalancer: Bool
    /// An intermediary removes `x-kubernetes-peer-proxied` (F5.5).
    var stripsHeader: Bool
}

/// What an endpoint lease holds: an address and the process that wrote it, or nothing.
struct LeasedEndpoint: Hashable, Sendable {
    /// The number of a `Target`; -1 for no address.
    var target: Int
    var process: Int

    static let none = LeasedEndpoint(target: -1, process: -1)
    var isNone: Bool { target < 0 }
}

extension Target {
    /// Who answers at the address that each process publishes.
    ///
    /// - Parameter advertised: by process, the address that its flags lead to, if they say one.
    static func all(
        of processes: [ProcessModel], advertising advertised: [HostPort?], in scenario: Scenario
    ) -> (targets: [Target], byProcess: [Int]) {
        var targets: [Target] = []
        let byProcess = zip(processes, advertised).map { process, address in
            let target = at(address, of: process.server, in: scenario)
            if let number = targets.firstIndex(of: target) { return number }
            targets.append(target)
            return targets.count - 1
        }
        return (targets, byProcess)
    }

    /// An address that is neither a balancer's nor another server's is taken for the server's own.
    private static func at(
        _ address: HostPort?, of server: Int, in scenario: Scenario
    ) -> Target {
        let own = Target(servers: [server], isBalancer: false, stripsHeader: false)
        guard let address, scenario.servers[server].address != address.description else {
            return own
        }
        if let balancer = scenario.loadBalancers.first(where: { $0.address == address.description })
        {
            let servers = balancer.servers.compactMap { name in
                scenario.servers.firstIndex { $0.name == name }
            }
            return Target(
                servers: servers, isBalancer: true,
                stripsHeader: balancer.strips.contains("x-kubernetes-peer-proxied"))
        }
        let other = scenario.servers.firstIndex { $0.address == address.description }
        return Target(servers: [other ?? server], isBalancer: false, stripsHeader: false)
    }
}

extension LeasedEndpoint {
    /// What the endpoint lease of one identity may hold over time (F3.8, F3.9).
    static func track(
        of numbers: [Int], _ processes: [ProcessModel], targets: [Int]
    ) -> Track<[LeasedEndpoint]> {
        // One that ends while it starts may have written its address, and may not.
        let writers = numbers.filter {
            processes[$0].publishesAddress && !processes[$0].isRefused
                && processes[$0].addressPublished.earliest < processes[$0].stoppedAt
        }
        let sure = writers.filter {
            processes[$0].addressPublished.latest < processes[$0].stoppedAt
        }
        var possibilities: [Possibility<LeasedEndpoint>] = []
        var noneSince: Int64 = .min
        for number in writers {
            let process = processes[number]
            let published = process.addressPublished
            let next = sure.first { processes[$0].startedAt > process.startedAt }
            let replaced = next.map { processes[$0].addressPublished.latest } ?? .max
            let removed = process.addressRemoved ?? UncertainTime(.max, .max)
            possibilities.append(
                Possibility(
                    LeasedEndpoint(target: targets[number], process: number),
                    from: published.earliest,
                    until: min(removed.latest, replaced)))
            guard sure.contains(number) else { continue }
            possibilities.append(Possibility(.none, from: noneSince, until: published.latest))
            noneSince = removed.earliest
        }
        possibilities.append(Possibility(.none, from: noneSince))
        return Track(covering: possibilities)
    }
}

/// The faults of the network between servers.
struct Faults: Sendable {
    private struct Window: Sendable {
        var from: Int
        var to: Int
        var begins: Int64
        var ends: Int64
        var kind: Scenario.Fault.Kind
    }

    private var windows: [Window] = []
    /// The precision of a fault's instants.
    private static let edge = 300 * Int64.millisecond

    init(_ scenario: Scenario) {
        for fault in scenario.faults {
            guard let from = scenario.servers.firstIndex(where: { $0.name == fault.from }),
                let to = scenario.servers.firstIndex(where: { $0.name == fault.to })
            else { continue }
            windows.append(
                Window(
                    from: from, to: to, begins: fault.at.inRange,
                    ends: fault.until?.inRange ?? .max,
                    kind: fault.kind))
        }
    }

    /// Whether a connection from one server to another fails.
    func breaks(from: Int, to: Int, in moment: UncertainTime) -> Known {
        guard !windows.isEmpty else { return .no }
        var result = Known.no
        for window in windows where window.from == from && window.to == to {
            let surely =
                moment.earliest >= window.begins.clampedAdding(Self.edge)
                && moment.latest < window.ends.clampedAdding(-Self.edge)
            let possibly =
                moment.latest >= window.begins.clampedAdding(-Self.edge)
                && moment.earliest < window.ends.clampedAdding(Self.edge)
            result = result || (surely ? .yes : possibly ? .maybe : .no)
        }
        return result
    }

    /// How much longer a reading takes: a connection that times out holds up the only worker
    /// (F3.16).
    func delay(from: Int, in moment: UncertainTime) -> Int64 {
        let slow = windows.filter {
            $0.kind == .timeout && $0.from == from && moment.latest >= $0.begins
                && moment.earliest < $0.ends
        }
        return Int64(slow.count) * 30 * .second
    }

    var changes: [Int64] {
        windows.flatMap {
            [
                $0.begins.clampedAdding(-Self.edge), $0.begins.clampedAdding(Self.edge),
                $0.ends.clampedAdding(-Self.edge), $0.ends.clampedAdding(Self.edge),
            ]
        }.filter { $0 < .max - Self.edge }
    }
}
