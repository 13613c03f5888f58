import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

/// An audit log and a capture of packets of the same time, in one recording.
struct PassViewsTests {
    /// The same pass on the wire: a little earlier, without user, with the real shape of its
    /// answer.
    private static func wire(
        _ log: inout Log, _ id: String, at: Int64, flags: RequestFlags = [], status: UInt16 = 404
    ) {
        log.record(id, "cp-1", at: at, status: status, user: "") { request, names in
            request.level = .none
            request.flags = flags.union(.fromWire)
            request.notFound = status == 404 ? .route : .none
            request.source = names.sources.intern("traffic.pcap")
        }
    }

    private static func audit(_ log: inout Log, _ id: String, at: Int64, status: UInt16 = 404) {
        log.record(id, "cp-1", at: at, status: status) { request, _ in
            request.notFound = status == 404 ? .page : .none
            request.flags = .codeOnlyStatus
        }
    }

    private static func rows(_ log: Log, runs: Int = 1) throws -> [String] {
        var rows: [String] = []
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            for _ in 0..<runs { try write(log, to: path) }
            let connection = try Connection(path: path, mode: .readOnly)
            var select = try connection.prepare(
                """
                SELECT server || ' ' || coalesce(user, '') || ' ' || status || ' '
                    || coalesce(not_found, '') || ' ' || peer_proxied FROM v_request ORDER BY at_ns
                """)
            while try select.step() { rows.append(select.text(0)) }
        }
        return rows
    }

    @Test("what a log and the wire show of one pass is one row, whichever came first")
    func bothOrders() throws {
        var log = Log()
        Self.wire(&log, first, at: 0)
        Self.audit(&log, first, at: 300_000)
        var other = Log()
        Self.audit(&other, first, at: 300_000)
        Self.wire(&other, first, at: 0)
        #expect(try Self.rows(log) == ["cp-1 jane 404 route 0"])
        #expect(try Self.rows(other) == ["cp-1 jane 404 route 0"])
    }

    @Test("the same captures again add nothing")
    func again() throws {
        var log = Log()
        Self.wire(&log, first, at: 0)
        Self.audit(&log, first, at: 300_000)
        #expect(try Self.rows(log, runs: 2).count == 1)
    }

    @Test("a loop keeps its passes, each joined with its own packets")
    func loop() throws {
        var log = Log()
        Self.audit(&log, first, at: 0)
        Self.audit(&log, first, at: 5_000_000)
        Self.wire(&log, first, at: -100_000)
        Self.wire(&log, first, at: 4_900_000, flags: .peerProxiedHeader)
        #expect(try Self.rows(log).count == 2)
        var unseen = Log()
        Self.audit(&unseen, first, at: 0)
        Self.wire(&unseen, first, at: -100_000)
        Self.wire(&unseen, first, at: 4_900_000, flags: .peerProxiedHeader)
        #expect(try Self.rows(unseen).count == 2)
    }

    @Test("two requests with one audit id of the client's own stay two")
    func reusedID() throws {
        var log = Log()
        Self.audit(&log, first, at: 0)
        Self.wire(&log, first, at: 60 * Log.second)
        #expect(try Self.rows(log).count == 2)
        var others = Log()
        Self.audit(&others, first, at: 0)
        Self.wire(&others, second, at: 0)
        #expect(try Self.rows(others).count == 2)
    }
}
