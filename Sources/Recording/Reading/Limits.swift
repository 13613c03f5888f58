public import Judgments
import SQLiteKit

// What limits what can be said of a recording, as far as it is counted in it.
extension Recording {
    /// Whether a capture into it was cut short, or is still going on.
    public func isIncomplete() throws(RecordingError) -> Bool {
        try count("SELECT EXISTS (SELECT 1 FROM capture WHERE NOT is_whole)") > 0
    }

    /// Whether it is a part of a bigger capture: which passes make one request, and which processes
    /// there were, was left to a merge.
    public func isPart() throws(RecordingError) -> Bool {
        let key = scope.map { PassState.key($0) }
        return try count(
            """
            SELECT EXISTS (SELECT 1 FROM meta WHERE value = '\(PassState.part.rawValue)'
                AND key GLOB 'incomplete*' AND (key = ?1 OR ?1 IS NULL))
            """, [key.map(SQLValue.text) ?? .null]) > 0
    }

    /// Records that could not be read.
    public func rejectCount() throws(RecordingError) -> Int {
        try count("SELECT coalesce(sum(rejects), 0) FROM reject_count")
    }

    /// Whether one of these clients got, listed or watched anything.
    public func hasReads(byClients clients: [UInt32]) throws(RecordingError) -> Bool {
        guard !clients.isEmpty else { return false }
        let list = clients.map(String.init).joined(separator: ", ")
        return try count(
            """
            SELECT EXISTS (SELECT 1 FROM request WHERE client IN (\(list))
                AND verb IN (SELECT id FROM verb WHERE text IN ('get', 'list', 'watch')))
            """) > 0
    }

    /// Whether any request was received between two instants.
    public func hasRequests(in span: ClosedRange<Int64>) throws(RecordingError) -> Bool {
        try count(
            "SELECT EXISTS (SELECT 1 FROM request WHERE at_ns BETWEEN ? AND ?)",
            [.integer(span.lowerBound), .integer(span.upperBound)]) > 0
    }

    /// Whether anybody asked for one of these paths.
    public func hasRequests(forPaths paths: [UInt32]) throws(RecordingError) -> Bool {
        guard !paths.isEmpty else { return false }
        let list = paths.map(String.init).joined(separator: ", ")
        return try count("SELECT EXISTS (SELECT 1 FROM request WHERE path IN (\(list)))") > 0
    }

    /// When the hour with most requests begins, to the minute; the first request of a shorter
    /// recording.
    public func busiestHour(from first: Int64) throws(RecordingError) -> Int64 {
        let minute: Int64 = 60_000_000_000
        let counts = try rows(
            "SELECT (at_ns - ?1) / ?2 AS minute, count(*) FROM request "
                + "GROUP BY minute ORDER BY minute",
            [.integer(first), .integer(minute)]
        ) { (minute: $0.integer(0), requests: $0.integer(1)) }
        var (best, most, sum, tail) = (Int64(0), Int64(-1), Int64(0), 0)
        for entry in counts {
            sum += entry.requests
            while counts[tail].minute <= entry.minute - 60 {
                sum -= counts[tail].requests
                tail += 1
            }
            if sum > most { (best, most) = (counts[tail].minute, sum) }
        }
        return first + best * minute
    }

    /// What limits a run, the weightiest first.
    public func evidence(of run: StoredRun) throws(RecordingError) -> [Evidence] {
        try rows(
            """
            SELECT kind, weight, subject, summary, effect, remedy FROM evidence WHERE run = ?
            ORDER BY place
            """, [.integer(run.id)]
        ) { row -> Evidence? in
            guard let kind = Evidence.Kind(rawValue: row.text(0)),
                let weight = Evidence.Weight(rawValue: row.text(1))
            else { return nil }
            return Evidence(
                kind, weight, subject: row.text(2), summary: row.text(3), effect: row.text(4),
                remedy: row.text(5))
        }
    }
}
