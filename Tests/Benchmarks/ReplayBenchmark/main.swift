import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay

/// Times the two halves of a replay in memory: compiling a big scenario, and judging by look-up.
///
///     replay-benchmark
///
/// Prints one line per figure. The whole `replay` of a recording is timed by
/// `Tests/Benchmarks/run`.
let clock = ContinuousClock()
let start: Int64 = 1_800_000_000_000_000_000

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

/// Nine servers, sixty events, two thousand custom resources in two hundred groups.
func bigScenario() -> Scenario {
    var scenario = Scenario()
    let flags = [
        "--feature-gates=UnknownVersionInteroperabilityProxy=true", "--peer-ca-file=ca.crt",
    ]
    for index in 0..<9 {
        var server = Scenario.Server(name: "cp-\(index + 1)")
        // Three or four processes each: with readiness, stops and leases some sixty events.
        for life in 0..<(index < 3 ? 4 : 3) {
            let from = start + Int64(index * 30 + life * 600) * 1_000_000_000
            server.processes.append(
                Scenario.Process(
                    startedAt: from, release: Release(minor: life == 0 ? 35 : 36),
                    readyAfter: 4_000_000_000, flags: flags,
                    stoppedAt: life == (index < 3 ? 3 : 2) ? nil : from + 590_000_000_000,
                    end: .graceful(drain: 6_000_000_000)))
        }
        scenario.servers.append(server)
    }
    for group in 0..<200 {
        let resources = (0..<10).map {
            Scenario.Extension.Resource(name: "things\($0)", kind: "Thing\($0)", namespaced: true)
        }
        scenario.extensions.append(
            Scenario.Extension(
                groupVersion: GroupVersion(group: "g\(group).example.com", version: "v1"),
                resources: resources, from: start - 1_000_000_000))
    }
    return scenario
}

let scenario = bigScenario()
var compiled: RoutingTable?
var best = Double.infinity
for _ in 0..<5 {
    let time = clock.measure { compiled = RoutingTable(scenario) }
    best = min(best, milliseconds(time))
}
guard let table = compiled else { preconditionFailure("compiled above") }
print(
    "compile: \(best) ms for \(scenario.servers.count) servers, \(table.epochs.count) epochs, 2000 custom resources"
)

var names = Names()
var resources: [UInt32] = [0]
for id in Catalogue.resources(in: Release(minor: 36)).map(\.id) {
    resources.append(names.resource(group: id.group, version: id.version, resource: id.resource))
}
for server in scenario.servers { _ = names.servers.intern(server.name) }
let replay = Replay(
    table: table, scenario: scenario, modes: [.asRecorded], names: names, loopbackClients: [])

// One request per 50 microseconds over the upgrade, spread over servers and resources.
let count = 20_000_000
var subjects: [Replay.Subject] = []
subjects.reserveCapacity(1 << 16)
var state: UInt64 = 1
for index in 0..<(1 << 16) {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    subjects.append(
        Replay.Subject(
            id: Int64(index), at: start + 100_000_000_000 + Int64(index) * 20_000_000,
            server: UInt32(state >> 33) % 9 + 1,
            resource: resources[Int(state >> 40) % resources.count], client: 0, verb: .get,
            status: 200,
            notFound: .none, flags: []))
}
var memory = JudgeMemory()
var tallies = Tallies(serverCount: table.servers.count)
var flagged = 0
let time = clock.measure {
    for round in 0..<(count / subjects.count) {
        _ = round
        for subject in subjects
        where replay.judge(subject, memory: &memory, tallies: &tallies) != nil {
            flagged += 1
        }
    }
}
let judged = count / subjects.count * subjects.count
print(
    "judge: \(Double(judged) / milliseconds(time) / 1e3) million requests a second, \(flagged) of \(judged) not plainly local"
)

var sum = 0
let lookUp = clock.measure {
    for round in 0..<(count / subjects.count) {
        _ = round
        for subject in subjects {
            sum &+= table.grid.decisionNumber(
                epoch: Int(subject.at & 63) % table.epochs.count, server: Int(subject.server) - 1,
                column: Int(subject.resource) % table.columnCount)
        }
    }
}
print("look-up: \(Double(judged) / milliseconds(lookUp) / 1e3) million a second (\(sum & 1))")
