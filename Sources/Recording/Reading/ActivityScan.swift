import KubeAPI
import SQLiteKit

/// A request as a sign that its server was there.
public struct SignOfLife: Sendable, BitwiseCopyable {
    /// Its id.
    public var server: Int
    public var at: Int64
    /// A watch whose end was not seen.
    public var isOpenWatch: Bool
    /// A refusal that every server puts into words, and of which the log has the code alone.
    public var lacksWords: Bool
}

extension Recording {
    /// Shows every request to a number of observers, one for each part of the recording.
    ///
    /// Grouping in SQL would sort the rows first, which takes twice as long.
    ///
    /// - Returns: the observers, in the order of the parts; what they saw is to be put together.
    public func observeRequests<Observer: Sendable>(
        _ observer: Observer, _ observe: @Sendable (inout Observer, SignOfLife) -> Void
    ) throws(RecordingError) -> [Observer] {
        // What every server has and nobody turns off: it answers for it itself, with a Status.
        let worded = Set(
            try rows(
                """
                SELECT id FROM resource WHERE resource <> '' AND subresource = ''
                    AND api_group IN ('', 'coordination.k8s.io') AND api_version = 'v1'
                """
            ) { $0.integer(0) })
        let columns = ["server", "at_ns", "verb", "duration_us", "resource", "status", "flags"]
        return try scanRequests { recording, ids throws(RecordingError) in
            var observer = observer
            try recording.scan(columns, of: ids) { rows in
                for row in 0..<rows.count {
                    let flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: rows[row, 6]))
                    let sign = SignOfLife(
                        server: Int(rows[row, 0]), at: rows.instant(row, 1),
                        isOpenWatch: rows[row, 3] < 0 && rows.verb(row, 2) == .watch,
                        lacksWords: flags.contains(.codeOnlyStatus)
                            && (rows[row, 5] == 404 || rows[row, 5] == 409)
                            && flags.isDisjoint(with: [.truncated, .fromWire])
                            && worded.contains(rows[row, 4]))
                    observe(&observer, sign)
                }
            }
            return observer
        }
    }

    /// Reads the 404s of some servers as what they are where a log keeps codes alone: any of them.
    public func forgetShapes(ofServers servers: Set<Int>) throws(RecordingError) {
        guard !servers.isEmpty else { return }
        let numbers = servers.sorted().map { $0 == 0 ? "\(written.id)" : "\($0)" }
        try run { connection throws(SQLiteError) in
            try connection.execute(
                """
                UPDATE main.request SET not_found = \(NotFoundShape.unknown.rawValue),
                    flags = flags | \(RequestFlags.wordless.rawValue)
                WHERE status = 404 AND flags & \(RequestFlags.codeOnlyStatus.rawValue) != 0
                    AND flags & \(RequestFlags.fromWire.rawValue) = 0
                    AND server IN (\(numbers.joined(separator: ", ")))
                """)
        }
    }
}
