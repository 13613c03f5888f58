import Foundation
import Testing

/// What a person sees at a terminal of 80 columns, which `script` stands in for.
@Suite("At a terminal of 80 columns")
struct TerminalTests {
    private static func recording() throws -> CommandFolder {
        let folder = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: folder)
        #expect(try folder.run("replay", "r.db", "--fail-on", "none", "-q").status != 1)
        return folder
    }

    /// Runs a line as if a person typed it; the lines that were shown.
    private static func shown(
        _ line: String, in folder: borrowing CommandFolder
    ) throws -> [String] {
        let result = try folder.shell(
            """
            script -qec "stty cols 80 rows 24; \(line)" /dev/null | tr -d '\\r'
            """, environment: ["NO_COLOR": "1", "TERM": "xterm"])
        #expect(!result.output.isEmpty, "\(result)")
        return result.output.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private static let tool = kubeskewBinary

    @Test("a finding takes two lines or so: the id whole, the sentence broken at words")
    func findings() throws {
        let folder = try Self.recording()
        let lines = try Self.shown("\(Self.tool) findings r.db --kind wrong-gc -q", in: folder)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines[0] == "times of 2026-11-20, UTC", "\(lines)")
        #expect(lines[1].hasPrefix("wrong-gc-"), "\(lines)")
        #expect(lines[1].contains("  error  observed  4 requests  22:1"), "\(lines)")
        #expect(lines[2].hasPrefix("    6 ConfigMaps were deleted because"), "\(lines)")
        // The date is said once.
        #expect(lines.joined().components(separatedBy: "2026-11-20").count == 2, "\(lines)")
    }

    @Test("prose breaks at words, and so do notes")
    func prose() throws {
        let folder = try Self.recording()
        let id = try folder.run("findings", "r.db", "-o", "jsonpath={.items[0].finding_id}").output
        for line in [
            "explain r.db \(id)", "explain r.db 3018", "explain wrong-gc",
            "replay r.db --run again",
        ] {
            let lines = try Self.shown("\(Self.tool) \(line)", in: folder)
            let tooLong = lines.filter { $0.count > 80 && $0.contains(" ") && !$0.contains("   ") }
                // One word that is longer than a line stands alone.
                .filter { $0.split(separator: " ").allSatisfy { $0.count < 60 } }
            #expect(tooLong.isEmpty, "\(line): \(tooLong)")
        }
    }

    @Test("no table cuts what it says, and none is wider than the terminal")
    func tables() throws {
        let folder = try Self.recording()
        for line in [
            "doctor r.db -q", "query --list", "schema", "catalog", "catalog --diff 1.35 1.36",
            "servers r.db", "query r.db gc/deletes-after-404", "query r.db upgrade/exposed-clients",
            "plan r.db --to 1.37",
        ] {
            let lines = try Self.shown("\(Self.tool) \(line)", in: folder)
            #expect(!lines.contains { $0.contains("…") && !$0.contains("=…") }, "\(line): \(lines)")
            // The policy that doctor prints is a file, and one word may be longer than a line.
            let policy = lines.firstIndex { $0.hasPrefix("# The least") } ?? lines.count
            let tooLong = lines[..<policy].filter { $0.count > 80 && $0.contains(/\S +\S/) }
            #expect(tooLong.isEmpty, "\(line): \(tooLong)")
        }
    }

    @Test("a table of one day says the date once")
    func times() throws {
        let folder = try Self.recording()
        let lines = try Self.shown("\(Self.tool) servers r.db", in: folder)
        #expect(lines[0] == "times of 2026-11-20, UTC", "\(lines)")
        #expect(lines[2].contains("22:09:4") && !lines[2].contains("2026-"), "\(lines)")
        // A pipe gets every digit.
        #expect(try folder.run("servers", "r.db").output.contains("2026-11-20T22:09:42.842107Z"))
    }
}

