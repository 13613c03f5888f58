public import Judgments
public import KubeAPI
import SQLiteKit

/// Requests of one client for one resource that only one of two runs flags.
public struct RunDifference: Sendable {
    public var isFlaggedBySecond: Bool
    /// In the first run and in the second.
    public var outcomes: [Outcome]
    public var resource: GroupVersionResource
    public var user: String
    public var userAgent: String
    public var server: String
    public var requests: Int64
    public var firstAt: Int64
    public var lastAt: Int64
}

extension Recording {
    /// What only the second run flags comes first.
    public func differences(
        _ first: StoredRun, _ second: StoredRun
    ) throws(RecordingError) -> [RunDifference] {
        try rows(differencesSQL, [.integer(first.id), .integer(second.id)]) { row in
            let outcomes = [1, 2].compactMap { Outcome(text: row.text($0)) }
            guard outcomes.count == 2 else { return nil }
            return RunDifference(
                isFlaggedBySecond: row.integer(0) != 0, outcomes: outcomes,
                resource: GroupVersionResource(
                    group: row.text(3), version: row.text(4), resource: row.text(5)),
                user: row.text(6), userAgent: row.text(7), server: row.text(8),
                requests: row.integer(9), firstAt: row.integer(10), lastAt: row.integer(11))
        }
    }
}

/// A request without a verdict row is plainly local.
private let differencesSQL = """
    WITH a AS (SELECT request, outcome, entry_server FROM verdict WHERE run = ?1),
        b AS (SELECT request, outcome, entry_server FROM verdict WHERE run = ?2),
        pair AS (
            SELECT coalesce(a.request, b.request) AS request_id,
                coalesce((SELECT text FROM string WHERE id = a.outcome), 'local') AS first,
                coalesce((SELECT text FROM string WHERE id = b.outcome), 'local') AS second,
                (SELECT name FROM server WHERE id = coalesce(a.entry_server, b.entry_server))
                    AS server
            FROM a FULL OUTER JOIN b USING (request)),
        flagged AS (
            SELECT *, first IN (\(Outcome.flaggedList)) AS one,
                second IN (\(Outcome.flaggedList)) AS two
            FROM pair)
    SELECT two, first, second, api_group, api_version, resource, user, user_agent,
        flagged.server, count(*), min(at_ns), max(at_ns)
    FROM flagged JOIN v_request USING (request_id)
    WHERE one <> two
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1 DESC, 10 DESC, 4, 5, 6, 7, 8, 9
    """
