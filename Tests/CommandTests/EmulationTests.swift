import Foundation
import Testing

/// Servers whose binary is of one release and whose APIs are of another.
@Suite("Emulated versions") struct EmulationTests {
    private static let new = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
    private static let old = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"

    private static func story(serves: Bool) -> StoryLog {
        var log = StoryLog()
        log.start("cp-1", "v1.36.2", at: 0)
        log.start("cp-2", "v1.36.2", at: 0)
        for second in [20.0, 40, 60] {
            log.add(.init(at: second, server: "cp-1", verb: "list", uri: old))
            log.add(.init(at: second + 0.5, server: "cp-2", verb: "list", uri: new))
            log.add(
                .init(
                    at: second + 1, server: "cp-1", verb: "list", uri: new,
                    code: serves ? 200 : 404, status: serves ? "" : StoryLog.route))
            log.add(.init(at: second + 2, server: "cp-2", verb: "list", uri: new))
        }
        return log
    }

    @Test("a server that serves nothing new of its release emulates the one before (F11.5)")
    func inferred() throws {
        for serves in [false, true] {
            let work = try CommandFolder()
            #expect(try Self.story(serves: serves).capture(in: work).status == 0)
            let scenario = try work.run("scenario", "r.db")
            let count = scenario.output.components(separatedBy: "--emulated-version=1.35").count - 1
            #expect(count == (serves ? 0 : 1), "\(scenario)")
            let replayed = try work.run("replay", "r.db", "--fail-on", "none")
            #expect(replayed.output.contains("wrong-404") == !serves, "\(replayed)")
        }
    }

    @Test("each process of a scenario has its own: first the binary, then the APIs (F11.5)")
    func perProcess() throws {
        let work = try CommandFolder()
        #expect(try Self.story(serves: true).capture(in: work).status == 0)
        try work.write(
            "steps.yaml",
            """
            apiVersion: kubeskew.dev/v1alpha1
            kind: Scenario
            name: steps
            origin: capture
            servers:
              cp-1:
                timeline:
                  - {at: -1h, start: "1.36", flags: [--emulated-version=1.35]}
                  - {at: 50s, stop: crash}
                  - {at: 51s, start: "1.36"}
              cp-2: {timeline: [{at: -1h, start: "1.36"}]}

            """)
        let replayed = try work.run(
            "replay", "r.db", "--scenario", "steps.yaml", "--run", "steps", "--fail-on", "none")
        #expect(replayed.status == 0, "\(replayed)")
        let verdicts = try work.run(
            "query", "r.db", "-e",
            """
            SELECT coalesce(outcome, 'local') FROM v_request LEFT JOIN v_verdict USING (request_id)
            WHERE server = 'cp-1' AND resource = 'mutatingadmissionpolicies' ORDER BY at
            """, "-o", "csv", "--no-headers")
        #expect(verdicts.lines.prefix(2) == ["wrong-404", "wrong-404"], "\(verdicts)")
        #expect(verdicts.lines.count == 3 && verdicts.lines.last != "wrong-404", "\(verdicts)")
    }
}
