import Foundation
import Testing

@Suite("explain and compare") struct ExplainTests {
    @Test("a request's story names its server, each rung and the facts it rests on")
    func request() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("probes-1.35-1.36-with-proxy")
        try incident.capture(in: work)
        _ = try work.run("replay", "r.db")
        let id = try first(
            "SELECT audit_id FROM v_verdict JOIN v_request USING (request_id) WHERE outcome = 'proxied'",
            work)
        let story = try work.run("explain", "r.db", id)
        #expect(story.status == 0, "\(story)")
        for text in [
            "was ready as 1.35", "does not serve it", "F1.27", "What the other servers", "then at",
        ] {
            #expect(story.output.contains(text), "\(text) is missing: \(story)")
        }
    }

    @Test(
        "the story of a discovery request says what the document held, and what others served",
        arguments: [
            ("cp-2", "/apis/admissionregistration.k8s.io/v1", ["which cp-3 served"]),
            ("cp-1", "/apis", ["versions of"]),
            ("cp-3", "/apis", ["versions of", "those of its peers too (F4.6)"]),
        ])
    func discovery(server: String, path: String, expected: [String]) throws {
        let work = try CommandFolder()
        try RecordedIncident.named("probes-1.35-1.36-with-proxy").capture(in: work)
        let id = try first(
            "SELECT request_id FROM v_request WHERE user_agent = 'prober/1' AND status = 200 "
                + "AND server = '\(server)' AND path = '\(path)' ORDER BY at", work)
        let story = try work.run("explain", "r.db", id)
        #expect(story.status == 0, "\(story)")
        // Wherever its lines break.
        let told = story.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for text in ["What \(server) listed"] + expected {
            #expect(told.contains(text), "\(text) is missing: \(story)")
        }
    }

    @Test("a finding's story names what it did and the requests that show it") func finding() throws
    {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        _ = try work.run("replay", "r.db")
        let id = try first("SELECT finding_id FROM v_finding WHERE kind = 'wrong-gc'", work)
        let story = try work.run("explain", "r.db", id)
        #expect(story.status == 0, "\(story)")
        #expect(story.output.contains("deleted at 2026-11-20T22:10:3"))
        #expect(story.output.contains("[condemned-by]"))
    }

    @Test("a request without a run is explained by the control plane that the recording shows")
    func withoutRun() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wire-1").capture(in: work)
        let story = try work.run("explain", "r.db", "1")
        #expect(story.status == 0, "\(story)")
    }

    @Test("an id that is nothing is an error; a kind of finding alone prints its page")
    func others() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wire-1").capture(in: work)
        #expect(try work.run("explain", "r.db", "no-such-id").status == 1)
        #expect(try work.run("explain", "r.db", "no-such-id", "--run", "none").status == 1)
        let page = try work.run("explain", "wrong-gc")
        #expect(page.status == 0)
        #expect(page.output.contains("What to do"))
        #expect(try work.run("explain", "wrong-cg").errors.contains("wrong-gc"))
    }

    @Test(
        "a replay with errors ends with 3, or as --fail-on says, and prints findings for programs")
    func failOn() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("namespaces-without-proxy").capture(in: work)
        let result = try work.run("replay", "r.db", "-o", "json")
        #expect(result.status == 3, "\(result)")
        #expect(result.output.contains("\"namespace-leak\""), "\(result)")
        #expect(try work.run("replay", "r.db", "--fail-on", "none").status == 0)
        #expect(
            try work.run("replay", "r.db", "--baseline", "as-recorded", "--run", "b").status == 0)
        #expect(try work.run("replay", "r.db", "-o", "sarif").output.contains("2.1.0"))
    }

    @Test("compare prints what one run flags and the other does not, and gates on it")
    func compare() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("namespaces-without-proxy")
        try incident.capture(in: work)
        _ = try work.run("replay", "r.db", "--run", "before")
        let scenario = try work.run("scenario", "r.db").output
        let gate = "--feature-gates=UnknownVersionInteroperabilityProxy=true"
        try work.write(
            "on.yaml",
            scenario.replacingOccurrences(
                of: "flags: []", with: "flags: [\"\(gate)\", \"--peer-ca-file=ca.crt\"]"
            )
            .replacingOccurrences(
                of: "GenericWorkload=true\"",
                with:
                    "GenericWorkload=true,UnknownVersionInteroperabilityProxy=true\", \"--peer-ca-file=ca.crt\""
            ))
        let on = try work.run(
            "replay", "r.db", "--scenario", "on.yaml", "--run", "after", "--fail-on", "none")
        #expect(on.status == 0, "\(on)")
        let saved = try work.run("compare", "r.db", "before", "after", "-o", "csv")
        #expect(saved.status == 0, "\(saved)")
        #expect(saved.output.contains("wrong-404,proxied"), "\(saved)")
        #expect(try work.run("compare", "r.db", "after", "before").status == 3)
        #expect(try work.run("compare", "r.db", "after", "gone").status == 1)
        #expect(
            try work.run("compare", "r.db", "after", "before", "-o", "sarif").output.contains(
                "2.1.0"))
    }

    private func first(_ sql: String, _ work: borrowing CommandFolder) throws -> String {
        let result = try work.run(
            "query", "r.db", "-e", "\(sql) LIMIT 1", "-o", "csv", "--no-headers")
        return try #require(result.lines.first, "\(result)")
    }
}
