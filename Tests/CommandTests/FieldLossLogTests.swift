import Foundation
import Testing

/// Losses of fields, from the bodies in audit logs to findings.
@Suite("Lost fields in logs") struct FieldLossLogTests {
    private static func pod(_ version: Int, _ spec: String) -> String {
        #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"a","uid":"u-1","#
            + #""resourceVersion":"\#(version)"},"spec":{"#
            + #""containers":[{"name":"c","image":"i"}]\#(spec)}}"#
    }

    private static let field = #","schedulingGroup":{"podGroupName":"secret-group"}"#

    /// A 1.36 server answers with the field; then somebody updates the pod through the 1.35 one.
    private static func story(sends field: String) -> StoryLog {
        var log = StoryLog()
        log.start("cp-1", "v1.35.6", at: 0)
        log.start("cp-3", "v1.36.2", at: 0)
        let uri = "/api/v1/namespaces/a/pods"
        log.add(
            .init(
                at: 20, server: "cp-3", verb: "create", uri: uri, agent: "operator/v2", code: 201,
                sent: pod(0, Self.field), answer: pod(100, Self.field)))
        log.add(
            .init(
                at: 40, server: "cp-1", verb: "update", uri: uri + "/p?fieldValidation=Ignore",
                agent: "kubectl/v1.35.0", sent: pod(100, field), answer: pod(140, "")))
        return log
    }

