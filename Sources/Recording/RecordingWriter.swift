public import KubeAPI
import SQLiteKit

/// Puts traffic into a recording, batch by batch: the one writer of requests and objects.
///
/// `Capture` makes one for the length of a capture. A batch is one transaction: whatever happens,
/// the recording holds whole batches. Stages of a pass are merged and duplicates dropped as they
/// come (`PassIndex`); which passes make one request is settled in `finish`. The outcome does not
/// depend on the order in which files were read, row ids and places in files aside.
public final class RecordingWriter {
    /// What a capture added.
    public struct Summary: Sendable, Equatable {
        /// Rows that are new.
        public var added = 0
        /// Records that belonged to a pass that was there already.
        public var merged = 0
        public var rejects = 0
        /// Of the whole recording, with the names of its servers by id.
        public var coverage: [Coverage.Row] = []
        public var servers: [String] = []
    }

    /// Rejects that are kept with their reason, for each source.
    public static let rejectsKept = 20

    private let recording: Recording
    private var nameStore: NamesStore
    private var names: Names
    private var index: PassIndex
    private var objects: ObjectStore
    private var rows: RowStore
    private var bodies: BodyStore
    private var rejectCounts: [UInt32: Int] = [:]
    private var summary = Summary()

    /// Takes over a recording that was opened for writing.
    public init(_ recording: consuming Recording) throws(RecordingError) {
        let names = try recording.names()
        do throws(SQLiteError) {
            let nameStore = try NamesStore(recording.connection)
            var index = try PassIndex(recording.connection, names)
            try index.load(recording.connection)
            let objects = try ObjectStore(recording.connection)
            let rows = try RowStore(recording.connection)
            let bodies = try BodyStore(recording.connection)
            self.nameStore = nameStore
            self.index = index
            self.objects = objects
            self.rows = rows
            self.bodies = bodies
        } catch {
            throw RecordingError(error, path: recording.path)
        }
        self.names = names
        self.recording = recording
    }

    /// Hands over the names that the recording holds, with which a parser must begin.
    ///
    /// The writer keeps none: they may be large.
    public func takeNames() -> Names {
        defer { names = Names() }
        return names
    }

    /// Stores one batch: all of it, or after an error nothing of it.
    public func append(_ traffic: Traffic, _ delta: NamesDelta) throws(RecordingError) {
        do throws(SQLiteError) {
            let transaction = try recording.connection.begin()
            try nameStore.store(delta)
            index.learn(delta)
            let rowIDs = try index.place(traffic.requests, &summary)
            try index.flush()
            try rows.store(traffic.deletions, rowIDs, &index.passes)
            try rows.store(traffic.headers, rowIDs)
            for observation in traffic.objects where showsObject(traffic, observation.request) {
                try objects.observe(observation, &index.passes)
            }
            try objects.flush(&index.passes)
            try bodies.store(traffic.bodies, rowIDs)
            try rows.store(traffic.documents)
            try store(traffic.rejects)
            try index.flushCoverage()
            try transaction.commit()
        } catch {
            throw RecordingError(error, path: recording.path)
        }
    }

    /// Settles what needs all records, and closes the recording for good.
    public func finish() throws(RecordingError) -> Summary {
        do throws(SQLiteError) {
            let transaction = try recording.connection.begin()
            try index.finish(recording.connection, &summary)
            for source in rejectCounts.keys.sorted() {
                try rows.storeRejectCount(source, rejectCounts[source] ?? 0)
            }
            try transaction.commit()
            summary.coverage = try loadCoverage(recording.connection)
            summary.servers = try loadServers(recording.connection)
        } catch {
            throw RecordingError(error, path: recording.path)
        }
        try recording.storeProcesses()
        try recording.run { connection throws(SQLiteError) in try intoOneFile(connection) }
        return summary
    }

    /// A request that failed, or whose answer nobody saw, shows nothing of any object.
    private func showsObject(_ traffic: Traffic, _ request: Int) -> Bool {
        guard traffic.requests.indices.contains(request) else { return false }
        let request = traffic.requests[request]
        return (200..<300).contains(request.status) && request.stage != .requestReceived
    }

    private func store(_ rejects: [Reject]) throws(SQLiteError) {
        for reject in rejects {
            let count = rejectCounts[reject.source, default: 0]
            rejectCounts[reject.source] = count + 1
            summary.rejects += 1
            if count < RecordingWriter.rejectsKept { try rows.store(reject) }
        }
    }
}
