import KubeAPI
import Recording
import SQLiteKit
import Testing

@Suite("Storing runs") struct RunWriterTests {
    @Test("a run of the same name leaves nothing of the one before") func replacing() throws {
        try withRecording { recording, _ in
            for round in 0..<2 {
                let names = try recording.names()
                try recording.run { connection throws(SQLiteError) in
                    try connection.execute(requestRow)
                    var writer = try RunWriter(name: "r", on: connection, names: names)
                    try writer.append([verdict], on: connection)
                    try writer.append([finding(round)], on: connection)
                    try writer.finish(run, on: connection)
                }
            }
            try recording.run { connection throws(SQLiteError) in
                for table in ["run", "verdict", "agreement", "finding", "finding_request"] {
                    let rows = try connection.integer("SELECT count(*) FROM \(table)")
                    #expect(rows == 1, "\(table)")
                }
                let rows = ["wrong_gc", "namespace_risk"].map { "SELECT count(*) FROM \($0)" }
                for sql in rows { #expect(try connection.integer(sql) == 1, "\(sql)") }
                #expect(try connection.text("SELECT subject FROM v_finding") == "subject 1")
            }
        }
    }

    @Test("two runs that read the recording before either was stored use the same texts")
    func concurrent() throws {
        try withRecording { recording, _ in
            let names = try recording.names()
            try recording.run { connection throws(SQLiteError) in
                try connection.execute(requestRow)
                for name in ["a", "b"] {
                    var writer = try RunWriter(name: name, on: connection, names: names)
                    try writer.append([verdict], on: connection)
                    try writer.finish(run, on: connection)
                }
                let texts = "SELECT count(*) FROM string WHERE text = 'wrong-404'"
                #expect(try connection.integer(texts) == 1)
            }
            _ = try recording.names()
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
                let names = try recording.names()
                try recording.run { connection throws(SQLiteError) in
                    var writer = try RunWriter(name: name, on: connection, names: names)
                    try writer.append([verdict], on: connection)
                    try writer.finish(run, on: connection)
                }
            }
            _ = try recording.names()
        }
    }

    private let requestRow = """
        INSERT OR IGNORE INTO request VALUES
            (1, 0, 0, 0, 200, 0, 0, NULL, 1, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, '');
        """

    private var verdict: StoredVerdict {
        StoredVerdict(
            request: 1, entryServer: 0, outcome: "wrong-404", isCertain: true, alternatives: "",
            servers: "cp-1", status: 404, reason: "")
    }

    private var run: StoredRun {
        var run = StoredRun(
            name: "r", scenario: "", startedAt: 0, requests: 1, flagged: 1, toolVersion: "0",
            seed: 1, summary: "")
        run.agreement = [.init(recorded: "local", predicted: "local", requests: 1)]
        return run
    }

    private func finding(_ round: Int) -> StoredFinding {
        var finding = StoredFinding()
        finding.id = "wrong-gc-1"
        finding.kind = "wrong-gc"
        finding.subject = "subject \(round)"
        finding.evidence = [.init(request: 1, role: "request")]
        finding.victims = [.init()]
        finding.risks = [.init()]
        return finding
    }
}
