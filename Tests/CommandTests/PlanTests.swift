import Foundation
import Testing

/// `plan` and what-ifs without a scenario file, on real recordings.
@Suite("kubeskew plan") struct PlanVerbTests {
    private func rows(_ result: CommandResult) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]],
            "\(result)")
    }

    @Test("writes a scenario whose replay counts what the plan was priced at")
    func agreement() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        for proxy in ["off", "on"] {
            let plan = try work.shell(
                "kubeskew plan r.db --to 1.36 --proxy \(proxy) --scenario-out p.yaml --top 1 -o json "
                    + "--fail-on none")
            let best = try #require(try rows(plan).first, "\(plan)")
            let counted = try work.shell(
                """
                kubeskew replay r.db --scenario p.yaml --mode what-if --run p -q --fail-on none \
                > /dev/null
                kubeskew query r.db -o json -e "SELECT \
                count(*) FILTER (WHERE outcome IN ('wrong-404', 'looped') AND certainty = 'certain') \
                AS wrong, count(*) FILTER (WHERE certainty = 'possible' AND \
                (outcome || ',' || alternatives) LIKE '%wrong-404%') AS perhaps \
                FROM v_verdict WHERE run = 'p'"
                """)
            let counts = try #require(try rows(counted).first, "\(counted)")
            #expect(best["wrong"] as? Int == counts["wrong"] as? Int, "\(best)")
            #expect(best["perhaps_wrong"] as? Int == counts["perhaps"] as? Int, "\(best)")
        }
    }

    @Test("writes a page, and says with 4 that two servers of three carry no plan")
    func page() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let all = try work.shell(
            "kubeskew plan r.db --to 1.36 --proxy on --fail-on error --html p.html -q")
        #expect(all.status == 0 && all.output.contains("Best: "), "\(all)")
        let page = try String(contentsOfFile: work.path + "/p.html", encoding: .utf8)
        #expect(page.contains("The proxy on") && page.contains("class=\"heat h"))
        let some = try work.shell(
            "kubeskew plan r.db --to 1.36 --proxy on --servers 5 --top 1; echo $?; "
                + "kubeskew plan r.db --to 1.36 --proxy on --servers 5 --evidence report -q; echo $?"
        )
        #expect(some.output.contains("missing-server: ") && some.output.contains("\n4\n"))
        #expect(some.output.hasSuffix("\n0\n"), "\(some)")
        let own = try work.shell("kubeskew plan r.db --to 1.36 --html r.db")
        #expect(own.status != 0, "the recording was written over: \(own)")
    }

    @Test("does not call going back free where no write was recorded")
    func withoutWrites() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let result = try work.shell(
            """
            for n in 1 2 3; do zcat '\(incident.folder)'/audit-cp-$n.log.gz \
            | grep -vE '"verb":"(create|update|patch|delete|deletecollection)"' \
            > audit-cp-$n.log; done
            kubeskew capture audit w.db audit-cp-*.log -q
            kubeskew plan w.db --to 1.36 --proxy on --top 1 --fail-on none
            """)
        #expect(result.output.contains("going back is free is unknown"), "\(result)")
        #expect(!result.output.contains("stays free"))
        #expect(result.output.contains("no-writes: no write was recorded"))
        #expect(try work.run("plan", "w.db", "--to", "1.36", "--proxy", "on").status == 4)
    }

    @Test(
        "carries an all-clear exactly where a replay of the same upgrade does",
        arguments: [
            ("wrong-gc-without-proxy", "1.36"), ("wrong-gc-without-proxy", "1.37"),
            ("same-upgrade-with-proxy", "1.36"), ("same-upgrade-with-proxy", "1.37"),
            ("orders-123", "1.36"), ("crds", "1.37"), ("rollback", "1.36"),
            ("namespaces-without-proxy", "1.37"),
        ])
    func evidence(_ name: String, _ release: String) throws {
        let work = try CommandFolder()
        try RecordedIncident.named(name).capture(in: work)
        for proxy in ["on", "off"] {
            let plan = try work.shell(
                "kubeskew plan r.db --to \(release) --proxy \(proxy) --top 1 --servers 3 "
                    + "--scenario-out p.yaml > p.txt; echo $?; grep -oE '^[a-z-]+: ' p.txt | tr -d ' ' | sort"
            )
            let replayed = try work.shell(
                """
                kubeskew replay r.db --scenario p.yaml --mode what-if --servers 3 --run p -q \
                > /dev/null; echo $?
                kubeskew query r.db --no-headers -e "SELECT kind || ':' FROM v_evidence \
                WHERE run = 'p' AND weight <> 'notes'" | sort
                """)
            #expect(plan.output == replayed.output, "\(proxy)")
        }
    }

    @Test("does not take what a server's own clients ask for as anybody's demand")
    func ownClients() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let result = try work.shell(
            """
            for n in 1 2 3; do zcat '\(incident.folder)'/audit-cp-$n.log.gz \
            | grep '"username":"system:apiserver"' > cp-$n.log; done
            kubeskew capture audit own.db cp-1=cp-1.log cp-2=cp-2.log cp-3=cp-3.log -q > /dev/null
            kubeskew plan own.db --to 1.36 --top 1 | grep -o '^no-demand'
            kubeskew replay own.db --to 1.36 -q | grep -o '^  no-demand'
            """)
        #expect(result.output == "no-demand\n  no-demand\n", "\(result)")
    }

    @Test("takes as long as the recorded upgrade, so that a what-if of it is no shorter")
    func recordedLength() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell(
            "kubeskew replay r.db --to 1.36 --with-proxy -q --run w > /dev/null; "
                + "kubeskew query r.db -e \"SELECT kind FROM v_evidence WHERE run = 'w'\"")
        #expect(!result.output.contains("upgrade-outside"), "\(result)")
    }

    /// Recordings of one workload under different orders: see their CASE.md.
    static let orders = RecordedIncident.all.filter { $0.name.hasPrefix("orders-") }

    @Test("puts orders as they really came out, and names who suffers", arguments: orders)
    func truth(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        var plans: [String: [String: Any]] = [:]
        for order in ["cp-1,cp-2,cp-3", "cp-3,cp-2,cp-1"] {
            let result = try work.shell(
                "kubeskew plan r.db --to 1.36 --proxy off --order \(order) --start 23s -o json "
                    + "--fail-on none")
            plans[order] = try rows(result).first
        }
        let up = try #require(plans["cp-1,cp-2,cp-3"])
        let down = try #require(plans["cp-3,cp-2,cp-1"])
        let wrong = try [up, down].map { try #require($0["wrong"] as? Int) }
        #expect(wrong[0] < wrong[1] && (250...400).contains(wrong[0]), "\(wrong)")
        #expect(up["namespaces"] as? Int == 0)
        #expect((down["namespaces"] as? Int ?? 0) >= 6)
        #expect((up["clients"] as? String)?.hasPrefix("batch-scheduler/") == true, "\(up)")
        #expect((down["clients"] as? String)?.hasPrefix("gatekeeper/") == true, "\(down)")
    }

    @Test(
        "is told what is wrong with its words",
        arguments: [
            ("plan r.db", "plan needs --to"), ("plan r.db --to 9.9", "--to takes a release"),
            ("plan r.db --to 1.36 --order cp-9", "no server 'cp-9'"),
            ("plan r.db --to 1.36 --window 2", "--window takes hours"),
            ("plan r.db --to 1.36 --start every:0s", "every:"),
            ("replay r.db --order cp-1", "--order needs --to"),
            ("replay r.db --to 1.36 --with-proxy --without-proxy", "exclude each other"),
            ("scenario r.db --to 1.36 --order cp-1,cp-1", "names 'cp-1' twice"),
        ])
    func usage(_ words: String, _ message: String) throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell("kubeskew \(words) 2>&1")
        #expect(result.status != 0 && result.output.contains(message), "\(result)")
    }

    @Test("and replay take the same what-if without a file, and print its scenario")
    func whatIf() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell(
            """
            kubeskew replay r.db --to 1.36 --with-proxy -q --fail-on none
            kubeskew scenario r.db --to 1.36 --without-proxy --rollback > s.yaml
            kubeskew scenario --check s.yaml | grep -c 'start: "1.35"'
            """)
        #expect(result.output.contains("run to-1.36-with-proxy, what if"), "\(result)")
        #expect(result.output.hasSuffix("6\n"), "\(result)")
    }

    @Test("and replay predict the demand of the new release beside what was recorded")
    func demand() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell(
            """
            kubeskew replay r.db --to 1.36 --run both -q --fail-on none | grep -c '^Predicted, not'
            kubeskew replay r.db --to 1.36 --run bare --demand recorded -q --fail-on none \\
                | grep -c '^Predicted, not'
            kubeskew query r.db -o csv --no-headers -e "
                SELECT count(DISTINCT run), min(run), count(*) > 0, min(at_ns) > 0 FROM v_demand
                UNION ALL SELECT count(DISTINCT requests || '/' || flagged), 'runs', 0, 0 FROM v_run
                UNION ALL SELECT count(DISTINCT n), 'findings', 0, 0 FROM (
                    SELECT count(*) AS n FROM v_finding GROUP BY run)"
            kubeskew query r.db upgrade/demand -p run=both -o csv --no-headers | wc -l
            """)
        let lines = result.output.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.prefix(5) == ["1", "0", "1,both,1,1", "1,runs,0,0", "1,findings,0,0"])
        #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(result)")
    }
}
