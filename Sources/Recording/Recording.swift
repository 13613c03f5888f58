import Bytes
import Glibc
public import SQLiteKit
public import Synchronization

/// An open recording: the SQLite file that captures fill and everything else reads.
///
/// The verbs open one; `RecordingWriter` and the readers of this module work on it. It says what a
/// recording is (application id, schema version, journal mode) and who may write: one process.
public struct Recording: ~Copyable {
    public enum Access: Sendable {
        /// Only reads; several processes may.
        case read
        /// Reads and writes a recording that is there.
        case write
        /// Reads and writes, and makes the recording where there is none.
        case create
    }

    /// Where a batch is while it is being committed; both are sound after a kill or a power cut.
    public enum Journal: Sendable {
        /// In a log beside the file: readers and the writer do not wait for each other.
        case besideReaders
        /// In the file, at half the writing: a writer and a reader wait for each other.
        case inPlace
    }

    /// Told the path of a recording that a statement has waited for longer than a second.
    public static let waiting = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Rows are named by 32 bits while passes are settled.
    static let largestRow = Int64(UInt32.max)

    public let path: String
    public let connection: Connection
    /// The cluster whose rows it sees and writes; nil where it sees all.
    let scope: ClusterScope?
    private let lock: FileLock?

    /// Opens a recording, or begins one.
    ///
    /// - Parameters:
    ///   - clusters: whose rows are seen and written, of a recording that may hold several.
    ///   - patience: how long to wait for another process that is writing to it.
    public init(
        path: String, access: Access, of clusters: Clusters = .only,
        journal: Journal = .besideReaders, patience: Duration = .zero
    ) throws(RecordingError) {
        try self.init(
            path: path, access: access, of: clusters, journal: journal, patience: patience,
            renumbers: access == .read)
    }

    /// - Parameter renumbers: whether servers of one cluster have numbers as if they were alone.
    init(
        path: String, access: Access, of clusters: Clusters, journal: Journal = .besideReaders,
        patience: Duration = .zero, renumbers: Bool
    ) throws(RecordingError) {
        guard access == .create || Glibc.access(path, F_OK) == 0 else {
            throw .notFound(path: path)
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw .cannotOpen(path: path, reason: "it is a folder")
        }
        // The lock's descriptor must outlive SQLite's: closing any descriptor of a file drops the
        // process's POSIX locks on it. Stored properties go in the order of declaration.
        let lock =
            access == .read
            ? nil : try FileLock(path: path, making: access == .create, patience: patience)
        let connection = try connect(path, access)
        try prepare(connection, path, access, journal)
        var scope = try ClusterScope.chosen(
            clusters, on: connection, at: path, writes: access != .read)
        scope?.isRenumbered = renumbers
        if let scope { try see(scope, on: connection, at: path) }
        self.scope = scope
        self.path = path
        self.connection = connection
        self.lock = lock
    }

    /// The name of the cluster that it is of; empty where it is of none with a name.
    public var cluster: String { scope?.name ?? "" }

    /// Ends the writing: everything is in the one file, and safe on the disk.
    ///
    /// A recording that is only dropped is as sound, but leaves its journal beside it.
    public consuming func close() throws(RecordingError) {
        guard lock != nil else { return }
        try run { connection throws(SQLiteError) in try intoOneFile(connection) }
    }

    /// Works on the connection and turns errors of SQLite into those of recordings.
    public func run<R>(
        _ body: (borrowing Connection) throws(SQLiteError) -> R
    ) throws(RecordingError) -> R {
        do throws(SQLiteError) {
            return try body(connection)
        } catch {
            throw RecordingError(error, path: path)
        }
    }
}

private func connect(
    _ path: String, _ access: Recording.Access
) throws(RecordingError) -> Connection {
    let connection = try open(path, access)
    // Somebody else may be bringing it up to date.
    connection.waitForLocks(milliseconds: 5_000)
    // What is no recording, or cannot be read, is told of when it is prepared.
    guard access == .read, let found = try? Identity(of: connection), found.isRecording,
        found.version < Schema.version
    else { return connection }
    try bringUpToDate(path, from: found.version)
    return try open(path, access)
}

private func open(
    _ path: String, _ access: Recording.Access
) throws(RecordingError) -> Connection {
    do throws(SQLiteError) {
        let connection = try Connection(path: path, mode: access == .read ? .readOnly : .readWrite)
        if access == .read, try isHalfCommitted(connection) { try takeBack(path) }
        return connection
    } catch {
        throw RecordingError(error, path: path)
    }
}

/// Gives a recording that an older version made the tables and columns that readers ask for.
///
/// Whoever comes second waits for the first, which takes an instant.
private func bringUpToDate(_ path: String, from version: Int64) throws(RecordingError) {
    do throws(RecordingError) {
        try Recording(
            path: path, access: .write, of: .all, patience: .seconds(30)
        ).close()
    } catch {
        guard case .cannotOpen(_, let reason) = error else { throw error }
        throw .olderSchema(path: path, found: version, reason: reason)
    }
}

private func see(
    _ scope: ClusterScope, on connection: borrowing Connection, at path: String
) throws(RecordingError) {
    do throws(SQLiteError) {
        try ClusterViews.make(of: scope, on: connection)
    } catch {
        throw RecordingError(error, path: path)
    }
}

