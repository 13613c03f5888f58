import Bytes
public import KubeAPI

/// What a server's whole log shows of its processes: when it spoke last before the next began, and
/// which watches were left open then.
public struct ServerActivity: Sendable {
    public let name: String
    private let processes: [ServerProcess]
    /// For each process, when the next one begins.
    private var untils: [Int64]
    private var lastSeen: [Int64]
    private var openWatches: [Int]
    /// Its log keeps of some refusals the code alone.
    public var lacksWords = false
    public private(set) var firstAt = Int64.max
    public private(set) var lastAt = Int64.min

    public init(name: String, processes: [ServerProcess]) {
        self.name = name
        self.processes = processes
        untils = processes.dropFirst().map { $0.startedAt ?? $0.firstSeen } + [.max]
        lastSeen = Array(repeating: .min, count: untils.count)
        openWatches = Array(repeating: 0, count: untils.count)
    }

    public mutating func observe(_ at: Int64, isOpenWatch: Bool) {
        firstAt = min(firstAt, at)
        lastAt = max(lastAt, at)
        let index = process(at: at)
        lastSeen[index] = max(lastSeen[index], at)
        if isOpenWatch, index < processes.count, at >= processes[index].firstSeen {
            openWatches[index] += 1
        }
    }

    /// Puts together what the parts of a recording show of its servers, part by part.
    public static func joined(
        _ parts: [[ServerActivity]], startingWith quiet: [ServerActivity]
    ) -> [ServerActivity] {
        parts.reduce(into: quiet) { servers, part in
            for index in servers.indices { servers[index].add(part[index]) }
        }
    }

    /// Takes over what another part of the same log shows.
    private mutating func add(_ other: ServerActivity) {
        firstAt = min(firstAt, other.firstAt)
        lastAt = max(lastAt, other.lastAt)
        lacksWords = lacksWords || other.lacksWords
        for index in lastSeen.indices {
            lastSeen[index] = max(lastSeen[index], other.lastSeen[index])
            openWatches[index] += other.openWatches[index]
        }
    }

    /// The process that an instant belongs to: the first whose successor begins later.
    private func process(at instant: Int64) -> Int {
        min(untils.partitioningIndex { instant < $0 }, untils.count - 1)
    }

    /// The processes with their ends, as everybody's requests show them.
    public func settled() -> [ServerProcess] {
        if processes.isEmpty {
            return [
                ServerProcess(
                    server: name, version: "", firstSeen: firstAt, lastSeen: lastAt,
                    knownBy: "no request of its own client is in the log")
            ]
        }
        var settled = processes
        for index in settled.indices {
            // Not what was sighted: the first requests of the next process look like this one's.
            let last = lastSeen[...index].max() ?? .min
            if last != .min { settled[index].lastSeen = last }
            guard settled[index].stoppedAt == nil else {
                settled[index].knownBy += "; deleted its identity lease"
                continue
            }
            guard index + 1 < settled.count else { continue }
            settled[index].stoppedAt = settled[index].lastSeen
            let isGraceful = openWatches[index] == 0
            settled[index].end = isGraceful ? .graceful : .crash
            settled[index].knownBy +=
                isGraceful ? "; closed its watches" : "; fell silent with watches open"
        }
        return settled
    }
}
