import Testing

/// Logs that two things happened to: what the one took away, the other must not make certain.
@Suite("Two harms, one after the other") struct TwoHarmsTests {
    private static let new = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"

    /// A server shows which release it is, and not that it just started.
    private static func sign(_ server: String, _ version: String, at: Double) -> StoryLog.Record {
        StoryLog.Record(
            at: at, server: server, verb: "get",
            uri: "/api/v1/namespaces/default/endpoints/kubernetes", user: "system:apiserver",
            agent: "kube-apiserver/\(version) (linux/amd64) kubernetes/abc1234", isMetadata: true)
    }

    private static func verdicts(
        _ log: StoryLog, on uri: String, _ flags: String...
    ) throws -> [String] {
        let work = try CommandFolder()
        #expect(try log.capture(in: work).status == 0)
        _ = try work.run(words: ["replay", "r.db", "--fail-on", "none"] + flags)
        let asked = try work.run(
            "query", "r.db", "-e",
            """
            SELECT coalesce(outcome || ' ' || certainty || ' ' || alternatives, 'local certain ')
            FROM v_request LEFT JOIN v_verdict USING (request_id)
            WHERE path = '\(uri)' AND server = 'cp-1' ORDER BY at
            """, "-o", "csv", "--no-headers")
        return asked.lines
    }

    @Test("what the successor refused is not held against a server whose start was not seen")
    func successorsRefusals() throws {
        var log = StoryLog()
        let lease = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/apiserver-cp3"
        for second in stride(from: 1.0, through: 200, by: 4) {
            log.add(Self.sign("cp-1", "v1.35.6", at: second))
            if second > 20, second < 100 { log.add(Self.sign("cp-3", "v1.36.2", at: second)) }
            if second > 110 { log.add(Self.sign("cp-3", "v1.35.6", at: second)) }
        }
        for second in stride(from: 2.0, to: 80, by: 5) {
            log.add(.init(at: second, server: "cp-3", verb: "list", uri: Self.new))
        }
        var goodbye = Self.sign("cp-3", "v1.36.2", at: 100)
        goodbye.verb = "delete"
        goodbye.uri = lease
        log.add(goodbye)
        for (server, second) in [("cp-1", 95.0), ("cp-3", 120), ("cp-3", 150)] {
            log.add(
                .init(
                    at: second, server: server, verb: "list", uri: Self.new, code: 404,
                    status: StoryLog.route))
        }
        let verdicts = try Self.verdicts(log, on: Self.new)
        #expect(verdicts == ["wrong-404 certain "], "\(verdicts)")
    }

    /// Nothing shows a release, one request was forwarded, and of another a record is there that
    /// may be the first of two.
    private static func unversioned(_ record: StoryLog.Record) -> StoryLog {
        var log = StoryLog()
        let pair = "0e5f1e2c-7f0d-4ad1-9a36-1f0b7d8c0001"
        for second in stride(from: 1.0, through: 60, by: 3) {
            log.add(.init(at: second, server: "cp-1", verb: "list", uri: "/api/v1/pods"))
            log.add(.init(at: second + 1, server: "cp-2", verb: "list", uri: "/api/v1/pods"))
            log.add(.init(at: second + 1.5, server: "cp-2", verb: "list", uri: new))
        }
        log.add(.init(at: 20, server: "cp-1", verb: "list", uri: new + "/", auditID: pair))
        log.add(.init(at: 20.01, server: "cp-2", verb: "list", uri: new + "/", auditID: pair))
        log.add(record)
        return log
    }

    @Test("a success may have been forwarded where neither releases nor all records are known")
    func lostPassOfSuccess() throws {
        let record = StoryLog.Record(at: 30, server: "cp-1", verb: "get", uri: Self.new + "/a")
        let verdicts = try Self.verdicts(Self.unversioned(record), on: record.uri)
        #expect(verdicts == ["local possible proxied"], "\(verdicts)")
    }

    @Test("a 404 with its code alone may be a peer's word on an object, and is never flagged then")
    func lostPassOfAbsence() throws {
        var log = StoryLog()
        for second in stride(from: 1.0, through: 60, by: 3) {
            log.add(Self.sign("cp-1", "v1.35.6", at: second))
            log.add(Self.sign("cp-1", "v1.36.2", at: second + 1))
            log.add(.init(at: second + 1.5, server: "cp-1", verb: "list", uri: Self.new))
        }
        let pair = "0e5f1e2c-7f0d-4ad1-9a36-1f0b7d8c0001"
        for instant in [20, 20.01] {
            log.add(
                .init(at: instant, server: "cp-1", verb: "list", uri: Self.new, auditID: pair))
        }
        let uri = Self.new + "/a"
        log.add(.init(at: 30, server: "cp-1", verb: "get", uri: uri, code: 404))
        let verdicts = try Self.verdicts(log, on: uri)
        #expect(verdicts == [#""proxied possible wrong-404,right-404""#], "\(verdicts)")
    }

    @Test(
        "a log that keeps codes alone shows of no 404 whether the resource or an object is absent")
    func codesAlone() throws {
        for keepsWords in [true, false] {
            var log = StoryLog()
            let lease = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/a"
            for second in stride(from: 1.0, through: 60, by: 3) {
                log.add(Self.sign("cp-1", "v1.35.6", at: second))
                log.add(Self.sign("cp-2", "v1.36.2", at: second))
                log.add(.init(at: second + 1, server: "cp-2", verb: "list", uri: Self.new))
            }
            log.add(
                .init(
                    at: 25, server: "cp-1", verb: "get", uri: lease, code: 404,
                    status: keepsWords ? #""message":"no","details":{"name":"a"}"# : ""))
            let uri = "/apis/batch/v1/namespaces/a/jobs/b"
            log.add(.init(at: 30, server: "cp-2", verb: "get", uri: uri))
            log.add(.init(at: 31, server: "cp-1", verb: "get", uri: uri, code: 404))
            let verdicts = try Self.verdicts(log, on: uri)
            #expect(verdicts.count == 1)
            #expect(verdicts[0].hasPrefix("wrong-404") == keepsWords, "\(verdicts)")
        }
    }

    @Test(
        "what a server did before its log begins, or just after it broke off, is not known",
        arguments: [
            (20.0, "right-404 possible wrong-404"), (60, "wrong-404 certain "),
            (81, "right-404 possible wrong-404"), (130, "right-404 certain "),
            (180, "wrong-404 certain "),
        ])
    func unheard(second: Double, verdict: String) throws {
        var log = StoryLog()
        log.start("cp-1", "v1.35.6", at: 1)
        for second in stride(from: 2.0, through: 200, by: 2) {
            log.add(Self.sign("cp-1", "v1.35.6", at: second))
        }
        for lives in [40.0...80, 150...200] {
            log.start("cp-2", "v1.36.2", at: lives.lowerBound)
            for second in stride(from: lives.lowerBound + 2, through: lives.upperBound, by: 2) {
                log.add(Self.sign("cp-2", "v1.36.2", at: second))
            }
            log.add(
                .init(
                    at: lives.lowerBound + 3, server: "cp-2", verb: "watch",
                    uri: "/api/v1/pods?watch=true", stage: "ResponseStarted"))
        }
        log.add(
            .init(
                at: second, server: "cp-1", verb: "list", uri: Self.new, code: 404,
                status: StoryLog.route))
        let verdicts = try Self.verdicts(log, on: Self.new, "--servers", "2")
        #expect(verdicts == [verdict], "\(verdicts)")
    }
}
