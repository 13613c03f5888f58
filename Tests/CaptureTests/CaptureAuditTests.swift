import Capture
import Glibc
import SQLiteKit
import Testing

/// Recorded incidents: a folder each, with the numbers that its logs must yield.
enum Recorded {
    /// Those of the project, and those of the folder that KUBESKEW_CAPTURES names.
    static let folders: [String] = {
        let named = getenv("KUBESKEW_CAPTURES").map { [String(cString: $0)] } ?? []
        return (["captures"] + named).flatMap { root in
            ((try? files(in: root)) ?? []).map { "\(root)/\($0)" }
        }.filter { access($0 + "/truth.json", R_OK) == 0 }
    }()
}

@Suite struct CaptureAuditTests {
    @Test(
        "a recorded incident yields exactly its numbers, in either order of its files, and twice",
        arguments: Recorded.folders)
    func truth(folder: String) throws {
        let logs = try files(in: folder).filter { $0.hasPrefix("audit-") }
        let truth = try Truth(path: folder + "/truth.json")
        for order in [logs, logs.reversed()] {
            try withTemporaryFolder { temporary in
                let path = temporary + "/r.db"
                let inputs = order.map { CaptureInput(path: "\(folder)/\($0)") }
                let summary = try captureAudit(inputs: inputs, into: path)
                #expect(summary.warnings == [])
                #expect(summary.rejects == 0)
                try expect(truth, in: path)
                let again = try captureAudit(inputs: inputs, into: path)
                #expect(again.added == 0)
                try expect(truth, in: path)
                try expectSound(path)
                let left = try files(in: temporary)
                #expect(left == ["r.db"])
            }
        }
    }
}

func expect(_ truth: Truth, in path: String) throws {
    let requests = try counts(path, "SELECT server, count(*) FROM v_request GROUP BY 1")
    #expect(requests == truth.requests)
    let shapes = try counts(
        path,
        """
        SELECT server || ' ' || not_found, count(*) FROM v_request
        WHERE not_found IS NOT NULL GROUP BY 1
        """)
    #expect(shapes == truth.notFound)
    let pairs = try counts(
        path,
        """
        SELECT 'pairs', count(DISTINCT a.audit_id) FROM v_request AS a
        JOIN v_request AS b ON b.audit_id = a.audit_id
        WHERE a.server <> b.server AND b.peer_proxied AND NOT a.peer_proxied
        """)
    #expect(pairs["pairs"] == truth.proxiedPairs)
    let deletes = try counts(
        path,
        """
        SELECT 'gc', count(*) FROM v_request WHERE verb = 'delete'
        AND user = 'system:serviceaccount:kube-system:generic-garbage-collector'
        AND status BETWEEN 200 AND 299 AND NOT peer_proxied
        """)
    #expect(deletes["gc"] == truth.gcDeletes)
}

/// The numbers of a truth.json, read by SQLite's own JSON functions.
struct Truth {
    var requests: [String: Int64]
    var notFound: [String: Int64]
    var proxiedPairs: Int64?
    var gcDeletes: Int64?

    init(path: String) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE truth (json TEXT)")
        var insert = try connection.prepare("INSERT INTO truth VALUES (?)")
        insert.bind(1, try text(of: path))
        try insert.run()
        let each = "SELECT key, value FROM truth, json_each(truth.json, '$.%')"
        requests = try counts(connection, each.replacing("%", with: "requests"))
        notFound = try counts(connection, each.replacing("%", with: "not_found"))
        proxiedPairs = try connection.integer("SELECT json ->> 'proxied_pairs' FROM truth")
        gcDeletes = try connection.integer("SELECT json ->> 'gc_deletes' FROM truth")
    }
}

func counts(_ path: String, _ sql: String) throws -> [String: Int64] {
    try counts(Connection(path: path, mode: .readOnly), sql)
}

func counts(_ connection: borrowing Connection, _ sql: String) throws -> [String: Int64] {
    var statement = try connection.prepare(sql)
    var found: [String: Int64] = [:]
    while try statement.step() { found[statement.text(0)] = statement.integer(1) }
    return found
}
