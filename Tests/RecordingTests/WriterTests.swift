import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

/// A little log in memory: names and batches of records, written the way a capture does it.
struct Log {
    var names = Names()
    var requests: [Request] = []

    static let second: Int64 = 1_000_000_000

    /// A complete GET of configmap `a/b` on a server, which took two milliseconds.
    mutating func record(
        _ id: String, _ server: String, at: Int64, takes: Int64 = 2_000, status: UInt16 = 200,
        user: String = "jane", change: (inout Request, inout Names) -> Void = { _, _ in }
    ) {
        var request = Request()
        var text = id
        request.auditID = text.withUTF8 { UniqueID($0, in: &names.strings) }
        request.at = 1_700_000_000 * Log.second + at
        request.server = names.servers.intern(server)
        request.resource = names.resource(group: "", version: "v1", resource: "configmaps")
        request.namespace = names.strings.intern("a")
        request.name = names.strings.intern("b")
        request.client = names.clients.intern(
            ClientIDs(
                user: names.strings.intern(user),
                userAgent: names.strings.intern("kubectl/v1.35")))
        request.source = names.sources.intern("audit.log")
        request.position = Int64(requests.count + 1)
        request.verb = .get
        request.status = status
        request.durationMicroseconds = takes
        request.level = .metadata
        change(&request, &names)
        requests.append(request)
    }
}

let first = "aaaaaaaa-0000-4000-8000-000000000001"
let second = "aaaaaaaa-0000-4000-8000-000000000002"

/// How much a writer may keep in memory: what it usually may, or less than any log needs.
enum Memory: CaseIterable {
    case ample
    case tight

    var bounds: RecordingWriter.Bounds {
        var bounds = RecordingWriter.Bounds()
        guard self == .tight else { return bounds }
        bounds.tableSlots = 4
        bounds.notedKeys = 100
        bounds.rowsPerShare = 9
        bounds.waitingRequests = 1
        return bounds
    }
}

/// Writes the records in batches of a size, in their order, into a recording at `path`.
@discardableResult
func write(
    _ log: Log, to path: String, batch: Int = 1_000, memory: Memory = .ample,
    bounds: RecordingWriter.Bounds? = nil
) throws -> RecordingWriter.Summary {
    let writer = try RecordingWriter(
        Recording(path: path, access: .create), bounds: bounds ?? memory.bounds)
    let old = writer.takeNames()
    // What a parser does: begin with the recording's names, and meet the log's.
    var names = old
    var mark = NamesDelta.Mark(storedOf: names)
    var start = 0
    while start < log.requests.count {
        var traffic = Traffic()
        for request in log.requests[start..<min(start + batch, log.requests.count)] {
            traffic.requests.append(translated(request, from: log.names, to: &names))
        }
        try writer.append(traffic, NamesDelta(of: names, after: &mark))
        start += batch
    }
    return try writer.finish()
}

private func translated(_ request: Request, from old: Names, to new: inout Names) -> Request {
    var copy = request
    if let id = request.auditID.internedText {
        copy.auditID = UniqueID(interned: new.strings.intern(old.strings[id]))
    }
    copy.server = new.servers.intern(old.servers[request.server])
    copy.source = new.sources.intern(old.sources[request.source])
    let resource = old.groupVersionResource(request.resource)
    copy.resource =
        request.resource == 0
        ? 0
        : new.resource(
            group: resource.group, version: resource.version, resource: resource.resource,
            subresource: old.subresource(request.resource))
    let client = old.clients[request.client]
    var key = SIMD4<UInt32>.zero
    for part in 0..<4 { key[part] = new.strings.intern(old.strings[client.ids[part]]) }
    copy.client = new.clients.intern(ClientIDs(ids: key))
    copy.namespace = new.strings.intern(old.strings[request.namespace])
    copy.name = new.strings.intern(old.strings[request.name])
    copy.path = new.strings.intern(old.strings[request.path])
    copy.query = new.strings.intern(old.strings[request.query])
    return copy
}

