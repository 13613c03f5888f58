import SQLiteKit

extension Recording {
    /// Reads the requests in ranges of their row ids, on all processors.
    ///
    /// What is not committed yet is not seen.
    func scanRequests<Part: Sendable>(
        _ read:
            @Sendable (
                _ connection: borrowing Connection, _ ids: ClosedRange<Int64>
            ) throws(SQLiteError) -> Part
    ) throws(RecordingError) -> [Part] {
        guard let ids = try RequestScan.ids(on: self) else { return [] }
        let ranges = RequestScan.ranges(of: ids)
        return try RecordingSnapshot(path: path).inParallel(pieces: ranges.count) {
            recording, number throws(RecordingError) in
            try recording.run { connection throws(SQLiteError) in
                try read(connection, ranges[number])
            }
        }
    }
}
