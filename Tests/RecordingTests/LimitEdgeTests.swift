import Bytes
import KubeAPI
import SQLiteKit
import Testing

@testable import Recording

/// Limits of a recording at their edge: the last that is taken, and the first that is not.
struct LimitEdgeTests {
    @Test("a table of passes takes four fifths of its places, and rows up to its largest number")
    func table() {
        let key = PassKey(uuid: UniqueID(high: 1, low: 2))
        var small = PassTable(largestSize: 8)
        let taken = (1...7).map { number in
            small.insert(PassKey(uuid: UniqueID(high: 1, low: UInt64(number))), row: Int64(number))
        }
        #expect(taken == [.done, .done, .done, .done, .done, .done, .full])
        var rows = PassTable(largestSize: 8)
        #expect(rows.insert(key, row: 1 << 24 - 1) == .done)
        #expect(rows.insert(key, row: 1 << 24) == .full)
    }

    @Test("four thousand keys may share a place, which clients can choose")
    func walk() {
        let key = PassKey(uuid: UniqueID(high: 1, low: 2))
        var table = PassTable(largestSize: 1 << 20)
        let taken = (1...4_098).map { table.insert(key, row: Int64($0)) }
        #expect(taken.dropLast().allSatisfy { $0 == .done })
        #expect(taken.last == .crowded)
    }

    @Test(
        "what two servers learned of a third is put together for sixty-four", arguments: [64, 65])
    func ways(servers: UInt32) {
        func pass(_ server: UInt32, _ at: Int64) -> StoredPass {
            var request = Request()
            request.server = server
            request.at = at
            request.durationMicroseconds = 1_000
            return StoredPass(
                row: 1, request: request, key: PassKey(uuid: UniqueID(high: 1, low: 2)), user: 0)
        }
        var clocks = ClockOffsets()
        for server in 2...servers {
            for time in 1...2 {
                let at = Int64(time) * Log.second
                clocks.learn(pass(1, at), pass(server, at + Int64(server) * Log.second))
            }
        }
        clocks.settle()
        let direct = clocks.offset(from: pass(1, 0), to: pass(3, 0))
        #expect(direct.offset == 3 * Log.second)
        let learned = clocks.offset(from: pass(2, 0), to: pass(3, 0))
        #expect(learned.offset == (servers == 64 ? Log.second : 0))
    }

    @Test("rows are numbered up to 32 bits", arguments: [0, 1])
    func rowNumbers(excess: Int64) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            log.record(first, "cp-1", at: 0)
            let path = folder + "/r.db"
            try write(log, to: path)
            do {
                let connection = try Connection(path: path, mode: .readWrite)
                let last = Int64(UInt32.max) + excess
                try connection.execute("UPDATE request SET id = \(last), origin = NULL")
            }
            var isRead = true
            do { _ = try Recording(path: path, access: .read) } catch { isRead = false }
            #expect(isRead == (excess == 0))
        }
    }

    @Test("an audit id is kept up to four thousand bytes", arguments: [4_096, 4_097])
    func auditID(length: Int) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            log.record(String(repeating: "a", count: length), "cp-1", at: 0)
            let path = folder + "/r.db"
            try write(log, to: path)
            #expect(try rows(path, "SELECT length(audit_id) FROM v_request") == ["4096"])
        }
    }

    @Test("requests that wait for their end are stored when there are too many of them")
    func waiting() throws {
        let ids = (0..<3).map { "aaaaaaaa-0000-4000-8000-00000000000\($0)" }
        var log = Log()
        for (number, id) in ids.enumerated() {
            log.record(id, "cp-1", at: Int64(number)) { request, _ in
                request.stage = .requestReceived
                request.status = 0
                request.durationMicroseconds = -1
            }
        }
        for (number, id) in ids.enumerated() { log.record(id, "cp-1", at: Int64(number)) }
        var found: [[String]] = []
        for most in [3, 2, 0] {
            var bounds = RecordingWriter.Bounds()
            bounds.waitingRequests = most
            try withTemporaryFolder { folder in
                let path = folder + "/r.db"
                let summary = try write(log, to: path, bounds: bounds)
                #expect(summary.added == 3 && summary.merged == 3)
                found.append(try rows(path, "SELECT audit_id, status FROM v_request ORDER BY 1"))
            }
        }
        #expect(found[0].count == 3 && found[1] == found[0] && found[2] == found[0])
    }

    @Test("of a source twenty rejects are kept, and all are counted", arguments: [20, 21])
    func rejects(count: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            let writer = try RecordingWriter(Recording(path: path, access: .create))
            var names = writer.takeNames()
            var mark = NamesDelta.Mark(storedOf: names)
            var traffic = Traffic()
            let source = names.sources.intern("audit.log")
            for number in 0..<count {
                traffic.rejects.append(
                    Reject(source: source, position: Int64(number), reason: "no JSON"))
            }
            try writer.append(traffic, NamesDelta(of: names, after: &mark))
            let summary = try writer.finish()
            #expect(summary.rejects == count)
            #expect(try rows(path, "SELECT count(*) FROM v_reject") == ["20"])
        }
    }

    /// Writes to a lease, two seconds apart.
    private static func lease(_ log: inout Log, _ holder: String, _ count: Int) {
        let start = Int64(log.requests.count)
        for number in start..<start + Int64(count) {
            let id = "aaaaaaaa-0000-4000-8000-" + String(100_000_000_000 + number)
            log.record(id, "cp-1", at: number * 2 * Log.second, user: holder) { request, names in
                request.resource = names.resource(
                    group: "coordination.k8s.io", version: "v1", resource: "leases")
                request.name = names.strings.intern("kube-scheduler")
                request.verb = .update
            }
        }
    }

    @Test("a lease that is renewed for long is one sign of who leads")
    func signs() throws {
        var log = Log()
        Self.lease(&log, "a", 10)
        Self.lease(&log, "b", 5)
        Self.lease(&log, "a", 5)
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            try write(log, to: path)
            let recording = try Recording(path: path, access: .read)
            let signs = try recording.controllerSigns(renewedWithin: 15 * Log.second)
            #expect(signs.map(\.user) == ["a", "b", "a"])
            let lengths = signs.map { ($0.until - $0.at) / Log.second }
            #expect(lengths == [18, 8, 8])
            let single = try recording.controllerSigns(renewedWithin: Log.second)
            #expect(single.count == 20)
            let two = try recording.controllerSigns(renewedWithin: 15 * Log.second, atMost: 2)
            #expect(two.map(\.user) == ["a", "b"])
        }
    }
}
