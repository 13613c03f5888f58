public import Judgments
import SQLiteKit

/// Time cut into bins of one width, for the pictures of a page.
public struct Bins: Sendable {
    public var from: Int64
    public var width: Int64
    public var count: Int64

    public init(from: Int64, width: Int64, count: Int) {
        self.from = from
        self.width = width
        self.count = Int64(count)
    }

    /// The instants that they hold.
    fileprivate var span: String {
        let (length, isLong) = width.multipliedReportingOverflow(by: count)
        let (until, isLate) = from.addingReportingOverflow(length)
        return "BETWEEN \(from) AND \(isLong || isLate ? .max : until)"
    }
}

/// How many of something fall into a bin, at one server or anywhere.
public struct Density: Sendable {
    public var server: String
    public var bin: Int64
    public var count: Int
}

// How much happened when.
extension Recording {
    /// Requests by server and bin; of a large recording one row in `step` alone is counted.
    public func density(
        ofRequestsIn bins: Bins, oneIn step: Int64, of lastRequest: Int64
    ) throws(RecordingError) -> [Density] {
        let rows =
            step == 1
            ? "request WHERE origin IS NULL AND at_ns \(bins.span)"
            : """
            (WITH RECURSIVE s(id) AS (
                SELECT 1 UNION ALL SELECT id + \(step) FROM s WHERE id + \(step) <= \(lastRequest))
            SELECT r.* FROM s JOIN request AS r ON r.id = s.id WHERE r.origin IS NULL
                AND r.at_ns \(bins.span))
            """
        return try density(
            """
            SELECT (SELECT name FROM server AS n WHERE n.id = server), (at_ns - ?1) / ?2 AS bin,
                count(*)
            FROM \(rows) GROUP BY server, bin ORDER BY server, bin
            """, bins, [])
    }

    /// What surely became of requests, and what was or may have been forwarded.
    public func density(
        of outcomes: [Outcome], in bins: Bins, of run: StoredRun
    ) throws(RecordingError) -> [(outcome: Outcome, density: Density)] {
        let list = outcomes.map { "'\($0.text)'" }.joined(separator: ", ")
        return try rows(
            """
            SELECT (SELECT name FROM server WHERE id = v.entry_server),
                (r.at_ns - ?1) / ?2 AS bin, count(*),
                (SELECT text FROM string WHERE id = v.outcome)
            FROM verdict AS v JOIN request AS r ON r.id = v.request
            WHERE v.run = ?3 AND r.at_ns \(bins.span)
                AND v.outcome IN (SELECT id FROM string WHERE text IN (\(list)))
                AND (v.certain
                    OR v.outcome IN (SELECT id FROM string WHERE text = 'proxied'))
            GROUP BY v.outcome, v.entry_server, bin ORDER BY v.outcome, v.entry_server, bin
            """, [.integer(bins.from), .integer(bins.width), .integer(run.id)]
        ) { row in Outcome(text: row.text(3)).map { ($0, Density(row)) } }
    }

    /// Objects that were deleted by mistake, or would be.
    public func density(
        ofVictimsIn bins: Bins, of run: StoredRun
    ) throws(RecordingError) -> [Density] {
        try density(
            """
            SELECT '', (coalesce(w.deleted_ns, f.first_ns) - ?1) / ?2 AS bin, count(*)
            FROM wrong_gc AS w JOIN finding AS f ON f.run = w.run AND f.finding_id = w.finding_id
            WHERE w.run = ?3 AND w.grade <> 'possible' GROUP BY bin ORDER BY bin
            """, bins, [.integer(run.id)])
    }

    /// Namespaces that were removed too early, or would be.
    public func density(
        ofLeaksIn bins: Bins, of run: StoredRun
    ) throws(RecordingError) -> [Density] {
        try density(
            """
            SELECT '', (last_ns - ?1) / ?2 AS bin, count(DISTINCT namespace)
            FROM finding WHERE run = ?3 AND kind = 'namespace-leak' AND grade <> 'possible'
            GROUP BY bin ORDER BY bin
            """, bins, [.integer(run.id)])
    }

    private func density(
        _ sql: String, _ bins: Bins, _ values: [SQLValue]
    ) throws(RecordingError) -> [Density] {
        try rows(sql, [.integer(bins.from), .integer(bins.width)] + values) { Density($0) }
    }
}

extension Density {
    fileprivate init(_ row: borrowing Statement) {
        self.init(server: row.text(0), bin: row.integer(1), count: Int(row.integer(2)))
    }
}
