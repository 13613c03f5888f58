import Foundation
import KubeAPI
import Testing

/// The 404s of a release that answers unknown paths with a Status, and of those before it.
@Suite("404s by release") struct LaterShapesTests {
    private static let generic = "the server could not find the requested resource"
    private static let bare =
        #""status":"Failure","message":"\#(generic)","reason":"NotFound""#
    private static let object =
        #""status":"Failure","message":"pods \"p\" not found","reason":"NotFound","#
        + #""details":{"name":"p","kind":"pods"}"#

    /// What each status shows until 1.37, and later: as `responseStatus` has it but for the code.
    private static let statuses: [(status: String, before: String, after: String)] = [
        ("", "page", "unknown"),
        (bare, "route", "page"),
        (bare + #","details":{}"#, "route", "route"),
        (object, "object", "object"),
        (#""status":"Failure","reason":"NotFound""#, "object", "object"),
        (#""message":"\#(generic)""#, "route", "route"),
    ]

    /// One 404 of each sort at every server, for a resource that 1.37 and later lack.
    private static func story(_ servers: [(name: String, version: String?)]) -> StoryLog {
        var log = StoryLog()
        for (name, version) in servers {
            if let version { log.start(name, version, at: 0) }
            for (number, entry) in statuses.enumerated() {
                log.add(
                    .init(
                        at: 20 + Double(number), server: name, verb: "get",
                        uri: "/apis/storage.k8s.io/v1beta1/volumeattributesclasses/a\(number)",
                        code: 404, status: entry.status))
            }
            log.add(.init(at: 60, server: name, verb: "list", uri: "/api/v1/pods"))
        }
        return log
    }

    private func shapes(_ work: borrowing CommandFolder, of server: String) throws -> [String] {
        let sql = """
            SELECT not_found FROM v_request WHERE status = 404 AND server = '\(server)' ORDER BY at
            """
        return try work.run("query", "r.db", "-e", sql, "-o", "csv", "--no-headers").lines
    }

    @Test(
        "until 1.37 a code alone is the page, and from 1.38 on it was relayed (F9.14, F1.49)",
        arguments: Release.all)
    func byRelease(release: Release) throws {
        let work = try CommandFolder()
        let log = Self.story([("cp-1", "v\(release).2")])
        #expect(try log.capture(in: work).status == 0)
        let isLater = release.has(.answersUnknownPathsWithStatus)
        #expect(
            try shapes(work, of: "cp-1")
                == Self.statuses.map { isLater ? $0.after : $0.before })
    }

    @Test("a window of both holds both shapes, each at its side")
    func mixed() throws {
        let work = try CommandFolder()
        let log = Self.story([("cp-1", "v1.37.2"), ("cp-2", "v1.38.0")])
        #expect(try log.capture(in: work).status == 0)
        #expect(try shapes(work, of: "cp-1") == Self.statuses.map(\.before))
        #expect(try shapes(work, of: "cp-2") == Self.statuses.map(\.after))
        // Again: what was read anew stays so.
        #expect(try log.capture(in: work).status == 0)
        #expect(try shapes(work, of: "cp-2") == Self.statuses.map(\.after))
    }

    @Test("the later release of a server is told by a Status without details")
    func inferred() throws {
        let work = try CommandFolder()
        #expect(try Self.story([("cp-1", nil), ("cp-2", "v1.37.2")]).capture(in: work).status == 0)
        let servers = try work.run("servers", "r.db", "-o", "csv", "--no-headers")
        #expect(servers.output.contains("cp-1,v1.38+"), "\(servers)")
        #expect(servers.output.contains("cp-2,v1.37.2"), "\(servers)")
        #expect(try shapes(work, of: "cp-1") == Self.statuses.map(\.after))
    }

    @Test("where a store may have dropped empty details, a Status without them shows nothing")
    func notInferred() throws {
        let work = try CommandFolder()
        var log = StoryLog()
        log.add(
            .init(
                at: 20, server: "cp-1", verb: "get", uri: "/apis/batch/v2/jobs/a", code: 404,
                status: Self.bare))
        #expect(try log.capture(in: work).status == 0)
        let servers = try work.run("servers", "r.db", "-o", "csv", "--no-headers")
        #expect(!servers.output.contains("1.38"), "\(servers)")
        #expect(try shapes(work, of: "cp-1") == ["route"])
    }

    @Test("a relayed 404 of a later server accuses nobody; the same code before does")
    func verdicts() throws {
        for (version, flagged) in [("v1.36.2", true), ("v1.38.0", false)] {
            let work = try CommandFolder()
            var log = StoryLog()
            log.start("cp-1", version, at: 0)
            log.start("cp-2", "v1.37.2", at: 0)
            // In 1.37 and 1.38, and not in 1.36.
            let uri = "/apis/certificates.k8s.io/v1/clustertrustbundles/a"
            log.add(.init(at: 40, server: "cp-1", verb: "get", uri: uri, code: 404))
            for second in [30.0, 35, 45, 50, 90] {
                log.add(.init(at: second, server: "cp-2", verb: "get", uri: uri))
                log.add(.init(at: second, server: "cp-1", verb: "list", uri: "/api/v1/pods"))
            }
            #expect(try log.capture(in: work).status == 0)
            _ = try work.run("replay", "r.db", "--fail-on", "none")
            let verdict = try work.run(
                "query", "r.db", "-e", "SELECT outcome FROM v_verdict WHERE status = 404", "-o",
                "csv", "--no-headers")
            #expect(
                verdict.lines.contains("wrong-404") == flagged, "\(version): \(verdict)")
        }
    }

    @Test("a 431 came from the peer: nobody was refused, and no server's log is missing (F9.16)")
    func tooManyGroups() throws {
        let work = try CommandFolder()
        var log = StoryLog()
        for (server, version) in [("cp-1", "v1.36.2"), ("cp-2", "v1.38.0"), ("cp-3", "v1.38.0")] {
            log.start(server, version, at: 0)
            for path in ["/api", "/apis"] {
                var own = StoryLog.Record(at: 1, server: server, verb: "get", uri: path)
                own.user = "system:apiserver"
                own.agent = "kube-apiserver/\(version) (linux/amd64) kubernetes/abc1234"
                log.add(own)
            }
        }
        let uri = "/apis/certificates.k8s.io/v1/clustertrustbundles"
        for second in [30.0, 35, 40] {
            log.add(.init(at: second, server: "cp-1", verb: "list", uri: uri, code: 431))
            log.add(.init(at: second, server: "cp-2", verb: "list", uri: uri))
            log.add(.init(at: second, server: "cp-3", verb: "list", uri: "/api/v1/pods"))
        }
        #expect(try log.capture(in: work).status == 0)
        let replay = try work.run("replay", "r.db", "--fail-on", "none")
        #expect(!replay.output.contains("whose log is not here"), "\(replay)")
        let verdicts = try work.run(
            "query", "r.db", "-o", "csv", "--no-headers", "-e",
            "SELECT DISTINCT outcome, alternatives FROM v_verdict WHERE status = 431")
        #expect(verdicts.lines == ["proxied,local"], "\(verdicts)")
    }
}
