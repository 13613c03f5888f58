import Foundation
import Testing

/// A recording with several clusters: what verbs say of each is what they say of it alone.
@Suite("Verbs on a recording with several clusters") struct FleetTests {
    private static let names = [
        "loop-through-load-balancer", "namespaces-without-proxy", "probes-1.32-storageversion",
        "probes-1.33-1.34-with-proxy",
    ]

    /// What is said of a run, apart from ids of requests and the name of the cluster.
    private static let asked = [
        "SELECT run, kind, weight, subject, summary, effect, remedy FROM v_evidence",
        "SELECT run, mode, requests, flagged, evidence, summary, scenario FROM v_run",
        "SELECT run, recorded, predicted, requests FROM v_agreement ORDER BY 1, 2, 3",
        """
        SELECT q.at_ns, q.server, q.audit_id, outcome, certainty, alternatives, servers, v.status,
            reason FROM v_verdict AS v JOIN v_request AS q USING (request_id) ORDER BY 1, 2, 3
        """,
        """
        SELECT f.finding_id, role, q.at_ns, q.server, q.audit_id FROM v_finding_request AS f
        JOIN v_request AS q USING (request_id) ORDER BY 1, 2, 3, 4, 5
        """,
        "SELECT * FROM v_wrong_gc ORDER BY finding_id, uid",
        "SELECT * FROM v_exposure ORDER BY 1, 2, 3, 4",
        "SELECT server, version, from_ns, until_ns, known_by FROM v_server ORDER BY 1, 3",
    ]

    private static func inputs(_ name: String) throws -> String {
        let folder = try RecordedIncident.named(name).folder
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasPrefix("audit-") }.map { "'\(folder)/\($0)'" }
            .joined(separator: " ")
    }

    /// Rows as JSON without the column that differs.
    private static func plain(_ rows: String, cluster: String? = nil) throws -> [NSDictionary] {
        let all = try JSONSerialization.jsonObject(with: Data(rows.utf8)) as? [[String: Any]]
        let found = try #require(all).filter {
            cluster == nil || $0["cluster"] as? String == cluster
        }
        return found.map { row in
            NSDictionary(dictionary: row.filter { $0.key != "cluster" })
        }
    }

    @Test("replay gives every cluster what it gives it alone, and the status of the worst")
    func replay() throws {
        let work = try CommandFolder()
        var statuses: [Int32] = []
        var findings: [String: [NSDictionary]] = [:]
        for name in Self.names {
            let made = try work.shell("kubeskew capture audit \(name).db \(Self.inputs(name))")
            #expect(made.status == 0, "\(made)")
            let alone = try work.run("replay", "\(name).db", "-o", "json")
            statuses.append(alone.status)
            findings[name] = try Self.plain(alone.output)
            let named = try work.shell("kubeskew merge fleet.db \(name).db --cluster \(name)")
            #expect(named.status == 0, "\(named)")
        }
        let fleet = try work.run("replay", "fleet.db", "-o", "json")
        #expect(statuses.contains(3) && fleet.status == 3, "\(fleet)")
        for name in Self.names {
            #expect(try Self.plain(fleet.output, cluster: name) == findings[name], "\(name)")
            let one = try work.run("replay", "fleet.db", "--cluster", name, "-o", "json")
            #expect(try Self.plain(one.output) == findings[name], "\(name)")
            #expect(one.status == statuses[Self.names.firstIndex(of: name) ?? 0], "\(one)")
            for sql in Self.asked {
                let alone = try work.run("query", "\(name).db", "-e", sql, "-o", "json")
                let ask = ["query", "fleet.db", "--cluster", name, "-e", sql, "-o", "json"]
                let found = try work.run(words: ask)
                #expect(alone.status == 0 && found.status == 0, "\(found)")
                #expect(
                    try Self.plain(found.output) == Self.plain(alone.output), "\(name): \(sql)")
            }
        }
        let listed = try work.run("findings", "fleet.db", "-o", "json")
        #expect(try Self.plain(listed.output) == Self.plain(fleet.output))
        #expect(listed.status == fleet.status)
    }

    @Test("every view says of which cluster a row is")
    func columns() throws {
        let work = try CommandFolder()
        for name in ["loop-through-load-balancer", "namespaces-without-proxy"] {
            let made = try work.shell(
                "kubeskew capture audit r.db --cluster \(name) \(Self.inputs(name))")
            #expect(made.status == 0, "\(made)")
        }
        _ = try work.run("replay", "r.db")
        for view in ["v_request", "v_object", "v_server", "v_run", "v_verdict", "v_finding"] {
            let sql = "SELECT DISTINCT cluster FROM \(view) ORDER BY 1"
            let result = try work.run("query", "r.db", "-e", sql, "--no-headers", "-o", "csv")
            #expect(
                result.lines == ["loop-through-load-balancer", "namespaces-without-proxy"],
                "\(view): \(result)")
        }
        let servers = try work.run("servers", "r.db", "-o", "csv", "--columns", "cluster")
        #expect(Set(servers.output.split(whereSeparator: \.isNewline)).count == 3, "\(servers)")
    }

    @Test(
        "what can be said of one cluster only names the clusters, and --cluster",
        arguments: [
            "report r.db --html -", "plan r.db --to 1.36", "explain r.db 1", "scenario r.db",
            "compare r.db a b", "mcp r.db", "query r.db clients/top",
        ])
    func refused(line: String) throws {
        let work = try CommandFolder()
        let logs = try Self.inputs("probes-1.32-storageversion")
        _ = try work.shell("kubeskew capture audit r.db --cluster east \(logs)")
        _ = try work.shell("kubeskew capture audit r.db --cluster west \(logs)")
        let result = try work.run(words: line.split(separator: " ").map(String.init))
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("2 clusters (east, west)"), "\(result)")
        #expect(result.errors.contains("--cluster NAME"), "\(result)")
    }

    @Test("a cluster that there is none of is no empty one, and a name has its grammar")
    func wrongNames() throws {
        let work = try CommandFolder()
        let logs = try Self.inputs("probes-1.32-storageversion")
        _ = try work.shell("kubeskew capture audit r.db --cluster east \(logs)")
        for verb in ["replay", "findings", "servers", "doctor", "export --arrow x", "scenario"] {
            let words = verb.split(separator: " ").map(String.init)
            let result = try work.run(
                words: [words[0], "r.db"] + words.dropFirst() + ["--cluster", "west"])
            #expect(result.status == 2, "\(result)")
            #expect(result.errors.contains("no cluster 'west', but east"), "\(result)")
        }
        let made = try work.shell("kubeskew capture audit s.db --cluster $'a\\tb' \(logs)")
        #expect(made.status == 2 && made.errors.contains("--cluster takes a name"), "\(made)")
    }
}
