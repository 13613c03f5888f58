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
        let worded = try run { connection throws(SQLiteError) in
            try WordedRefusals(connection)
        }
        return try scanRequests { recording, ids throws(RecordingError) in
            var observer = observer
            let columns = [
                "server", "at_ns", "verb", "duration_us", "resource", "status", "flags",
            ]
            try recording.scan(columns, of: ids) { rows in
                for row in 0..<rows.count {
                    let isOpen = rows[row, 3] < 0
                    observe(
                        &observer,
                        SignOfLife(
                            server: Int(rows[row, 0]), at: rows.instant(row, 1),
                            isOpenWatch: isOpen && rows.verb(row, 2) == .watch,
                            lacksWords: worded.lacksWords(
                                resource: rows[row, 4], status: rows[row, 5],
                                flags: RequestFlags(
                                    rawValue: UInt16(truncatingIfNeeded: rows[row, 6])))))
                }
            }
            return observer
        }
    }

    /// Reads the 404s of some servers as what they are where a log keeps codes alone: any of them.
    public func forgetShapes(ofServers servers: Set<Int>) throws(RecordingError) {
        guard !servers.isEmpty else { return }
        let (codeOnly, wordless) = (RequestFlags.codeOnlyStatus, RequestFlags.wordless)
        try run { connection throws(SQLiteError) in
            try connection.execute(
                """
                UPDATE request SET not_found = \(NotFoundShape.unknown.rawValue),
                    flags = flags | \(wordless.rawValue)
                WHERE status = 404 AND flags & \(codeOnly.rawValue) != 0
                    AND flags & \(RequestFlags.fromWire.rawValue) = 0
                    AND server IN (\(servers.sorted().map(String.init).joined(separator: ", ")))
                """)
        }
    }
}

/// Refusals for what every server has and nobody turns off: it answers them itself, with a Status
/// that says more than a code.
private struct WordedRefusals: Sendable {
    private var resources: Set<Int64> = []

    init(_ connection: borrowing Connection) throws(SQLiteError) {
        var select = try connection.prepare(
            """
            SELECT id FROM resource WHERE resource <> '' AND subresource = ''
                AND api_group IN ('', 'coordination.k8s.io') AND api_version = 'v1'
            """)
        while try select.step() { resources.insert(select.integer(0)) }
    }

    @inline(__always)
    func lacksWords(resource: Int64, status: Int64, flags: RequestFlags) -> Bool {
        flags.contains(.codeOnlyStatus) && (status == 404 || status == 409)
            && flags.isDisjoint(with: [.truncated, .fromWire]) && resources.contains(resource)
    }
}
