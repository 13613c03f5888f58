import Foundation
import Testing

@testable import Analysis

/// A folder that holds the incident as `r.db`.
func incidentFolder() throws -> CommandFolder {
    let folder = try CommandFolder()
    try IncidentRecording.make(at: "\(folder.path)/r.db")
    return folder
}

/// The incident with a few objects more, replayed as recorded and then without the proxy.
func replayedIncidentFolder() throws -> CommandFolder {
    let folder = try incidentFolder()
    let objects = "\(packageRoot)/Tests/CommandTests/Fixtures/incident-objects/cp-3.log"
    let result = try folder.shell(
        """
        set -e
        kubeskew capture audit r.db 'cp-3=\(objects)'
        kubeskew replay r.db --fail-on none
        kubeskew scenario r.db | sed 's/, "--peer-ca-file=ca.crt"//' > off.yaml
        kubeskew replay r.db --scenario off.yaml --run proxy-off --fail-on none
        """)
    #expect(result.status == 0, "\(result)")
    return folder
}

@Suite("Queries by name")
struct NamedQueryTests {
    @Test("every query runs, its header is whole, and promises the columns that it has")
    func headers() throws {
        let folder = try replayedIncidentFolder()
        #expect(embeddedQueries.count >= 50)
        for (name, text) in embeddedQueries {
            let query = try QueryText(query: text)
            let takesRun = query.parameters.contains { $0.name == "run" }
            var rows = 0
            for run in takesRun ? ["as-recorded", "proxy-off"] : [""] {
                let result = try folder.shell(
                    "kubeskew query r.db \(name) -o csv \(takesRun ? "-p run=\(run)" : "")")
                #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
                #expect(result.lines.first == query.columns.map(\.name).joined(separator: ","))
                rows += max(0, result.lines.count - 1)
            }
            // No body of the incident has a field that a release added.
            let isEmpty = name.hasPrefix("fields/")
            #expect(rows > 0 || isEmpty, "\(name) has no rows in the incident")
            #expect(query.columns.allSatisfy { !$0.help.isEmpty }, "\(name)")
            for parameter in query.parameters {
                #expect(
                    query.sql.split(separator: "\n").contains {
                        !$0.hasPrefix("--") && $0.contains(":\(parameter.name)")
                    }, "\(name) does not use :\(parameter.name)")
            }
        }
    }

    @Test("--list has every query with its title")
    func list() throws {
        let folder = try CommandFolder()
        let result = try folder.run("query", "--list")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        #expect(result.lines.count == embeddedQueries.count + 1)
        for (name, text) in embeddedQueries {
            let title = try QueryText(query: text).title
            #expect(result.lines.contains { $0.hasPrefix("\(name) ") && $0.hasSuffix(title) })
        }
        let wide = try folder.run("query", "--list", "-o", "json")
        #expect(wide.output.contains("\"origin\": \"built in\""), "\(wide)")
        #expect(wide.output.contains("\"parameters\": \"since=start until=end limit=20\""))
    }

    @Test("what is compiled in is what stands in queries/")
    func embedded() throws {
        let library = QueryLibrary(folders: ["\(packageRoot)/queries"], builtIn: [])
        #expect(library.entries.map(\.name) == embeddedQueries.map(\.name))
        for (entry, embedded) in zip(library.entries, embeddedQueries) {
            #expect(entry.text == embedded.text, "\(entry.name)")
        }
    }

    @Test("the last part of a name will do, and a wrong one is answered with its neighbour")
    func names() throws {
        let folder = try incidentFolder()
        let whole = try folder.run("query", "r.db", "clients/top", "-o", "json")
        let short = try folder.run("query", "r.db", "top", "-o", "json")
        #expect(short.status == 0 && short.output == whole.output, "\(short)")
        let twice = try folder.run("query", "r.db", "activity")
        #expect(twice.status == 2, "\(twice)")
        #expect(twice.errors.contains("gc/activity, namespaces/activity"), "\(twice)")
        let wrong = try folder.run("query", "r.db", "client/top")
        #expect(wrong.status == 2 && wrong.output.isEmpty, "\(wrong)")
        #expect(
            wrong.errors
                == "kubeskew: there is no query 'client/top'; did you mean clients/top?\n"
                + "Run 'kubeskew query --list' for all queries.\n", "\(wrong)")
    }

    @Test("a query of the working folder stands in for the one that is built in")
    func workingFolder() throws {
        let folder = try incidentFolder()
        let header = "-- Mine\n-- Why it matters: it does\n-- Columns:\n--   one   a one\n"
        try folder.write("queries/clients/top.sql", header + "SELECT 1 AS one")
        try folder.write("queries/clients/bad.sql", "SELECT 1")
        let result = try folder.run("query", "r.db", "clients/top", "-o", "csv")
        #expect(result.output == "one\r\n1\r\n", "\(result)")
        let list = try folder.run("query", "--list")
        #expect(list.output.contains("Mine") && list.status == 0, "\(list)")
        #expect(list.errors.contains("queries/clients/bad.sql:1: the header wants"), "\(list)")
    }

    @Test("beside a binary that was copied alone, the built-in queries work")
    func copiedBinary() throws {
        let folder = try incidentFolder()
        let result = try folder.shell(
            "mkdir bin; cp \"$BINARY\" bin/kubeskew; bin/kubeskew query r.db top -o csv",
            environment: ["BINARY": kubeskewBinary])
        #expect(result.status == 0 && result.lines.count > 5, "\(result)")
        let installed = try folder.shell(
            """
            mkdir -p share/kubeskew/queries/own
            printf -- '-- T\\n-- Why it matters: w\\n-- Columns:\\n--   x   x\\nSELECT 7 AS x' \
            > share/kubeskew/queries/own/seven.sql
            bin/kubeskew query r.db own/seven -o csv
            """)
        #expect(installed.output == "x\r\n7\r\n", "\(installed)")
    }

    @Test("--show prints a query's text, to be changed and run as a file")
    func show() throws {
        let folder = try incidentFolder()
        let shown = try folder.run("query", "--show", "clients/top")
        #expect(shown.output == embeddedQueries.first { $0.name == "clients/top" }?.text)
        try folder.write("mine.sql", shown.output)
        let result = try folder.run("query", "r.db", "mine.sql", "-p", "limit=1", "-o", "csv")
        #expect(result.status == 0 && result.lines.count == 2, "\(result)")
    }

    @Test("parameters are bound: as times, as numbers, as text that is never SQL")
    func parameters() throws {
        let folder = try incidentFolder()
        func requests(_ settings: String...) throws -> [String] {
            let flags = settings.map { "-p '\($0)'" }.joined(separator: " ")
            let result = try folder.shell(
                "kubeskew query r.db requests-by-minute -o csv --no-headers "
                    + "--columns minute,server,requests \(flags)")
            #expect(result.status == 0, "\(result)")
            return result.lines
        }
        #expect(try requests().count == 9)
        #expect(try requests("since=2026-03-01T10:02:00Z").count == 3)
        #expect(try requests("since=2026-03-01T11:02:00+01:00", "until=end").count == 3)
        #expect(try requests("since=119s").count == 3)
        #expect(
            try requests("since=-11s") == [
                "2026-03-01T10:02:00Z,cp-1,1", "2026-03-01T10:02:00Z,cp-2,1",
                "2026-03-01T10:02:00Z,cp-3,0",
            ])
        let text = try folder.run(
            "query", "r.db", "by-verb-and-status", "-p", "server=x' OR '1'='1", "-o", "json")
        #expect(text.status == 0 && text.output == "[]\n", "\(text)")
    }

    @Test(
        "a parameter that cannot be is named",
        arguments: [
            ("limt=3", "the query has no parameter 'limt'; did you mean limit?"),
            ("limit=many", "-p limit wants a whole number, not 'many'"),
            ("since=yesterday", "-p since wants an instant, not 'yesterday'"),
        ])
    func wrongParameter(setting: String, message: String) throws {
        let result = try incidentFolder().run("query", "r.db", "clients/top", "-p", setting)
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
        #expect(result.errors.hasPrefix("kubeskew: \(message)\n"), "\(result)")
    }
}

