import Foundation
import SQLiteKit
import Testing

/// What a hostile file or a slip of the hand may not do: destroy, leak, hang or trap.
struct HostileTests {
    private static func incident(in work: borrowing CommandFolder) throws {
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let replay = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(replay.status == 0, "\(replay)")
    }

    // MARK: Outputs

    @Test("no output of a verb replaces what the verb reads")
    func outputOntoInput() throws {
        let work = try CommandFolder()
        try Self.incident(in: work)
        let before = try Data(contentsOf: URL(fileURLWithPath: work.path + "/r.db"))
        _ = try work.shell("ln -s r.db link.db; ln r.db hard.db")
        for output in ["r.db", "link.db", "hard.db", "./r.db"] {
            let result = try work.run("report", "r.db", "--html", output)
            #expect(result.status == 1, "\(result)")
            #expect(result.errors.contains("would be destroyed"), "\(result)")
        }
        for words in [
            "report r.db --markdown ./r.db", "report r.db --json r.db", "scrub r.db -o link.db",
            "capture live r.db --interface lo --duration 1s --write hard.db", "merge r.db r.db",
            "capture audit r.db r.db",
        ] {
            let result = try work.shell("kubeskew \(words)")
            #expect(result.status == 1 || result.status == 2, "\(result)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: work.path + "/r.db")) == before)
        #expect(try work.run("servers", "r.db").status == 0)
    }

    @Test("recordings and reports are for their owner alone")
    func modes() throws {
        let work = try CommandFolder()
        try Self.incident(in: work)
        #expect(try work.run("report", "r.db", "--html", "r.html").status == 0)
        #expect(try work.shell("stat -c %a r.db r.html").output == "600\n600\n")
    }

    // MARK: Recordings

    @Test("a folder is no recording, and is said to be one")
    func folder() throws {
        let work = try CommandFolder()
        let result = try work.shell("mkdir f.db; kubeskew servers f.db; kubeskew replay f.db")
        #expect(result.errors.contains("f.db is a folder, not a recording"), "\(result)")
        #expect(!result.errors.contains("I/O"))
    }

    /// Values that no capture stores.
    static let odd = [
        "UPDATE request SET at_ns = 9223372036854775807 WHERE id % 7 = 0",
        "UPDATE request SET at_ns = -9223372036854775808 WHERE id % 11 = 0",
        "UPDATE request SET at_ns = -9223372036854775808",
        "UPDATE request SET server = 99999 WHERE id % 13 = 0",
        "UPDATE request SET resource = -5 WHERE id % 17 = 0",
        "UPDATE request SET client = 4294967296, path = -1, status = 999999, verb = 12345",
        "UPDATE request SET flags = -1, stage = 99, level = -3, not_found = 77, origin = id",
        "UPDATE request SET duration_us = 9223372036854775807 WHERE id % 3 = 0",
        "UPDATE object SET first_ns = 9223372036854775807, last_ns = -9223372036854775808",
        "UPDATE run SET first_ns = 9223372036854775807, last_ns = -9223372036854775808",
        "UPDATE finding SET requests = -9223372036854775808, first_ns = 9223372036854775807",
        "UPDATE coverage SET requests = 9223372036854775807",
        "DROP VIEW v_request; CREATE VIEW v_request AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL "
            + "SELECT x + 1 FROM c) SELECT x AS request_id, x AS at_ns FROM c",
        "CREATE TRIGGER t AFTER INSERT ON string BEGIN DELETE FROM request; END",
    ]

    @Test("a recording with values that no capture stores traps nothing", arguments: odd)
    func oddValues(sql: String) throws {
        let work = try CommandFolder()
        try Self.incident(in: work)
        do {
            let connection = try Connection(path: work.path + "/r.db", mode: .readWrite)
            try connection.execute("PRAGMA foreign_keys = OFF; \(sql)")
        }
        for line in [
            "servers r.db", "scenario r.db", "replay r.db --run other --fail-on none",
            "findings r.db --fail-on none", "explain r.db 1", "report r.db --html r.html",
            "capture audit r.db a.log",
        ] {
            try work.write("a.log", "{\"kind\":\"Event\"}\n")
            let result = try work.shell("timeout 60 '\(kubeskewBinary)' \(line)")
            #expect((0...3).contains(result.status), "\(result)")
        }
    }

    @Test("a reader keeps neither a replay nor documents from being stored, and both end well")
    func readerBesideReplay() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let reader = try Connection(path: work.path + "/r.db", mode: .readWrite)
        // As it is while a run is being stored.
        _ = try reader.text("PRAGMA journal_mode = WAL")
        let replay: CommandResult
        do {
            let transaction = try reader.begin(immediate: false)
            _ = try reader.integer("SELECT count(*) FROM request")
            replay = try work.shell(
                """
                timeout 60 '\(kubeskewBinary)' replay r.db --fail-on none || exit
                echo '\(CaptureDiscoveryTests.aggregated)' > d.json
                timeout 60 '\(kubeskewBinary)' capture discovery r.db cp-1=d.json
                """)
            try transaction.commit()
        }
        #expect(replay.status == 0, "\(replay)")
        let findings = try work.run("findings", "r.db", "--fail-on", "none")
        #expect(findings.status == 0 && findings.output.contains("ConfigMaps"), "\(findings)")
    }

