import Bytes
public import Judgments
public import KubeAPI
import SQLiteKit

/// Puts a run into a recording: verdicts as they are judged, findings at the end, all or nothing.
///
/// One transaction from `init` to `finish`: a run that was interrupted leaves the one that was
/// there before. A run of the same name is replaced.
public struct RunWriter: ~Copyable {
    private let transaction: Transaction
    private let run: Int64
    /// The file's numbers of servers by those that readers give them; nil where they are the same.
    private let servers: [Int64]?
    private var texts: Texts
    private var batch: RowBatch

    private static let batchRows = 10_000

    private init(
        name: String, of scope: ClusterScope?, on connection: borrowing Connection, names: Names
    ) throws(SQLiteError) {
        let batch = try RowBatch(
            connection, name: "judged", integers: 8, capacity: RunWriter.batchRows, textCapacity: 1)
        let servers: [Int64]? =
            if let scope { try scope.servers(on: connection) } else { nil }
        let transaction = try connection.begin()
        let texts = try Texts(names, on: connection)
        run = try RunWriter.replace(name, of: scope?.id ?? 0, on: connection)
        self.servers = servers
        self.transaction = transaction
        self.batch = batch
        self.texts = texts
    }

    /// Every table with rows of runs, those that refer to others first.
    public static let tables = [
        "finding_request", "wrong_gc", "namespace_risk", "finding", "exposure", "exposed_client",
        "rollback_use", "rollback_limit", "agreement", "verdict", "evidence", "demand",
        "run",
    ]

    private static func replace(
        _ name: String, of cluster: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) -> Int64 {
        for table in tables {
            let key = table == "run" ? "id" : "run"
            var drop = try connection.prepare(
                """
                DELETE FROM main.\(table) WHERE \(key) =
                    (SELECT id FROM main.run WHERE name = ? AND cluster = ?)
                """)
            drop.bind(1, name)
            drop.bind(2, cluster)
            try drop.run()
        }
        var insert = try connection.prepare(
            """
            INSERT INTO main.run (name, scenario, started_ns, requests, flagged, tool_version, seed,
                summary, first_ns, last_ns, truncated, mode, evidence, cluster)
            VALUES (?, '', 0, 0, 0, '', 0, '', 0, 0, 0, '', '', ?)
            """)
        insert.bind(1, name)
        insert.bind(2, cluster)
        try insert.run()
        return connection.lastInsertedRow
    }

    private mutating func append(
        _ verdicts: [WrittenVerdict], on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(
            "INSERT INTO main.verdict SELECT ?, c0, c1, c2, c3, c4, c5, c6, c7 FROM judged")
        insert.bind(1, run)
        for verdict in verdicts {
            try add(verdict, on: connection)
            guard batch.count == RunWriter.batchRows else { continue }
            try insert.run()
            batch.removeAll()
        }
        try insert.run()
        batch.removeAll()
    }

    private mutating func add(
        _ verdict: WrittenVerdict, on connection: borrowing Connection
    ) throws(SQLiteError) {
        let entry = Int(verdict.entryServer)
        let server = servers.map { $0.indices.contains(entry) ? $0[entry] : $0[0] }
        let outcome = try texts.id(verdict.outcome.text, on: connection)
        let alternatives = try texts.id(
            verdict.alternatives.map(\.text).joined(separator: ","), on: connection)
        let servers = try texts.id(verdict.servers, on: connection)
        let reason = try texts.id(verdict.reason, on: connection)
        _ = batch.append(textBytes: 0) { integers, _ in
            integers[0] = verdict.request
            integers[1] = server ?? Int64(entry)
            integers[2] = outcome
            integers[3] = verdict.certainty == .certain ? 1 : 0
            integers[4] = alternatives
            integers[5] = servers
            integers[6] = verdict.status.map(Int64.init) ?? RowBatch.null
            integers[7] = reason
            return 0
        }
    }

