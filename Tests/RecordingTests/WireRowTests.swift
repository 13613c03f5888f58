import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

@Suite("What packets show, in a recording") struct WireRowTests {
    private static func text(_ path: String, _ query: String) throws -> String {
        try Connection(path: path, mode: .readOnly).text(query) ?? ""
    }

    /// Writes each batch with a writer of its own, as captures that follow each other do.
    private static func write(
        _ path: String, _ batches: [(log: Log, change: (inout Traffic, inout Names) -> Void)]
    ) throws {
        for batch in batches {
            let writer = try RecordingWriter(Recording(path: path, access: .create))
            // All batches begin with the same names, so that these are the recording's.
            let old = writer.takeNames()
            var names = old.strings.count > 1 ? old : batch.log.names
            var mark = NamesDelta.Mark(storedOf: old)
            var traffic = Traffic()
            traffic.requests = batch.log.requests
            batch.change(&traffic, &names)
            try writer.append(traffic, NamesDelta(of: names, after: &mark))
            _ = try writer.finish()
        }
    }

    private static var log: Log {
        var log = Log()
        log.record(first, "cp-1", at: 0)
        log.record(second, "cp-1", at: Log.second)
        return log
    }

    @Test("headers are a row of their request, and the fuller view of it counts")
    func headers() throws {
        func add(_ bytes: Int64) -> (inout Traffic, inout Names) -> Void {
            { traffic, names in
                var header = WireHeader()
                header.request = 1
                header.isHTTP2 = true
                header.clientPort = 4_711
                header.accept = names.strings.intern("application/json")
                header.responseBytes = bytes
                traffic.headers = [header]
            }
        }
        for order in [[5, 9], [9, 5], [5, 9, 9, 1]] as [[Int64]] {
            try withTemporaryFolder { folder in
                let path = folder + "/r.db"
                try Self.write(path, order.map { (Self.log, add($0)) })
                let row = try Self.text(
                    path,
                    """
                    SELECT group_concat(printf('%s|%s|%s|%s|%d|%d|%d', audit_id, protocol, accept,
                        content_type, client_port, response_bytes, encrypted), ';')
                    FROM v_wire JOIN v_request USING (request_id)
                    """)
                #expect(row == "\(second)|HTTP/2|application/json||4711|9|0")
                try expectSound(path)
            }
        }
    }

    @Test("a document that is sent again is one row from the first to the last, in any order")
    func documents() throws {
        let sent: [(at: Int64, json: String)] = [
            (10, "a"), (20, "a"), (30, "b"), (40, "a"), (50, "b"), (50, "b"),
        ]
        for order in [sent, sent.reversed()] {
            try withTemporaryFolder { folder in
                let path = folder + "/r.db"
                try Self.write(
                    path,
                    order.map { document in
                        (
                            Self.log,
                            { traffic, _ in
                                traffic.documents = [
                                    StoredDocument(
                                        at: document.at, server: 1, path: "/apis",
                                        json: Array(document.json.utf8))
                                ]
                            }
                        )
                    })
                let rows = try Self.text(
                    path,
                    """
                    SELECT group_concat(printf('%s|%s|%d|%d|%s', server, path, at_ns, last_ns,
                        CAST(json AS TEXT)), ';') FROM (SELECT * FROM v_document ORDER BY at_ns)
                    """)
                #expect(rows == "cp-1|/apis|10|40|a;cp-1|/apis|30|50|b")
            }
        }
    }
}