@Suite("SQL of one's own")
struct FreeQueryTests {
    @Test("a statement runs as given, in every format")
    func statement() throws {
        let folder = try incidentFolder()
        let sql = "SELECT count(*) AS n, min(at_ns) AS first FROM v_request"
        let json = try folder.run("query", "r.db", "-e", sql, "-o", "json")
        #expect(json.output == "[\n  {\"n\": 55, \"first\": 1772359201000000000}\n]\n", "\(json)")
        let table = try folder.run("query", "r.db", "-e", sql)
        #expect(table.output == " N                 FIRST\n55   1772359201000000000\n", "\(table)")
        let fromEnvironment = try folder.run(
            "query", "r.db", "-e", sql,
            environment: ["KUBESKEW_OUTPUT": "csv", "KUBESKEW_NO_HEADERS": "1"])
        #expect(fromEnvironment.output == "55,1772359201000000000\r\n", "\(fromEnvironment)")
    }

    @Test("an instant is nanoseconds beside a number and text beside a column of text")
    func instants() throws {
        let folder = try incidentFolder()
        for condition in [
            "at_ns >= :t", ":t <= at_ns", "at >= :t", "r.at >= $t",
            "at BETWEEN 'A' AND '' OR :t <= at",
            "at_ns BETWEEN :t AND 9223372036854775807",
        ] {
            let result = try folder.run(
                "query", "r.db", "-e",
                "SELECT count(*) AS n FROM v_request AS r WHERE \(condition)",
                "-p", "t=2026-03-01T11:02:40+01:00", "-o", "csv", "--no-headers")
            #expect(result.output == "5\r\n", "\(result)")
        }
    }

