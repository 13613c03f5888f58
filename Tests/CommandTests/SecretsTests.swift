import Foundation
import Testing

/// Nothing secret of a log may reach the disk, whatever the log is packed in.
@Suite struct SecretsTests {
    static let envelopes = ["plain", "eks", "aks"]
    static let policies = ["graph", "all"]

    @Test(
        "no secret is in the bytes of a recording, in any spelling", arguments: envelopes, policies)
    func recording(envelope: String, bodies: String) throws {
        let folder = try CommandFolder()
        try folder.write("audit.log", try packed(try CanaryLog.lines(), in: envelope))
        let result = try folder.shell(
            """
            gzip -k audit.log
            kubeskew capture audit r.db cp-1=audit.log.gz --bodies \(bodies)
            """)
        #expect(result.status == 0)
        let requests = try folder.shell("sqlite3 r.db 'SELECT count(*) FROM v_request'")
        #expect(Int(requests.lines.first ?? "") ?? 0 >= CanaryLog.spellings.count * 50)
        expectNoSecrets(in: result.output + result.errors, "what the command printed")
        try expectNoSecrets(in: folder)
        let bytes = try Data(contentsOf: folder.url("r.db"))
        #expect(bytes.range(of: Data(CanaryLog.visibleName.utf8)) != nil)
        #expect((bytes.range(of: Data(CanaryLog.visibleBody.utf8)) != nil) == (bodies == "all"))
    }

    @Test("no secret is beside the recording of a capture that was killed", arguments: policies)
    func killed(bodies: String) throws {
        let folder = try CommandFolder()
        try folder.write("audit.log", try packed(try CanaryLog.lines(), in: "plain"))
        let result = try folder.shell(
            """
            mkfifo pipe
            { for i in $(seq 20); do cat audit.log; done; sleep 10; } > pipe & feeder=$!
            '\(kubeskewBinary)' capture audit r.db cp-1=pipe -q --bodies \(bodies) & capture=$!
            for i in $(seq 100); do
                sleep 0.1
                [ "$(sqlite3 r.db 'SELECT count(*) > 0 FROM request' 2>/dev/null)" = 1 ] && break
            done
            kill -9 $capture; wait $capture 2>/dev/null; kill $feeder
            ls r.db-journal
            """)
        #expect(result.output == "r.db-journal\n")
        try expectNoSecrets(in: folder)
    }

    @Test("the log that these tests capture does hold the secrets")
    func canaries() throws {
        let text = try CanaryLog.lines().joined(separator: "\n")
        // Twice in base64, every alignment occurs only in what nobody writes.
        for needle in CanaryLog.needles.prefix(2) { #expect(text.contains(needle)) }
        let twice = CanaryLog.base64(CanaryLog.base64(CanaryLog.core + "-"))
        #expect(CanaryLog.needles.dropFirst(4).contains { twice.contains($0) })
    }

    @Test("a body that may be kept is in v_body, a longer one than allowed is counted")
    func bodies() throws {
        let folder = try CommandFolder()
        let log = try CanaryLog.lines().joined(separator: "\n") + "\n"
        try folder.write("audit.log", log)
        let all = try folder.run("capture", "audit", "r.db", "audit.log", "--bodies", "all")
        #expect(all.errors.contains("bodies kept without what may be secret"))
        let row = try folder.shell(
            """
            sqlite3 r.db "SELECT json -> '$.spec.template.spec.containers[0].env' FROM v_body
                JOIN v_request USING (request_id)
                WHERE resource = 'deployments' AND verb = 'create' AND side = 'request' LIMIT 1"
            """)
        #expect(row.output == "[{\"name\":\"DB_PASSWORD\"}]\n")
        let count = "sqlite3 r.db 'SELECT count(*) FROM v_body'"
        let before = try folder.shell(count)
        _ = try folder.run("capture", "audit", "r.db", "audit.log", "--bodies", "all")
        let after = try folder.shell(count)
        #expect(before.output == after.output)
        let short = try folder.run(
            "capture", "audit", "s.db", "audit.log", "--bodies", "all", "--body-limit", "300")
        #expect(!short.errors.contains(" 0 too long"))
    }

    // MARK: Looking

    private func expectNoSecrets(in text: String, _ what: String) {
        for needle in CanaryLog.needles {
            let lines = text.split(separator: "\n").filter { $0.contains(needle) }
            #expect(lines.prefix(3) == [], "in \(what)")
        }
    }

    /// The files as they are, and what SQLite reads in them: a text may be cut by a page's end.
    private func expectNoSecrets(in folder: borrowing CommandFolder) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names.sorted() where name.hasPrefix("r.db") {
            let bytes = try Data(contentsOf: folder.url(name))
            for needle in CanaryLog.needles {
                let hit = bytes.range(of: Data(needle.utf8))
                let around = hit.map { bytes[max(0, $0.lowerBound - 150)..<$0.upperBound + 40] }
                #expect(
                    hit == nil,
                    "\(name): \(String(decoding: around ?? Data(), as: UTF8.self))")
            }
        }
        let dump = try folder.shell("sqlite3 r.db .dump")
        let isWhole = dump.output.contains("COMMIT;")
        #expect(isWhole)
        expectNoSecrets(in: dump.output, "the dump")
    }

    // MARK: Packing

    private func packed(_ lines: [String], in envelope: String) throws -> String {
        switch envelope {
        case "eks":
            let events = lines.enumerated().map { number, line in
                [
                    "logStreamName": "kube-apiserver-audit-0f", "message": line,
                    "eventId": "\(number)", "timestamp": 1_763_676_000_000 + number,
                ] as [String: Any]
            }
            return try json(["events": events, "searchedLogStreams": [String]()])
        case "aks":
            let records = lines.map { line in
                [
                    "category": "kube-audit", "time": "2026-11-20T22:00:00Z",
                    "properties": ["log": line, "pod": "kube-apiserver-6d8f-abcde"],
                ] as [String: Any]
            }
            return try json(["records": records])
        default:
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private func json(_ document: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    }
}

extension CommandFolder {
    fileprivate func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }
}
