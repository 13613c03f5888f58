import Judgments
import ControlPlane
import KubeAPI
import Replay
import Testing

/// A 404 while the only other server that has the resource starts or stops: in a run without a
/// scenario, where that server's own answers are heard.
@Suite("404s while servers start and stop") struct BoundaryTests {
    private static let second: Int64 = 1_000_000_000
    /// When cp-2 starts at 1.36; it answers its own client after three seconds.
    private static let start = SmallControlPlane.settled
    private static let ready = start + 5 * second
    private static let stop = start + 60 * second

    @Test(
        "are open until it is ready and from its stop on, whatever it answers then",
        arguments: [4, 61] as [Int64])
    func open(seconds: Int64) throws {
        let verdict = try #require(judged(at: Self.start + seconds * Self.second))
        #expect(verdict.outcome == .rightNotFound)
        #expect(verdict.certainty == .possible)
        #expect(verdict.alternatives == [.wrongNotFound])
    }

    @Test("are wrong between the two", arguments: [8, 30, 57] as [Int64])
    func wrong(seconds: Int64) throws {
        let verdict = try #require(judged(at: Self.start + seconds * Self.second))
        #expect(verdict.outcome == .wrongNotFound)
        #expect(verdict.certainty == .certain)
    }

    @Test("are open for seven seconds after a start of which no poll of /readyz was seen")
    func unseen() throws {
        let early = try #require(judged(at: Self.start + 6 * Self.second, seesReadiness: false))
        #expect(early.outcome == .rightNotFound)
        #expect(early.alternatives == [.wrongNotFound])
        let late = try #require(judged(at: Self.start + 8 * Self.second, seesReadiness: false))
        #expect(late.outcome == .wrongNotFound)
    }

    /// The verdict on a 404 of cp-1, while cp-2 answers for the resource twice a second.
    private func judged(at instant: Int64, seesReadiness: Bool = true) -> Verdict? {
        let plane = SmallControlPlane(proxy: false)
        let (evidence, witnesses) = recorded(plane, seesReadiness: seesReadiness)
        let scenario = ScenarioInference(evidence, name: "as recorded").scenario
        let replay = Replay(
            table: RoutingTable(scenario), scenario: scenario, modes: [.asRecorded],
            names: plane.names, loopbackClients: [],
            circumstances: Circumstances(evidence, servers: 2), witnesses: witnesses)
        var subject = plane.subject(plane.newResource, status: 404, notFound: .route)
        subject.at = instant
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 2)
        return replay.judge(subject, memory: &memory, tallies: &tallies)?.asRecorded
    }

    private func recorded(
        _ plane: SmallControlPlane, seesReadiness: Bool
    ) -> (RecordedEvidence, Witnesses) {
        let (first, last) = (Self.start - 60 * Self.second, Self.stop + 4 * Self.second)
        let old = ServerProcess(
            server: "cp-1", version: "v1.35.6", firstSeen: first, lastSeen: last, knownBy: "")
        let new = ServerProcess(
            server: "cp-2", version: "v1.36.2", startedAt: Self.start,
            readyAt: seesReadiness ? Self.ready : nil, stoppedAt: Self.stop, end: .graceful,
            firstSeen: Self.start + 2 * Self.second, lastSeen: last, knownBy: "")
        var evidence = RecordedEvidence(
            firstAt: first, lastAt: last, servers: ["cp-1", "cp-2"], processes: [old, new])
        evidence.clocks = ServerClocks(ClockBounds(servers: 3), [1: 0, 2: 0])
        var (witnesses, signs) = (Witnesses(), [Spans(), Spans()])
        let place = Witnesses.Place(server: 2, resource: plane.newResource)
        for instant in stride(from: first, through: last, by: Int(Self.second / 2)) {
            signs[0].add(instant)
            guard instant >= new.firstSeen else { continue }
            signs[1].add(instant)
            if instant > new.firstSeen { witnesses.add(place, at: instant) }
        }
        evidence.signsOfLife = ["cp-1": signs[0], "cp-2": signs[1]]
        witnesses.settle()
        return (evidence, witnesses)
    }
}
