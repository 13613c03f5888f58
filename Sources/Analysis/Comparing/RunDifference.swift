public import Output
public import Recording
import SQLiteKit

/// Requests of one client for one resource that only one of two runs flags.
public struct RunDifference: Sendable {
    public var isFlaggedBySecond: Bool
    var outcomes: [String]
    var resource: [String]
    var client: [String]
    var server: String
    var requests: Int64
    var firstAt: String
    var lastAt: String

    public static let columns = [
        Column("flagged_by"), Column("api_group"), Column("api_version"), Column("resource"),
        Column("server"), Column("user"), Column("user_agent"), Column("first_outcome"),
        Column("second_outcome"), Column("requests", .number), Column("first_at", isWide: true),
        Column("last_at", isWide: true),
    ]

    public static let source = ResultSource(
        tool: "kubeskew", version: toolVersion, informationURI: nil,
        rules: [
            ResultRule(
                id: "compare/newly-flagged", name: "Newly flagged requests",
                help: "Requests that the second run flags and the first does not."),
            ResultRule(
                id: "compare/no-longer-flagged", name: "No longer flagged requests",
                help: "Requests that the first run flags and the second does not."),
        ])

    public func row(of runs: [String]) -> [Cell] {
        [.text(runs[isFlaggedBySecond ? 1 : 0])] + resource.map { Cell.text($0) } + [.text(server)]
            + client.map { Cell.text($0) } + outcomes.map { Cell.text($0) }
            + [.integer(requests), .text(firstAt), .text(lastAt)]
    }

    public func result(of runs: [String]) -> RuleResult {
        let name = resource.filter { !$0.isEmpty }.joined(separator: "/")
        let id = isFlaggedBySecond ? "compare/newly-flagged" : "compare/no-longer-flagged"
        return RuleResult(
            ruleID: id, ruleName: id, ruleHelp: "",
            level: isFlaggedBySecond ? .error : .note,
            message: "\(requests) requests of \(client[1]) for \(name) at \(server): "
                + "\(outcomes[0]) in \(runs[0]), \(outcomes[1]) in \(runs[1])",
            subject: "\(name) at \(server)",
            fingerprint: ([id, server, outcomes[0], outcomes[1]] + resource + client)
                .joined(separator: "|"))
    }

    public static func all(
        in recording: borrowing Recording, _ first: String, _ second: String
    ) throws -> [RunDifference] {
        try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql)
            select.bind(1, first)
            select.bind(2, second)
            var rows: [RunDifference] = []
            while try select.step() {
                rows.append(
                    RunDifference(
                        isFlaggedBySecond: select.integer(0) != 0,
                        outcomes: [select.text(1), select.text(2)],
                        resource: [select.text(3), select.text(4), select.text(5)],
                        client: [select.text(6), select.text(7)], server: select.text(8),
                        requests: select.integer(9), firstAt: select.text(10),
                        lastAt: select.text(11)))
            }
            return rows
        }
    }

    /// A request without a verdict row is plainly local.
    private static let sql = """
        WITH a AS (SELECT request_id, outcome, entry_server FROM v_verdict WHERE run = ?1),
            b AS (SELECT request_id, outcome, entry_server FROM v_verdict WHERE run = ?2),
            pair AS (
                SELECT coalesce(a.request_id, b.request_id) AS request_id,
                    coalesce(a.outcome, 'local') AS first, coalesce(b.outcome, 'local') AS second,
                    coalesce(a.entry_server, b.entry_server) AS server
                FROM a FULL OUTER JOIN b USING (request_id)),
            flagged AS (
                SELECT *, first IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS one,
                    second IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS two
                FROM pair)
        SELECT two, first, second, api_group, api_version, resource, user, user_agent,
            flagged.server, count(*), min(at), max(at)
        FROM flagged JOIN v_request USING (request_id)
        WHERE one <> two
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1 DESC, 10 DESC, 4, 5, 6, 7, 8, 9
        """
}
