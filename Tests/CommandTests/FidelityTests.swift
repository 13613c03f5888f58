import Foundation
import Testing

/// The model against recordings of real API servers: where they disagree, the recording is right.
@Suite("Replaying recorded control planes") struct FidelityTests {
    @Test(
        "as recorded, with the scenario that really ran, no certain verdict contradicts the servers",
        arguments: RecordedIncident.all)
    func asItRan(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        let result = try work.run(
            "replay", "r.db", "--scenario", incident.scenario, "--run", "ran", "--verdicts", "all",
            "--fail-on", "none")
        #expect(result.status == 0, "\(result)")
        let verdicts = try RunVerdicts("ran", in: work)
        try expectAgreement(verdicts, with: incident)
        try expectTruth(verdicts, of: incident)
    }

    @Test(
        "as recorded, with the scenario that the recording itself gives, the same comes out",
        arguments: RecordedIncident.all)
    func asInferred(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        #expect(
            try work.run("replay", "r.db", "--verdicts", "all", "--fail-on", "none").status == 0)
        let verdicts = try RunVerdicts("as-recorded", in: work)
        try expectAgreement(verdicts, with: incident)
        try expectVersions(of: incident, in: work)
        let sql =
            "SELECT sum(requests) FILTER (WHERE recorded = predicted) * 1.0 / sum(requests) AS share FROM v_agreement"
        let agreement = try work.run("query", "r.db", "-e", sql, "-o", "csv", "--no-headers")
        let share = Double(agreement.lines.first ?? "") ?? 0
        #expect(share >= 0.98, "\(agreement)")
    }

    @Test("with the proxy off, what was forwarded gets a wrong 404") func proxyOff() throws {
        let incident = try RecordedIncident.named("same-upgrade-with-proxy")
        let work = try CommandFolder()
        try incident.capture(in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("off.yaml", scenario.turningProxyOff)
        _ = try work.run("replay", "r.db", "--scenario", "off.yaml", "--run", "off")
        let wrong = try RunVerdicts("off", in: work).identifiers { $0.outcome == "wrong-404" }
        let forwarded = incident.identifiers("_proxied")
        #expect(forwarded.subtracting(wrong).isEmpty)
        // And what got a wrong 404, or a 503 for want of an address, with the proxy on.
        _ = try work.run("replay", "r.db", "--scenario", incident.scenario, "--run", "ran")
        let failed = try RunVerdicts("ran", in: work).identifiers {
            $0.outcome == "wrong-404" || $0.outcome == "unavailable-503"
        }
        #expect(wrong.subtracting(forwarded).subtracting(failed).isEmpty)
    }

    @Test(
        "with the proxy on, no certain wrong 404 is left",
        arguments: ["wrong-gc-without-proxy", "namespaces-without-proxy"])
    func proxyOn(_ name: String) throws {
        let incident = try RecordedIncident.named(name)
        let work = try CommandFolder()
        try incident.capture(in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("on.yaml", scenario.turningProxyOn)
        let result = try work.run(
            "replay", "r.db", "--scenario", "on.yaml", "--run", "on", "--fail-on", "none")
        #expect(result.status == 0, "\(result)")
        let verdicts = try RunVerdicts("on", in: work)
        #expect(verdicts.identifiers { $0.outcome == "wrong-404" && $0.isCertain }.isEmpty)
        // Who is asked while it stops answers 503, as far as was seen (V18).
        let forwarded = verdicts.identifiers {
            $0.outcome == "proxied" || $0.outcome == "unavailable-503" && !$0.isCertain
        }
        #expect(incident.identifiers("_wrong_404_ids").subtracting(forwarded).isEmpty)
    }

    @Test(
        "who is told to stop answers 503 instead of forwarding, as recorded and in a what-if (V18)",
        arguments: [("crds", 1), ("same-upgrade-with-proxy", 5)])
    func draining(_ name: String, count: Int) throws {
        let incident = try RecordedIncident.named(name)
        let work = try CommandFolder()
        try incident.capture(in: work)
        for (run, mode) in [("ran", "as-recorded"), ("if", "what-if")] {
            let result = try work.run(
                "replay", "r.db", "--scenario", incident.scenario, "--run", run, "--mode", mode,
                "--evidence", "report", "--fail-on", "none")
            #expect(result.status == 0, "\(result)")
        }
        let happened = try RunVerdicts("ran", in: work).identifiers {
            $0.outcome == "unavailable-503" && $0.isCertain
        }
        #expect(happened.count == count)
        let predicted = try RunVerdicts("if", in: work).identifiers {
            $0.outcome == "unavailable-503"
        }
        #expect(predicted == happened)
    }

    @Test("the same recording and scenario give the same run, whatever the number of threads")
    func deterministic() throws {
        let incident = try RecordedIncident.named("loop-through-load-balancer")
        let work = try CommandFolder()
        try incident.capture(in: work)
        let dump = "SELECT * FROM v_verdict WHERE run = 'r' ORDER BY request_id"
        var texts: Set<String> = []
        for prefix in ["", "taskset -c 0 "] {
            let line =
                "\(prefix)'\(kubeskewBinary)' replay r.db --run r --verdicts all --fail-on none"
            #expect(try work.shell(line).status == 0)
            texts.insert(try work.run("query", "r.db", "-e", dump, "-o", "csv").output)
        }
        #expect(texts.count == 1)
    }

    private func expectAgreement(_ verdicts: RunVerdicts, with incident: RecordedIncident) throws {
        let all = verdicts.all
        let certain = all.count { $0.isCertain }
        // Small logs in which the only server that serves something falls silent twelve seconds
        // before the end, or in which few writes tell how far clocks are apart.
        let isSmall = ["probes", "loop", "wire"].contains { incident.name.hasPrefix($0) }
        let share = isSmall ? 0.989 : 0.995
        #expect(Double(certain) >= share * Double(all.count), "\(certain) of \(all.count)")
        #expect(all.allSatisfy { $0.isCertain || !$0.reason.isEmpty })
        for probe in incident.expectations ?? [] {
            let id = "\(probe["server"] ?? "")/\(probe["audit"] ?? "")"
            let outcomes = Set(
                (probe["outcome"] as? String ?? "").split(separator: "|").map(String.init))
            let rows = verdicts.rows[id] ?? []
            #expect(rows.contains { $0.allows(outcomes) }, "\(probe) but \(rows)")
            guard let chain = probe["chain"] as? [String], chain.count > 1 else { continue }
            #expect(rows.contains { $0.servers == chain.joined(separator: ">") }, "\(probe)")
        }
    }

    private func expectTruth(_ verdicts: RunVerdicts, of incident: RecordedIncident) throws {
        guard incident.truth != nil else { return }
        let wrong = incident.identifiers("_wrong_404_ids")
        let found = verdicts.identifiers { $0.outcome == "wrong-404" }
        let boundary = incident.identifiers("_boundary_ids")
        #expect(wrong.subtracting(found).isEmpty)
        #expect(found.subtracting(wrong).subtracting(boundary).isEmpty)
        let forwarded = incident.identifiers("_proxied")
        let seen = verdicts.identifiers { $0.outcome == "proxied" }
        #expect(forwarded.subtracting(seen).isEmpty)
        #expect(
            seen.subtracting(forwarded).subtracting(incident.identifiers("_proxied_boundary"))
                .isEmpty)
        let looped = verdicts.identifiers { $0.outcome == "looped" }
        #expect(looped == incident.identifiers("_looped"))
    }

    private func expectVersions(
        of incident: RecordedIncident, in work: borrowing CommandFolder
    ) throws {
        let inferred = try work.run("scenario", "r.db")
        let real = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        #expect(inferred.output.starts == real.starts, "\(inferred)")
    }
}

extension String {
    /// The releases of a scenario's processes, in the order of the file.
    fileprivate var starts: [String] {
        components(separatedBy: "start: \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    fileprivate var turningProxyOff: String {
        replacingOccurrences(of: "Proxy=true", with: "Proxy=false")
            .replacingOccurrences(of: ", \"--peer-ca-file=/etc/kubernetes/pki/ca.crt\"", with: "")
            .replacingOccurrences(
                of: "\"--peer-ca-file=/etc/kubernetes/pki/ca.crt\"",
                with: "\"--feature-gates=UnknownVersionInteroperabilityProxy=false\"")
    }

    fileprivate var turningProxyOn: String {
        let gate = "--feature-gates=UnknownVersionInteroperabilityProxy=true"
        return replacingOccurrences(of: "Proxy=false", with: "Proxy=true")
            .replacingOccurrences(
                of: "Proxy=true\"]", with: "Proxy=true\", \"--peer-ca-file=ca.crt\"]"
            )
            .replacingOccurrences(
                of: "flags: []", with: "flags: [\"\(gate)\", \"--peer-ca-file=ca.crt\"]")
    }
}
