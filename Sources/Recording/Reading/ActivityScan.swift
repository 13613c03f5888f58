import KubeAPI
import SQLiteKit

/// A request as a sign that its server was there.
public struct SignOfLife: Sendable, BitwiseCopyable {
    /// Its id.
    public var server: Int
    public var at: Int64
    /// A watch whose end was not seen.
    public var isOpenWatch: Bool
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
        try scanRequests { recording, ids throws(RecordingError) in
            var observer = observer
            try recording.scan(["server", "at_ns", "verb", "duration_us"], of: ids) { rows in
                for row in 0..<rows.count {
                    let isOpen = rows[row, 3] < 0
                    observe(
                        &observer,
                        SignOfLife(
                            server: Int(rows[row, 0]), at: rows.instant(row, 1),
                            isOpenWatch: isOpen && rows.verb(row, 2) == .watch))
                }
            }
            return observer
        }
    }
}
