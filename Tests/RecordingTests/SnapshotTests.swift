import Judgments
import Recording
import SQLiteKit
import Testing

@Suite("A snapshot of a recording") struct SnapshotTests {
    @Test("is one state on all threads and in all phases, whatever is written meanwhile")
    func oneState() throws {
        try withRecording { recording, path in
            try recording.connection.execute("INSERT INTO meta VALUES ('n', '0')")
            for round in 0..<5 {
                let snapshot = try RecordingSnapshot(path: path)
                #expect(Set(try values(of: snapshot)) == ["\(round)"])
                try recording.connection.execute("UPDATE meta SET value = '\(round + 1)'")
                #expect(Set(try values(of: snapshot)) == ["\(round)"])
                snapshot.end()
            }
        }
    }

    @Test("that was ended reads no more, and keeps no writer waiting") func ending() throws {
        try withRecording { recording, path in
            let snapshot = try RecordingSnapshot(path: path)
            #expect(try snapshot.read { try $0.runNames() } == [])
            snapshot.end()
            #expect(throws: RecordingError.self) { try snapshot.read { try $0.runNames() } }
            #expect(try recording.connection.text("PRAGMA journal_mode = DELETE") == "delete")
        }
    }

    private func values(of snapshot: RecordingSnapshot) throws -> [String] {
        try snapshot.inParallel(pieces: 12) { recording, _ throws(RecordingError) in
            try recording.run { connection throws(SQLiteError) in
                try connection.text("SELECT value FROM meta WHERE key = 'n'") ?? ""
            }
        }
    }
}

@Suite("A recording of an earlier version") struct OldRecordingTests {
    @Test("is brought up to date by its first reader, with the modes of its runs")
    func modes() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/old.db"
            try Recording(path: path, access: .create).close()
            try Connection(path: path, mode: .readWrite).execute(
                """
                DROP VIEW v_run; ALTER TABLE run DROP COLUMN mode;
                ALTER TABLE run DROP COLUMN evidence; DROP VIEW v_evidence; DROP TABLE evidence;
                DROP TABLE capture; DROP TABLE revision; DROP VIEW v_field;
                DROP TABLE field_sighting; DROP VIEW v_rollback; DROP TABLE rollback_use;
                DROP TABLE rollback_limit; DROP VIEW v_demand; DROP TABLE demand;
                CREATE VIEW v_run AS SELECT name AS run, summary FROM run;
                INSERT INTO run VALUES
                    (1, 'a', '', 0, 0, 0, '', 0, 'run a, as recorded: 1 request' || char(10), 0, 0, 0),
                    (2, 'b', '', 0, 0, 0, '', 0, 'run b, what if: x: 1 request' || char(10)
                        || 'as recorded: no', 0, 0, 0);
                PRAGMA user_version = 1
                """)
            let recording = try Recording(path: path, access: .read)
            #expect(try recording.storedRun("a")?.mode == .asRecorded)
            #expect(try recording.storedRun("b")?.mode == .whatIf)
            let list = "SELECT group_concat(run || '=' || mode) FROM v_run"
            #expect(try recording.connection.text(list) == "a=as-recorded,b=what-if")
        }
    }
}
