import Bytes
public import KubeAPI

/// A rolling upgrade of API servers, one after the other: what the `upgrade:` shorthand of scenario
/// files, the flags of a what-if and a plan all mean, expanded to timelines in one place.
public struct RollingUpgrade: Sendable, Equatable {
    /// An API server with its command lines before and after.
    public struct Member: Sendable, Hashable {
        public var name: String
        public var hostname: String
        public var address: String?
        public var flagsBefore: [String]
        public var flagsAfter: [String]

        public init(
            name: String, hostname: String? = nil, address: String? = nil,
            flagsBefore: [String] = [], flagsAfter: [String] = []
        ) {
            self.name = name
            self.hostname = hostname ?? name
            self.address = address
            self.flagsBefore = flagsBefore
            self.flagsAfter = flagsAfter
        }
    }

    /// How long each step takes, in nanoseconds.
    public struct Pace: Sendable, Hashable {
        /// From the stop of a server to the start of the new one.
        public var down: Int64
        /// How long open connections are served after the stop.
        public var drain: Int64
        /// From the start to /readyz.
        public var ready: Int64
        /// From one server's readiness to the next stop.
        public var settle: Int64

        public init(down: Int64, drain: Int64? = nil, ready: Int64, settle: Int64) {
            self.down = down
            self.drain = drain ?? min(down, Pace.longestDrain)
            self.ready = ready
            self.settle = settle
        }

        /// As a static pod is replaced and looked after for five minutes; restarts were measured at
        /// 2 to 7 seconds down and 2 to 5 seconds to readiness.
        public static let usual = Pace(
            down: 6 * .second, ready: 5 * .second, settle: 300 * .second)

        /// A graceful stop waits for open requests at most as long as a request may take (F1.36).
        public static let longestDrain: Int64 = 60 * .second

        /// From one stop to the next.
        public var step: Int64 { down.clampedAdding(ready).clampedAdding(settle) }
    }

    public var from: Release
    public var to: Release
    public var members: [Member]
    /// Indexes in `members`; who is not named stays as it is.
    public var order: [Int]
    public var start: Int64
    public var pace: Pace
    /// The upgrade is given up after the last server of the order: all go back, the last one first.
    public var goesBack = false
    /// When the last of the old servers was started.
    ///
    /// They were started one after the other, as a control plane is built, in the order in which
    /// they are upgraded. At one instant, servers of 1.33 and 1.34 would never learn of each other
    /// (F3.20).
    public var oldSince: Int64

    /// Long enough for every cache to have settled.
    public static let lead: Int64 = 3_600 * .second
    private static let stagger: Int64 = 60 * .second

    public init(
        from: Release, to: Release, members: [Member], order: [Int], start: Int64, pace: Pace,
        oldSince: Int64
    ) {
        self.from = from
        self.to = to
        self.members = members
        self.order = order
        self.start = start
        self.pace = pace
        self.oldSince = oldSince
    }

    /// From the first stop to the readiness of the last server that changes.
    public var length: Int64 {
        let steps = Int64(order.count) * (goesBack ? 2 : 1)
        let (product, overflow) = pace.step.multipliedReportingOverflow(by: steps)
        return overflow ? .max : max(0, product - pace.settle)
    }

    /// The processes of each member, earliest first.
    ///
    /// - Parameter startingOrder: in which the old servers were started, as indexes in `members`.
    public func timelines(startingOrder: [Int]? = nil) -> [[Scenario.Process]] {
        var timelines = members.map { member in
            [
                Scenario.Process(
                    startedAt: oldSince, release: from, readyAfter: pace.ready,
                    flags: member.flagsBefore)
            ]
        }
        let others = members.indices.filter { !order.contains($0) }
        for (index, member) in (startingOrder ?? order + others).reversed().enumerated() {
            timelines[member][0].startedAt = oldSince.clampedAdding(-Self.stagger * Int64(index))
        }
        var at = start
        for member in order {
            at = replace(member, to, members[member].flagsAfter, at: at, in: &timelines)
        }
        if goesBack {
            for member in order.reversed() {
                at = replace(member, from, members[member].flagsBefore, at: at, in: &timelines)
            }
        }
        return timelines
    }

    /// Stops a server and starts another release of it; returns when the next one is stopped.
    private func replace(
        _ member: Int, _ release: Release, _ flags: [String], at instant: Int64,
        in timelines: inout [[Scenario.Process]]
    ) -> Int64 {
        let last = timelines[member].count - 1
        timelines[member][last].stoppedAt = instant
        timelines[member][last].end = .graceful(drain: pace.drain)
        timelines[member].append(
            Scenario.Process(
                startedAt: instant.clampedAdding(pace.down), release: release,
                readyAfter: pace.ready, flags: flags))
        return instant.clampedAdding(pace.step)
    }

    /// The whole as servers of a scenario.
    public var servers: [Scenario.Server] {
        zip(members, timelines()).map { member, processes in
            var server = Scenario.Server(
                name: member.name, hostname: member.hostname, address: member.address)
            server.processes = processes
            return server
        }
    }
}
