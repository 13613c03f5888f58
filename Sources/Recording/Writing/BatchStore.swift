import KubeAPI
import SQLiteKit

/// A batch whose requests have their rows.
struct PlacedBatch: Sendable {
    var traffic: Traffic
    var names: NamesDelta
    /// The row of each request, or 0.
    var rows: [Int64]
    var fresh: FreshRows
    var coverage: [Coverage.Row]
    /// Whether it may share its transaction with the next.
    var mayWait: Bool
    /// It comes from a recording, whose objects were shown by requests that succeeded.
    var isMerged = false
}

/// The statements of a writer: puts placed batches into the tables, one or a few a transaction.
// One thread uses it at a time: `Storing` hands it over.
final class BatchStore: @unchecked Sendable {
    /// Every transaction waits for the disk three times: up to here batches share one.
    private static let requestsPerTransaction = 65_536

    let recording: Recording
    private let cluster: ClusterScope
    var passes: PassStore
    private var names: NamesStore
    private var objects: ObjectStore
    private var rows: RowStore
    private var bodies: BodyStore
    private var addCoverage: Statement
    private var setState: Statement
    private var transaction: Transaction?
    private var requestsInTransaction = 0

    init(_ recording: consuming Recording) throws(SQLiteError) {
        let cluster = recording.written
        self.cluster = cluster
        passes = try PassStore(recording.connection)
        names = try NamesStore(recording.connection, cluster)
        objects = try ObjectStore(recording.connection, cluster)
        rows = try RowStore(recording.connection, cluster)
        bodies = try BodyStore(recording.connection)
        addCoverage = try recording.connection.prepare(
            """
            INSERT INTO main.coverage VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
                received = received + excluded.received
            """)
        setState = try recording.connection.prepare(
            "INSERT OR REPLACE INTO main.meta VALUES (?, ?)")
        self.recording = recording
    }

    /// Begins the transaction of the next batch, if that was not done yet.
    func begin() throws(SQLiteError) {
        guard transaction == nil else { return }
        transaction = try recording.connection.begin()
        try mark(.unsettled)
    }

    /// Stores one batch: all of it, or after an error nothing of it, nor of those that wait with
    /// it.
    func store(_ batch: PlacedBatch) throws(SQLiteError) {
        do throws(SQLiteError) {
            try begin()
            try names.store(batch.names)
            try insert(batch.fresh)
            try store(batch.traffic, batch.rows, isMerged: batch.isMerged)
            try add(batch.coverage)
            requestsInTransaction += batch.traffic.requests.count
            let isFull = requestsInTransaction >= BatchStore.requestsPerTransaction
            if isFull || !batch.mayWait { try commit() }
        } catch {
            transaction = nil
            throw error
        }
    }

    private func store(
        _ traffic: Traffic, _ rowIDs: [Int64], isMerged: Bool
    ) throws(SQLiteError) {
        try rows.store(traffic.deletions, rowIDs, &passes)
        try rows.store(traffic.fields, rowIDs)
        try rows.store(traffic.headers, rowIDs)
        try rows.store(traffic.revisions)
        for observation in traffic.objects
        where isMerged || showsObject(traffic, observation.request) {
            try objects.observe(observation, &passes)
        }
        try objects.flush(&passes)
        try bodies.store(traffic.bodies, rowIDs)
        try rows.store(traffic.documents)
        for reject in traffic.rejects { try rows.store(reject) }
    }

    func insert(_ fresh: FreshRows) throws(SQLiteError) { try fresh.store() }

    func add(_ coverage: [Coverage.Row]) throws(SQLiteError) {
        for row in coverage {
            addCoverage.bind(1, cluster.server(row.server))
            addCoverage.bind(2, Int64(row.verb.rawValue))
            addCoverage.bind(3, Int64(row.level.rawValue))
            addCoverage.bind(4, Int64(row.stage.rawValue))
            addCoverage.bind(5, Int64(row.requests))
            addCoverage.bind(6, Int64(row.received))
            try addCoverage.run()
        }
    }

    /// Ends the last transaction: everything was settled, or is left to a merge.
    func complete(rejects: [UInt32: Int], _ state: PassState) throws(SQLiteError) {
        try begin()
        for source in rejects.keys.sorted() {
            try rows.storeRejectCount(source, rejects[source] ?? 0)
        }
        // What other stages of its requests have made into something else.
        try recording.connection.execute("DELETE FROM main.coverage WHERE requests = 0")
        try mark(state)
        try commit()
    }

    private func mark(_ state: PassState) throws(SQLiteError) {
        setState.bind(1, PassState.key(cluster))
        setState.bind(2, state.rawValue)
        try setState.run()
    }

    func commit() throws(SQLiteError) {
        requestsInTransaction = 0
        try transaction.take()?.commit()
    }

    /// A request that failed, or whose answer nobody saw, shows nothing of any object.
    private func showsObject(_ traffic: Traffic, _ request: Int) -> Bool {
        guard traffic.requests.indices.contains(request) else { return false }
        let request = traffic.requests[request]
        return (200..<300).contains(request.status) && request.stage != .requestReceived
    }
}
