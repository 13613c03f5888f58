import Judgments
import KubeAPI
@testable import Recording
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
            let old = try Connection(path: path, mode: .create)
            try old.execute(Schema.migrations[0])
            try old.execute(
                """
                INSERT INTO object VALUES (7, 'u', 0, 0, 0, 0, 0, 0, 1, 2, NULL, NULL, NULL);
                INSERT INTO owner VALUES (7, 'w', 0, 0, 0, 0, 0, 0, 1, 2);
                INSERT INTO run VALUES
                    (1, 'a', '', 0, 0, 0, '', 0, 'run a, as recorded: 1 request' || char(10), 0, 0, 0),
                    (2, 'b', '', 0, 0, 0, '', 0, 'run b, what if: x: 1 request' || char(10)
                        || 'as recorded: no', 0, 0, 0);
                PRAGMA application_id = \(Schema.applicationID);
                PRAGMA user_version = 1
                """)
            let recording = try Recording(path: path, access: .read)
            #expect(try recording.storedRun("a")?.mode == .asRecorded)
            #expect(try recording.storedRun("b")?.mode == .whatIf)
            let list = "SELECT group_concat(run || '=' || mode) FROM v_run"
            #expect(try recording.connection.text(list) == "a=as-recorded,b=what-if")
            // Nothing that was there before is of a cluster with a name.
            #expect(
                try recording.connection.text(
                    "SELECT group_concat(uid || cluster) FROM v_object") == "u")
            #expect(try recording.recordedObjects().owners.count == 1)
            try expectSound(path)
        }
    }
}
