import Foundation
import Testing

@Suite("kubeskew capture discovery")
struct CaptureDiscoveryTests {
    static let core = #"{"kind":"APIVersions","versions":["v1"]}"#
    static let aggregated = #"""
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
        {"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
        {"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},
        "scope":"Namespaced","singularResource":"deployment","verbs":["get"]}]}]},
        {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1",
        "freshness":"Stale"}]}]}
        """#
    static let group = #"{"kind":"APIGroup","name":"apps","versions":[{"version":"v1"}]}"#

    static func sql(_ folder: borrowing CommandFolder, _ statement: String) throws -> [String] {
        let result = try folder.shell("sqlite3 r.db '\(statement)'")
        #expect(result.status == 0, "\(result)")
        return result.lines
    }

    /// What servers of the recorded case `crds` answer to `/apis`, but for groups built in.
    static let custom = #"""
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
        {"metadata":{"name":"shop.example.com"},"versions":[{"version":"v1","freshness":"Current",
        "resources":[{"resource":"orders","responseKind":{"group":"shop.example.com","version":"v1",
        "kind":"PurchaseOrder"},"scope":"Namespaced","singularResource":"order","verbs":["get"]}]}]}]}
        """#

    @Test("what documents list can be judged, where no catalogue and no scenario has it")
    func widens() throws {
        let folder = try CommandFolder()
        let recorded = packageRoot + "/captures/crds"
        let logs = (1...3).map { "cp-\($0)=\(recorded)/audit-cp-\($0).log.gz" }
        let captured = try folder.run("capture", "audit", "r.db", logs[0], logs[1], logs[2])
        #expect(captured.status == 0, "\(captured)")
        let scenario = try String(contentsOfFile: recorded + "/scenario.yaml", encoding: .utf8)
        let bare = try #require(scenario.range(of: "extensions:")).lowerBound
        try folder.write("bare.yaml", String(scenario[..<bare]))
        try folder.write("apis.json", Self.custom)
        func count(_ condition: String) throws -> Int {
            let rows = try Self.sql(
                folder,
                "SELECT count(*) FROM v_verdict AS v JOIN v_request AS r "
                    + "ON r.request_id = v.request_id WHERE " + condition)
            return try #require(Int(rows[0]))
        }
        let shop = "outcome = \"unjudged\" AND api_group = \"shop.example.com\""
        let never = "outcome = \"unjudged\" AND api_group = \"never.example.com\""
        let replay = {
            try folder.run("replay", "r.db", "--scenario", "bare.yaml", "--mode", "what-if")
        }
        let before = try replay()
        let unknown = try count(never)
        #expect(try count(shop) > 1_000 && unknown > 0)
        let stored = try folder.run(
            "capture", "discovery", "r.db", "cp-1=apis.json", "--at", "2026-11-28T11:07:00Z")
        #expect(stored.status == 0, "\(stored)")
        let after = try replay()
        #expect(try count(shop) == 0 && count(never) == unknown, "\(after)")
        // Versions and resources that came later are known from who used them.
        #expect(try count("outcome = \"right-404\" AND r.status = 200") == 0)
        let told = "Assumed: the scenario does not have shop.example.com"
        #expect(!before.output.contains(told) && after.output.contains(told), "\(after)")
    }

    @Test("the kind that a document says is no guess") func kinds() throws {
        let folder = try CommandFolder()
        let log = packageRoot + "/captures/crds/audit-cp-1.log.gz"
        #expect(try folder.run("capture", "audit", "r.db", "cp-1=" + log).status == 0)
        try folder.write("apis.json", Self.custom.replacing("orders", with: "papers"))
        let stored = try folder.run(
            "capture", "discovery", "r.db", "cp-1=apis.json", "--at", "2026-11-28T11:07:00Z")
        #expect(stored.status == 0, "\(stored)")
        let scenario = try folder.run("scenario", "r.db")
        #expect(scenario.output.contains("kind: PurchaseOrder"), "\(scenario)")
    }

    @Test("it says what it took each file for, and keeps the files as they are")
    func stores() throws {
        let folder = try CommandFolder()
        try folder.write("api.json", Self.core)
        try folder.write("apis.json", Self.aggregated)
        let result = try folder.run(
            "capture", "discovery", "r.db", "cp-1=api.json", "cp-1=apis.json", "cp-2=apis.json",
            "-o", "json", "--at", "2026-01-31T12:00:00Z")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        let rows = try CatalogTests.json(result).map { row in
            "\(row["server"] ?? "") \(row["path"] ?? "") \(row["form"] ?? "") "
                + "\(row["groups"] ?? "") \(row["resources"] ?? "") \(row["stale"] ?? "")"
        }
        #expect(
            rows == [
                "cp-1 /api legacy core versions 1 <null> 0",
                "cp-1 /apis aggregated v2 2 1 1", "cp-2 /apis aggregated v2 2 1 1",
            ], "\(result)")
        let kept = try Self.sql(
            folder, "SELECT at_ns, server, path, length(json) FROM v_document ORDER BY server, path"
        )
        let length = Self.aggregated.utf8.count
        #expect(
            kept == [
                "1769860800000000000|cp-1|/api|\(Self.core.utf8.count)",
                "1769860800000000000|cp-1|/apis|\(length)",
                "1769860800000000000|cp-2|/apis|\(length)",
            ])
        #expect(try Self.sql(folder, "PRAGMA integrity_check") == ["ok"])
    }

    @Test("without --at a document is of the time when its file was written")
    func instant() throws {
        let folder = try CommandFolder()
        try folder.write("api.json", Self.core)
        let result = try folder.shell(
            "touch -d 2025-03-01T00:00:01.5Z api.json && kubeskew capture discovery r.db a=api.json"
        )
        #expect(result.status == 0, "\(result)")
        #expect(
            try Self.sql(folder, "SELECT at_ns FROM v_document") == ["1740787201500000000"])
    }

    @Test("the same command again changes nothing; two forms of one path are both kept")
    func again() throws {
        let folder = try CommandFolder()
        try folder.write("a.json", Self.aggregated)
        try folder.write("b.json", #"{"kind":"APIGroupList","groups":[]}"#)
        for _ in 0..<2 {
            let result = try folder.run(
                "capture", "discovery", "r.db", "cp-1=a.json", "cp-1=b.json", "--at",
                "2026-01-31T12:00:00Z")
            #expect(result.status == 0, "\(result)")
        }
        #expect(
            try Self.sql(folder, "SELECT count(*), count(DISTINCT json) FROM document") == ["2|2"])
        #expect(try Self.sql(folder, "SELECT count(*) FROM server") == ["2"])
    }

    @Test("a document may come on standard input")
    func standardInput() throws {
        let folder = try CommandFolder()
        try folder.write("g.json", Self.group)
        let result = try folder.shell("kubeskew capture discovery r.db cp-1=- < g.json")
        #expect(result.status == 0 && result.output.contains("/apis/apps"), "\(result)")
    }

    @Test(
        "what is no discovery document is refused with its place, and nothing is stored",
        arguments: [
            ("", "byte 0: expected a JSON value"),
            ("{\"kind\":\"APIGroupList\",", "byte 23: expected a member's name"),
            (
                #"{"kind":"Status","status":"Failure","code":403}"#,
                "kind: expected a kind of discovery, not Status"
            ),
            (
                #"{"kind":"APIGroupList","groups":[{"name":"a"},{}]}"#,
                "groups[1]: expected name"
            ),
            (String(repeating: "[", count: 9_999), "byte 64: expected less nesting"),
        ])
    func refused(text: String, message: String) throws {
        let folder = try CommandFolder()
        try folder.write("good.json", Self.core)
        try folder.write("bad.json", text)
        let result = try folder.run("capture", "discovery", "r.db", "a=good.json", "a=bad.json")
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(
            result.errors == "kubeskew: bad.json is no discovery document: \(message)\n"
                + "Nothing was stored.\n", "\(result)")
        #expect(try folder.shell("ls").output == "bad.json\ngood.json\n")
    }

    @Test(
        "a command line that cannot be followed says why",
        arguments: [
            ("api.json", 2, "'api.json' does not say whose document it is"),
            ("=api.json", 2, "'=api.json' does not say whose document it is"),
            ("a=", 2, "'a=' does not say whose document it is"),
            ("a=- b=-", 2, "standard input can be read once only"),
            ("a=api.json --at noon", 2, "--at takes an instant such as 2026-01-31T12:00:00Z"),
            ("a=absent.json", 1, "cannot read absent.json: No such file or directory"),
            ("a=.", 1, "cannot read .: Is a directory"),
        ])
    func wrongUsage(words: String, status: Int32, message: String) throws {
        let folder = try CommandFolder()
        try folder.write("api.json", Self.core)
        let result = try folder.shell("kubeskew capture discovery r.db \(words)")
        #expect(result.status == status && result.output.isEmpty, "\(result)")
        #expect(result.errors.hasPrefix("kubeskew: \(message)"), "\(result)")
        #expect(try folder.shell("ls").output == "api.json\n")
    }

    @Test("a file that is no recording is left alone")
    func foreignFile() throws {
        let folder = try CommandFolder()
        try folder.write("api.json", Self.core)
        try folder.write("r.db", "not a database, and long enough not to be an empty one\n")
        let result = try folder.run("capture", "discovery", "r.db", "a=api.json")
        #expect(result.status == 1, "\(result)")
        #expect(result.errors == "kubeskew: r.db is not a kubeskew recording\n", "\(result)")
    }
}
