public import KubeAPI
import SQLiteKit

/// Puts traffic into a recording, batch by batch: the one writer of requests and objects.
///
///     append --PassIndex--> rows --Storing--> tables
///       caller's thread      thread of its own
///
/// `Capture` makes one for the length of a capture. No batch is cut by a transaction: whatever
/// happens, the recording holds whole batches. Stages of a pass are merged and duplicates dropped
/// as they come (`PassIndex`); which passes make one request is settled in `finish`. The outcome
/// does not depend on the order in which files were read, row ids and places in files aside.
public final class RecordingWriter {
    /// What a capture added.
    public struct Summary: Sendable, Equatable {
        /// Rows that are new.
        public var added = 0
        /// Records that belonged to a pass that was there already.
        public var merged = 0
        public var rejects = 0
        /// Passes left alone because too many share their audit id at once: each counts as a
        /// request.
        public var unjoined = 0
        /// Of the whole recording, with the names of its servers by id.
        public var coverage: [Coverage.Row] = []
        public var servers: [String] = []
    }

    /// How much a writer keeps in memory, whatever the size of the recording.
    public struct Bounds: Sendable {
        /// Places of rows, eight bytes each, of which four fifths are used: a power of two.
        public var tableSlots = 1 << 24
        /// Keys of requests with more than one pass.
        public var notedKeys = 1 << 20
        /// Keys that are sorted at a time where one of the others was not enough.
        public var rowsPerShare = 10_000_000
        /// Requests that wait for their end: beyond them what is known becomes their rows.
        public var waitingRequests = 1 << 16

        public init() {}
    }

    /// Rejects that are kept with their reason, for each source.
    public static let mostRejects = 20

    private let path: String
    private let inputs: [String]
    private var isWhole = true
    /// Whether what comes is what other recordings hold.
    private let isMerging: Bool
    /// Nothing was captured: the captures are those of the recordings that were merged.
    private var merged: [(inputs: String, isWhole: Bool)]?
    private let storing: Storing
    private var names: Names
    private var index: PassIndex
    private var rejectCounts: [UInt32: Int] = [:]
    private var summary = Summary()
    /// The first row that is this writer's, and the last of its cluster before it.
    private let firstNew: Int64
    private let lastOld: Int64

    /// Takes over a recording that was opened for writing.
    ///
    /// - Parameters:
    ///   - inputs: what is read into it; a capture of these that was cut short before is made up
    ///     for once this one came to its end.
    ///   - isMerging: the inputs are recordings: once they are in, their captures stand for them.
    public init(
        _ recording: consuming Recording, inputs: [String] = [], bounds: Bounds = Bounds(),
        isMerging: Bool = false
    ) throws(RecordingError) {
        let path = recording.path
        let names = try recording.names()
        do throws(SQLiteError) {
            let cluster = recording.written
            try CaptureRows.begin(inputs, of: cluster, on: recording.connection)
            let rows = try ClusterRows.range(of: cluster, on: recording.connection)
            let store = try BatchStore(recording)
            let storing = Storing(store)
            var index = try PassIndex(
                store.recording.connection, names, storing, bounds, of: cluster,
                isMerging: isMerging)
            try index.load(store.recording.connection, of: store.recording.scope)
            firstNew = index.nextRow
            lastOld = rows?.last ?? index.nextRow - 1
            try ClusterRows.open(cluster, next: firstNew, on: store.recording.connection)
            self.index = index
            self.storing = storing
        } catch {
            throw RecordingError(error, path: path)
        }
        self.path = path
        self.inputs = inputs
        self.names = names
        self.isMerging = isMerging
        merged = isMerging ? [] : nil
    }

    /// Says that the inputs were not read to their end, so that the recording keeps that in mind.
    public func wasCut() { isWhole = false }

    /// Hands over the names that the recording holds, with which a parser must begin.
    ///
    /// The writer keeps none: they may be large.
    public func takeNames() -> Names {
        defer { names = Names() }
        return names
    }

    /// Takes one batch, and comes back while it is being stored.
    ///
    /// All of it is, or after an error nothing of it; the error comes out of the next call.
    ///
    /// - Parameter mayWait: more follows at once, so that a few batches may share a transaction.
    public func append(
        _ traffic: Traffic, _ delta: NamesDelta, mayWait: Bool = false
    ) throws(RecordingError) {
        do throws(SQLiteError) {
            index.learn(delta)
            let rows = try index.place(traffic.requests, &summary)
            var kept = traffic
            if !isMerging { kept.rejects = worthKeeping(traffic.rejects) }
            // Before the rows change hands: an error must not leave them with both.
            _ = try storing.settled()
            try storing.start(
                PlacedBatch(
                    traffic: kept, names: delta, rows: rows, fresh: index.takeFresh(),
                    coverage: index.takeCoverage(), mayWait: mayWait, isMerged: isMerging))
        } catch {
            throw RecordingError(error, path: path)
        }
    }

    /// Settles what needs all records, and closes the recording for good.
    ///
    /// - Parameters:
    ///   - isPart: what needs all records is left to a merge with the other parts.
    ///   - conclude: what else is to be found in all of the recording and kept in it.
    public func finish(
        isPart: Bool = false,
        _ conclude: (borrowing Recording) throws(RecordingError) -> Void = { _ in }
    ) throws(RecordingError) -> Summary {
        let store: BatchStore
        do throws(SQLiteError) {
            store = try storing.settled()
        } catch {
            throw RecordingError(error, path: path)
        }
        try index.finish(store, &summary, settles: !isPart)
        try store.recording.run { connection throws(SQLiteError) in
            try store.complete(rejects: rejectCounts, isPart ? .part : .settled)
            let last = index.nextRow > firstNew ? index.nextRow - 1 : lastOld
            try ClusterRows.close(store.recording.written, last: last, on: connection)
            summary.coverage = try loadCoverage(connection)
            summary.servers = try loadServers(connection, store.recording.scope)
            if isWhole {
                try CaptureRows.end(
                    inputs, merged: merged, of: store.recording.written, on: connection)
            }
        }
        try conclude(store.recording)
        try store.recording.run { connection throws(SQLiteError) in try intoOneFile(connection) }
        return summary
    }

    /// Takes the counts of another recording's rejects.
    func count(rejects: [(source: UInt32, count: Int)]) {
        for (source, count) in rejects {
            rejectCounts[source] = max(rejectCounts[source] ?? 0, count)
            summary.rejects += count
        }
    }

    /// Takes over which captures filled another recording.
    func adopt(_ captures: [(inputs: String, isWhole: Bool)]) {
        merged = (merged ?? []) + captures
    }

    /// Counts rejects, and leaves out those beyond what is kept of their source.
    private func worthKeeping(_ rejects: [Reject]) -> [Reject] {
        rejects.filter { reject in
            let count = rejectCounts[reject.source, default: 0]
            rejectCounts[reject.source] = count + 1
            summary.rejects += 1
            return count < RecordingWriter.mostRejects
        }
    }
}
