import Foundation
import Testing

@Suite struct CaptureAuditVerbTests {
    private static let incident =
        FileManager.default.currentDirectoryPath
        + "/captures/loop-through-load-balancer"

    @Test("capture audit prints the servers, and says on standard error what a log leaves out")
    func summary() throws {
        let folder = try CommandFolder()
        let result = try folder.run(
            "capture", "audit", "r.db", Self.incident + "/audit-cp-1.log.gz", "-o", "csv")
        #expect(result.status == 0)
        #expect(result.output == "server,requests\r\ncp-1,656\r\n")
        #expect(result.errors.contains("656 requests added to r.db"))
        #expect(result.errors.contains("The stage RequestReceived was left out"))
    }

    @Test("standard input is read with the server that the command line names")
    func standardInput() throws {
        let folder = try CommandFolder()
        let result = try folder.shell(
            "cat '\(Self.incident)/audit-cp-1.log.gz' | kubeskew capture audit r.db one=- -q -o csv"
        )
        #expect(result.output == "server,requests\r\none,656\r\n")
    }

    @Test("an input that is not there stops the capture before anything is made")
    func absentInput() throws {
        let folder = try CommandFolder()
        let result = try folder.run("capture", "audit", "r.db", "absent.log")
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot read absent.log: No such file or directory"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/r.db"))
    }

    @Test("a log in which nothing can be read is a failure")
    func nothing() throws {
        let folder = try CommandFolder()
        try folder.write("notes.log", "these are\nnotes\n")
        let result = try folder.run("capture", "audit", "r.db", "notes.log")
        #expect(result.status == 1)
        #expect(result.errors.contains("2 records could not be read"))
    }

    @Test("a capture that is killed leaves a sound recording, and the same command completes it")
    func killed() throws {
        let folder = try CommandFolder()
        // The log comes through a pipe that stays open: the capture cannot end by itself.
        let log = "zcat '\(Self.incident)'/audit-cp-1.log.gz"
        let killed = try folder.shell(
            """
            mkfifo pipe
            { \(log); sleep 10; } > pipe & feeder=$!
            '\(kubeskewBinary)' capture audit r.db cp-1=pipe -q & capture=$!
            for i in $(seq 100); do
                sleep 0.1
                [ "$(sqlite3 r.db 'SELECT count(*) > 0 FROM request' 2>/dev/null)" = 1 ] && break
            done
            kill -9 $capture; wait $capture 2>/dev/null; kill $feeder
            sqlite3 r.db 'PRAGMA integrity_check; SELECT count(*) > 0 FROM v_request'
            """)
        #expect(killed.output == "ok\n1\n")
        let again = try folder.run(
            "capture", "audit", "r.db", Self.incident + "/audit-cp-1.log.gz", "-q", "-o", "csv")
        #expect(again.output == "server,requests\r\ncp-1,656\r\n")
        let rows = try folder.shell("sqlite3 r.db 'SELECT count(*) FROM request'; ls r.db*")
        #expect(rows.output == "656\nr.db\n")
    }

    @Test("Ctrl-C ends a capture soundly, with what was read so far")
    func interrupted() throws {
        let folder = try CommandFolder()
        let result = try folder.shell(
            """
            set -m
            mkfifo pipe
            { zcat '\(Self.incident)'/audit-cp-1.log.gz; sleep 10; } > pipe & feeder=$!
            '\(kubeskewBinary)' capture audit r.db cp-1=pipe -q -o csv & capture=$!
            sleep 2; kill -INT $capture; wait $capture; echo "status $?"
            kill -- -$feeder
            sqlite3 r.db 'PRAGMA integrity_check'; ls r.db*
            """)
        #expect(result.output == "server,requests\r\ncp-1,656\r\nstatus 130\nok\nr.db\n")
    }

    @Test("a second capture into the same recording is told")
    func second() throws {
        let folder = try CommandFolder()
        let result = try folder.shell(
            """
            mkfifo pipe
            sleep 10 > pipe & feeder=$!
            '\(kubeskewBinary)' capture audit r.db cp-1=pipe -q & capture=$!
            sleep 1
            kubeskew capture audit r.db '\(Self.incident)'/audit-cp-1.log.gz
            echo "status $?"
            kill -9 $capture $feeder
            """)
        #expect(result.output == "status 1\n")
        #expect(result.errors.contains("another capture is writing to r.db"))
    }

    @Test("a full disk is a clear error and a sound file")
    func fullDisk() throws {
        let folder = try CommandFolder()
        // The largest file allowed stands for the disk: SQLite reports both the same way.
        let result = try folder.shell(
            """
            ( ulimit -f 600; trap '' XFSZ
              kubeskew capture audit r.db '\(Self.incident)'/*.log.gz '\(Self.incident)'/../same*/ )
            echo "status $?"
            sqlite3 r.db 'PRAGMA integrity_check'
            """)
        #expect(result.output == "status 1\nok\n")
        #expect(result.errors.contains("disk"), "\(result.errors)")
    }

    @Test("a list names inputs, their servers, and what is remembered of where they came from")
    func inputs() throws {
        let work = try CommandFolder()
        let logs = packageRoot + "/captures/wrong-gc-without-proxy"
        try work.write(
            "list",
            """
            # fetched
            cp-1\t\(logs)/audit-cp-1.log.gz\ts3://logs/cp-1/audit.log.gz
            cp-2\t\(logs)/audit-cp-2.log.gz

            \t\(logs)/audit-cp-3.log.gz\ts3://logs/audit-cp-3.log.gz
            """)
        for (flag, rest) in [("list", ""), ("-", "< list")] {
            let capture = try work.shell(
                "rm -f r.db; kubeskew capture audit r.db --inputs \(flag) -o csv --no-headers \(rest)"
            )
            #expect(capture.status == 0, "\(capture)")
            #expect(capture.lines.map { $0.prefix(4) } == ["cp-1", "cp-2", "cp-3"], "\(capture)")
            let names = try work.run(
                "query", "r.db", "-e", "SELECT DISTINCT source FROM v_request ORDER BY 1", "-o",
                "csv", "--no-headers")
            #expect(
                names.lines == [
                    "\(logs)/audit-cp-2.log.gz", "s3://logs/audit-cp-3.log.gz",
                    "s3://logs/cp-1/audit.log.gz",
                ])
        }
        for (text, line) in [("cp-1", 1), ("a\tb\n\n\t-\n", 3), ("a\tb\tc\td\te", 1), ("\t\ta", 1)]
        {
            try work.write("bad", text)
            let result = try work.run("capture", "audit", "n.db", "--inputs", "bad")
            #expect(
                result.status == 1 && result.errors.contains("bad: line \(line): "), "\(result)")
        }
        #expect(try work.run("capture", "audit", "n.db").status == 2)
        #expect(try work.run("capture", "audit", "n.db", "-", "--inputs", "-").status == 2)
    }
}
