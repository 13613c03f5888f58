import CSQLite

/// The answer to "may this statement do that?" for SQL that may only read.
///
/// Called by SQLite while it compiles a statement, for each thing the statement would do.
func authorizeRead(
    _ action: Int32, _ name: UnsafePointer<CChar>?, _ argument: UnsafePointer<CChar>?
) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE:
        return SQLITE_OK
    case SQLITE_UPDATE:
        // Asked where a table-valued function such as json_each declares its columns. A real
        // update of the schema fails all the same: the connection is defensive.
        return name.map { String(cString: $0) } == "sqlite_master" ? SQLITE_OK : SQLITE_DENY
    case SQLITE_FUNCTION:
        // The function's name is the second argument.
        return argument.map { String(cString: $0) } == "load_extension" ? SQLITE_DENY : SQLITE_OK
    case SQLITE_PRAGMA:
        // A pragma that only asks; with an argument most of them set something.
        let pragma = name.map { String(cString: $0).lowercased() } ?? ""
        if describingPragmas.contains(pragma) { return SQLITE_OK }
        return argument == nil && askingPragmas.contains(pragma) ? SQLITE_OK : SQLITE_DENY
    default:
        return SQLITE_DENY
    }
}

/// Pragmas whose argument names what to describe.
private let describingPragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check",
]

/// Pragmas that without an argument only report.
private let askingPragmas: Set<String> = [
    "user_version", "application_id", "schema_version", "data_version", "page_count", "page_size",
    "freelist_count", "encoding", "journal_mode", "compile_options", "function_list",
    "database_list", "collation_list",
]

/// Turns one of a connection's switches; the C function takes variable arguments.
func setSwitch(_ database: OpaquePointer, _ option: Int32, _ on: Bool) {
    kubeskew_sqlite_switch(database, option, on ? 1 : 0)
}
