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
            var result: [ServerProcess] = []
            for server in try activity(connection) {
                var processes = ProcessInference.processes(
                    of: server.name, sightings: sightings[server.id] ?? [])
                if processes.isEmpty { processes = [server.unknownProcess] }
                try settleEnds(of: &processes, server, connection)
                result += processes
            }
            return result
        }
    }
}

/// When a server's log begins and ends.
private struct ServerActivity {
    var id: Int64
    var name: String
    var firstAt: Int64
    var lastAt: Int64

    var unknownProcess: ServerProcess {
        ServerProcess(
            server: name, version: "", firstSeen: firstAt, lastSeen: lastAt,
            knownBy: "no request of its own client is in the log")
    }
}

private func activity(
    _ connection: borrowing Connection
) throws(SQLiteError) -> [ServerActivity] {
    var select = try connection.prepare(
        """
        SELECT server, s.name, min(at_ns), max(at_ns) FROM request JOIN server AS s ON s.id = server
        GROUP BY server ORDER BY s.name
        """)
    var rows: [ServerActivity] = []
    while try select.step() {
        rows.append(
            ServerActivity(
                id: select.integer(0), name: select.text(1), firstAt: select.integer(2),
                lastAt: select.integer(3)))
    }
    return rows
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

/// Fills in how each process ended, from what everybody's requests show.
private func settleEnds(
    of processes: inout [ServerProcess], _ server: ServerActivity,
    _ connection: borrowing Connection
) throws(SQLiteError) {
    for index in processes.indices {
        let next = index + 1 < processes.count ? processes[index + 1] : nil
        let until = next?.startedAt ?? next?.firstSeen ?? server.lastAt + 1
        let last = try connection.instant(
            "SELECT max(at_ns) FROM request WHERE server = ?1 AND at_ns < ?2", server.id, until)
        // Not what was sighted: the first requests of the next process look like this one's.
        processes[index].lastSeen = last ?? processes[index].lastSeen
        guard processes[index].stoppedAt == nil else {
            processes[index].knownBy += "; deleted its identity lease"
            continue
        }
        guard next != nil else { continue }
        processes[index].stoppedAt = processes[index].lastSeen
        let openWatches = try connection.instant(
            """
            SELECT count(*) FROM request WHERE server = ?1 AND at_ns < ?2
                AND verb = \(Verb.watch.rawValue) AND duration_us IS NULL
                AND at_ns >= \(processes[index].firstSeen)
            """, server.id, until)
        let isGraceful = (openWatches ?? 0) == 0
        processes[index].end = isGraceful ? .graceful : .crash
        processes[index].knownBy +=
            isGraceful ? "; closed its watches" : "; fell silent with watches open"
    }
}

extension Connection {
    fileprivate func instant(
        _ sql: String, _ first: Int64, _ second: Int64
    ) throws(SQLiteError) -> Int64? {
        var select = try prepare(sql)
        select.bind(1, first)
        select.bind(2, second)
        return try select.step() ? select.instant(0) : nil
    }
}

extension Statement {
    fileprivate func instant(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
}
