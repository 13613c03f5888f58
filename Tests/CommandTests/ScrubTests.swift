import Foundation
import Testing

/// A copy without names says the same of the upgrade.
struct ScrubTests {
    static let incidents = [
        "wrong-gc-without-proxy", "namespaces-without-proxy", "loop-through-load-balancer",
    ]

    private static let judged = [
        """
        SELECT request_id, entry_server, outcome, certainty, alternatives, servers, status
        FROM v_verdict ORDER BY 1
        """,
        """
        SELECT kind, severity, grade, requests, first_at, last_at, api_group, api_version, resource,
            user_agent, server, count(*) FROM v_finding GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        """,
        "SELECT recorded, predicted, requests FROM v_agreement ORDER BY 1, 2",
    ]

    @Test(
        "the verdicts and findings of a scrubbed recording are those of the original",
        arguments: incidents)
    func sameFindings(name: String) throws {
        let work = try CommandFolder()
        try RecordedIncident.named(name).capture(in: work)
        let scrub = try work.shell("kubeskew scrub r.db -o s.db; stat -c %a s.db")
        #expect(scrub.output == "600\n", "\(scrub)")
        for file in ["r.db", "s.db"] {
            let replay = try work.run("replay", file, "--verdicts", "all", "--fail-on", "none")
            #expect(replay.status == 0, "\(replay)")
        }
        for sql in Self.judged {
            let original = try work.run("query", "r.db", "-e", sql, "-o", "csv")
            let copy = try work.run("query", "s.db", "-e", sql, "-o", "csv")
            #expect(original.status == 0 && original.lines.count > 1, "\(original.errors)")
            #expect(original.output == copy.output)
        }
    }

    /// What names somebody in a recording.
    private static let naming = """
        SELECT DISTINCT namespace FROM v_request WHERE namespace NOT IN
            ('', 'default', 'kube-system', 'kube-public', 'kube-node-lease')
        UNION SELECT DISTINCT name FROM v_object WHERE name LIKE '%-%'
            AND kind NOT IN ('CustomResourceDefinition', 'APIService', 'StorageVersion')
            AND name NOT LIKE 'system:%' AND name NOT LIKE 'apiserver-%' AND name NOT LIKE 'kube-%'
        UNION SELECT DISTINCT user FROM v_request WHERE user NOT LIKE 'system:%' AND user <> ''
        UNION SELECT DISTINCT source_ip FROM v_request WHERE source_ip NOT IN ('', '127.0.0.1', '::1')
        """

    @Test("no name of a user, namespace, object or address is in the bytes of the copy")
    func noNames() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(try work.run("scrub", "r.db", "-o", "s.db").status == 0)
        let names = try work.run("query", "r.db", "-e", Self.naming, "-o", "csv", "--no-headers")
        #expect(names.lines.count > 20, "\(names)")
        let agents = try work.run(
            "query", "r.db", "-e", "SELECT DISTINCT user_agent FROM v_request", "-o", "csv")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: work.path + "/s.db"))
        let text = String(decoding: bytes, as: UTF8.self)
        for name in names.lines where !agents.output.contains(name) {
            #expect(!text.contains(name), "\(name)")
        }
    }

    @Test("neither do names of clusters and of inputs, nor what was said of a run")
    func noClusters() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("loop-through-load-balancer")
        let logs = "cp-1='\(incident.folder)/audit-cp-1.log.gz'"
        for cluster in ["", "--cluster secret-east", "--cluster secret-west"] {
            let made = try work.shell("kubeskew capture audit r.db \(cluster) \(logs)")
            #expect(made.status == 0, "\(made)")
        }
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(try work.run("scrub", "r.db", "-o", "s.db").status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: work.path + "/s.db"))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("secret-") && !text.contains("loop-through"))
        let left = try work.run("query", "s.db", "-e", "SELECT count(*) FROM evidence", "-o", "csv")
        #expect(left.lines.last == "0", "\(left)")
        let again = try work.run("replay", "s.db", "--fail-on", "none", "-o", "json")
        #expect(again.errors.contains("cluster-"), "\(again)")
    }

    @Test("a copy goes nowhere but into a file of its own")
    func target() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("loop-through-load-balancer").capture(in: work)
        #expect(try work.run("scrub", "r.db").status == 2)
        let onto = try work.run("scrub", "r.db", "-o", "r.db")
        #expect(onto.status == 1 && onto.errors.contains("would be destroyed"), "\(onto)")
        #expect(try work.run("servers", "r.db").status == 0)
    }
}
