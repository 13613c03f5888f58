public import KubeAPI
import SQLiteKit

// A record shows which 404 it was by what its server writes, and that differs by release. A reader
// does not know the release of the server whose record it reads: so what it finds is what servers
// until 1.37 mean, with what tells the rest in the flags.
extension Recording {
    /// Reads the 404s of later servers as these mean them, once the processes are known.
    ///
    /// A Status without details is their page (F1.49); a code alone was relayed (F9.14), so that
    /// it does not show which 404 it was. Does nothing where there is no such server, and nothing
    /// new when it is done again.
    public func readShapesAnew(_ processes: [ServerProcess]) throws(RecordingError) {
        let names = try serverNames()
        let windows = LaterServer.windows(processes, names)
        guard !windows.isEmpty else { return }
        try run { connection throws(SQLiteError) in
            let transaction = try connection.begin()
            for window in windows { try window.readAnew(connection, written) }
            try connection.execute(LaterServer.lastPassDecides)
            try transaction.commit()
        }
    }

    /// Of these servers those whose own answers show that they are later ones.
    ///
    /// Packets show a body as it was. A log may have lost empty details on its way, unless it has
    /// kept those of another 404 of the same server.
    public func serversOfBareStatus(
        among names: Set<String>
    ) throws(RecordingError) -> Set<String> {
        guard !names.isEmpty else { return [] }
        let (bare, wire) = (RequestFlags.bareStatus.rawValue, RequestFlags.fromWire.rawValue)
        let found = try rows(
            """
            SELECT server.name, sum(flags & \(bare) != 0),
                sum(flags & \(bare) != 0 AND flags & \(wire) != 0),
                sum(flags & \(bare) = 0 AND not_found = \(NotFoundShape.route.rawValue))
            FROM request JOIN server ON server.id = request.server
            WHERE status = 404 GROUP BY request.server
            """
        ) { row in
            let isProven = row.integer(2) > 0 || row.integer(3) > 0
            return row.integer(1) > 0 && isProven ? row.text(0) : ""
        }
        return names.intersection(found.filter { !$0.isEmpty })
    }
}

/// A span in which a server ran a release that answers unknown paths with a Status.
private struct LaterServer {
    var server: Int64
    var from: Int64
    /// The instant from which another process ran.
    var until: Int64

    static func windows(_ processes: [ServerProcess], _ names: [String]) -> [LaterServer] {
        var ids: [String: Int64] = [:]
        for (id, name) in names.enumerated() { ids[name] = Int64(id) }
        return processes.enumerated().compactMap { index, process in
            guard process.release?.has(.answersUnknownPathsWithStatus) == true,
                let server = ids[process.server]
            else { return nil }
            let next = processes[(index + 1)...].first { $0.server == process.server }
            let isFirst = !processes[..<index].contains { $0.server == process.server }
            return LaterServer(
                server: server, from: isFirst ? .min : process.startedAt ?? process.firstSeen,
                until: next.map { $0.startedAt ?? $0.firstSeen } ?? .max)
        }
    }

    func readAnew(
        _ connection: borrowing Connection, _ cluster: ClusterScope
    ) throws(SQLiteError) {
        for (flag, shape) in [
            (RequestFlags.bareStatus, NotFoundShape.page),
            (RequestFlags.codeOnlyStatus, NotFoundShape.unknown),
        ] {
            var update = try connection.prepare(
                """
                UPDATE main.request SET not_found = \(shape.rawValue)
                WHERE status = 404 AND server = ? AND at_ns >= ? AND at_ns < ?
                    AND flags & \(flag.rawValue) != 0
                """)
            update.bind(1, server == 0 ? cluster.id : server)
            update.bind(2, from)
            update.bind(3, until)
            try update.run()
        }
    }

    /// The servers that forwarded a request saw an opaque answer (F9.8).
    static let lastPassDecides = """
        WITH last AS (
            SELECT origin AS first, not_found, max(at_ns) FROM request
            WHERE origin IS NOT NULL AND status = 404 GROUP BY origin
        )
        UPDATE main.request SET not_found = last.not_found FROM last
        WHERE (request.id = last.first OR request.origin = last.first) AND request.status = 404
            AND request.flags & \(RequestFlags.codeOnlyStatus.rawValue) != 0
        """
}
