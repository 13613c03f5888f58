import Foundation
import Testing

/// The ways in which a pipeline could be told that all is well where nothing is known.
@Suite("An all-clear is earned") struct AllClearTests {
    /// Captures logs of a recorded incident into `r.db`.
    private func capture(
        _ name: String, servers: [String] = ["cp-1", "cp-2", "cp-3"],
        in work: borrowing CommandFolder
    ) throws -> RecordedIncident {
        let incident = try RecordedIncident.named(name)
        let logs = servers.map { "'\($0)=\(incident.folder)/audit-\($0).log.gz'" }
        let result = try work.shell(
            "kubeskew capture audit r.db \(logs.joined(separator: " ")) -q > /dev/null")
        #expect(result.status == 0, "\(result)")
        return incident
    }

    /// Only what happened before the upgrade began: three servers of one release.
    private func captureStable(in work: borrowing CommandFolder) throws {
        let incident = try RecordedIncident.named("same-upgrade-with-proxy")
        let result = try work.shell(
            """
            for n in 1 2 3; do
                zcat '\(incident.folder)'/audit-cp-$n.log.gz | awk '
                    match($0, /"stageTimestamp":"[^"]*"/) &&
                        substr($0, RSTART + 18, 19) < "2026-11-20T21:47:34"' > audit-cp-$n.log
            done
            kubeskew capture audit r.db audit-cp-*.log -q > /dev/null
            """)
        #expect(result.status == 0, "\(result)")
    }

