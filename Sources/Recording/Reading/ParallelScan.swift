extension Recording {
    /// Reads the requests in ranges of their row ids, on all processors.
    ///
    /// What is not committed yet is not seen.
    func scanRequests<Part: Sendable>(
        _ read:
            @Sendable (
                _ recording: borrowing Recording, _ ids: ClosedRange<Int64>
            ) throws(RecordingError) -> Part
    ) throws(RecordingError) -> [Part] {
        guard let ids = try RequestScan.ids(on: self) else { return [] }
        let ranges = RequestScan.ranges(of: ids)
        return try RecordingSnapshot(path: path).inParallel(pieces: ranges.count) {
            recording, number throws(RecordingError) in
            try read(recording, ranges[number])
        }
    }
}
