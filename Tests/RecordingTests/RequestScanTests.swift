import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

/// What a replay reads of the requests of a recording.
struct RequestScanTests {
    private static let all: ClosedRange<Int64> = .min ... .max

    /// A forwarded request, a fetch of a document without an end, and a write.
    private static var log: Log {
        var log = Log()
        log.record(first, "cp-1", at: 0, takes: 4_000, status: 404)
        log.record(first, "cp-2", at: 1_000_000, takes: 2_000, status: 404) { request, _ in
            request.notFound = .route
        }
        log.record(second, "cp-1", at: 2 * Log.second) { request, names in
            request.resource = 0
            request.namespace = 0
            request.name = 0
            request.path = names.strings.intern("/apis")
            request.durationMicroseconds = -1
        }
        log.record(third, "cp-2", at: 3 * Log.second, status: 201) { request, names in
            request.verb = .create
            request.path = names.strings.intern("/odd/path")
            request.flags = .deprecated
        }
        return log
    }

    private static func withLog(_ body: (borrowing Recording) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try write(log, to: folder + "/r.db")
            try body(Recording(path: folder + "/r.db", access: .read))
        }
    }

    @Test("a range has a first and a last instant, unless it has no row")
    func instants() throws {
        try Self.withLog { recording in
            let start = 1_700_000_000 * Log.second
            let ids = try #require(try RequestScan.ids(on: recording))
            #expect(ids == 1...4)
            let whole = try RequestScan.instants(in: ids, on: recording)
            #expect(whole == start...(start + 3 * Log.second))
            let end = try RequestScan.instants(in: 3...4, on: recording)
            #expect(end?.lowerBound == start + 2 * Log.second)
            #expect(try RequestScan.instants(in: 5...9, on: recording) == nil)
        }
    }

    @Test("whether there are later passes is known without reading the requests")
    func hasPasses() throws {
        try Self.withLog { recording in
            let hasPasses = try RequestScan.hasPasses(on: recording)
            #expect(hasPasses)
        }
        try withRecording { recording, _ in
            let hasPasses = try RequestScan.hasPasses(on: recording)
            #expect(!hasPasses)
            var plan = try recording.connection.prepare(
                """
                EXPLAIN QUERY PLAN
                SELECT EXISTS (SELECT 1 FROM request WHERE origin IS NOT NULL)
                """)
            var lines: [String] = []
            while try plan.step() { lines.append(plan.text(3)) }
            #expect(lines.last?.contains("COVERING INDEX request_origin") == true)
        }
    }

    @Test("a scan has first passes alone, and paths where no resource is named")
    func firstPasses() throws {
        try Self.withLog { recording in
            let names = try recording.names()
            var rows: [RequestScan.Row] = []
            try RequestScan.forEach(in: Self.all, on: recording) { rows.append($0) }
            #expect(rows.map(\.id) == [1, 3, 4])
            #expect(rows.map(\.status) == [404, 200, 201])
            #expect(rows.map(\.verb) == [.get, .get, .create])
            #expect(rows.map { names.strings[$0.path] } == ["", "/apis", ""])
            #expect(rows.map(\.flags) == [[], [], .deprecated])
            #expect(rows.map { names.servers[$0.server] } == ["cp-1", "cp-1", "cp-2"])
        }
    }

    @Test("the later passes of a range name the first, with their own answers")
    func laterPasses() throws {
        try Self.withLog { recording in
            let passes = try RequestScan.passes(in: Self.all, on: recording)
            #expect(passes.map(\.origin) == [1])
            #expect(passes.map(\.notFound) == [.route])
            #expect(try RequestScan.passes(in: 3...4, on: recording).isEmpty)
        }
    }

    @Test("what requests name comes by first pass")
    func naming() throws {
        try Self.withLog { recording in
            let names = try recording.names()
            var found: [String] = []
            try RequestScan.forEachNaming(in: Self.all, on: recording) { row in
                let place = "\(names.strings[row.namespace])/\(names.strings[row.name])"
                found.append("\(row.id) \(row.verb) \(place)")
            }
            #expect(found == ["1 get a/b", "3 get /", "4 create a/b"])
        }
    }

    @Test(
        "requests come by id, in the order that was asked for, without the ids that are not there")
    func byID() throws {
        try Self.withLog { recording in
            let found = try recording.requests([4, 99, 3])
            #expect(found.map(\.id) == [4, 3])
            #expect(found.map(\.durationMicroseconds) == [2_000, -1])
            #expect(found.map(\.verb) == [.create, .get])
            // On the same connection once more.
            #expect(try recording.requests([1]).map(\.status) == [404])
            #expect(try recording.requests([]).isEmpty)
        }
    }
}

private let third = "aaaaaaaa-0000-4000-8000-000000000003"
