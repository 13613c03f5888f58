import CSQLite

/// What SQLite answered instead of doing what it was told: code, message and the SQL.
///
/// The one error of this module. Callers match on the properties, not on numbers.
public struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The extended result code.
    public let code: Int32
    public let message: String
    /// The statement that failed; empty where there was none.
    public let sql: String
    /// The byte of `sql` that it is about; nil where SQLite does not say.
    public let offset: Int?

    public init(code: Int32, message: String, sql: String = "", offset: Int? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
        self.offset = offset
    }

    /// The error that a connection holds after a call returned `code`.
    init(_ database: OpaquePointer?, code: Int32, sql: String = "") {
        let extended = database.map { sqlite3_extended_errcode($0) } ?? code
        let text = database.map { String(cString: sqlite3_errmsg($0)) }
        self.init(
            code: extended & 0xFF == code & 0xFF ? extended : code,
            message: text ?? String(cString: sqlite3_errstr(code)), sql: sql,
            offset: database.map { Int(sqlite3_error_offset($0)) }.flatMap { $0 < 0 ? nil : $0 })
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xFF }

    /// Another connection holds a lock that this one needs.
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// The disk is full.
    public var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The file is not a database, or is damaged.
    public var isDamaged: Bool {
        primaryCode == SQLITE_NOTADB || primaryCode == SQLITE_CORRUPT
    }
    /// The file is something else than a database.
    public var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }
    /// The statement was stopped from outside, or ran out of its time.
    public var isInterrupted: Bool { primaryCode == SQLITE_INTERRUPT }
    /// The connection may not do this.
    public var isForbidden: Bool {
        primaryCode == SQLITE_AUTH || primaryCode == SQLITE_READONLY || primaryCode == SQLITE_PERM
    }
    /// A killed writer's transaction must be taken back first, and this connection only reads.
    public var needsRollback: Bool { code == SQLITE_READONLY | 3 << 8 }
    /// There is no such file, or it cannot be opened.
    public var cannotOpen: Bool { primaryCode == SQLITE_CANTOPEN }

    public var description: String {
        // A statement may be as long as a person likes.
        let start = sql.count > 300 ? sql.prefix(300) + "…" : sql[...]
        return sql.isEmpty ? message : "\(message), in: \(start)"
    }
}