    @Test(
        "a 1.36 answer and a 1.35 write make a loss, and the body says whose",
        arguments: [(field, "The server dropped it"), ("", "The client dropped it")])
    func loss(sent: String, word: String) throws {
        let work = try CommandFolder()
        #expect(try Self.story(sends: sent).capture(in: work).status == 0)
        let replayed = try work.run("replay", "r.db")
        #expect(replayed.status == 3, "\(replayed)")
        let findings = try work.run(
            "findings", "r.db", "--kind", "field-loss", "-o", "csv", "--no-headers", "--columns",
            "kind,grade,summary")
        #expect(replayed.output.hasPrefix("1 field was lost"), "\(replayed)")
        #expect(findings.output.contains(word), "\(findings)")
        #expect(findings.output.contains("Pod a/p lost spec.schedulingGroup"), "\(findings)")
        #expect(findings.output.contains("field-loss,observed"), "\(findings)")
        let fields = try work.run(
            "query", "r.db", "-e",
            "SELECT server, verb, name, sent, shown FROM v_field ORDER BY at DESC", "-o", "csv",
            "--no-headers")
        #expect(
            fields.lines == [
                "cp-1,update,p,\(sent.isEmpty ? "" : "spec.schedulingGroup"),",
                "cp-3,create,p,spec.schedulingGroup,spec.schedulingGroup",
            ], "\(fields)")
    }

    @Test("queries say what is in use of new fields, and what was lost")
    func queries() throws {
        let work = try CommandFolder()
        #expect(try Self.story(sends: Self.field).capture(in: work).status == 0)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        let lost = try work.run("query", "r.db", "fields/lost", "-o", "csv", "--no-headers")
        #expect(lost.lines.count == 1 && lost.output.contains("Pod a/p"), "\(lost)")
        let seen = try work.run("query", "r.db", "fields/seen", "-o", "csv", "--no-headers")
        #expect(seen.lines.count == 2, "\(seen)")
        #expect(seen.lines.first?.hasPrefix("v1/pods,spec.schedulingGroup,cp-3") == true)
        let free = try work.run(
            "query", "r.db", "rollback/free-until", "-o", "csv", "--no-headers", "--columns",
            "what,api,object,field")
        #expect(free.lines == ["field,v1/pods,a/p,spec.schedulingGroup"], "\(free)")
    }

    @Test("only the path of a field is kept, never what is in it")
    func values() throws {
        let work = try CommandFolder()
        #expect(try Self.story(sends: Self.field).capture(in: work).status == 0)
        let found = try work.shell("grep -c secret-group r.db || true")
        #expect(found.output == "0\n", "\(found)")
    }

    /// Updates of a pod through 1.35 and 1.36 in turn, without bodies.
    private static func metadata(
        _ resource: String = "pods", agent: String = "operator/v2", servers: [String]
    ) -> StoryLog {
        var log = StoryLog()
        log.start("cp-1", "v1.35.6", at: 0)
        log.start("cp-3", "v1.36.2", at: 0)
        for (place, server) in servers.enumerated() {
            var write = StoryLog.Record(
                at: Double(place + 1) * 10, server: server, verb: "update",
                uri: "/api/v1/namespaces/a/\(resource)/p?fieldValidation=Ignore", agent: agent)
            write.isMetadata = true
            log.add(write)
        }
        return log
    }

    private static func findings(_ log: StoryLog) throws -> [String] {
        let work = try CommandFolder()
        let captured = try log.capture(in: work)
        #expect(captured.status == 0)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        return try work.run(
            "query", "r.db", "-e",
            "SELECT grade, severity, server, summary FROM v_finding WHERE kind = 'field-loss'",
            "-o", "csv", "--no-headers"
        ).lines
    }

    @Test("without bodies an update through the old server is a possible loss, and a warning")
    func exposure() throws {
        let found = try Self.findings(Self.metadata(servers: ["cp-1", "cp-3", "cp-1", "cp-3"]))
        #expect(found.count == 1)
        let line = found.first ?? ""
        #expect(line.hasPrefix("possible,warning,cp-1,") && line.contains("1 Pod may have lost"))
        #expect(line.contains("spec.schedulingGroup") && line.contains("operator/v2 updated it"))
    }

    @Test("nothing is possible in the wrong order, for old clients, other kinds, or with bodies")
    func noExposure() throws {
        #expect(try Self.findings(Self.metadata(servers: ["cp-1", "cp-3"])).isEmpty)
        let servers = ["cp-3", "cp-1"]
        let old = Self.metadata(agent: "kubelet/v1.35.6 (linux/amd64)", servers: servers)
        #expect(try Self.findings(old).isEmpty)
        #expect(try Self.findings(Self.metadata("services", servers: servers)).isEmpty)
        var seen = Self.metadata(servers: ["cp-3"])
        seen.add(
            .init(
                at: 40, server: "cp-1", verb: "update", uri: "/api/v1/namespaces/a/pods/p",
                agent: "operator/v2", sent: Self.pod(100, ""), answer: Self.pod(140, "")))
        #expect(try Self.findings(seen).isEmpty)
    }

    @Test("a query says what was exposed, whatever the kind")
    func metadata() throws {
        let work = try CommandFolder()
        let log = Self.metadata(servers: ["cp-1", "cp-3", "cp-1", "cp-3"])
        #expect(try log.capture(in: work).status == 0)
        _ = try work.run("replay", "r.db", "--fail-on", "none")
        let exposed = try work.run(
            "query", "r.db", "fields/exposed", "-o", "csv", "--no-headers", "--columns",
            "api,server,older,newer,writes,unwarned")
        #expect(exposed.lines == ["v1/pods,cp-1,35,36,1,1"], "\(exposed)")
    }

    @Test(
        "recordings whose bodies show no loss have no finding of these kinds",
        arguments: ["rollback", "wrong-gc-without-proxy", "same-upgrade-with-proxy"])
    func negative(name: String) throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named(name)
        let result = try work.shell(
            """
            kubeskew capture audit r.db '\(incident.folder)'/audit-*.log.gz -q > /dev/null
            kubeskew replay r.db --fail-on none > /dev/null 2>&1
            kubeskew query r.db -o csv --no-headers -e "SELECT count(*) FROM v_finding
                WHERE kind IN ('field-loss', 'stuck-start', 'watchlist-refused')"
            """)
        #expect(result.lines == ["0"], "\(result)")
    }
}
