import AuditLog
import Bytes
import Capture
import KubeAPI
import Recording
import SQLiteKit
import Testing

@Suite struct SideBySideTests {
    @Test("several threads read a log as one does: rows, ids, places and rejects are the same")
    func sameRows() throws {
        try withTemporaryFolder { folder in
            let log = Self.log
            write(log, to: "\(folder)/audit.log")
            _ = try captureAudit(
                inputs: [CaptureInput(path: "\(folder)/audit.log", server: "cp-1")],
                into: "\(folder)/several.db")
            try record(readByOne: log, named: "\(folder)/audit.log", to: "\(folder)/one.db")
            try RecordingContent.expectSame(
                "\(folder)/several.db", "\(folder)/one.db", "a log of many names", but: ["process"])
            for sql in Self.inOrder {
                let several = try rows("\(folder)/several.db", sql)
                #expect(several.count > 1)
                #expect(try several == rows("\(folder)/one.db", sql))
            }
        }
    }

    /// Rows with their ids.
    private static let inOrder = [
        "SELECT id, position, at_ns, audit_id FROM request ORDER BY id",
        "SELECT id, text FROM string ORDER BY id",
        "SELECT id, user, user_agent, source_ip FROM client ORDER BY id",
        "SELECT id, resource, api_group FROM resource ORDER BY id",
        "SELECT source, position, reason FROM reject ORDER BY position",
        "SELECT server, from_ns, until_ns, name, made FROM revision ORDER BY from_ns, name",
        "SELECT id, uid, name, first_ns FROM object ORDER BY id",
    ]

    /// More names than one who reads keeps, in so many chunks that all have some to read; writes
    /// of which some are enough; and what is no record, in its places.
    private static let log: [UInt8] = {
        var text: [UInt8] = []
        for number in 0..<26_000 {
            if number % 2_999 == 17 { text += [UInt8](repeating: 0, count: 5_000) }
            if number % 3_001 == 23 { text += Array("no record\n".utf8) }
            text += Array("\(event(number))\n".utf8)
        }
        return text
    }()

    private static func event(_ number: Int) -> String {
        let body =
            number % 5 > 0
            ? ""
            : """
            "requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":\
            "\(number)"}},"responseObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":\
            "web-\(number)","uid":"id-\(number)","resourceVersion":"\(number + 1)"}},
            """
        let seconds = 10 + number / 1_000
        let milliseconds = String(1_000 + number % 1_000).dropFirst()
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse",\
            "auditID":"audit-\(number)","stage":"ResponseComplete","verb":"update",\
            "requestURI":"/api/v1/namespaces/team-\(number)/pods/web-\(number)",\
            "user":{"username":"user-\(number)"},"sourceIPs":["10.0.0.7"],\
            "userAgent":"agent-\(number)","objectRef":{"resource":"pods","namespace":\
            "team-\(number)","name":"web-\(number)","apiVersion":"v1"},\(body)\
            "responseStatus":{"code":200},\
            "requestReceivedTimestamp":"2026-11-20T22:09:\(seconds).\(milliseconds)000Z",\
            "stageTimestamp":"2026-11-20T22:09:\(seconds).\(milliseconds)500Z"}
            """
    }

    /// What one reader makes of a log, given to the writer in one piece.
    private func record(readByOne log: [UInt8], named name: String, to path: String) throws {
        let writer = try RecordingWriter(Recording(path: path, access: .create), inputs: [name])
        var names = writer.takeNames()
        var mark = NamesDelta.Mark(storedOf: names)
        var traffic = Traffic()
        var reader = AuditReader(
            source: names.sources.intern(name), server: names.servers.intern("cp-1"))
        let padded = log + [UInt8](repeating: 0, count: AuditReader.padding)
        let consumed = padded.withUnsafeBytes {
            reader.read(
                UnsafeRawBufferPointer(rebasing: $0[..<log.count]), isLast: true, names: &names,
                into: &traffic)
        }
        #expect(consumed == log.count)
        var sampling = RevisionSampling()
        traffic.revisions = traffic.revisions.filter { sampling.takes($0) }
        try writer.append(traffic, NamesDelta(of: names, after: &mark))
        _ = try writer.finish()
    }

    private func rows(_ path: String, _ sql: String) throws -> [String] {
        let connection = try Connection(path: path, mode: .readOnly)
        var select = try connection.prepare(sql)
        var rows: [String] = []
        while try select.step() {
            rows.append((0..<select.columnCount).map { select.text($0) }.joined(separator: "|"))
        }
        return rows
    }
}