    @Test(
        "bad SQL is shown with its place",
        arguments: [
            (
                "SELECT staus FROM v_request",
                "bad SQL at line 1, column 8: no such column: staus\n"
                    + "  SELECT staus FROM v_request\n         ^\n"
            ),
            (
                "SELECT *\nFORM v_request",
                "bad SQL at line 2, column 1: near \"FORM\": syntax error\n  FORM v_request\n  ^\n"
            ),
        ])
    func position(sql: String, message: String) throws {
        let result = try incidentFolder().run("query", "r.db", "-e", sql)
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(result.errors == "kubeskew: \(message)", "\(result)")
    }

    @Test("a mistyped view is answered with its neighbour")
    func view() throws {
        let result = try incidentFolder().run("query", "r.db", "-e", "SELECT 1 FROM v_reqest")
        #expect(result.errors.contains("no such table: v_reqest; did you mean v_request?"))
    }

    @Test(
        "whatever does more than read is refused, and the file stays as it is",
        arguments: [
            "DELETE FROM request", "INSERT INTO meta VALUES ('a', 'b')", "DROP VIEW v_request",
            "UPDATE meta SET value = 1", "CREATE TABLE t (a)", "ATTACH '/tmp/x.db' AS x",
            "PRAGMA user_version = 9", "PRAGMA journal_mode = WAL", "VACUUM INTO 'x.db'",
            "SELECT load_extension('x')", "BEGIN", "CREATE TEMP TABLE t (a)",
            "WITH x AS (SELECT 1) DELETE FROM request", "REINDEX", "ANALYZE",
            "SELECT writefile('x', 'y')", "SELECT 1; DELETE FROM request", "DETACH main",
        ])
    func writes(sql: String) throws {
        let folder = try incidentFolder()
        let before = try folder.shell("sha256sum r.db; ls").output
        let result = try folder.run("query", "r.db", "-e", sql)
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(result.errors.hasPrefix("kubeskew: "), "\(result)")
        #expect(try folder.shell("sha256sum r.db; ls").output == before)
    }

