import Dispatch
import Glibc
import SQLiteKit
import Synchronization

extension Recording {
    /// Reads a recording in pieces on all processors, each with a connection of its own.
    ///
    /// Results come in the order of the pieces, whoever took which. What is not committed yet is not
    /// seen.
    public static func inParallel<Result: Sendable>(
        path: String, pieces: Int,
        _ read: @Sendable (borrowing Recording, Int) throws(RecordingError) -> Result
    ) throws(RecordingError) -> [Result] {
        let next = Atomic(0)
        let results = Mutex<(found: [Int: Result], failure: RecordingError?)>(([:], nil))
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        DispatchQueue.concurrentPerform(iterations: min(pieces, processors)) { _ in
            do throws(RecordingError) {
                let recording = try Recording(path: path, access: .read)
                while true {
                    let piece = next.add(1, ordering: .relaxed).oldValue
                    guard piece < pieces else { return }
                    let result = try read(recording, piece)
                    results.withLock { $0.found[piece] = result }
                }
            } catch {
                results.withLock { $0.failure = $0.failure ?? error }
            }
        }
        let (found, failure) = results.withLock { $0 }
        if let failure { throw failure }
        return (0..<pieces).compactMap { found[$0] }
    }

    /// Reads the requests in ranges of their row ids.
    func scanRequests<Part: Sendable>(
        _ read:
            @Sendable (
                _ connection: borrowing Connection, _ ids: ClosedRange<Int64>
            ) throws(SQLiteError) -> Part
    ) throws(RecordingError) -> [Part] {
        let ids = try run { connection throws(SQLiteError) in try RequestScan.ids(on: connection) }
        let ranges = ids.map(RequestScan.ranges) ?? []
        return try Recording.inParallel(path: path, pieces: ranges.count) {
            recording, number throws(RecordingError) in
            try recording.run { connection throws(SQLiteError) in
                try read(connection, ranges[number])
            }
        }
    }
}
