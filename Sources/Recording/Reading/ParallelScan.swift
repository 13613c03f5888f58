extension Recording {
    /// Reads the requests in ranges of their row ids, on all processors.
    ///
    /// What is not committed yet is not seen: whoever scans has committed. Of few rows the other
    /// processors' connections would cost more than the reading.
    func scanRequests<Part: Sendable>(
        _ read:
            @Sendable (
                _ recording: borrowing Recording, _ ids: ClosedRange<Int64>
            ) throws(RecordingError) -> Part
    ) throws(RecordingError) -> [Part] {
        guard let ids = try RequestScan.ids(on: self) else { return [] }
        let ranges = RequestScan.ranges(of: ids)
        guard ranges.count > 1 else { return [try read(self, ids)] }
        return try RecordingSnapshot(seenBy: self).inParallel(pieces: ranges.count) {
            recording, number throws(RecordingError) in
            try read(recording, ranges[number])
        }
    }
}
