import AuditLog
import Capture
import Glibc
import Recording
import SQLiteKit
import Testing

/// Recordings that are joined are the capture of all their inputs at once, table by table.
@Suite struct MergeTests {
    /// What a recording holds, in texts: ids and the order of rows are not of it, nor is which of
    /// two equal records of one pass was kept.
    private static let tables: [(name: String, sql: String)] = [
        (
            "request",
            """
            SELECT r.at_ns, r.server, r.verb, r.path, r.api_group, r.api_version, r.resource,
                r.subresource, r.namespace, r.name, r.user, r.user_agent, r.source_ip, r.status,
                r.not_found, r.audit_id, r.duration_us, r.query, r.impersonated, r.level, r.stage,
                q.flags, o.at_ns, o.server
            FROM v_request AS r JOIN request AS q ON q.id = r.request_id
            LEFT JOIN v_request AS o ON o.request_id = r.origin
            """
        ),
        (
            "object",
            """
            SELECT uid, api_group, api_version, kind, resource, namespace, name, first_ns, last_ns,
                created_ns, deleted_ns, deletion_requested_ns FROM v_object
            """
        ),
        (
            "owner",
            """
            SELECT o.uid, w.uid, w.api_group, w.api_version, w.kind, w.name, w.controller,
                w.blocks_deletion, w.first_ns, w.last_ns
            FROM v_owner AS w JOIN object AS o ON o.id = w.object_id
            """
        ),
        (
            "finalizer",
            """
            SELECT o.uid, f.finalizer, f.first_ns, f.last_ns
            FROM v_finalizer AS f JOIN object AS o ON o.id = f.object_id
            """
        ),
        (
            "deletion",
            """
            SELECT r.at_ns, r.audit_id, d.uid, d.resource_version, d.propagation
            FROM v_deletion AS d JOIN request AS r ON r.id = d.request_id
            """
        ),
        (
            "field_sighting",
            """
            SELECT at_ns, server, verb, resource, namespace, name, sent, shown, resource_version
            FROM v_field
            """
        ),
        (
            "body",
            """
            SELECT r.at_ns, r.audit_id, b.side, b.json
            FROM v_body AS b JOIN request AS r ON r.id = b.request_id
            """
        ),
        (
            "wire_header",
            """
            SELECT r.at_ns, r.audit_id, w.* FROM (SELECT * FROM v_wire) AS w
            JOIN request AS r ON r.id = w.request_id
            """
        ),
        ("document", "SELECT at_ns, last_ns, server, path, json FROM v_document"),
        ("process", "SELECT * FROM v_server"),
        ("reject", "SELECT source, position, reason FROM v_reject"),
        (
            "reject_count",
            "SELECT s.name, c.rejects FROM reject_count AS c JOIN source AS s ON s.id = c.source"
        ),
        ("coverage", "SELECT server, verb, level, stage, requests, received FROM v_coverage"),
        ("string", "SELECT text FROM string"),
        ("server", "SELECT name FROM server"),
        ("source", "SELECT name FROM source"),
        ("resource", "SELECT api_group, api_version, resource, subresource FROM resource"),
        ("client", "SELECT user, user_agent, source_ip, impersonated FROM client"),
    ]

    private static func content(_ path: String, _ sql: String) throws -> [String] {
        let connection = try Connection(path: path, mode: .readOnly)
        var rows: [String] = []
        var select = try connection.prepare(sql)
        let skipped = (0..<select.columnCount).filter { select.columnName($0) == "request_id" }
        while try select.step() {
            let columns = (0..<select.columnCount).filter { !skipped.contains($0) }
            rows.append(columns.map { select.text($0) }.joined(separator: "|"))
        }
        return rows.sorted()
    }

    private static func expectSame(_ path: String, _ expected: String, _ what: String) throws {
        for (name, sql) in tables {
            let (found, wanted) = (try content(path, sql), try content(expected, sql))
            if found != wanted {
                let differing = Set(found).symmetricDifference(wanted).sorted().prefix(4)
                Issue.record("\(what): \(name) differs: \(differing.joined(separator: "\n"))")
            }
        }
        try expectSound(path)
    }

