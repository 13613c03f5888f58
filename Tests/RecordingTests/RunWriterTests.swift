import Judgments
import KubeAPI
import Recording
import SQLiteKit
import Testing

@Suite("Storing runs") struct RunWriterTests {
    @Test("a run of the same name leaves nothing of the one before") func replacing() throws {
        try withRecording { recording, _ in
            for round in 0..<2 {
                let names = try recording.names()
                try recording.connection.execute(requestRow)
                var writer = try RunWriter(name: "r", on: recording, names: names)
                try writer.append([verdict], on: recording)
                try writer.finish(run, [finding(round)], [], on: recording)
            }
            try recording.run { connection throws(SQLiteError) in
                for table in ["run", "verdict", "agreement", "finding", "finding_request"] {
                    let rows = try connection.integer("SELECT count(*) FROM \(table)")
                    #expect(rows == 1, "\(table)")
                }
                let rows = ["wrong_gc", "namespace_risk"].map { "SELECT count(*) FROM \($0)" }
                for sql in rows { #expect(try connection.integer(sql) == 1, "\(sql)") }
                #expect(try connection.text("SELECT summary FROM v_finding") == "summary 1")
            }
        }
    }

    @Test("findings sort by their ranks as they do by severity and grade") func ranks() throws {
        try withRecording { recording, _ in
            try recording.connection.execute(requestRow)
            let findings = [Finding.Kind.unprotected, .stuckStart, .wrongNotFound].flatMap { kind in
                Finding.Grade.allCases.reversed().map { Finding(kind, $0, subject: "\($0)") }
            }
            let writer = try RunWriter(name: "r", on: recording, names: recording.names())
            try writer.finish(run, findings, [], on: recording)
            let sorted = findings.sorted { ($1.severity, $0.grade) < ($0.severity, $1.grade) }
            let found = try recording.connection.text(
                """
                SELECT group_concat(severity || ' ' || grade) FROM
                    (SELECT * FROM v_finding ORDER BY severity_rank, grade_rank)
                """)
            let words = sorted.map { "\($0.severity.rawValue) \($0.grade.rawValue)" }
            #expect(found == words.joined(separator: ","))
        }
    }

    @Test("two runs that read the recording before either was stored use the same texts")
    func concurrent() throws {
        try withRecording { recording, _ in
            let names = try recording.names()
            try recording.connection.execute(requestRow)
            for name in ["a", "b"] { try store(name, names, in: recording) }
            let texts = "SELECT count(*) FROM string WHERE text = 'wrong-404'"
            #expect(try recording.connection.integer(texts) == 1)
            _ = try recording.names()
        }
    }

    @Test(
        "a run says as a word how it took the recording, and is found again with it",
        arguments: RunMode.allCases)
    func mode(mode: RunMode) throws {
        try withRecording { recording, _ in
            try recording.connection.execute(requestRow)
            var record = run
            record.mode = mode
            let writer = try RunWriter(name: "r", on: recording, names: recording.names())
            try writer.finish(record, [], [], on: recording)
            let column = try recording.connection.text("SELECT mode FROM v_run")
            #expect(column == mode.rawValue)
            #expect(try recording.storedRun("r")?.mode == mode)
        }
    }

    @Test("one verdict is read alone, whatever stands in the others") func oneVerdict() throws {
        try withRecording { recording, _ in
            try recording.connection.execute(requestRow)
            try store("r", recording.names(), in: recording)
            try recording.connection.execute(
                """
                INSERT INTO request SELECT 2, at_ns, server, resource, status, not_found, flags,
                    origin, verb, client, namespace, name, duration_us, path, query, stage, level,
                    source, position, audit_id FROM request WHERE id = 1;
                INSERT INTO verdict SELECT run, 2, entry_server, 0, certain, alternatives, servers,
                    status, reason FROM verdict;
                """)
            let stored = try #require(try recording.storedRun(nil))
            #expect(try recording.verdict(of: 1, in: stored) == verdict)
            #expect(throws: RecordingError.self) {
                _ = try recording.verdict(of: 2, in: stored)
            }
            #expect(try recording.verdict(of: 3, in: stored) == nil)
        }
    }

    @Test("clients that were renamed by hand do not keep a run from being stored")
    func renamed() throws {
        try withRecording { recording, _ in
            try recording.run { connection throws(SQLiteError) in
                try connection.execute(
                    "\(requestRow) INSERT INTO client VALUES (1, 'somebody', 'else', '', '')")
            }
            for name in ["a", "b"] {
                try store(name, recording.names(), in: recording)
            }
            _ = try recording.names()
        }
    }

    private let requestRow = """
        INSERT OR IGNORE INTO request VALUES
            (1, 0, 0, 0, 200, 0, 0, NULL, 1, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, '');
        """

    private func store(
        _ name: String, _ names: Names, in recording: borrowing Recording
    ) throws {
        var writer = try RunWriter(name: name, on: recording, names: names)
        try writer.append([verdict], on: recording)
        try writer.finish(run, [], [], on: recording)
    }

    private var verdict: WrittenVerdict {
        WrittenVerdict(
            request: 1, entryServer: 0, outcome: .wrongNotFound, certainty: .certain,
            alternatives: [], servers: "cp-1", status: 404, reason: "")
    }

    private var run: RunRecord {
        var run = RunRecord(
            name: "r", scenario: "", mode: .asRecorded, startedAt: 0, toolVersion: "0", seed: 1)
        run.agreement = [.init(recorded: .local, predicted: .local, requests: 1)]
        return run
    }

    /// The id of a finding goes by its subject; the summary tells the rounds apart.
    private func finding(_ round: Int) -> Finding {
        var finding = Finding(.wrongCollection, .observed, subject: "subject")
        finding.summary = "summary \(round)"
        finding.evidence = [.init(1, .request)]
        finding.victims = [.init(Finding.Identity(), deletedAt: nil, grade: .observed)]
        finding.risks = [
            .init(
                group: "", version: "v1", resource: "pods", kind: "", reason: "",
                grade: .observed)
        ]
        return finding
    }
}
