public import KubeAPI
import SQLiteKit

extension RecordingWriter {
    /// Adds what another recording holds, as a capture of its inputs would; its runs are left out.
    ///
    /// For a writer that merges.
    ///
    /// - Parameters:
    ///   - names: what `takeNames` gave, grown by every merge.
    ///   - mark: how far of them was stored.
    ///   - isInterrupted: asked now and then; where it is true, the rest is left out.
    public func merge(
        _ other: consuming Recording, names: inout Names, mark: inout NamesDelta.Mark,
        isInterrupted: () -> Bool = { false }
    ) throws(RecordingError) {
        let theirs = try RecordedTraffic(other, names: &names)
        let isWhole = try theirs.forEach(&names) { traffic, names throws(RecordingError) in
            try append(traffic, NamesDelta(of: names, after: &mark), mayWait: true)
            return !isInterrupted()
        }
        guard isWhole else { return wasCut() }
        count(rejects: try theirs.rejectCounts())
        try adopt(theirs.captures())
    }
}
