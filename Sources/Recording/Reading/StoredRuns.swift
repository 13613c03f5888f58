public import Judgments
import SQLiteKit

/// A run that a recording holds, found by its name or as the one that is meant without a name.
public struct StoredRun: Sendable {
    let id: Int64
    public let name: String
    /// The scenario's normal form, from which its routing table is compiled anew.
    public let scenario: String
    public let mode: RunMode
    /// How far its evidence carries.
    public let evidence: EvidenceState
    public let requests: Int
    /// When its requests begin and end.
    public let firstAt: Int64
    public let lastAt: Int64
    /// Requests whose records were cut by a platform.
    public let truncated: Int
}

extension Recording {
    /// - Parameter name: nil for what was recorded, as replayed last; for a what-if only where
    /// there
    ///   is nothing else.
    public func storedRun(_ name: String?) throws(RecordingError) -> StoredRun? {
        try rows(
            """
            SELECT id, name, scenario, mode, requests, first_ns, last_ns, truncated, evidence
            FROM run WHERE name = ?1 OR ?1 IS NULL
            ORDER BY mode = '\(RunMode.asRecorded.rawValue)' DESC, started_ns DESC, id DESC LIMIT 1
            """, [name.map(SQLValue.text) ?? .null]
        ) { row -> StoredRun? in
            guard let mode = RunMode(rawValue: row.text(3)),
                let evidence = EvidenceState(rawValue: row.text(8))
            else { return nil }
            return StoredRun(
                id: row.integer(0), name: row.text(1), scenario: row.text(2), mode: mode,
                evidence: evidence, requests: Int(row.integer(4)), firstAt: row.integer(5),
                lastAt: row.integer(6),
                truncated: Int(row.integer(7)))
        }.first
    }

    /// By name.
    public func runNames() throws(RecordingError) -> [String] {
        try texts("SELECT name FROM run ORDER BY name")
    }

    /// What a run says of one request; nil where that was plainly local and no row was kept.
    public func verdict(
        of request: Int64, in run: StoredRun
    ) throws(RecordingError) -> WrittenVerdict? {
        try rows(
            """
            SELECT entry_server, (SELECT text FROM string WHERE id = outcome), certain,
                (SELECT text FROM string WHERE id = alternatives),
                (SELECT text FROM string WHERE id = servers), status,
                (SELECT text FROM string WHERE id = reason)
            FROM verdict WHERE run = ? AND request = ?
            """, [.integer(run.id), .integer(request)]
        ) { row -> WrittenVerdict? in
            let others = row.text(3).split(separator: ",")
            guard let outcome = Outcome(text: row.text(1)),
                others.allSatisfy({ Outcome(text: $0) != nil })
            else { return nil }
            return WrittenVerdict(
                request: request, entryServer: UInt32(truncatingIfNeeded: row.integer(0)),
                outcome: outcome, certainty: row.integer(2) != 0 ? .certain : .possible,
                alternatives: others.compactMap { Outcome(text: $0) }, servers: row.text(4),
                status: row.optional(5).map { UInt16(truncatingIfNeeded: $0) },
                reason: row.text(6))
        }.first
    }
}
