import CSQLite

/// A transaction in progress: takes back its changes with its life, unless it was committed.
public struct Transaction: ~Copyable {
    private let database: OpaquePointer

    init(database: OpaquePointer, immediate: Bool) throws(SQLiteError) {
        let sql = immediate ? "BEGIN IMMEDIATE" : "BEGIN"
        let code = sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code, sql: sql) }
        self.database = database
    }

    public consuming func commit() throws(SQLiteError) {
        let code = sqlite3_exec(database, "COMMIT", nil, nil, nil)
        // A commit that failed leaves the transaction open: `deinit` takes it back.
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code, sql: "COMMIT") }
    }

    deinit {
        // Nothing is open after a commit, or where a full disk made SQLite take it back itself.
        if sqlite3_get_autocommit(database) == 0 {
            sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
        }
    }
}