    private func store(
        _ stored: RunRecord, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var update = try connection.prepare(
            """
            UPDATE main.run SET scenario = ?, started_ns = ?, requests = ?, flagged = ?,
                tool_version = ?, seed = ?, summary = ?, first_ns = ?, last_ns = ?, truncated = ?,
                mode = ?, evidence = ?
            WHERE id = ?
            """)
        update.bind(1, stored.scenario)
        update.bind(2, stored.startedAt)
        update.bind(3, Int64(stored.requests))
        update.bind(4, Int64(stored.flagged))
        update.bind(5, stored.toolVersion)
        update.bind(6, Int64(bitPattern: stored.seed))
        update.bind(7, stored.summary)
        update.bind(8, stored.firstAt)
        update.bind(9, stored.lastAt)
        update.bind(10, Int64(stored.truncated))
        update.bind(11, stored.mode.rawValue)
        update.bind(12, EvidenceState(stored.evidence).rawValue)
        update.bind(13, run)
        try update.run()
    }

    private func store(
        _ evidence: [Evidence], on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare(
            "INSERT INTO main.evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        for (place, one) in evidence.enumerated() {
            insert.bind(1, run)
            insert.bind(2, Int64(place))
            insert.bind(3, one.kind.rawValue)
            insert.bind(4, one.weight.rawValue)
            insert.bind(5, one.subject)
            insert.bind(6, one.summary)
            insert.bind(7, one.effect)
            insert.bind(8, one.remedy)
            try insert.run()
        }
    }

    private func store(
        _ cells: [AgreementCell], on connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try connection.prepare("INSERT INTO main.agreement VALUES (?, ?, ?, ?)")
        for cell in cells {
            insert.bind(1, run)
            insert.bind(2, cell.recorded.text)
            insert.bind(3, cell.predicted.text)
            insert.bind(4, Int64(cell.requests))
            try insert.run()
        }
    }
}

extension RunWriter {
    /// Begins a run on a recording that was opened for writing, with the names that it holds.
    public init(
        name: String, on recording: borrowing Recording, names: Names
    ) throws(RecordingError) {
        do throws(SQLiteError) {
            try self.init(
                name: name, of: recording.scope, on: recording.connection, names: names)
        } catch {
            throw RecordingError(error, path: recording.path)
        }
    }

    /// Adds verdicts; each request at most once.
    public mutating func append(
        _ verdicts: [WrittenVerdict], on recording: borrowing Recording
    ) throws(RecordingError) {
        do throws(SQLiteError) {
            try append(verdicts, on: recording.connection)
        } catch {
            throw RecordingError(error, path: recording.path)
        }
    }

    /// Says what the run was and what it found, and makes it the one that counts.
    public consuming func finish(
        _ record: RunRecord, _ findings: [Finding], _ exposures: [Exposure],
        _ rollback: RollbackLimit? = nil, _ demand: [PredictedRequest] = [],
        on recording: borrowing Recording
    ) throws(RecordingError) {
        do throws(SQLiteError) {
            try FindingRows.insert(findings, run: run, on: recording.connection)
            try ExposureRows.insert(exposures, run: run, on: recording.connection)
            if let rollback {
                try RollbackRows.insert(rollback, run: run, on: recording.connection)
            }
            try DemandRows.insert(demand, run: run, on: recording.connection)
            try store(record, on: recording.connection)
            try store(record.agreement, on: recording.connection)
            try store(record.evidence, on: recording.connection)
            try transaction.commit()
        } catch {
            throw RecordingError(error, path: recording.path)
        }
    }
}

/// The ids of the texts of verdicts: few, and each repeated many times.
private struct Texts {
    private let names: Names
    private var added: [String: Int64] = [:]
    private var next: Int64

    /// With the texts that another run has added since the names were read.
    init(_ names: Names, on connection: borrowing Connection) throws(SQLiteError) {
        self.names = names
        next = Int64(names.storedStrings)
        var rows = try connection.prepare("SELECT id, text FROM string WHERE id >= ?")
        rows.bind(1, next)
        while try rows.step() {
            added[rows.text(1)] = rows.integer(0)
            next = rows.integer(0) + 1
        }
    }

    mutating func id(
        _ text: String, on connection: borrowing Connection
    ) throws(SQLiteError) -> Int64 {
        if let id = added[text] { return id }
        if let id = names.strings.find(text), id < names.storedStrings {
            added[text] = Int64(id)
            return Int64(id)
        }
        var insert = try connection.prepare("INSERT INTO main.string (id, text) VALUES (?, ?)")
        insert.bind(1, next)
        insert.bind(2, text)
        try insert.run()
        added[text] = next
        next += 1
        return next - 1
    }
}
