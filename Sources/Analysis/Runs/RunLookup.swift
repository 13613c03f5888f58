public import Recording
import SQLiteKit

/// A stored run, found by its name or as the latest.
public struct RunLookup: Sendable {
    public let name: String
    /// The scenario's normal form, from which its routing table is compiled anew.
    let scenario: String
    let summary: String

    /// - Parameter name: nil for the run that was made last.
    public init(_ name: String?, in recording: borrowing Recording) throws {
        let found = try recording.run { connection throws(SQLiteError) -> [String]? in
            var select = try connection.prepare(
                """
                SELECT name, scenario, summary FROM run WHERE name = ?1 OR ?1 IS NULL
                ORDER BY started_ns DESC, id DESC LIMIT 1
                """)
            if let name { select.bind(1, name) } else { select.bindNull(1) }
            return try select.step() ? (0..<3).map { select.text($0) } : nil
        }
        guard let found else { throw try RunLookup.missing(name, recording) }
        self.name = found[0]
        scenario = found[1]
        summary = found[2]
    }

    private static func missing(
        _ name: String?, _ recording: borrowing Recording
    ) throws -> Failure {
        let known = try recording.run { connection throws(SQLiteError) in
            try connection.text(
                "SELECT group_concat(name, ', ') FROM (SELECT name FROM run ORDER BY name)")
        }
        let hint = known.map { "Its runs: \($0)" } ?? "Make one with 'kubeskew replay'."
        guard let name else { return Failure("the recording has no run yet", hint: hint) }
        return Failure("the recording has no run '\(name)'", hint: hint)
    }
}
