import Dispatch
import Glibc
import SQLiteKit
import Synchronization

/// A recording as it was at one instant, read on all processors, whoever writes to it meanwhile.
///
/// A run reads in many phases and on several threads, and a live capture commits every second. Each
/// thread needs a connection of its own, and each connection one read transaction from the first
/// phase to the last; but SQLite has no way to open two transactions at one state (Debian's is
/// built without its snapshots). So all of them begin one after the other while one more
/// connection, which is in no transaction, watches: where it saw no commit between the first and
/// the last, they hold the same state. Where it did, they begin again, which takes less than a
/// millisecond.
///
/// It keeps a file that is written in place from being committed to, and a log beside the file from
/// being cut: `end` it before anything is stored.
public final class RecordingSnapshot: Sendable {
    public let path: String
    /// The name of the cluster that it is of; empty where it is of none with a name.
    public let cluster: String
    private let state: Mutex<State>

    private struct State {
        /// Those that nobody is reading with.
        var readers: [Reader]
        var hasEnded = false
    }

    /// Beside a capture that commits without a pause one connection reads for all.
    private static let attempts = 100

    /// - Parameter clusters: whose rows are seen.
    public convenience init(
        path: String, of clusters: Clusters = .only
    ) throws(RecordingError) {
        try self.init(
            Recording(path: path, access: .read, of: clusters), readers: RecordingSnapshot.usual)
    }

    /// What another connection sees of what is committed, with its numbers of servers.
    convenience init(seenBy recording: borrowing Recording) throws(RecordingError) {
        let watcher = try Recording(
            path: recording.path, access: .read, of: recording.own,
            renumbers: recording.scope?.isRenumbered ?? false)
        try self.init(watcher, readers: RecordingSnapshot.usual)
    }

    private static var usual: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    init(_ watcher: consuming Recording, readers count: Int) throws(RecordingError) {
        path = watcher.path
        cluster = watcher.cluster
        var readers: [Reader] = []
        for attempt in 0..<RecordingSnapshot.attempts {
            let before = try watcher.commits()
            readers = []
            let wanted = attempt == RecordingSnapshot.attempts - 1 ? 1 : count
            for _ in 0..<wanted { readers.append(try Reader(watcher)) }
            let after = try watcher.commits()
            if wanted == 1 || after == before { break }
        }
        state = Mutex(State(readers: readers))
    }

    /// Lets go of the state: nothing can be read any more.
    public func end() {
        state.withLock { state in
            state.readers = []
            state.hasEnded = true
        }
    }

    /// Reads on this thread.
    public func read<Result, Failure>(
        _ body: (borrowing Recording) throws(Failure) -> Result
    ) throws -> Result {
        let reader = try take()
        defer { give(reader) }
        return try body(reader.recording)
    }

    /// Reads in pieces on all processors.
    ///
    /// Results come in the order of the pieces, whoever took which.
    public func inParallel<Result: Sendable>(
        pieces: Int, _ read: @Sendable (borrowing Recording, Int) throws(RecordingError) -> Result
    ) throws(RecordingError) -> [Result] {
        let next = Atomic(0)
        let results = Mutex<(found: [Int: Result], failure: RecordingError?)>(([:], nil))
        let free = state.withLock { $0.readers.count }
        DispatchQueue.concurrentPerform(iterations: min(pieces, max(1, free))) { _ in
            do throws(RecordingError) {
                let reader = try take()
                defer { give(reader) }
                while true {
                    let piece = next.add(1, ordering: .relaxed).oldValue
                    guard piece < pieces else { return }
                    let result = try read(reader.recording, piece)
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

    private func take() throws(RecordingError) -> Reader {
        let reader = state.withLock { $0.readers.popLast() }
        guard let reader else { throw .interrupted(path: path) }
        return reader
    }

    private func give(_ reader: Reader) {
        state.withLock { state in
            if !state.hasEnded { state.readers.append(reader) }
        }
    }
}

/// A connection inside a read transaction of its own.
// One thread at a time has it: whoever took it out of the snapshot.
private final class Reader: @unchecked Sendable {
    let recording: Recording

    init(_ other: borrowing Recording) throws(RecordingError) {
        recording = try Recording(
            path: other.path, access: .read, of: other.own,
            renumbers: other.scope?.isRenumbered ?? false)
        try recording.beginReading()
    }
}

extension Recording {
    /// Everything that is read from now on, for as long as this lives, is of one state.
    public func beginReading() throws(RecordingError) {
        try run { connection throws(SQLiteError) in
            try connection.execute("BEGIN")
            // The state is that of the first read.
            _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
        }
    }

    /// A number that changes with every commit of another connection.
    fileprivate func commits() throws(RecordingError) -> Int64? {
        try run { connection throws(SQLiteError) in try connection.integer("PRAGMA data_version") }
    }
}