/// The rows of a query, a line each.
func rows(_ path: String, _ sql: String) throws -> [String] {
    let connection = try Connection(path: path, mode: .readOnly)
    var statement = try connection.prepare(sql)
    var lines: [String] = []
    while try statement.step() {
        lines.append(
            (0..<statement.columnCount).map {
                statement.isNull($0) ? "-" : statement.text($0)
            }.joined(separator: " "))
    }
    return lines
}

/// Expects a query to answer with these lines.
func expectRows(
    _ path: String, _ sql: String, _ wanted: [String],
    at place: SourceLocation = #_sourceLocation
) throws {
    let found = try rows(path, sql)
    #expect(found == wanted, sourceLocation: place)
}

/// Writes a log into a fresh recording, looks at it, and checks that it is sound.
func withRecording(
    of log: Log, batch: Int = 1_000, memory: Memory = .ample, _ body: (String) throws -> Void
) throws {
    try withTemporaryFolder { folder in
        let path = folder + "/r.db"
        try write(log, to: path, batch: batch, memory: memory)
        try expectSound(path)
        try body(path)
    }
}

private let passes = """
    SELECT server, at_ns / 1000000 % 100000, status, not_found, peer_proxied FROM v_request
    ORDER BY at_ns, server
    """

@Suite struct WriterTests {
    @Test("the stages of an event are one row, in whatever order they come")
    func stages() throws {
        var log = Log()
        log.record(first, "cp-1", at: 0) {
            (request, _) in
            request.stage = .requestReceived
            request.status = 0
            request.durationMicroseconds = -1
        }
        log.record(first, "cp-1", at: 0) { request, _ in
            request.stage = .responseStarted
            request.durationMicroseconds = 900
        }
        log.record(first, "cp-1", at: 0, takes: 5_000)
        for (order, batch) in [
            ([0, 1, 2], 10), ([2, 1, 0], 10), ([1, 2, 0], 1), ([2, 0, 1], 1),
        ] {
            var shuffled = log
            shuffled.requests = order.map { log.requests[$0] }
            try withRecording(of: shuffled, batch: batch) { path in
                let found = try rows(path, "SELECT status, duration_us, stage FROM v_request")
                #expect(found == ["200 5000 ResponseComplete"])
                let coverage = try rows(
                    path,
                    """
                    SELECT server, verb, level, stage, requests, received FROM v_coverage
                    WHERE requests > 0
                    """)
                #expect(coverage == ["cp-1 get Metadata ResponseComplete 1 1"])
            }
        }
    }

    @Test("a request whose end was not seen is kept")
    func open() throws {
        var log = Log()
        log.record(first, "cp-1", at: 0) { request, _ in
            request.stage = .requestReceived
            request.status = 0
            request.durationMicroseconds = -1
        }
        try withRecording(of: log) { path in
            let found = try rows(path, "SELECT status, duration_us, stage FROM v_request")
            #expect(found == ["- - RequestReceived"])
        }
    }

    @Test(
        "a forwarded request is two rows; the last record decides which 404 it was",
        arguments: Memory.allCases)
    func forwarded(_ memory: Memory) throws {
        var log = Log()
        log.record(first, "cp-1", at: 0, takes: 9_000, status: 404) { request, _ in
            request.notFound = .page
        }
        log.record(first, "cp-2", at: 2_000_000, takes: 3_000, status: 404) { request, _ in
            request.notFound = .object
        }
        for order in [[0, 1], [1, 0]] {
            var shuffled = log
            shuffled.requests = order.map { log.requests[$0] }
            try withRecording(of: shuffled, memory: memory) { path in
                let found = try rows(path, passes)
                #expect(found == ["cp-1 0 404 object 0", "cp-2 2 404 object 1"])
                let origins =
                    "SELECT count(*) FROM v_request a JOIN v_request b ON a.origin = b.request_id"
                try expectRows(path, origins, ["1"])
            }
        }
    }

    @Test("a request that came back to its server is two rows there", arguments: Memory.allCases)
    func looped(_ memory: Memory) throws {
        var log = Log()
        log.record(first, "cp-1", at: 0, takes: 9_000, status: 404) { request, _ in
            request.notFound = .page
        }
        log.record(first, "cp-1", at: 2_000_000, takes: 3_000, status: 404) { request, _ in
            request.notFound = .route
        }
        try withRecording(of: log, memory: memory) { path in
            try expectRows(path, passes, ["cp-1 0 404 route 0", "cp-1 2 404 route 1"])
        }
    }

