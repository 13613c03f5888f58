import Bytes
public import KubeAPI
import SQLiteKit

/// The processes of servers, as a capture found them: `servers` and the scenario "as recorded"
/// read the rows.
extension Recording {
    /// The names of its servers, by id; the first is empty.
    public func serverNames() throws(RecordingError) -> [String] {
        try run { connection throws(SQLiteError) in try loadServers(connection, scope) }
    }

    /// Keeps these processes in the place of those that were there.
    public func store(_ processes: [ServerProcess]) throws(RecordingError) {
        try run { connection throws(SQLiteError) in
            let transaction = try connection.begin()
            // The process table is the file's, what is asked for its rows the cluster's.
            try connection.execute(
                "DELETE FROM main.process WHERE id IN (SELECT id FROM process)")
            var insert = try connection.prepare(
                """
                INSERT INTO main.process
                    (server, version, from_ns, ready_ns, until_ns, end, first_ns, last_ns, known_by)
                SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM main.server WHERE name = ? AND cluster = ?
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
                insert.bind(10, written.name)
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
                SELECT s.name, version, from_ns, ready_ns, until_ns, end, first_ns, last_ns,
                    known_by
                FROM process JOIN server AS s ON s.id = process.server
                ORDER BY s.name, first_ns, process.id
                """)
            var processes: [ServerProcess] = []
            while try select.step() {
                processes.append(
                    ServerProcess(
                        server: select.text(0), version: select.text(1),
                        startedAt: select.optionalInstant(2), readyAt: select.optionalInstant(3),
                        stoppedAt: select.optionalInstant(4),
                        end: ServerProcess.End(rawValue: select.text(5)) ?? .unseen,
                        firstSeen: select.instant(6), lastSeen: select.instant(7),
                        knownBy: select.text(8)))
            }
            return processes
        }
    }
}
