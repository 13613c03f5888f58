import Bytes
import ControlPlane
import Dispatch
import Judgments
import KubeAPI
import Planning
import Replay
import Synchronization

/// Times the comparison of ways to upgrade: 24 orders, 144 starts and 3 settings of the proxy.
///
///     plan-benchmark [REQUESTS]
///
/// Against the rival that needs no thought: a replay for each plan. Prints one line per figure.
let clock = ContinuousClock()
let start: Int64 = 1_800_000_000_000_000_000
let day: Int64 = 86_400 * 1_000_000_000
let count = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 10_000_000

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

var names = Names()
let members = (1...4).map { RollingUpgrade.Member(name: "cp-\($0)") }
for member in members { _ = names.servers.intern(member.name) }
let resources = Catalogue.resources(in: Release.known.upperBound).map {
    names.resource(group: $0.id.group, version: $0.id.version, resource: $0.id.resource)
}
let fleet = Fleet(
    from: Release(minor: 35), to: Release(minor: 36), members: members,
    recorded: start...(start + 2 * day))
var choices = Choices()
choices.paces = [.usual]
choices.starts = StartTimes(every: 600 * 1_000_000_000).starts(in: start...(start + day), length: 1)
choices.starts = Array(choices.starts.prefix(144))
let plans = choices.plans(of: fleet).plans

/// The request of a number: the same in every run, at growing instants.
func subject(_ number: Int) -> Replay.Subject {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
    state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    state ^= state >> 31
    return Replay.Subject(
        id: Int64(number), at: start + Int64(number) * (2 * day / Int64(count)),
        server: UInt32(state & 3) + 1, resource: resources[Int(state >> 8) % resources.count],
        client: UInt32(state >> 40 & 1_023), verb: .get, status: 200, notFound: .none, flags: [])
}

var compiled: Pricing?
let compiling = clock.measure {
    compiled = Pricing(fleet, plans, names: names, ownClients: [])
}
guard let pricing = compiled else { preconditionFailure("compiled above") }
let pieces = 64
let parts = Mutex<[Int: LoadCounter]>([:])
let summing = clock.measure {
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
        var counter = pricing.counter()
        for number in (count * piece / pieces)..<(count * (piece + 1) / pieces) {
            counter.receive(subject(number), isForwarded: false)
        }
        let done = counter
        parts.withLock { $0[piece] = done }
    }
}
let counters = parts.withLock { found in (0..<pieces).compactMap { found[$0] } }
var priced: PricedPlans?
let adding = clock.measure { priced = pricing.priced(counters) }
let whole = seconds(compiling) + seconds(summing) + seconds(adding)
print(
    "plan: \(plans.count) plans on \(count) requests in \(whole) s: \(seconds(compiling)) to "
        + "compile, \(seconds(summing)) to sum, \(seconds(adding)) to price; "
        + "\(Double(plans.count) / whole) plans a second")

// One plan replayed on a tenth of the requests: what each would cost.
let sample = max(1, count / 10)
let scenario = fleet.scenario(of: plans[0])
var flagged = 0
let replaying = clock.measure {
    let replay = Replay(
        table: RoutingTable(scenario), scenario: scenario, modes: [.whatIf], names: names,
        loopbackClients: [])
    var memory = JudgeMemory()
    var tallies = Tallies(serverCount: members.count)
    for number in 0..<sample
    where replay.judge(subject(number), memory: &memory, tallies: &tallies) != nil {
        flagged += 1
    }
}
let each = seconds(replaying) * Double(count) / Double(sample)
print(
    "replay: \(each) s a plan on one thread, so \(1 / each) plans a second; "
        + "plan is \(Double(plans.count) / whole * each) times as fast "
        + "(\(flagged) requests not plainly local)")
