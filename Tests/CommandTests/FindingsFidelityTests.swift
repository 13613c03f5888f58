import Foundation
import Testing

/// What a run tells a person, against recordings of real control planes and what truly happened.
@Suite("Findings of recorded control planes") struct FindingsFidelityTests {
    @Test(
        "as recorded, victims, leaks, loops and wrong 404s are exactly those that were",
        arguments: RecordedIncident.all.filter { $0.truth != nil })
    func asRecorded(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        _ = try work.run("replay", "r.db", "--run", "inferred", "--fail-on", "none")
        _ = try work.run(
            "replay", "r.db", "--scenario", incident.scenario, "--run", "ran", "--fail-on", "none")
        for run in ["inferred", "ran"] {
            let found = RunFindings(run, work)
            let truth = try #require(incident.truth)
            let victims = Set(truth["wrong_gc"] as? [String] ?? [])
            #expect(try found.victims(grade: "observed") == victims, "\(run)")
            #expect(try found.victims(grade: "possible").isEmpty, "\(run)")
            let leaked = Set(truth["leaked_namespaces"] as? [String] ?? [])
            #expect(try found.namespaces() == leaked, "\(run)")
            #expect(try found.riskyNamespaces() == leaked, "\(run)")
            let collected = Set(truth["rightly_collected"] as? [String] ?? [])
            #expect(try found.victims(grade: nil).isDisjoint(with: collected), "\(run)")
            let boundary = incident.identifiers("_boundary_ids")
            let wrong = try found.requests("wrong-404")
            let real = incident.identifiers("_wrong_404_ids")
            #expect(wrong.subtracting(boundary).isSubset(of: real), "\(run)")
            #expect(
                wrong.subtracting(real).count <= Self.early(incident, run), "\(run): \(wrong.count)"
            )
            let open = real.subtracting(boundary).subtracting(wrong)
            #expect(open.count == Self.silent(incident, run), "\(run): \(open.count)")
            #expect(try found.requests("loop") == incident.identifiers("_looped"), "\(run)")
        }
    }

    /// Real wrong 404s that stay open: they came up to 12 s after the last record of the only
    /// server that served the resource, and nothing in the logs shows that it still ran.
    private static func silent(_ incident: RecordedIncident, _ run: String) -> Int {
        run == "inferred" && incident.name == "probes-1.33-1.34-with-proxy" ? 12 : 0
    }

    /// 404s between a server's own report that it is ready and the half a second later in which
    /// whoever recorded the truth asked for it.
    private static func early(_ incident: RecordedIncident, _ run: String) -> Int {
        run == "ran" || incident.name == "crds" ? 0 : 4
    }

    @Test("the same upgrade with the proxy off would have deleted what it did without it")
    func proxyOff() throws {
        let incident = try RecordedIncident.named("same-upgrade-with-proxy")
        let work = try CommandFolder()
        try incident.capture(in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("off.yaml", scenario.proxyOff)
        let result = try work.run(
            "replay", "r.db", "--scenario", "off.yaml", "--run", "off", "--fail-on", "none")
        #expect(result.status == 0, "\(result)")
        let found = RunFindings("off", work)
        let without = try RecordedIncident.named("wrong-gc-without-proxy")
        let victims = Set(without.truth?["wrong_gc"] as? [String] ?? [])
        #expect(try found.victims(grade: "predicted") == victims)
        #expect(try found.victims(grade: "observed").isEmpty)
        let owners = try found.column("SELECT owner_name FROM v_wrong_gc WHERE run = 'off'")
        #expect(owners == ["netpol-defaults", "quota-defaults", "tenant-defaults"])
    }

    @Test(
        "with the proxy on nothing would have been deleted or left behind",
        arguments: ["wrong-gc-without-proxy", "namespaces-without-proxy"])
    func proxyOn(_ name: String) throws {
        let incident = try RecordedIncident.named(name)
        let work = try CommandFolder()
        try incident.capture(in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("on.yaml", scenario.proxyOn)
        let result = try work.run(
            "replay", "r.db", "--scenario", "on.yaml", "--run", "on", "--fail-on", "none")
        #expect(result.status == 0, "\(result)")
        let found = RunFindings("on", work)
        let kinds = try found.column("SELECT kind FROM v_finding WHERE run = 'on'")
        #expect(kinds.isDisjoint(with: ["wrong-gc", "namespace-leak", "wrong-404", "loop"]))
    }

    @Test("from logs of level Metadata the deletes and leaks are found, with less certainty")
    func metadata() throws {
        for (name, grade) in [
            ("wrong-gc-without-proxy", "predicted"), ("namespaces-without-proxy", "observed"),
        ] {
            let incident = try RecordedIncident.named(name)
            let work = try CommandFolder()
            try incident.captureWithoutBodies(in: work)
            _ = try work.run("replay", "r.db", "--run", "r", "--fail-on", "none")
            let found = RunFindings("r", work)
            let victims = Set(incident.truth?["wrong_gc"] as? [String] ?? [])
            #expect(try found.victims(grade: "predicted") == victims)
            let leaked = Set(incident.truth?["leaked_namespaces"] as? [String] ?? [])
            #expect(try found.namespaces() == leaked)
            let grades = try found.column(
                "SELECT DISTINCT grade FROM v_finding WHERE run = 'r' "
                    + "AND kind IN ('wrong-gc', 'namespace-leak')")
            #expect(grades.contains(grade))
        }
    }

    @Test("findings are the same, row for row, in every run") func deterministic() throws {
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let work = try CommandFolder()
        try incident.capture(in: work)
        var texts: Set<String> = []
        for _ in 0..<2 {
            _ = try work.run("replay", "r.db", "--run", "r", "--fail-on", "none")
            let tables = try ["v_finding", "v_finding_request", "v_wrong_gc"].map { view in
                try work.run("query", "r.db", "-e", "SELECT * FROM \(view)", "-o", "csv").output
            }
            texts.insert(tables.joined(separator: "\n"))
        }
        #expect(texts.count == 1)
    }
}

/// What a stored run found, read with the command's own queries.
private struct RunFindings: ~Copyable {
    private let run: String
    private let path: String

    init(_ run: String, _ work: borrowing CommandFolder) {
        self.run = run
        path = work.path
    }

    func victims(grade: String?) throws -> Set<String> {
        let condition = grade.map { " AND grade = '\($0)'" } ?? ""
        return try column(
            "SELECT namespace || '/' || resource || '/' || name FROM v_wrong_gc "
                + "WHERE run = '\(run)'\(condition)")
    }

    func namespaces() throws -> Set<String> {
        try column(
            "SELECT namespace FROM v_finding WHERE run = '\(run)' AND kind = 'namespace-leak'")
    }

    func riskyNamespaces() throws -> Set<String> {
        try column(
            "SELECT namespace FROM v_namespace_risk WHERE run = '\(run)' "
                + "AND kind = 'namespace-leak' AND resource = 'podgroups'")
    }

    /// `server/audit id` of the requests that findings of a kind count.
    func requests(_ kind: String) throws -> Set<String> {
        try column(
            """
            SELECT q.server || '/' || q.audit_id FROM v_finding AS f
            JOIN v_finding_request AS r USING (run, finding_id)
            JOIN v_request AS q USING (request_id)
            WHERE f.run = '\(run)' AND f.kind = '\(kind)' AND r.role = 'request'
            """)
    }

    func column(_ sql: String) throws -> Set<String> {
        let result = try CommandFolder.query(path + "/r.db", sql)
        #expect(result.status == 0, "\(result)")
        return Set(result.lines.filter { !$0.isEmpty })
    }
}

extension CommandFolder {
    fileprivate static func query(_ path: String, _ sql: String) throws -> CommandResult {
        try CommandFolder().run(
            "query", path, "-e", sql, "-o", "csv", "--no-headers")
    }
}

extension RecordedIncident {
    /// The same logs as a policy of level Metadata would have had them written.
    fileprivate func captureWithoutBodies(in work: borrowing CommandFolder) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for file in files where file.hasPrefix("audit-") {
            let unzipped = try work.shell("gzip -dc '\(folder)/\(file)'").output
            var lines: [String] = []
            for line in unzipped.split(separator: "\n") {
                guard
                    var event = try JSONSerialization.jsonObject(with: Data(line.utf8))
                        as? [String: Any]
                else { continue }
                event["requestObject"] = nil
                event["responseObject"] = nil
                event["level"] = "Metadata"
                let data = try JSONSerialization.data(withJSONObject: event)
                lines.append(String(decoding: data, as: UTF8.self))
            }
            let server = file.dropFirst("audit-".count).prefix { $0 != "." }
            try work.write("\(server).log", lines.joined(separator: "\n") + "\n")
            let captured = try work.run(
                "capture", "audit", "r.db", "\(server)=\(work.path)/\(server).log")
            #expect(captured.status == 0, "\(captured)")
        }
    }
}

extension String {
    fileprivate var proxyOff: String {
        replacingOccurrences(of: "Proxy=true", with: "Proxy=false")
            .replacingOccurrences(of: ", \"--peer-ca-file=/etc/kubernetes/pki/ca.crt\"", with: "")
            .replacingOccurrences(
                of: "\"--peer-ca-file=/etc/kubernetes/pki/ca.crt\"",
                with: "\"--feature-gates=UnknownVersionInteroperabilityProxy=false\"")
    }

    var proxyOn: String {
        let gate = "--feature-gates=UnknownVersionInteroperabilityProxy=true"
        return replacingOccurrences(of: "Proxy=false", with: "Proxy=true")
            .replacingOccurrences(
                of: "Proxy=true\"]", with: "Proxy=true\", \"--peer-ca-file=ca.crt\"]"
            )
            .replacingOccurrences(
                of: "flags: []", with: "flags: [\"\(gate)\", \"--peer-ca-file=ca.crt\"]")
    }
}
