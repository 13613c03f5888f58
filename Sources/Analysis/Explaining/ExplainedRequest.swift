import ControlPlane
import KubeAPI
public import Recording
import SQLiteKit

/// A request of a recording, in words, with what followed it on its way.
public struct ExplainedRequest {
    var id: Int64
    var at: String
    var atNanoseconds: Int64
    var server: String
    var verb: String
    var path: String
    var resource: GroupVersionResource?
    var client: String
    var status: Int64?
    var notFound: String
    var auditID: String
    var flags: RequestFlags
    /// Later passes: server, instant, status, shape of a 404.
    var passes: [(server: String, at: String, status: Int64?, notFound: String)] = []

    /// The requests that an id names: one by its row, or those of an audit id.
    ///
    /// A later pass stands for the request that it belongs to.
    public static func find(
        _ id: String, in recording: borrowing Recording
    ) throws -> [ExplainedRequest] {
        let rows = try recording.run { connection throws(SQLiteError) -> [Int64] in
            var select = try connection.prepare(
                """
                SELECT DISTINCT coalesce(origin, id) FROM request
                WHERE id = CAST(?1 AS INTEGER) AND ?1 GLOB '[0-9]*' AND ?1 NOT GLOB '*[^0-9]*'
                    OR audit_id = ?1
                ORDER BY 1
                """)
            select.bind(1, id)
            var rows: [Int64] = []
            while try select.step() { rows.append(select.integer(0)) }
            return rows
        }
        return try rows.map { try ExplainedRequest(row: $0, recording) }
    }

    private init(row: Int64, _ recording: borrowing Recording) throws {
        let read = try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT v.at, v.at_ns, v.server, v.verb, v.path, v.api_group, v.api_version,
                    v.resource, v.user_agent || ' as ' || v.user, v.status, v.not_found, v.audit_id,
                    r.flags
                FROM v_request AS v JOIN request AS r ON r.id = v.request_id
                WHERE v.request_id = ?1 OR v.origin = ?1 ORDER BY v.origin IS NOT NULL, v.at_ns
                """)
            select.bind(1, row)
            var requests: [ExplainedRequest] = []
            while try select.step() { requests.append(ExplainedRequest(id: row, select)) }
            return requests
        }
        guard var first = read.first else { throw Failure("request \(row) is gone") }
        first.passes = read.dropFirst().map { ($0.server, $0.at, $0.status, $0.notFound) }
        self = first
    }

    private init(id: Int64, _ row: borrowing Statement) {
        self.id = id
        at = row.text(0)
        atNanoseconds = row.integer(1)
        server = row.text(2)
        verb = row.text(3)
        path = row.text(4)
        let resource = row.text(7)
        self.resource =
            resource.isEmpty
            ? nil
            : GroupVersionResource(
                group: row.text(5), version: row.text(6), resource: resource)
        client = row.text(8)
        status = row.isNull(9) ? nil : row.integer(9)
        notFound = row.text(10)
        auditID = row.text(11)
        flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: row.integer(12)))
    }

    var header: PeerProxiedHeader {
        if flags.contains(.peerProxiedHeader) { return .guarding }
        return flags.contains(.peerProxiedHeaderSpoofed) ? .spoofed : .absent
    }

    /// The status with the shape of a 404, such as `404 (route)`.
    static func answer(_ status: Int64?, _ notFound: String) -> String {
        guard let status else { return "no answer was seen" }
        return notFound.isEmpty ? "\(status)" : "\(status) (\(notFound))"
    }
}

/// The control plane that a story is told against: a run's, or the one that explains the recording.
public struct ExplainedControlPlane {
    let table: RoutingTable
    let name: String
    /// What the run said of each request, in the words it stored.
    let run: String?
    private let verdicts:
        [Int64: (outcome: String, certainty: String, alternatives: String, reason: String)]

    public init(_ run: RunLookup?, in recording: borrowing Recording) throws {
        guard let outline = try RecordedOutline(recordingAt: recording.path) else {
            throw Failure("the recording holds no request")
        }
        self.run = run?.name
        if let run {
            let scenario = try ScenarioFile.scenario(
                Array(run.scenario.utf8), fileName: "run \(run.name)", origin: outline.firstAt)
            table = RoutingTable(scenario)
            name = "run \(run.name)"
        } else {
            let inferred = try ScenarioInference(
                recording, outline, recording.names(), name: "as-recorded")
            table = RoutingTable(inferred.scenario)
            name = "the control plane that explains the recording"
        }
        verdicts = try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT request_id, outcome, certainty, alternatives, reason FROM v_verdict
                WHERE run = ?
                """)
            select.bind(1, run?.name ?? "")
            var verdicts: [Int64: (String, String, String, String)] = [:]
            while try select.step() {
                verdicts[select.integer(0)] = (
                    select.text(1), select.text(2), select.text(3), select.text(4)
                )
            }
            return verdicts
        }
    }

    /// The stored verdict in one sentence; a request without a row was plainly local.
    func verdict(of request: Int64) -> String? {
        guard run != nil else { return nil }
        guard let verdict = verdicts[request] else { return "local: served where it arrived" }
        let others =
            verdict.alternatives.isEmpty ? "" : "; also possible: \(verdict.alternatives)"
        return "\(verdict.outcome), \(verdict.certainty): \(verdict.reason)\(others)"
    }
}