    @Test("who waits for another process for longer than a second is told so")
    func waiting() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let reader = try Connection(path: work.path + "/r.db", mode: .readOnly)
        let transaction = try reader.begin(immediate: false)
        _ = try reader.integer("SELECT count(*) FROM request")
        let log = packageRoot + "/captures/loop-through-load-balancer/audit-cp-1.log.gz"
        let capture = try work.shell(
            """
            '\(kubeskewBinary)' capture audit r.db 'cp-9=\(log)' 2> said &
            for try in $(seq 300); do grep -q waiting said && break; sleep 0.2; done
            kill -9 $!; cat said
            """)
        try transaction.commit()
        #expect(
            capture.output.contains("waiting: another process is using r.db"), "\(capture)")
    }

    // MARK: Names

    @Test(
        "a server may be called anything, and its requests be explained",
        arguments: [
            "10.0.0.1:6443", "cp 1", "it's \"cp\"", "a: b # c", "[fd00::1]:6443", "ü-1", "no",
        ])
    func names(name: String) throws {
        let work = try CommandFolder()
        let log = packageRoot + "/captures/wrong-gc-without-proxy/audit-cp-1.log.gz"
        let capture = try work.run("capture", "audit", "r.db", "\(name)=\(log)")
        #expect(capture.status == 0, "\(capture)")
        let replay = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(replay.status == 0, "\(replay)")
        let explained = try work.run("explain", "r.db", "1")
        #expect(explained.status == 0, "\(explained)")
        #expect(explained.output.contains(name), "\(explained)")
        let printed = try work.shell(
            "kubeskew scenario r.db > s.yaml && kubeskew scenario --check s.yaml")
        #expect(printed.status == 0 && printed.output.contains("timeline"), "\(printed)")
    }

    @Test("the name of a server in a log is obeyed by no terminal")
    func escapes() throws {
        let work = try CommandFolder()
        let log = packageRoot + "/captures/wrong-gc-without-proxy/audit-cp-1.log.gz"
        for line in [
            "capture audit r.db $'cp\\e[31m'=\(log)", "replay r.db --fail-on none", "scenario r.db",
            "servers r.db -o yaml", "explain r.db 1",
        ] {
            let result = try work.shell("kubeskew \(line)")
            #expect(result.status == 0, "\(result)")
            #expect(!(result.output + result.errors).contains("\u{1b}"), "\(result)")
        }
    }

    // MARK: Time

    @Test("a query ends at its limit, whatever function it is in")
    func queryLimit() throws {
        let work = try CommandFolder()
        try work.write("a.log", "no record\n")
        _ = try work.run("capture", "audit", "r.db", "a.log")
        let start = Date()
        let result = try work.run(
            "query", "r.db", "--timeout", "1s", "-e",
            "SELECT instr(hex(zeroblob(30000000)), hex(zeroblob(15000000)) || '1')")
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("the query was stopped after 1 s"), "\(result)")
        #expect(Date().timeIntervalSince(start) < 30)
        #expect(try work.run("query", "r.db", "-e", "SELECT 1", "--timeout", "-1s").status == 2)
    }

    @Test("a hundred thousand repeated flags are read")
    func repeatedFlags() throws {
        let work = try CommandFolder()
        let flags = (0..<100_000).map { "--feature-gates=A\($0)=true" }.joined(separator: ",")
        try work.write(
            "s.yaml",
            """
            apiVersion: kubeskew.dev/v1alpha1
            kind: Scenario
            name: x
            origin: capture
            servers: {cp-1: {timeline: [{at: 0s, start: "1.35", flags: [\(flags)]}]}}

            """)
        let result = try work.shell("timeout 60 '\(kubeskewBinary)' scenario --check s.yaml")
        #expect(result.status == 0 || result.status == 1, "\(result.status)")
    }

    @Test("folders that link to each other are read once")
    func folderLinks() throws {
        let work = try CommandFolder()
        let log = packageRoot + "/captures/wrong-gc-without-proxy/audit-cp-1.log.gz"
        let result = try work.shell(
            "mkdir logs; ln -s . logs/a; ln -s . logs/b; cp '\(log)' logs/audit.log.gz; "
                + "timeout 60 '\(kubeskewBinary)' capture audit r.db logs")
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("1 log,"), "\(result)")
    }

    @Test("a name that is no UTF-8 is told of, and a pipe without a writer ends with Ctrl-C")
    func oddFiles() throws {
        let work = try CommandFolder()
        let named = try work.shell(
            "mkdir logs; touch \"logs/$(printf '\\xff\\xfe').log\"; "
                + "kubeskew capture audit r.db logs; "
                + "kubeskew query r.db -e 'SELECT reason FROM v_reject' -o csv")
        #expect(named.output.contains("No such file"), "\(named)")
        let pipe = try work.shell(
            "mkfifo p; timeout --preserve-status -s INT -k 20 2 '\(kubeskewBinary)' capture audit p.db p; echo $?"
        )
        #expect(pipe.output.contains("130"), "\(pipe)")
    }

    @Test("a limit on the size of files is an error, no end without a word")
    func fileSizeLimit() throws {
        let work = try CommandFolder()
        let log = packageRoot + "/captures/wrong-gc-without-proxy/audit-cp-1.log.gz"
        let result = try work.shell(
            "ulimit -f 100; '\(kubeskewBinary)' capture audit r.db 'cp-1=\(log)'; echo status $?")
        #expect(result.output.contains("status 1"), "\(result)")
        #expect(try work.run("capture", "audit", "r.db", "cp-1=\(log)").status == 0)
    }
}