    private static func capture(
        _ inputs: [CaptureInput], into path: String, bodies: Bool = false
    ) throws {
        var options = CaptureOptions()
        if bodies { options.bodies = .all(longest: 1 << 20) }
        _ = try captureAudit(inputs: inputs, into: path, options: options)
    }

    /// Which lines of each log are taken.
    private struct Window {
        var first = 1
        var count = Int.max
        /// How many follow each other, more or less, before another part's begin.
        var run = 40
    }

    /// Each log's lines dealt out to parts at random, in runs: a file for each part and server.
    private static func cut(
        _ folder: String, into parts: Int, at temporary: String, _ window: Window,
        _ random: inout some RandomNumberGenerator
    ) throws -> [[CaptureInput]] {
        var inputs = [[CaptureInput]](repeating: [], count: parts)
        for log in try files(in: folder).filter({ $0.hasPrefix("audit-") }) {
            let server = String(log.dropFirst(6).prefix { $0 != "." })
            _ = system("zcat \(folder)/\(log) | tail -n +\(window.first) > \(temporary)/whole")
            var texts = [String](repeating: "", count: parts)
            var part = 0
            for line in try text(of: temporary + "/whole").split(separator: "\n")
                .prefix(window.count)
            {
                if Int.random(in: 0..<window.run, using: &random) == 0 {
                    part = Int.random(in: 0..<parts, using: &random)
                }
                texts[part] += line + "\n"
            }
            for (part, lines) in texts.enumerated() where !lines.isEmpty {
                let path = "\(temporary)/\(server)-part\(part).log"
                write(lines, to: path)
                inputs[part].append(CaptureInput(path: path, server: server))
            }
        }
        return inputs
    }

    /// Those of less than 400 kB, packed; all of them where KUBESKEW_ALL_CAPTURES is set.
    private static func isQuick(_ folder: String) -> Bool {
        let sizes = (try? files(in: folder))?.map { name in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? Int(status.st_size) : 0
        }
        return getenv("KUBESKEW_ALL_CAPTURES") != nil || (sizes ?? []).reduce(0, +) < 400_000
    }

    /// Small enough for a debug build, where a whole incident takes seconds.
    private static let small = "captures/loop-through-load-balancer"

