import Dispatch
import SQLiteKit
import Synchronization

extension Recording {
    /// Row ids that a processor reads at a time: enough that opening a connection costs nothing
    /// beside it, and few enough that all have work to the end.
    private static func rangeSize(_ rows: Int64) -> Int64 {
        max(50_000, min(1_000_000, rows / 8))
    }

    /// Reads the requests on all processors: ranges of their row ids, each range on a connection of
    /// its own, and the results in the order of the ranges.
    ///
    /// What is not committed yet is not seen.
    func scanRequests<Part: Sendable>(
        _ read:
            @Sendable (
                _ connection: borrowing Connection, _ ids: ClosedRange<Int64>
            ) throws(SQLiteError) -> Part
    ) throws(RecordingError) -> [Part] {
        let bounds = try run { connection throws(SQLiteError) -> ClosedRange<Int64>? in
            guard let first = try connection.integer("SELECT min(id) FROM request"),
                let last = try connection.integer("SELECT max(id) FROM request")
            else { return nil }
            return first...last
        }
        guard let bounds else { return [] }
        let size = Recording.rangeSize(bounds.upperBound - bounds.lowerBound)
        let ranges = stride(from: bounds.lowerBound, through: bounds.upperBound, by: Int(size))
            .map { $0...min($0 + size - 1, bounds.upperBound) }
        let parts = Mutex<[Int: Result<Part, RecordingError>]>([:])
        DispatchQueue.concurrentPerform(iterations: ranges.count) { [path] number in
            let part = Result { () throws(RecordingError) in
                try Recording(path: path, access: .read).run { connection throws(SQLiteError) in
                    try read(connection, ranges[number])
                }
            }
            parts.withLock { $0[number] = part }
        }
        let done = parts.withLock { $0 }
        var result: [Part] = []
        for number in ranges.indices {
            if let part = done[number] { result.append(try part.get()) }
        }
        return result
    }
}
