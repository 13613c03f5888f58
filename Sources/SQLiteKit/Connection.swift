import CSQLite
import Glibc

/// A connection to one database file; closes with its life.
///
/// Recording and the `query` verb hold one. It knows nothing of what the tables mean. One thread
/// at a time may use it.
public struct Connection: ~Copyable {
    public enum Mode: Sendable {
        /// Only reads; the file must be there.
        case readOnly
        /// Reads and writes; the file must be there.
        case readWrite
        /// Reads and writes, and makes the file.
        case create
    }

    let database: OpaquePointer
    private let deadline: UnsafeMutablePointer<Deadline>
    private let patience: UnsafeMutablePointer<Patience>

    /// Opens a file, or a private database in memory with `:memory:`.
    public init(path: String, mode: Mode) throws(SQLiteError) {
        let flags =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(
            path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let handle else {
            let error = SQLiteError(handle, code: code)
            sqlite3_close_v2(handle)
            throw error
        }
        // A file is somebody else's bytes: functions of its schema may do no more than compute.
        setSwitch(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        setSwitch(handle, SQLITE_DBCONFIG_DEFENSIVE, true)
        database = handle
        deadline = .allocate(capacity: 1)
        deadline.initialize(to: Deadline(at: nil))
        patience = .allocate(capacity: 1)
        patience.initialize(to: Patience())
    }

    deinit {
        sqlite3_close_v2(database)
        deadline.deallocate()
        patience.deinitialize(count: 1)
        patience.deallocate()
    }

    /// Runs statements that return no rows, one after the other.
    public func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code, sql: sql) }
    }

    /// Compiles one statement; more than one is an error.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(database: database, sql: sql)
    }

    /// The first column of the first row as an integer, or nil where there is no row or a null.
    public func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        var statement = try prepare(sql)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// The first column of the first row as text, or nil where there is no row or a null.
    public func text(_ sql: String) throws(SQLiteError) -> String? {
        var statement = try prepare(sql)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.text(0)
    }

    public func begin(immediate: Bool = true) throws(SQLiteError) -> Transaction {
        try Transaction(database: database, immediate: immediate)
    }

    /// The rowid of the latest insert.
    public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(database) }

    /// How long a statement waits for another connection's lock before it fails as busy.
    ///
    /// - Parameter tell: called once in every wait that takes longer than a second.
    public func waitForLocks(milliseconds: Int32, tell: (@Sendable () -> Void)? = nil) {
        patience.pointee.limit = .milliseconds(Int64(milliseconds))
        if let tell { patience.pointee.tell = tell }
        sqlite3_busy_handler(
            database,
            { context, count in
                guard let context else { return 0 }
                let patience = context.assumingMemoryBound(to: Patience.self)
                return patience.pointee.waitsOn(attempt: count) ? 1 : 0
            }, patience)
    }
}

extension Connection {
    /// Bounds on what one statement may cost; for SQL that a stranger wrote.
    public struct Limits: Sendable {
        public var valueBytes: Int32 = 64 << 20
        public var sqlBytes: Int32 = 1 << 20
        public var expressionDepth: Int32 = 500
        public var columns: Int32 = 500
        public var compoundSelects: Int32 = 200
        public var patternBytes: Int32 = 5_000

        public init() {}
    }

    public func setLimits(_ limits: Limits) {
        sqlite3_limit(database, SQLITE_LIMIT_LENGTH, limits.valueBytes)
        sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, limits.sqlBytes)
        sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, limits.expressionDepth)
        sqlite3_limit(database, SQLITE_LIMIT_COLUMN, limits.columns)
        sqlite3_limit(database, SQLITE_LIMIT_COMPOUND_SELECT, limits.compoundSelects)
        sqlite3_limit(database, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, limits.patternBytes)
        sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0)
    }

    /// Refuses every statement that does more than read: whoever wrote the SQL.
    public func allowReadsOnly() {
        sqlite3_set_authorizer(
            database, { _, action, name, argument, _, _ in authorizeRead(action, name, argument) },
            nil)
    }

    /// Stops statements that run on after this long from now; nil lifts the limit.
    ///
    /// The statement in progress fails, and is `isInterrupted`.
    public func setTimeLimit(_ limit: Duration?) {
        guard let limit else {
            deadline.pointee.at = nil
            sqlite3_progress_handler(database, 0, nil, nil)
            return
        }
        deadline.pointee.at = ContinuousClock.now.advanced(by: limit)
        // Every thousand steps of the machine: some microseconds.
        sqlite3_progress_handler(
            database, 1_000,
            { context in
                guard let context else { return 0 }
                return context.assumingMemoryBound(to: Deadline.self).pointee.isPast ? 1 : 0
            }, deadline)
    }
}

/// How a connection waits for the locks of others.
private struct Patience {
    var limit = Duration.zero
    var tell: (@Sendable () -> Void)?
    private var began = ContinuousClock.now
    private var isTold = false

    /// Sleeps a little; false where it has waited long enough.
    mutating func waitsOn(attempt: Int32) -> Bool {
        let now = ContinuousClock.now
        if attempt == 0 {
            began = now
            isTold = false
        }
        guard now - began < limit else { return false }
        if !isTold, now - began > .seconds(1) {
            isTold = true
            tell?()
        }
        usleep(UInt32(min(1 + attempt, 20)) * 1_000)
        return true
    }
}

private struct Deadline {
    var at: ContinuousClock.Instant?

    var isPast: Bool { at.map { ContinuousClock.now > $0 } ?? false }
}