    @Test(
        "passes are found although the peer's clock is seconds behind",
        arguments: Memory.allCases)
    func skew(_ memory: Memory) throws {
        var log = Log()
        for number in 0..<20 {
            let id = "aaaaaaaa-0000-4000-8000-0000000001" + (number < 10 ? "0" : "") + "\(number)"
            let at = Int64(number) * Log.second
            log.record(id, "cp-1", at: at, takes: 9_000)
            log.record(id, "cp-2", at: at - 7 * Log.second, takes: 3_000)
        }
        try withRecording(of: log, memory: memory) { path in
            let found = try rows(
                path, "SELECT server, sum(peer_proxied) FROM v_request GROUP BY server")
            #expect(found == ["cp-1 0", "cp-2 20"])
        }
    }

    @Test(
        "a client's own audit id, sent again and again, is so many requests",
        arguments: Memory.allCases)
    func reused(_ memory: Memory) throws {
        var log = Log()
        log.record("mine", "cp-1", at: 0)
        log.record("mine", "cp-1", at: 5 * Log.second)
        log.record("mine", "cp-2", at: 9 * Log.second)
        log.record(second, "cp-1", at: 0, takes: 9_000)
        // Within the other's time, but another user, another object, another verb.
        log.record(second, "cp-2", at: 1_000_000, takes: 1_000, user: "joe")
        log.record(second, "cp-2", at: 2_000_000, takes: 1_000) { request, names in
            request.name = names.strings.intern("c")
        }
        log.record(second, "cp-2", at: 3_000_000, takes: 1_000) { request, _ in
            request.verb = .delete
        }
        try withRecording(of: log, memory: memory) { path in
            try expectRows(path, "SELECT count(*), sum(peer_proxied) FROM v_request", ["7 0"])
            try expectRows(path, "SELECT count(*) FROM v_request WHERE audit_id = 'mine'", ["3"])
        }
    }

    @Test(
        "what is collected twice is there once, in one capture or in two",
        arguments: Memory.allCases)
    func twice(_ memory: Memory) throws {
        var log = Log()
        log.record(first, "cp-1", at: 0, takes: 9_000, status: 404) { request, _ in
            request.notFound = .page
        }
        log.record(first, "cp-2", at: 2_000_000, takes: 3_000, status: 404) { request, _ in
            request.notFound = .route
        }
        log.record("", "cp-1", at: 7)
        log.record("mine", "cp-1", at: 8)
        log.requests += log.requests
        try withRecording(of: log, memory: memory) { path in
            let once = try rows(path, passes)
            #expect(once.count == 4)
            let summary = try write(log, to: path, memory: memory)
            #expect(summary.added == 0)
            #expect(summary.merged == 8)
            try expectRows(path, passes, once)
            try expectSound(path)
        }
    }

    @Test("files given one by one yield what they yield together", arguments: Memory.allCases)
    func piecemeal(_ memory: Memory) throws {
        var log = Log()
        for number in 0..<50 {
            let id = "aaaaaaaa-0000-4000-8000-0000000002" + (number < 10 ? "0" : "") + "\(number)"
            let at = Int64(number) * Log.second
            log.record(id, "cp-1", at: at, takes: 9_000, status: 404) {
                $0.notFound = $1.shape(.page)
            }
            if number % 3 == 0 {
                log.record(id, "cp-2", at: at + 1_000_000, takes: 3_000, status: 404) {
                    $0.notFound = $1.shape(.object)
                }
            }
        }
        try withTemporaryFolder { folder in
            let together = folder + "/together.db"
            try write(log, to: together, batch: 7, memory: memory)
            let apart = folder + "/apart.db"
            for server in ["cp-2", "cp-1"] {
                var one = log
                let id = one.names.servers.find(server)
                one.requests.removeAll { $0.server != id }
                try write(one, to: apart, batch: 11, memory: memory)
            }
            try expectRows(apart, passes, try rows(together, passes))
            try expectSound(apart)
        }
    }