    @Test("a query that runs on is stopped at its time limit")
    func timeLimit() throws {
        let endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            + "SELECT count(*) FROM n"
        let result = try incidentFolder().run(
            "query", "r.db", "-e", endless, "--timeout", "200ms")
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(
            result.errors.hasPrefix("kubeskew: the query was stopped after 200 ms\n"), "\(result)")
    }

    @Test("Ctrl-C ends a query with 130")
    func interrupt() throws {
        let endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            + "SELECT count(*) FROM n"
        let result = try incidentFolder().shell(
            "timeout -k 5 --preserve-status -s INT 0.5 \"$BINARY\" query r.db --timeout 0 -e \"$SQL\"",
            environment: ["BINARY": kubeskewBinary, "SQL": endless])
        #expect(result.status == 130 && result.output.isEmpty, "\(result)")
    }

    @Test("a reader that goes away stops a long answer without an error")
    func closedPipe() throws {
        let result = try incidentFolder().shell(
            """
            set -o pipefail
            for format in table wide json yaml csv markdown; do
                kubeskew query r.db --timeout 20s -o $format -e "$SQL" | head -2 | tail -1 || exit 9
            done
            """,
            environment: [
                "SQL": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    + "SELECT i FROM n"
            ])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        #expect(
            result.lines == ["   1", "   1", "  {\"i\": 1},", "- i: 2", "1", "| ---: |"],
            "\(result)")
    }

    @Test("a hostile user agent reaches the terminal as text")
    func hostile() throws {
        let folder = try incidentFolder()
        let sql = "SELECT user_agent FROM v_request WHERE user = 'mallory'"
        for format in ["table", "wide", "json", "yaml", "markdown"] {
            let result = try folder.run("query", "r.db", "-e", sql, "-o", format)
            #expect(!result.output.unicodeScalars.contains("\u{1b}"), "\(result)")
        }
        let table = try folder.run("query", "r.db", "-e", sql, "--no-headers")
        #expect(
            table.output == "\\x1b]0;owned\\x07\\x1b[2Jevil|agent,\"x\"\\n=cmd\n", "\(table)")
    }

    @Test(
        "what is no recording is told apart from what is missing",
        arguments: [
            ("none.db", "there is no recording none.db"),
            ("text.db", "text.db is not a kubeskew recording"),
            ("empty.db", "empty.db is not a kubeskew recording"),
        ])
    func noRecording(file: String, message: String) throws {
        let folder = try CommandFolder()
        try folder.write("text.db", "not a database, although long enough to be one of something")
        try folder.write("empty.db", "")
        let result = try folder.run("query", file, "-e", "SELECT 1")
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(result.errors == "kubeskew: \(message)\n", "\(result)")
    }

    @Test(
        "what query needs is said when it is not there",
        arguments: [
            (["query"], "query needs RECORDING: the recording to ask"),
            (["query", "r.db"], "query needs QUERY or -e SQL"),
            (["query", "r.db", "top", "-e", "SELECT 1"], "query takes a name or -e, not both"),
            (["query", "r.db", "-e", "SELECT ?"], "parameters need names"),
            (["query", "r.db", "-e", "SELECT :a"], "the query needs a value for :a"),
            (
                ["query", "r.db", "-e", "SELECT 1 AS one", "--columns", "on"],
                "there is no column 'on'"
            ),
        ])
    func usage(words: [String], message: String) throws {
        let folder = try incidentFolder()
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let result = try folder.shell("kubeskew \(quoted)")
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
        #expect(result.errors.hasPrefix("kubeskew: \(message)"), "\(result)")
    }
}