    private func evidence(_ work: borrowing CommandFolder) throws -> [String: String] {
        let result = try work.run(
            "query", "r.db", "-e", "SELECT kind, weight FROM v_evidence", "-o", "csv",
            "--no-headers")
        return Dictionary(
            result.lines.map { $0.split(separator: ",").map(String.init) }
                .compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil },
            uniquingKeysWith: { a, _ in a })
    }

    private static let gate = """
        apiVersion: kubeskew.dev/v1alpha1
        kind: Scenario
        name: next-upgrade
        upgrade: {from: "1.35", to: "1.36", servers: [cp-1, cp-2, cp-3], order: [cp-3, cp-2, cp-1], start: START}

        """

    @Test("README's gate fires, and lies within the recording or is refused")
    func readme() throws {
        let work = try CommandFolder()
        _ = try capture("wrong-gc-without-proxy", in: work)
        try work.write("gate.yaml", Self.gate.replacing("START", with: "busiest"))
        let fired = try work.run("replay", "r.db", "--scenario", "gate.yaml", "--fail-on", "error")
        #expect(fired.status == 3, "\(fired)")
        try work.write("late.yaml", Self.gate.replacing("START", with: "10m"))
        let late = try work.run("replay", "r.db", "--scenario", "late.yaml", "--fail-on", "error")
        #expect(late.status == 1 && late.errors.contains("start: busiest") == false, "\(late)")
        #expect(late.errors.contains("begins after the recording's last request"), "\(late)")
        let readme = try String(contentsOfFile: "\(packageRoot)/README.md", encoding: .utf8)
        #expect(readme.contains("start: busiest"))
    }

    @Test("one log of three is no all-clear, and neither are two")
    func someLogs() throws {
        for servers in [["cp-3"], ["cp-2", "cp-3"]] {
            let work = try CommandFolder()
            _ = try capture("same-upgrade-with-proxy", servers: servers, in: work)
            let result = try work.run("replay", "r.db", "--fail-on", "error")
            #expect(result.status == 4 || result.status == 3, "\(result)")
            #expect(!result.output.contains("Nothing went wrong"), "\(result)")
            let kinds = try evidence(work)
            #expect(kinds[servers.count == 1 ? "single-server" : "missing-server"] == "blocks")
            // Nor is an upgrade of what those logs show, made up without a scenario file.
            let upgrade = try work.run("replay", "r.db", "--to", "1.37", "--fail-on", "error")
            #expect(upgrade.status == 4 || upgrade.status == 3, "\(upgrade)")
            #expect(!upgrade.output.contains("Nothing would go wrong"), "\(upgrade)")
            #expect(!upgrade.output.contains("none of it gets a wrong 404"), "\(upgrade)")
        }
    }

    @Test("a stable log says nothing of a future upgrade, and the scenario is no history")
    func stable() throws {
        let work = try CommandFolder()
        try captureStable(in: work)
        let past = try work.run("replay", "r.db")
        #expect(past.status == 0, "\(past)")
        #expect(past.output.contains("and the evidence carries that"), "\(past)")
        try work.write("gate.yaml", Self.gate.replacing("START", with: "\"2030-01-01T00:00:00Z\""))
        let refused = try work.run("replay", "r.db", "--scenario", "gate.yaml")
        #expect(refused.status == 1, "\(refused)")
        // The same as timelines, which lie where they like.
        let timelines = try work.shell(
            """
            kubeskew scenario --check gate.yaml > future.yaml 2> /dev/null
            kubeskew replay r.db --scenario future.yaml
            """)
        #expect(timelines.status == 4, "\(timelines)")
        #expect(timelines.output.contains("what if: "), "\(timelines)")
        #expect(timelines.output.contains("Cannot tell whether anything would go wrong"))
        let kinds = try evidence(work)
        #expect(kinds["upgrade-outside"] == "blocks", "\(kinds)")
    }

    @Test("a capture that was killed says so in every verb, until it was made up for")
    func killed() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        for signal in ["INT", "TERM", "HUP", "KILL"] {
            let result = try work.shell(
                """
                rm -f r.db* pipe && mkfifo pipe
                { zcat '\(incident.folder)'/audit-cp-1.log.gz | head -n 3000; sleep 20; } > pipe &
                feeder=$!
                '\(kubeskewBinary)' capture audit r.db cp-1=pipe -q > /dev/null 2>&1 & capture=$!
                for i in $(seq 100); do
                    [ -n "$(sqlite3 r.db 'SELECT 1 FROM request LIMIT 1' 2> /dev/null)" ] && break
                    sleep 0.1
                done
                kill -\(signal) $capture; wait $capture 2> /dev/null; kill $feeder 2> /dev/null
                for verb in "servers r.db" "scenario r.db" "query r.db -e 'SELECT 1'"; do
                    eval "kubeskew $verb" 2>&1 > /dev/null | grep -c 'r.db is incomplete'
                done
                kubeskew replay r.db > out 2> err; echo "status $?"; grep -c 'is incomplete' err
                sqlite3 r.db "SELECT weight FROM v_evidence WHERE kind = 'cut-capture'"
                """)
            #expect(
                result.output.hasPrefix("1\n1\n1\nstatus ")
                    && result.output.hasSuffix("1\nblocks\n"),
                "\(signal): \(result)")
            #expect(!result.output.contains("status 0"))
        }
    }

    @Test("a part of a bigger capture judges nothing, and the parts together judge as the whole")
    func parts() throws {
        let work = try CommandFolder()
        let incident = try capture("probes-1.35-1.36-with-proxy", in: work)
        let result = try work.shell(
            """
            log() { echo "cp-$1=\(incident.folder)/audit-cp-$1.log.gz"; }
            kubeskew capture audit a.db "$(log 1)" --part -q > /dev/null
            kubeskew capture audit b.db "$(log 2)" "$(log 3)" --part -q > /dev/null
            for verb in servers scenario replay doctor "plan --to 1.37"; do
                set -- $verb
                kubeskew $1 a.db $2 $3 > out 2> err
                echo "$1 $? $(wc -c < out) $(grep -c 'nothing can be said by itself' err)"
            done
            kubeskew query a.db -e 'SELECT 1' -o csv --no-headers 2> err
            grep -c 'a.db is a part of a bigger capture' err
            kubeskew merge whole.db a.db b.db 2>&1 > /dev/null | grep -c 'a part'
            for recording in r whole; do
                kubeskew replay $recording.db --verdicts all > $recording.out 2> $recording.err
                echo $? >> $recording.out
                kubeskew findings $recording.db -o json | grep -v request_id > $recording.json
            done
            cmp r.out whole.out && cmp r.json whole.json && cmp r.err whole.err
            """)
        #expect(
            result.lines == [
                "servers 1 0 1", "scenario 1 0 1", "replay 1 0 1", "doctor 1 0 1", "plan 1 0 1",
                "1", "1", "0",
            ], "\(result)")
    }

    @Test("a capture that was cut short is made up for by the same capture again")
    func completed() throws {
        let work = try CommandFolder()
        _ = try capture("wrong-gc-without-proxy", in: work)
        let result = try work.shell(
            """
            sqlite3 r.db 'UPDATE capture SET is_whole = 0'
            kubeskew servers r.db 2>&1 > /dev/null | grep -c incomplete
            kubeskew capture audit r.db $(sqlite3 r.db 'SELECT replace(inputs, char(10), " ") FROM capture') -q > /dev/null
            kubeskew servers r.db 2>&1 > /dev/null | grep -c incomplete
            """)
        #expect(result.output == "1\n0\n", "\(result)")
    }

    @Test("a scenario with other servers' names is refused, and mapped where somebody says so")
    func otherNames() throws {
        let work = try CommandFolder()
        let incident = try capture("wrong-gc-without-proxy", in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("masters.yaml", scenario.replacing("cp-", with: "master-"))
        let refused = try work.run("replay", "r.db", "--scenario", "masters.yaml")
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("--server master-1=cp-1"), "\(refused)")
        let pairs = ["--server", "master-1=cp-1", "--server", "master-2=cp-2"]
        let mapped = try work.shell(
            "kubeskew replay r.db --scenario masters.yaml \(pairs.joined(separator: " ")) "
                + "--server cp-3=master-3")
        #expect(mapped.status == 3, "\(mapped)")
        #expect(mapped.output.contains(", as recorded:"), "\(mapped)")
    }

    @Test("the same log under two names is no second server")
    func twice() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("same-upgrade-with-proxy")
        let log = "\(incident.folder)/audit-cp-3.log.gz"
        let result = try work.shell(
            "kubeskew capture audit r.db cp-1='\(log)' cp-3='\(log)' -q > /dev/null; kubeskew replay r.db"
        )
        #expect(result.status == 4 || result.status == 3, "\(result)")
        #expect(!result.output.contains("Nothing went wrong"), "\(result)")
    }

    @Test("build servers and programs are told too, and --evidence report leaves it at that")
    func formats() throws {
        let work = try CommandFolder()
        _ = try capture("same-upgrade-with-proxy", servers: ["cp-3"], in: work)
        let kinds = "--kind wrong-gc"
        _ = try work.shell("kubeskew replay r.db -q > /dev/null")
        let sarif = try work.shell("kubeskew findings r.db \(kinds) -o sarif -q")
        #expect(sarif.status == 4, "\(sarif)")
        #expect(
            sarif.output.contains("\"kind\": \"open\"")
                || sarif.output.contains("\"kind\":\"open\""))
        #expect(sarif.output.contains("toolExecutionNotifications"))
        let junit = try work.shell("kubeskew findings r.db \(kinds) -o junit -q")
        #expect(junit.output.contains("<error type=\"single-server\""), "\(junit)")
        let github = try work.shell("kubeskew findings r.db \(kinds) -o github -q")
        #expect(github.output.contains("::error title=Cannot tell%3A single-server"), "\(github)")
        let json = try work.shell("kubeskew findings r.db \(kinds) -o json -q")
        #expect(json.output.contains("evidence-single-server"), "\(json)")
        let reported = try work.shell("kubeskew findings r.db \(kinds) --evidence report")
        #expect(reported.status == 0 && reported.errors.contains("Cannot tell"), "\(reported)")
        let one = try work.shell("kubeskew replay r.db --servers 1 --fail-on error")
        #expect(try evidence(work)["single-server"] == nil, "\(one)")
    }

    @Test("without a run named the one as recorded is meant, and which is said")
    func defaultRun() throws {
        let work = try CommandFolder()
        let incident = try capture("wrong-gc-without-proxy", in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("other.yaml", scenario.replacing("\"1.36\"", with: "\"1.35\""))
        let result = try work.shell(
            """
            kubeskew replay r.db -q --fail-on none > /dev/null
            kubeskew replay r.db -q --scenario other.yaml --run other --fail-on none > /dev/null
            sqlite3 r.db "SELECT mode FROM v_run WHERE run = 'other'"
            kubeskew findings r.db 2>&1 > /dev/null | head -n 1
            """)
        #expect(result.output == "what-if\nrun as-recorded, as recorded\n", "\(result)")
    }
}

