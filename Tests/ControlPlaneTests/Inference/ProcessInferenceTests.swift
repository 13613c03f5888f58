import ControlPlane
import KubeAPI
import Testing

private let second: Int64 = 1_000_000_000

@Suite("Processes of a server, from what it shows of itself")
struct ProcessInferenceTests {
    /// The informers of a start: more than a dozen lists within half a second.
    private func burst(at start: Int64, _ version: String) -> [SelfSighting] {
        (0..<12).map {
            SelfSighting(at: start + $0 * second / 24, version: version, kind: .informerStart)
        }
    }

    private func sighting(
        _ at: Int64, _ version: String, _ kind: SelfSighting.Kind = .other
    ) -> SelfSighting {
        SelfSighting(at: at, version: version, kind: kind)
    }

    private func processes(_ sightings: [SelfSighting]) -> [ServerProcess] {
        ProcessInference.processes(of: "cp-1", sightings: sightings)
    }

    @Test("nothing seen is no process")
    func nothing() { #expect(processes([]).isEmpty) }

    @Test("a log that begins in the middle shows a process without a start")
    func middle() throws {
        let found = processes([sighting(0, "v1.35.6"), sighting(10 * second, "v1.35.6")])
        let process = try #require(found.first)
        #expect(found.count == 1 && process.startedAt == nil && process.stoppedAt == nil)
        #expect(process.firstSeen == 0 && process.lastSeen == 10 * second)
    }

    @Test("a burst of informers is a start, one second before its first request")
    func burst() throws {
        let start = 100 * second
        let ready = sighting(start + 3 * second, "v1.36.0", .readinessPoll(isReady: true))
        let early = sighting(start + 2 * second, "v1.36.0", .readinessPoll(isReady: false))
        let found = processes(burst(at: start, "v1.36.0") + [early, ready])
        let process = try #require(found.first)
        #expect(found.count == 1)
        #expect(process.startedAt == start - 900_000_000 && process.readyAt == ready.at)
    }

    @Test("a second wave of the same start is no second start")
    func waves() {
        let found = processes(burst(at: 0, "v1.36.0") + burst(at: 2 * second, "v1.36.0"))
        #expect(found.count == 1)
    }

    @Test("a few informers that start again are no start")
    func few() {
        let again = (0..<7).map { sighting(60 * second + $0, "v1.36.0", .informerStart) }
        #expect(processes(burst(at: 0, "v1.36.0") + again).count == 1)
    }

    @Test("a restart in the same version is a new process, the old one taken to have crashed")
    func restart() {
        let found = processes(burst(at: 0, "v1.35.6") + burst(at: 60 * second, "v1.35.6"))
        #expect(found.map(\.end) == [.crash, .unseen])
    }

    @Test("another version is a new process, even where no burst was recorded")
    func version() {
        let found = processes([sighting(0, "v1.35.6"), sighting(60 * second, "v1.36.0")])
        #expect(found.map(\.version) == ["v1.35.6", "v1.36.0"])
        #expect(found.map(\.startedAt) == [nil, 60 * second - 900_000_000])
    }

    @Test("who deletes its own identity lease ends in order")
    func lease() {
        let found = processes(
            burst(at: 0, "v1.35.6") + [
                sighting(10 * second, "v1.35.6", .leaseKept("apiserver-own")),
                sighting(20 * second, "v1.35.6", .leaseDeleted("apiserver-other")),
                sighting(30 * second, "v1.35.6", .leaseDeleted("apiserver-own")),
            ])
        #expect(found.map(\.stoppedAt) == [30 * second] && found.map(\.end) == [.graceful])
    }
}

@Suite("Ends of processes, from everybody's requests")
struct ServerActivityTests {
    private func process(_ version: String, from: Int64, started: Int64?) -> ServerProcess {
        ServerProcess(
            server: "cp-1", version: version, startedAt: started, firstSeen: from, lastSeen: from,
            knownBy: "its agent")
    }

    private var two: ServerActivity {
        ServerActivity(
            name: "cp-1",
            processes: [
                process("v1.35.6", from: 0, started: nil),
                process("v1.36.0", from: 61 * second, started: 60 * second),
            ])
    }

    @Test("a server that never showed itself is one process without a version")
    func unknown() {
        var activity = ServerActivity(name: "cp-1", processes: [])
        activity.observe(5 * second, isOpenWatch: false)
        activity.observe(9 * second, isOpenWatch: true)
        let settled = activity.settled()
        #expect(settled.map(\.version) == [""])
        #expect(settled.map(\.firstSeen) == [5 * second] && settled.map(\.lastSeen) == [9 * second])
    }