/// Whether a writer was killed while it committed a batch, which a reader cannot take back.
private func isHalfCommitted(_ connection: borrowing Connection) throws(SQLiteError) -> Bool {
    do throws(SQLiteError) {
        _ = try connection.integer("PRAGMA schema_version")
        return false
    } catch {
        // Whatever else is wrong is said when the file is looked at.
        return error.needsRollback
    }
}

/// Takes back the batch that was not committed: the first writer to look at the file does.
private func takeBack(_ path: String) throws(SQLiteError) {
    let connection = try Connection(path: path, mode: .readWrite)
    connection.waitForLocks(milliseconds: 5_000)
    _ = try connection.integer("PRAGMA schema_version")
}

/// Makes sure that the file is a recording, new or old, and sets it up for the access.
private func prepare(
    _ connection: borrowing Connection, _ path: String, _ access: Recording.Access,
    _ journal: Recording.Journal
) throws(RecordingError) {
    // A capture in another process may hold its locks for the length of a batch, and a query for as
    // long as it takes: a capture must not end for that.
    connection.waitForLocks(milliseconds: access == .read ? 5_000 : 600_000) {
        Recording.waiting.withLock { $0 }?(path)
    }
    let found: Identity
    do throws(SQLiteError) {
        found = try Identity(of: connection)
    } catch {
        throw error.isNotADatabase ? .notARecording(path: path) : RecordingError(error, path: path)
    }
    guard found.isRecording || (found.isEmpty && access == .create) else {
        throw .notARecording(path: path)
    }
    guard found.version <= Schema.version else {
        throw .newerSchema(path: path, found: found.version, known: Int64(Schema.version))
    }
    if !found.isEmpty { try refuseHostile(connection, path, isCurrent: found.isCurrent) }
    guard access != .read else { return }
    do throws(SQLiteError) {
        if found.isEmpty { try connection.execute("PRAGMA page_size = \(Tuning.pageSize)") }
        _ = try connection.text("PRAGMA journal_mode = \(Tuning.mode(journal))")
        try connection.execute(Tuning.pragmas)
        try migrate(connection, from: Int(found.version))
        if !found.isEmpty, !found.isCurrent { try OwnViews.shadow(on: connection) }
    } catch {
        throw RecordingError(error, path: path)
    }
}

/// Refuses what no capture makes and what would take time without an end.
///
/// Row ids count from one and fit into 32 bits: scans cut their range among threads.
private func refuseHostile(
    _ connection: borrowing Connection, _ path: String, isCurrent: Bool
) throws(RecordingError) {
    do throws(SQLiteError) {
        guard try OwnViews.isSound(connection) else {
            throw SQLiteError(code: 11, message: "its schema is not one that kubeskew makes")
        }
        if isCurrent { try OwnViews.shadow(on: connection) }
        let first = try connection.integer("SELECT min(id) FROM request") ?? 1
        let last = try connection.integer("SELECT max(id) FROM request") ?? 1
        guard first >= 1, last <= Recording.largestRow else {
            throw SQLiteError(
                code: 11, message: "its rows have numbers that no capture gives")
        }
    } catch {
        throw RecordingError(error, path: path)
    }
}

/// What a database file says of itself.
private struct Identity {
    let application: Int64
    let version: Int64
    let tables: Int64

    init(of connection: borrowing Connection) throws(SQLiteError) {
        application = try connection.integer("PRAGMA application_id") ?? 0
        version = try connection.integer("PRAGMA user_version") ?? 0
        tables = try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0
    }

    var isCurrent: Bool { version == Schema.version }
    var isEmpty: Bool { application == 0 && version == 0 && tables == 0 }
    var isRecording: Bool { application == Schema.applicationID && version > 0 }
}

/// How a connection that writes is set; measured with RecordingBenchmark.
enum Tuning {
    static let pageSize = 8_192

    static func mode(_ journal: Recording.Journal) -> String {
        switch journal {
        case .besideReaders: "WAL"
        case .inPlace: "TRUNCATE"
        }
    }

    /// What is set once a writer has opened the file.
    ///
    /// In WAL mode `NORMAL` is as sound as `FULL` after a kill or a power cut; only the latest
    /// batches may be missing then. A checkpoint every 64 MiB keeps the journal bounded.
    static let pragmas = """
        PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = -16384;
        PRAGMA wal_autocheckpoint = 8192;
        PRAGMA temp_store = FILE;
        """
}

private func migrate(
    _ connection: borrowing Connection, from found: Int
) throws(SQLiteError) {
    guard found < Schema.version else { return }
    let transaction = try connection.begin()
    for version in found..<Schema.version {
        try connection.execute(Schema.migrations[version])
    }
    try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
    try connection.execute("PRAGMA user_version = \(Schema.version)")
    try transaction.commit()
}

/// Ends journalling: everything is in the file, which is then safe on the disk.
///
/// Where somebody is reading, the journal stays beside the file: what it holds is as safe, and the
/// next writer takes it in.
func intoOneFile(_ connection: borrowing Connection) throws(SQLiteError) {
    connection.waitForLocks(milliseconds: 1_000)
    do throws(SQLiteError) {
        _ = try connection.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        _ = try connection.text("PRAGMA journal_mode = DELETE")
    } catch {
        guard error.isBusy else { throw error }
    }
}
