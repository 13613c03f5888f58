public import KubeAPI
import SQLiteKit

/// Reads what the servers of a recording show of themselves, and keeps what follows from it.
///
/// `Capture` calls `storeProcesses` at the end of a capture; `servers` and the scenario "as
/// recorded" read the rows. Costs one scan of the requests.
extension Recording {
    /// Finds every server's processes anew and stores them.
    public func storeProcesses() throws(RecordingError) {
        let processes = try inferProcesses()
        try run { connection throws(SQLiteError) in
            let transaction = try connection.begin()
            try connection.execute("DELETE FROM process")
            var insert = try connection.prepare(
                """
                INSERT INTO process
                    (server, version, from_ns, ready_ns, until_ns, end, first_ns, last_ns, known_by)
                SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM server WHERE name = ?
                """)
            for process in processes {
                insert.bind(1, process.version)
                insert.bind(2, process.startedAt)
                insert.bind(3, process.readyAt)
                insert.bind(4, process.stoppedAt)
                insert.bind(5, process.end.rawValue)
                insert.bind(6, process.firstSeen)
                insert.bind(7, process.lastSeen)
                insert.bind(8, process.knownBy)
                insert.bind(9, process.server)
                try insert.run()
            }
            try transaction.commit()
        }
    }

    /// The processes that the recording holds, by server and time.
    public func processes() throws(RecordingError) -> [ServerProcess] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT s.name, version, from_ns, ready_ns, until_ns, end, first_ns, last_ns, known_by
                FROM process JOIN server AS s ON s.id = process.server
                ORDER BY s.name, first_ns, process.id
                """)
            var processes: [ServerProcess] = []
            while try select.step() {
                processes.append(
                    ServerProcess(
                        server: select.text(0), version: select.text(1),
                        startedAt: select.instant(2), readyAt: select.instant(3),
                        stoppedAt: select.instant(4),
                        end: ServerProcess.End(rawValue: select.text(5)) ?? .unseen,
                        firstSeen: select.integer(6), lastSeen: select.integer(7),
                        knownBy: select.text(8)))
            }
            return processes
        }
    }

    private func inferProcesses() throws(RecordingError) -> [ServerProcess] {
        try run { connection throws(SQLiteError) in
            let sightings = try selfSightings(connection)
            var servers = try loadServers(connection).enumerated().map { id, name in
                ServerActivity(
                    name: name,
                    processes: ProcessInference.processes(
                        of: name, sightings: sightings[Int64(id)] ?? []))
            }
            try observe(&servers, connection)
            return servers.filter { $0.firstAt <= $0.lastAt }.sorted { $0.name < $1.name }
                .flatMap { $0.settled() }
        }
    }
}

/// What a server's whole log shows of its processes: when it spoke last before the next began, and
/// which watches were left open then.
private struct ServerActivity {
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

    /// The process that an instant belongs to: the first whose successor begins later.
    private func process(at instant: Int64) -> Int {
        var low = 0
        var high = untils.count - 1
        while low < high {
            let middle = (low + high) / 2
            if instant < untils[middle] { high = middle } else { low = middle + 1 }
        }
        return low
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

/// Shows every request to its server: the one scan of the whole table.
///
/// Grouping in SQL would sort the rows first, which takes twice as long.
private func observe(
    _ servers: inout [ServerActivity], _ connection: borrowing Connection
) throws(SQLiteError) {
    var select = try connection.prepare(
        """
        SELECT server, at_ns, verb = \(Verb.watch.rawValue) AND duration_us IS NULL FROM request
        """)
    while try select.step() {
        let server = Int(select.integer(0))
        guard servers.indices.contains(server) else { continue }
        servers[server].observe(select.integer(1), isOpenWatch: select.integer(2) != 0)
    }
}

private func selfSightings(
    _ connection: borrowing Connection
) throws(SQLiteError) -> [Int64: [SelfSighting]] {
    var select = try connection.prepare(
        """
        SELECT r.server, r.at_ns, c.user_agent, r.verb, g.resource, n.text, p.text, r.status,
            q.text LIKE '%sendInitialEvents=true%'
        FROM request AS r
        JOIN client AS c ON c.id = r.client
        JOIN resource AS g ON g.id = r.resource
        JOIN string AS n ON n.id = r.name
        JOIN string AS p ON p.id = r.path
        JOIN string AS q ON q.id = r.query
        WHERE r.client IN (
            SELECT id FROM client
            WHERE user = 'system:apiserver' AND user_agent LIKE 'kube-apiserver/%')
            AND r.origin IS NULL
        ORDER BY r.server, r.at_ns, r.id
        """)
    var sightings: [Int64: [SelfSighting]] = [:]
    while try select.step() {
        let agent = select.text(2)
        let version = agent.dropFirst("kube-apiserver/".count).prefix { $0 != " " }
        sightings[select.integer(0), default: []].append(
            SelfSighting(
                at: select.integer(1), version: String(version),
                kind: kind(
                    verb: Verb(rawValue: UInt8(clamping: select.integer(3))) ?? .none,
                    resource: select.text(4), name: select.text(5), path: select.text(6),
                    status: select.integer(7), asksForAll: select.integer(8) != 0)))
    }
    return sightings
}

private func kind(
    verb: Verb, resource: String, name: String, path: String, status: Int64, asksForAll: Bool
) -> SelfSighting.Kind {
    if path.hasPrefix("/readyz") { return .readinessPoll(isReady: status == 200) }
    let succeeded = (200..<300).contains(status)
    if resource == "leases", name.hasPrefix("apiserver-"), succeeded {
        switch verb {
        case .create, .update, .patch: return .leaseKept(name)
        case .delete: return .leaseDeleted(name)
        default: break
        }
    }
    // A watch that only goes on where it was cut off starts no informer.
    return verb == .list || (verb == .watch && asksForAll) ? .informerStart : .other
}

extension Statement {
    fileprivate func instant(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
}
