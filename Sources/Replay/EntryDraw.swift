import Judgments
import ControlPlane

/// Which server a request reaches, where the scenario says otherwise than the recording.
///
/// A draw depends on the seed and the request's instant alone, so that it is the same on every
/// thread, and in whatever order the logs were read.
struct EntryDraw: Sendable {
    struct Candidate: Sendable {
        var server: Int
        var weight: Int
    }

    /// Requests keep the server that they were recorded at.
    let isRecorded: Bool
    private let all: [Candidate]
    private let seed: UInt64
    /// A server's own client never goes through a load balancer.
    private let loopbackClients: Set<UInt32>

    init(_ scenario: Scenario, table: RoutingTable, loopbackClients: Set<UInt32>) {
        seed = scenario.seed
        self.loopbackClients = loopbackClients
        switch scenario.entry {
        case .recorded:
            isRecorded = true
            all = []
        case .uniform:
            isRecorded = false
            all = table.servers.indices.map { Candidate(server: $0, weight: 1) }
        case .weights(let weights):
            isRecorded = false
            all = table.servers.enumerated().compactMap { number, name in
                weights[name].flatMap { $0 > 0 ? Candidate(server: number, weight: $0) : nil }
            }
        }
    }

    /// Whether a request comes from the server that receives it.
    func isOwnClient(_ client: UInt32) -> Bool { loopbackClients.contains(client) }

    /// The servers that a balancer would choose among: those that answer at all.
    func candidates(
        for subject: Replay.Subject, epoch: Int, column: Int, _ table: RoutingTable
    ) -> [Candidate]? {
        guard !isRecorded, !isOwnClient(subject.client) else { return nil }
        let running = all.filter {
            table.decision(epoch: epoch, server: $0.server, column: column).outcome != .unreachable
        }
        return running.isEmpty ? nil : running
    }

    func draw(at instant: Int64, among candidates: [Candidate]) -> Int {
        let total = candidates.reduce(0) { $0 + $1.weight }
        var left = Int(mixed(instant) % UInt64(total))
        for (index, candidate) in candidates.enumerated() {
            if left < candidate.weight { return index }
            left -= candidate.weight
        }
        return candidates.count - 1
    }

    /// SplitMix64 of the seed and the instant: every bit of either reaches every bit of the result.
    private func mixed(_ instant: Int64) -> UInt64 {
        var value = seed &+ UInt64(bitPattern: instant) &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
