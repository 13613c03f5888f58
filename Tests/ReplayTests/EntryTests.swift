import Judgments
import ControlPlane
import KubeAPI
import Replay
import Testing

@Suite("Entry") struct EntryTests {
    @Test("a weighted entry draws the same server for a request each time, by the weights")
    func weights() {
        var plane = SmallControlPlane(proxy: true)
        plane.scenario.entry = .weights(["cp-1": 3, "cp-2": 1])
        let replay = plane.replay([.whatIf])
        let servers = (1...4_000).map { id in entry(replay, plane, id: Int64(id)) }
        #expect(servers == (1...4_000).map { id in entry(replay, plane, id: Int64(id)) })
        let first = servers.count { $0 == 0 }
        #expect((2_850...3_150).contains(first), "\(first) of 4000")
    }

    @Test("a server that does not run is not drawn") func stopped() {
        var plane = SmallControlPlane(proxy: true)
        plane.scenario.entry = .uniform
        plane.scenario.servers[0].processes[0].stoppedAt =
            SmallControlPlane.settled - 600_000_000_000
        let replay = plane.replay([.whatIf])
        #expect((1...200).allSatisfy { entry(replay, plane, id: $0) == 1 })
    }

    @Test("outcomes that differ by the server drawn are possible, not certain") func certainty() {
        var plane = SmallControlPlane(proxy: false)
        plane.scenario.entry = .uniform
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 2)
        let verdict = plane.replay([.whatIf]).judge(
            plane.subject(plane.newResource), memory: &memory, tallies: &tallies)?.whatIf
        #expect(verdict?.certainty == .possible)
        #expect(
            Set([verdict?.outcome].compactMap { $0 } + (verdict?.alternatives ?? [])) == [
                .local, .wrongNotFound,
            ])
    }

    private func entry(_ replay: Replay, _ plane: SmallControlPlane, id: Int64) -> Int? {
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 2)
        var subject = plane.subject(plane.newResource)
        // Rows are numbered as logs were read: a draw must not depend on that.
        subject.id = .random(in: 1...1_000_000)
        subject.at += id * 1_000
        return replay.judge(subject, memory: &memory, tallies: &tallies)?.whatIf?.path.first
    }
}
