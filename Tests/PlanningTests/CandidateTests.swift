import ControlPlane
import KubeAPI
import Planning
import Testing

/// What is compared: orders, starts, and what a person left open.
@Suite("Candidates") struct CandidateTests {
    static let second: Int64 = 1_000_000_000
    static let hour: Int64 = 3_600 * second
    /// Midnight of a Monday.
    static let monday: Int64 = 1_798_416_000 * second

    private func fleet(_ count: Int, from: Int64 = monday, length: Int64 = 48 * hour) -> Fleet {
        Fleet(
            from: Release(minor: 35), to: Release(minor: 36),
            members: (1...count).map { RollingUpgrade.Member(name: "cp-\($0)") },
            recorded: from...(from + length))
    }

    private func choices(starts: [Int64]) -> Choices {
        var choices = Choices()
        choices.starts = starts
        choices.paces = [RollingUpgrade.Pace(down: 0, ready: 0, settle: 0)]
        return choices
    }

    @Test("hold every order up to six servers, and say so where they do not")
    func orders() {
        let four = choices(starts: [0, 1]).plans(of: fleet(4))
        #expect(four.plans.count == 24 * 2 * 3)
        #expect(Set(four.plans.map(\.order)).count == 24 && !four.isSearch)
        let six = choices(starts: [0]).plans(of: fleet(6))
        #expect(Set(six.plans.map(\.order)).count == 720 && !six.isSearch)
        let seven = choices(starts: [0]).plans(of: fleet(7))
        #expect(seven.isSearch && Set(seven.plans.map(\.order)).count == 14)
        for place in 0..<7 {
            #expect(Set(seven.plans.map { $0.order[place] }).count == 7)
        }
    }

    @Test("start on a grid, within hours and on days, and end within the recording")
    func starts() {
        let recorded = Self.monday...(Self.monday + 48 * Self.hour)
        let all = StartTimes(every: Self.hour).starts(in: recorded, length: Self.hour)
        #expect(all.count == 48 && all.last == Self.monday + 47 * Self.hour)
        let night = StartTimes(
            every: Self.hour, window: (from: 22 * Self.hour, until: 2 * Self.hour))
        #expect(
            night.starts(in: recorded, length: 0).map { ($0 - Self.monday) / Self.hour }
                == [0, 1, 2, 22, 23, 24, 25, 26, 46, 47, 48])
        let tuesday = StartTimes(every: Self.hour, weekdays: [2])
        #expect(
            tuesday.starts(in: recorded, length: Self.hour).map { ($0 - Self.monday) / Self.hour }
                == Array(24...47))
        #expect(StartTimes(every: Self.hour).starts(in: recorded, length: 49 * Self.hour).isEmpty)
    }

    @Test("of a what-if come from the recording where nobody says otherwise")
    func question() throws {
        var scenario = Scenario()
        for (number, name) in ["cp-2", "cp-1"].enumerated() {
            var server = Scenario.Server(name: name)
            let stop = Self.monday + Int64(10 + number * 40) * Self.second
            server.processes = [
                Scenario.Process(
                    startedAt: Self.monday - Self.hour, release: Release(minor: 35),
                    readyAfter: 0, flags: ["--runtime-config=batch/v1=false"], stoppedAt: stop),
                Scenario.Process(
                    startedAt: stop + 6 * Self.second, release: Release(minor: 36),
                    readyAfter: 4 * Self.second, flags: []),
            ]
            scenario.servers.append(server)
        }
        let recorded = Self.monday...(Self.monday + Self.hour)
        var question = UpgradeQuestion(to: Release(minor: 36))
        let fleet = try question.fleet(asRecorded: scenario, recorded: recorded)
        #expect(fleet.from == Release(minor: 35))
        #expect(fleet.members[0].flagsBefore == ["--runtime-config=batch/v1=false"])
        #expect(fleet.members[0].flagsAfter.isEmpty)
        let plan = try question.plan(in: fleet, asRecorded: scenario)
        #expect(plan.order == [0, 1] && plan.start == Self.monday + 10 * Self.second)
        #expect(plan.pace.down == 6 * Self.second && plan.pace.settle == 30 * Self.second)
        question.order = ["cp-1"]
        question.start = .offset(-600 * Self.second)
        question.settle = Self.second
        let other = try question.plan(in: fleet, asRecorded: scenario)
        #expect(other.order == [1] && other.pace.settle == Self.second)
        #expect(other.start == recorded.upperBound - 600 * Self.second)
        question.order = ["cp-9"]
        #expect(throws: UpgradeQuestion.Problem.unknownServer("cp-9", known: ["cp-2", "cp-1"])) {
            try question.plan(in: fleet, asRecorded: scenario)
        }
        question.from = Release(minor: 36)
        #expect(throws: UpgradeQuestion.Problem.self) {
            try question.fleet(asRecorded: scenario, recorded: recorded)
        }
    }

    @Test("with the proxy have the flags that it needs, by release")
    func proxy() {
        let gate = "UnknownVersionInteroperabilityProxy"
        let own = ["--v=2", "--feature-gates=A=true"]
        #expect(ProxySetting.asConfigured.flags(own, of: Release(minor: 35)) == own)
        #expect(
            ProxySetting.on.flags(own, of: Release(minor: 35))
                == ["--feature-gates=A=true,\(gate)=true", "--v=2", "--peer-ca-file=ca.crt"])
        #expect(
            ProxySetting.on.flags(own, of: Release(minor: 36)) == own + ["--peer-ca-file=ca.crt"])
        for release in Release.all {
            let flags = ProxySetting.on.flags([], of: release)
            let on = Activation(release: release, flags: ServerFlags(flags), isStrict: false)
            #expect(on.state == .active, "\(release): \(flags)")
            let off = ProxySetting.off.flags(flags, of: release)
            let inert = Activation(release: release, flags: ServerFlags(off), isStrict: false)
            #expect(inert.state == .inert, "\(release): \(off)")
        }
    }

    @Test("going back leave the servers as they were")
    func rollback() {
        var plan = Plan(
            order: [1, 0], start: Self.monday + Self.hour,
            pace: RollingUpgrade.Pace(
                down: 10 * Self.second, ready: 5 * Self.second, settle: 60 * Self.second),
            proxy: .off)
        plan.goesBack = true
        let scenario = fleet(3).scenario(of: plan)
        #expect(
            scenario.servers.map { $0.processes.map { "\($0.release)" } } == [
                ["1.35", "1.36", "1.35"], ["1.35", "1.36", "1.35"], ["1.35"],
            ])
        let lasts = scenario.servers.map { $0.processes.last?.startedAt ?? 0 }
        #expect(lasts[0] < lasts[1], "the last one goes back first")
    }
}
