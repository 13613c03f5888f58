import Foundation
import Testing

/// An upgrade that was given up: what the recorded one shows, and what a planned one would do.
@Suite("Going back") struct RollbackTests {
    private func recorded(in work: borrowing CommandFolder) throws {
        let incident = try RecordedIncident.named("rollback")
        let result = try work.shell(
            "kubeskew capture audit r.db '\(incident.folder)'/audit-*.log.gz -q > /dev/null")
        #expect(result.status == 0, "\(result)")
    }

    @Test("was free until the first object of a new API was stored")
    func freeUntil() throws {
        let work = try CommandFolder()
        try recorded(in: work)
        let replayed = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(replayed.output.contains("Going back to 1.35 was free until"), "\(replayed)")
        let whatIf = try work.run("replay", "r.db", "--to", "1.36", "--fail-on", "none")
        #expect(!whatIf.output.contains("was free"), "\(whatIf)")
        let uses = try work.run(
            "query", "r.db", "rollback/free-until", "-p", "run=as-recorded", "-o", "csv",
            "--no-headers", "--columns",
            "what,api,old_release,object")
        let policies = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
        #expect(uses.lines.contains { $0.hasPrefix("object,\(policies),1.35") }, "\(uses)")
        #expect(uses.lines.contains { $0.hasPrefix("request,\(policies),1.35") }, "\(uses)")
        let first = try work.run(
            "query", "r.db", "-e",
            """
            SELECT (SELECT free_until_ns FROM v_rollback WHERE run = 'as-recorded' LIMIT 1) = min(at_ns) FROM v_request
            WHERE resource LIKE 'mutatingadmissionpolic%' AND api_version = 'v1'
                AND verb IN ('create', 'update', 'patch') AND status BETWEEN 200 AND 299
            """, "-o", "csv", "--no-headers")
        #expect(first.output.hasPrefix("1"), "\(first)")
        let page = try work.shell(
            "kubeskew report r.db --html page.html -q && grep -c 'Until when going back' page.html")
        #expect(page.output.hasPrefix("1"), "\(page)")
    }

    @Test("a downgrade can be planned: the newest server goes first, and new objects stay behind")
    func planned() throws {
        let work = try CommandFolder()
        try recorded(in: work)
        try work.write(
            "back.yaml",
            """
            apiVersion: kubeskew.dev/v1alpha1
            kind: Scenario
            name: back
            upgrade:
              {from: "1.36", to: "1.35", servers: [cp-1, cp-2, cp-3], order: [cp-1, cp-2, cp-3],
               start: 60s, down: 6s, ready: 5s, settle: 30s}

            """)
        let checked = try work.run("scenario", "--check", "back.yaml")
        #expect(checked.status == 0, "\(checked)")
        let replayed = try work.run(
            "replay", "r.db", "--scenario", "back.yaml", "--run", "back", "--fail-on", "none")
        #expect(replayed.status == 0, "\(replayed)")
        #expect(replayed.output.contains("cp-1: 1.36 → 1.35"), "\(replayed)")
        let kinds = try work.run(
            "query", "r.db", "findings/by-kind", "-p", "run=back", "-o", "csv", "--no-headers")
        #expect(kinds.output.contains("wrong-404"), "\(kinds)")
    }

    @Test(
        "of a plan it is the instant that a replay of its scenario finds", arguments: [20, 45, 70])
    func plan(start: Int) throws {
        let work = try CommandFolder()
        try recorded(in: work)
        for proxy in ["off", "on"] {
            let plan = try work.shell(
                """
                kubeskew plan r.db --to 1.36 --proxy \(proxy) --start \(start)s \
                    --order cp-3,cp-2,cp-1 --scenario-out p.yaml --top 1 --fail-on none \
                    --columns free_to_go_back_until -o csv --no-headers
                kubeskew replay r.db --scenario p.yaml --mode what-if --run p --fail-on none -q > out
                kubeskew query r.db -e "SELECT free_until_at FROM v_rollback WHERE run = 'p' LIMIT 1" \
                    -o csv --no-headers
                """)
            #expect(plan.lines.count == 2 && plan.lines.first == plan.lines.last, "\(plan)")
            #expect(plan.lines.first?.hasPrefix("2026-") == true, "\(plan)")
        }
    }

    @Test("a field that only the new release has ends it as well, in a plan too")
    func field() throws {
        let work = try CommandFolder()
        var log = StoryLog()
        for server in ["cp-1", "cp-2", "cp-3"] { log.start(server, "v1.35.6", at: 0) }
        let body =
            #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","resourceVersion":"9"},"#
            + #""spec":{"schedulingGroup":{"podGroupName":"g"}}}"#
        for second in stride(from: 5.0, to: 900, by: 5) {
            log.add(
                .init(
                    at: second, server: "cp-2", verb: "update", uri: "/api/v1/namespaces/a/pods/p",
                    agent: "operator/v2", sent: body,
                    answer: body.replacingOccurrences(of: "schedulingGroup", with: "x")))
        }
        #expect(try log.capture(in: work).status == 0)
        let plan = try work.shell(
            "kubeskew plan r.db --to 1.36 --order cp-2,cp-1,cp-3 --start 60s --settle 30s --top 1 "
                + "--fail-on none --evidence report")
        #expect(
            plan.output.contains("then a/p gets spec.schedulingGroup, which 1.35 would drop"),
            "\(plan)")
    }

    @Test("one release alone has nothing to go back to")
    func alone() throws {
        let work = try CommandFolder()
        var log = StoryLog()
        log.start("cp-1", "v1.36.2", at: 0)
        log.add(.init(at: 20, server: "cp-1", verb: "list", uri: "/api/v1/pods"))
        #expect(try log.capture(in: work).status == 0)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        let uses = try work.run("query", "r.db", "rollback/free-until", "-o", "json")
        #expect(uses.output == "[]\n", "\(uses)")
    }
}