@Suite("Finding one's way in a run")
struct FilterTests {
    private static func recording() throws -> CommandFolder {
        let folder = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: folder)
        #expect(try folder.run("replay", "r.db", "--fail-on", "none", "-q").status != 1)
        return folder
    }

    @Test("findings, queries and explanations are narrowed by kubectl's flags")
    func filters() throws {
        let folder = try Self.recording()
        func ids(_ flags: String) throws -> [String] {
            let result = try folder.shell(
                "kubeskew findings r.db -q -o custom-columns=ID:.finding_id --no-headers \(flags)")
            #expect([0, 3, 4].contains(result.status), "\(result)")
            // What limits an all-clear stands beside the findings.
            return result.lines.filter { !$0.hasPrefix("evidence-") }
        }
        let all = try ids("")
        let onOne = try ids("--server cp-1")
        let agents = try ids("--user-agent 'kubectl/*'")
        #expect(!onOne.isEmpty && onOne.count < all.count)
        let said = try folder.run("findings", "r.db", "--server", "nobody").errors
        #expect(said.contains("0 findings in run as-recorded; \(all.count) more that"), "\(said)")
        #expect(!agents.isEmpty && agents.count < all.count)
        #expect(try ids("--server nobody").isEmpty)
        #expect(
            try ids("--resource mutatingadmissionpolicies.admissionregistration.k8s.io")
                == ids("--resource mutatingadmissionpolicies"))
        #expect(try ids("--until 22:09").isEmpty)
        #expect(try ids("--since 2026-11-20T22:09:00Z").count == all.count)
        #expect(try ids("--since end").isEmpty)
        let rows = try folder.run(
            "query", "r.db", "-e", "SELECT at, server FROM v_request", "--server", "cp-2",
            "--since", "-10s", "-o", "csv", "--no-headers")
        #expect(rows.status == 0 && rows.lines.count < 5_000, "\(rows.status)")
        #expect(!rows.lines.isEmpty && rows.lines.allSatisfy { $0.hasSuffix(",cp-2") })
        let unfit = try folder.run(
            "query", "r.db", "-e", "SELECT count(*) AS n FROM v_request", "-n", "default")
        #expect(unfit.status == 2, "\(unfit)")
        #expect(unfit.errors.contains("no column namespace for --namespace to go by"), "\(unfit)")
        let wrong = try folder.run("findings", "r.db", "--since", "yesterday")
        #expect(wrong.status == 2 && wrong.errors.contains("--since wants an instant"), "\(wrong)")
    }

    @Test("explain takes the beginning of an id, and speaks JSON and Markdown")
    func explained() throws {
        let folder = try Self.recording()
        let id = try folder.run("findings", "r.db", "-o", "jsonpath={.items[0].finding_id}").output
        let whole = try folder.run("explain", "r.db", id)
        let begun = try folder.run("explain", "r.db", String(id.dropLast(4)))
        #expect(whole.status == 0 && begun.output == whole.output, "\(begun)")
        let several = try folder.run("explain", "r.db", "wrong-gc")
        #expect(several.status == 1, "\(several)")
        #expect(several.errors.contains("several findings begin with 'wrong-gc': "), "\(several)")
        #expect(several.errors.contains(id) && several.errors.contains("explain wrong-gc'"))
        let json = try folder.run("explain", "r.db", id, "-o", "json")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let requests = try #require(document["requests"] as? [[String: Any]])
        let first = try #require(requests.first)
        #expect((first["audit_id"] as? String)?.isEmpty == false)
        #expect((first["file"] as? String)?.contains("audit-cp-") == true)
        #expect((first["line"] as? Int ?? 0) > 0)
        let auditID = try #require(first["audit_id"] as? String)
        let story = try folder.run("explain", "r.db", String(auditID.prefix(13)), "-o", "json")
        #expect(story.status == 0 && story.output.contains(auditID), "\(story)")
        #expect(story.output.contains("\"ladder\""))
        let markdown = try folder.run("explain", "r.db", id, "-o", "markdown")
        #expect(markdown.output.hasPrefix("## wrong-gc: "), "\(markdown)")
        #expect(markdown.output.contains("| \(auditID) |"), "\(markdown)")
    }

    @Test("rows come in the templates that kubectl's users know")
    func templates() throws {
        let folder = try Self.recording()
        let columns = try folder.run(
            "findings", "r.db", "--kind", "wrong-gc", "-q", "-o",
            "custom-columns=ID:.finding_id,Requests:.requests")
        #expect(columns.lines[0].hasPrefix("ID   "), "\(columns)")
        let found = columns.lines.filter { !$0.hasPrefix("evidence-") }
        #expect(columns.lines[0].hasSuffix("Requests") && found.count == 4, "\(columns)")
        let range = try folder.run(
            "findings", "r.db", "-q", "-o",
            #"jsonpath={range .items[?(@.kind=="wrong-gc")]}{.kind}:{.requests}{"\n"}{end}"#)
        #expect(range.lines == ["wrong-gc:4", "wrong-gc:4", "wrong-gc:2"], "\(range)")
        let slice = try folder.run("findings", "r.db", "-q", "-o", "jsonpath={.items[0:2].kind}")
        #expect(slice.output == "wrong-gc wrong-gc", "\(slice)")
        for bad in ["jsonpath={.items[*}", "jsonpath={range .items[*]}x", "custom-columns=x"] {
            let result = try folder.run("findings", "r.db", "-q", "-o", bad)
            #expect(result.status == 2, "\(result)")
        }
        let unknown = try folder.run("findings", "r.db", "-o", "jsonpath={.items[*].knd}")
        #expect(unknown.errors.contains("did you mean kind?"), "\(unknown)")
    }
}