@Suite("doctor") struct DoctorTests {
    @Test("says what a recording of one log without reads cannot answer, and prints the policy")
    func recording() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let result = try work.shell(
            """
            zcat '\(incident.folder)'/audit-cp-1.log.gz | grep -v -E '"verb":"(get|list|watch)"' > a.log
            kubeskew capture audit r.db cp-1=a.log -q > /dev/null
            kubeskew doctor r.db
            """)
        #expect(result.status == 4, "\(result)")
        #expect(result.output.contains("collector-reads"), "\(result)")
        #expect(result.output.contains("no GET, list or watch was recorded"), "\(result)")
        #expect(result.output.contains("apiVersion: audit.k8s.io/v1"), "\(result)")
        let whole = try work.shell(
            """
            kubeskew capture audit w.db '\(incident.folder)'/audit-*.gz -q > /dev/null
            kubeskew doctor w.db --columns question,answer --no-headers
            """)
        #expect(whole.status == 0, "\(whole)")
        #expect(whole.output.contains("wrong-answers"), "\(whole)")
    }

    @Test("judges a policy before the upgrade, and its own is enough")
    func policy() throws {
        let work = try CommandFolder()
        try work.write(
            "policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"
        )
        let bare = try work.run("doctor", "--policy", "policy.yaml", "-o", "csv")
        #expect(bare.status == 0, "\(bare)")
        #expect(bare.output.contains("owners,no,"), "\(bare)")
        #expect(bare.output.contains("wrong-answers,yes,"), "\(bare)")
        try work.write(
            "blind.yaml",
            "kind: Policy\nrules: [{level: None, verbs: [get, list, watch]}, {level: RequestResponse}]\n"
        )
        #expect(try work.run("doctor", "--policy", "blind.yaml").status == 4)
        let own = try work.shell(
            "kubeskew doctor --suggest > own.yaml && kubeskew doctor --policy own.yaml")
        #expect(own.status == 0, "\(own)")
        let wrong = try work.run("doctor")
        #expect(wrong.status == 2, "\(wrong)")
    }
}

@Suite("analyze") struct AnalyzeTests {
    @Test("says the verdict first and then what to do, with the names that are meant")
    func verdictFirst() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let result = try work.shell(
            "kubeskew analyze '\(incident.folder)'/audit-*.log.gz -r kept.db --html page.html -q")
        #expect(result.status == 3, "\(result)")
        #expect(
            result.lines.first?.contains("ConfigMaps were deleted because") == true, "\(result)")
        #expect(result.output.contains("kubeskew explain kept.db wrong-gc-"), "\(result)")
        #expect(try work.shell("ls kept.db page.html").status == 0)
        let unkept = try work.shell(
            "TMPDIR=$PWD kubeskew analyze '\(incident.folder)'/audit-cp-1.log.gz -q; ls")
        #expect(unkept.output.contains("kubeskew doctor"), "\(unkept)")
        #expect(unkept.output.contains("/recording.db"), "\(unkept)")
    }
}
