import Bytes
import KubeAPI
import SQLiteKit

/// What a server's whole log shows of its processes: when it spoke last before the next began, and
/// which watches were left open then.
struct ServerActivity: Sendable {
    let name: String
    var processes: [ServerProcess]
    /// For each process, when the next one begins.
    private var untils: [Int64]
    private var lastSeen: [Int64]
    private var openWatches: [Int]
    var firstAt = Int64.max
    var lastAt = Int64.min

    init(name: String, processes: [ServerProcess]) {
        self.name = name
        self.processes = processes
        untils = processes.dropFirst().map { $0.startedAt ?? $0.firstSeen } + [.max]
        lastSeen = Array(repeating: .min, count: untils.count)
        openWatches = Array(repeating: 0, count: untils.count)
    }

    mutating func observe(_ at: Int64, isOpenWatch: Bool) {
        firstAt = min(firstAt, at)
        lastAt = max(lastAt, at)
        let index = process(at: at)
        lastSeen[index] = max(lastSeen[index], at)
        if isOpenWatch, index < processes.count, at >= processes[index].firstSeen {
            openWatches[index] += 1
        }
    }

    /// Takes over what another part of the same log shows.
    mutating func add(_ other: ServerActivity) {
        firstAt = min(firstAt, other.firstAt)
        lastAt = max(lastAt, other.lastAt)
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
    func settled() -> [ServerProcess] {
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

extension Recording {
    /// Shows every request to its server.
    ///
    /// Grouping in SQL would sort the rows first, which takes twice as long.
    func activity(of quiet: [ServerActivity]) throws(RecordingError) -> [ServerActivity] {
        let parts = try scanRequests { connection, ids throws(SQLiteError) in
            var servers = quiet
            let isOpenWatch =
                "CASE verb WHEN \(Verb.watch.rawValue) THEN duration_us IS NULL END"
            try connection.scan(
                ["server", "at_ns", isOpenWatch], from: "request WHERE id BETWEEN ? AND ?",
                [ids.lowerBound, ids.upperBound]
            ) { rows in
                for row in 0..<rows.count {
                    let server = Int(rows[row, 0])
                    guard servers.indices.contains(server) else { continue }
                    servers[server].observe(rows[row, 1], isOpenWatch: rows[row, 2] != 0)
                }
            }
            return servers
        }
        var servers = quiet
        for part in parts {
            for index in servers.indices { servers[index].add(part[index]) }
        }
        return servers
    }
}