    @Test(
        "logs cut at random lines, captured one by one and merged in any order are as one capture",
        arguments: Recorded.folders.filter(isQuick))
    func incidents(folder: String) throws {
        try Self.cutAndMerge(
            folder, parts: 3, seed: folder.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    }

    @Test("so they are with bodies, and however they are cut", arguments: 2...9)
    func cuts(parts: Int) throws {
        try Self.cutAndMerge(
            Self.small, parts: parts, seed: UInt64(parts), bodies: parts == 2,
            Window(count: 400))
    }

    /// So many in each run of the tests; KUBESKEW_CUTS says another number.
    private static let quickCuts =
        getenv("KUBESKEW_CUTS").flatMap { Int(String(cString: $0)) } ?? 12

    @Test("so are a few lines from anywhere, cut anywhere", arguments: 1...quickCuts)
    func fewLines(seed: Int) throws {
        let window = Window(first: 1 + seed * 37 % 450, count: 40, run: 4)
        try Self.cutAndMerge(Self.small, parts: 2 + seed % 4, seed: UInt64(1_000 + seed), window)
    }

    private static func cutAndMerge(
        _ folder: String, parts: Int, seed: UInt64, bodies: Bool = false,
        _ window: Window = Window()
    ) throws {
        var random = SeededRandom(state: seed)
        try withTemporaryFolder { temporary in
            let parts = try cut(folder, into: parts, at: temporary, window, &random)
            let whole = temporary + "/whole.db"
            try capture(parts.flatMap { $0 }, into: whole, bodies: bodies)
            var recordings: [String] = []
            for (number, inputs) in parts.enumerated() where !inputs.isEmpty {
                let path = "\(temporary)/\(number).db"
                try capture(inputs, into: path, bodies: bodies)
                recordings.append(path)
            }
            recordings.shuffle(using: &random)
            let merged = temporary + "/merged.db"
            _ = try mergeRecordings(recordings, into: merged)
            try expectSame(merged, whole, "\(recordings)")
            guard window.count < .max else { return }
            let again = try mergeRecordings(recordings.reversed(), into: merged)
            #expect(again.added == 0)
            try expectSame(merged, whole, "merged twice")
            // Into the first of them, one after the other.
            for other in recordings.dropFirst() {
                _ = try mergeRecordings([other], into: recordings[0])
            }
            try expectSame(recordings[0], whole, "one after the other")
        }
    }

    @Test("packets and logs of the same requests are merged as they are captured")
    func packets() throws {
        let wire = "captures/wire-1"
        try withTemporaryFolder { temporary in
            var options = PacketOptions()
            options.keyLog = wire + "/keys.log"
            let traffic = wire + "/traffic.pcap.gz"
            let logs = try files(in: wire).filter { $0.hasPrefix("audit-") }.map {
                CaptureInput(path: "\(wire)/\($0)")
            }
            let whole = temporary + "/whole.db"
            _ = try capturePackets(files: [traffic], into: whole, options: options)
            try Self.capture(logs, into: whole)
            let seen = temporary + "/wire.db"
            _ = try capturePackets(files: [traffic], into: seen, options: options)
            let written = temporary + "/log.db"
            try Self.capture(logs, into: written)
            for order in [[seen, written], [written, seen]] {
                let merged = temporary + "/merged.db"
                unlink(merged)
                _ = try mergeRecordings(order, into: merged)
                try Self.expectSame(merged, whole, "\(order)")
            }
        }
    }

    @Test("records without audit ids, rejects and a reused id are merged as they are captured")
    func oddRecords() throws {
        func line(_ number: Int, id: String, stage: String = "ResponseComplete") -> String {
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"\(id)",\
            "stage":"\(stage)","requestURI":"/livez?verbose=\(number)","verb":"get",\
            "user":{"username":"u"},"responseStatus":{"code":200},\
            "requestReceivedTimestamp":"2026-11-20T22:09:43.\(100_000 + number)Z",\
            "stageTimestamp":"2026-11-20T22:09:43.\(100_001 + number)Z"}
            """
        }
        try withTemporaryFolder { temporary in
            let first = (0..<50).map { line($0, id: $0 % 3 == 0 ? "" : "same") } + ["no record"]
            let second =
                (25..<75).map { line($0, id: $0 % 3 == 0 ? "" : "same") }
                + (200..<300).map { line($0, id: "b\($0)", stage: "RequestReceived") }
                + (0..<30).map { "no \($0)" }
            let third = (200..<250).map { line($0, id: "b\($0)") }
            var inputs: [CaptureInput] = []
            for (name, lines) in [("a", first), ("b", second), ("c", third)] {
                write(lines.joined(separator: "\n"), to: "\(temporary)/\(name).log")
                let input = CaptureInput(path: "\(temporary)/\(name).log", server: "cp-1")
                try Self.capture([input], into: "\(temporary)/\(name).db")
                inputs.append(input)
            }
            try Self.capture(inputs, into: temporary + "/whole.db")
            for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]] {
                unlink(temporary + "/merged.db")
                let recordings = order.map { "\(temporary)/\($0).db" }
                _ = try mergeRecordings(recordings, into: temporary + "/merged.db")
                try Self.expectSame(temporary + "/merged.db", temporary + "/whole.db", "\(order)")
            }
        }
    }

    @Test("a recording is not merged with itself, nor with what is none")
    func refused() throws {
        try withTemporaryFolder { temporary in
            let path = temporary + "/r.db"
            try Recording(path: path, access: .create).close()
            #expect(throws: CaptureError.self) { try mergeRecordings([path], into: path) }
            write("no recording", to: temporary + "/x.db")
            #expect(throws: CaptureError.self) {
                try mergeRecordings([temporary + "/x.db"], into: temporary + "/y.db")
            }
            #expect(access(temporary + "/y.db", F_OK) != 0)
        }
    }
}

/// The same draws in every run.
private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