    @Test("batches that wait for more are stored with it, and not before")
    func waitingBatches() throws {
        var log = Log()
        log.record(first, "cp-1", at: 0)
        log.record(second, "cp-1", at: 3_000_000)
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            let writer = try RecordingWriter(
                Recording(path: path, access: .create, journal: .inPlace))
            var mark = NamesDelta.Mark(storedOf: writer.takeNames())
            var traffic = Traffic()
            traffic.requests = [log.requests[0]]
            try writer.append(traffic, NamesDelta(of: log.names, after: &mark), mayWait: true)
            let count = "SELECT count(*) FROM v_request"
            try expectRows(path, count, ["0"])
            traffic.requests = [log.requests[1]]
            try writer.append(traffic, NamesDelta(of: log.names, after: &mark))
            #expect(try writer.finish().added == 2)
            try expectRows(path, count, ["2"])
        }
    }

    @Test("a pass finds its row in the batch before, in this one and in the table")
    func rowsOnTheirWay() throws {
        var log = Log()
        // The same passes again and again, some of them with more of the request.
        for round in 0..<40 {
            for pass in 0..<50 {
                let id = "aaaaaaaa-0000-4000-8000-0000000001" + String(pass + 10)
                log.record(id, "cp-1", at: Int64(pass) * Log.second) { request, _ in
                    if round < 20 { request.durationMicroseconds = -1 }
                }
            }
        }
        for batch in [7, 50, 75, 1_000] {
            try withRecording(of: log, batch: batch) { path in
                try expectRows(
                    path,
                    "SELECT count(*), count(DISTINCT audit_id), sum(duration_us) FROM v_request",
                    ["50 50 100000"])
            }
        }
    }

    @Test("a capture that was killed is completed by the next one")
    func killed() throws {
        var log = Log()
        log.record(first, "cp-1", at: 0, takes: 9_000)
        log.record(first, "cp-2", at: 1_000_000, takes: 1_000)
        log.record(second, "cp-2", at: 3_000_000, takes: 1_000)
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            do {
                let writer = try RecordingWriter(Recording(path: path, access: .create))
                var mark = NamesDelta.Mark(storedOf: writer.takeNames())
                var traffic = Traffic()
                traffic.requests = Array(log.requests.prefix(2))
                try writer.append(traffic, NamesDelta(of: log.names, after: &mark))
                // No `finish`: as if the process ended here.
            }
            try expectSound(path)
            try expectRows(path, "SELECT count(*), sum(peer_proxied) FROM v_request", ["2 0"])
            let summary = try write(log, to: path)
            #expect(summary.added == 1)
            try expectRows(path, "SELECT count(*), sum(peer_proxied) FROM v_request", ["3 1"])
        }
    }

    @Test(
        "paths are rebuilt as they were",
        arguments: [
            ("", "v1", "namespaces", "", "team-a", "team-a", "/api/v1/namespaces/team-a"),
            ("", "v1", "pods", "log", "a", "b", "/api/v1/namespaces/a/pods/b/log"),
            ("", "v1", "nodes", "", "", "", "/api/v1/nodes"),
            ("apps", "v1", "deployments", "", "a", "", "/apis/apps/v1/namespaces/a/deployments"),
            ("", "v1", "configmaps", "", "a", "a", "/api/v1/namespaces/a/configmaps/a"),
            (
                "", "v1", "namespaces", "finalize", "a", "a", "/api/v1/namespaces/a/finalize"
            ),
        ])
    func paths(
        group: String, version: String, resource: String, subresource: String, namespace: String,
        name: String, path: String
    ) throws {
        var log = Log()
        log.record(first, "cp-1", at: 0) { request, names in
            request.resource = names.resource(
                group: group, version: version, resource: resource, subresource: subresource)
            request.namespace = names.strings.intern(namespace)
            request.name = names.strings.intern(name)
        }
        log.record(second, "cp-1", at: 0) { request, names in
            request.resource = 0
            request.path = names.strings.intern("/livez")
        }
        try withRecording(of: log) { file in
            let found = try rows(file, "SELECT path FROM v_request ORDER BY request_id")
            #expect(found == [path, "/livez"])
        }
    }
}

extension Names {
    /// A shape, so that a closure of one line may name it.
    fileprivate func shape(_ shape: NotFoundShape) -> NotFoundShape { shape }
}