    @Test("who leaves watches open before the next start crashed; who closes them ended in order")
    func watches() {
        for isOpen in [true, false] {
            var activity = two
            activity.observe(30 * second, isOpenWatch: isOpen)
            activity.observe(90 * second, isOpenWatch: false)
            let settled = activity.settled()
            #expect(settled.map(\.end) == [isOpen ? .crash : .graceful, .unseen])
            #expect(settled.map(\.stoppedAt) == [30 * second, nil])
        }
    }

    @Test("parts of a log say together what the whole log says")
    func parts() {
        let signs: [(Int64, Bool)] = [(10, true), (30, false), (70, true), (90, false)]
        var whole = two
        var parts = [[two], [two]]
        for (index, (at, isOpen)) in signs.enumerated() {
            whole.observe(at * second, isOpenWatch: isOpen)
            parts[index / 2][0].observe(at * second, isOpenWatch: isOpen)
        }
        let joined = ServerActivity.joined(parts.reversed(), startingWith: [two])
        #expect(joined.flatMap { $0.settled() } == whole.settled())
    }
}

@Suite("Logs of several servers under one name")
struct MixedLogTests {
    private func processes(_ seen: [(version: String, at: Int64)]) -> [ServerProcess] {
        seen.map {
            ServerProcess(
                server: "all", version: $0.version, firstSeen: $0.at * second,
                lastSeen: $0.at * second, knownBy: "")
        }
    }

    @Test("versions that take turns within seconds are of several servers")
    func turns() {
        let mixed = MixedLog(processes([("v1.35.6", 0), ("v1.36.0", 100), ("v1.35.6", 103)]))
        #expect(mixed?.one == "v1.35.6" && mixed?.other == "v1.36.0" && mixed?.server == "all")
    }

    @Test("an upgrade and its rollback are one server's")
    func rollback() {
        #expect(MixedLog(processes([("v1.35.6", 0), ("v1.36.0", 100), ("v1.35.6", 900)])) == nil)
        #expect(MixedLog(processes([("v1.35.6", 0), ("v1.36.0", 100)])) == nil)
    }

    @Test("a rollback that is taken back at once is one server's, where both starts were seen")
    func takenBack() {
        var seen = processes([("v1.36.0", 0), ("v1.35.6", 100), ("v1.36.0", 120)])
        #expect(MixedLog(seen) != nil)
        seen[1].readyAt = 103 * second
        #expect(MixedLog(seen) != nil)
        seen[2].readyAt = 123 * second
        #expect(MixedLog(seen) == nil)
    }

    @Test("a log that names no server is spoken of as such")
    func unnamed() {
        var seen = processes([("v1.35.6", 0), ("v1.36.0", 1), ("v1.35.6", 2)])
        for index in seen.indices { seen[index].server = "" }
        let sentences = MixedLog.all(in: seen).map(\.sentence)
        #expect(sentences.count == 1)
        #expect(sentences.first?.hasPrefix("a log that names no server shows") == true)
    }
}

@Suite("What a request of a loopback client shows")
struct SelfSightingTests {
    private func kind(
        _ verb: Verb, _ status: Int = 200,
        _ set: (inout SelfSighting.Kind.Traits) -> Void = { _ in }
    ) -> SelfSighting.Kind {
        var traits = SelfSighting.Kind.Traits()
        set(&traits)
        return SelfSighting.Kind(verb: verb, status: status, traits)
    }

    @Test("a list starts an informer, a watch only where it asks for everything")
    func informers() {
        #expect(kind(.list) == .informerStart && kind(.watch) == .other)
        #expect(kind(.watch) { $0.asksForAll = true } == .informerStart)
        #expect(kind(.get) { $0.asksForAll = true } == .other)
    }

    @Test("a poll of /readyz is ready where it was answered 200")
    func readiness() {
        #expect(kind(.get, 200) { $0.isReadiness = true } == .readinessPoll(isReady: true))
        #expect(kind(.get, 500) { $0.isReadiness = true } == .readinessPoll(isReady: false))
    }

    @Test("a lease is kept or deleted only by a write that succeeded")
    func leases() {
        #expect(kind(.update) { $0.lease = "apiserver-x" } == .leaseKept("apiserver-x"))
        #expect(kind(.delete) { $0.lease = "apiserver-x" } == .leaseDeleted("apiserver-x"))
        #expect(kind(.delete, 404) { $0.lease = "apiserver-x" } == .other)
        #expect(kind(.get) { $0.lease = "apiserver-x" } == .other)
    }

    @Test("the loopback client's version is the first word of its agent")
    func agent() {
        let agent = "kube-apiserver/v1.35.6 (linux/amd64) kubernetes/0123456"
        #expect(LoopbackClient.version(ofAgent: agent) == "v1.35.6")
        #expect(LoopbackClient.version(ofAgent: "kubectl/v1.35.6") == nil)
    }
}
