import Foundation
import Testing

/// What servers disagreed about, of recordings of real control planes.
@Suite("What was exposed") struct ExposureTests {
    @Test(
        "every wrong 404 lies in what was exposed, with its server and its client",
        arguments: RecordedIncident.all.filter { $0.truth != nil })
    func holdsEveryWrongNotFound(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        _ = try work.run("replay", "r.db", "--scenario", incident.scenario, "--fail-on", "none")
        let outside = try work.shell(
            """
            sqlite3 r.db "SELECT q.audit_id FROM v_verdict AS v JOIN v_request AS q USING (request_id)
                WHERE v.outcome = 'wrong-404' AND v.certainty = 'certain' AND NOT EXISTS (
                    SELECT 1 FROM v_exposure AS e
                    JOIN v_exposed_client AS c USING (run, api_group, api_version, resource)
                    WHERE (e.run, e.api_group, e.api_version, e.resource)
                            = (v.run, q.api_group, q.api_version, q.resource)
                        AND q.at_ns BETWEEN e.from_ns AND e.until_ns
                        AND instr(',' || e.refusing || ',', ',' || v.entry_server || ',')
                        AND (c.user, c.user_agent) = (q.user, q.user_agent)
                        AND q.at_ns BETWEEN c.first_ns AND c.last_ns)"
            """)
        #expect(outside.output == "")
    }

    @Test(
        "no client counts for more than it asked in the window of an API",
        arguments: RecordedIncident.all)
    func counts(_ incident: RecordedIncident) throws {
        let work = try CommandFolder()
        try incident.capture(in: work)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        let different = try work.shell(
            """
            sqlite3 r.db "SELECT api_group, resource, user_agent, c.requests, count(q.at_ns)
                FROM v_exposure AS e
                JOIN v_exposed_client AS c USING (run, api_group, api_version, resource)
                LEFT JOIN v_request AS q USING (api_group, api_version, resource, user, user_agent)
                WHERE q.at_ns BETWEEN e.from_ns AND e.until_ns AND q.origin IS NULL
                GROUP BY 1, 2, 3, c.user HAVING c.requests > count(q.at_ns)"
            """)
        #expect(different.output == "")
    }

    @Test("with the proxy on, nothing of the bundled incident was exposed but for its start")
    func withProxy() throws {
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let work = try CommandFolder()
        try incident.capture(in: work)
        let scenario = try String(contentsOfFile: incident.scenario, encoding: .utf8)
        try work.write("on.yaml", scenario.proxyOn)
        _ = try work.run("replay", "r.db", "--run", "ran", "--fail-on", "none")
        _ = try work.run(
            "replay", "r.db", "--scenario", "on.yaml", "--run", "on", "--fail-on", "none")
        let lengths = try work.shell(
            """
            sqlite3 r.db "SELECT sum(length_ns) FILTER (WHERE run = 'ran') > 2e11,
                    coalesce(sum(length_ns) FILTER (WHERE run = 'on'), 0) < 1e10
                FROM v_exposure"
            """)
        #expect(lengths.output == "1|1\n")
    }
}
