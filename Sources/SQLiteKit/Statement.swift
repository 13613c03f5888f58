import CSQLite

/// A compiled statement; finalized with its life.
///
/// Parameters count from 1, columns from 0, as in SQLite. It must not outlive its connection's use.
public struct Statement: ~Copyable {
    let statement: OpaquePointer

    init(database: OpaquePointer, sql: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        var code = SQLITE_OK
        var hasTail = false
        var text = sql
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                var tail: UnsafePointer<CChar>?
                code = sqlite3_prepare_v3(
                    database, bytes.baseAddress, Int32(clamping: bytes.count), 0, &handle, &tail)
                guard let base = bytes.baseAddress, let tail else { return }
                hasTail = !isBlank(bytes[(tail - base)...])
            }
        }
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code, sql: sql) }
        guard let handle else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "no statement", sql: sql)
        }
        guard !hasTail else {
            sqlite3_finalize(handle)
            throw SQLiteError(code: SQLITE_MISUSE, message: "more than one statement", sql: sql)
        }
        statement = handle
    }

    deinit { sqlite3_finalize(statement) }

    /// Goes to the next row; false at the end.
    @inline(__always)
    public mutating func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Runs a statement that returns no rows, and makes it ready to run again.
    @inline(__always)
    public mutating func run() throws(SQLiteError) {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
        sqlite3_reset(statement)
    }

    /// Makes the statement ready to run again; its parameters keep their values.
    public mutating func reset() { sqlite3_reset(statement) }

    public var sql: String { sqlite3_sql(statement).map { String(cString: $0) } ?? "" }

    private func failure(_ code: Int32) -> SQLiteError {
        let error = SQLiteError(sqlite3_db_handle(statement), code: code, sql: sql)
        sqlite3_reset(statement)
        return error
    }
}

// Parameters.
extension Statement {
    public var parameterCount: Int { Int(sqlite3_bind_parameter_count(statement)) }

    /// The name of a parameter with its mark, such as `:from`; nil for a `?`.
    public func parameterName(_ index: Int) -> String? {
        sqlite3_bind_parameter_name(statement, Int32(index)).map { String(cString: $0) }
    }

    @inline(__always)
    public mutating func bind(_ index: Int, _ value: Int64) {
        sqlite3_bind_int64(statement, Int32(truncatingIfNeeded: index), value)
    }

    public mutating func bind(_ index: Int, _ value: Double) {
        sqlite3_bind_double(statement, Int32(index), value)
    }

    @inline(__always)
    public mutating func bindNull(_ index: Int) {
        sqlite3_bind_null(statement, Int32(truncatingIfNeeded: index))
    }

    public mutating func bind(_ index: Int, _ value: Bool) { bind(index, Int64(value ? 1 : 0)) }

    public mutating func bind(_ index: Int, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    public mutating func bind(_ index: Int, _ text: String) {
        var copy = text
        copy.withUTF8 { bindText(index, UnsafeRawBufferPointer($0), copying: true) }
    }

    /// Binds UTF-8 text; without copying, the bytes must stay until the statement was run.
    public mutating func bindText(
        _ index: Int, _ bytes: UnsafeRawBufferPointer, copying: Bool
    ) {
        // A null pointer would bind a null, not the empty text.
        let start = bytes.isEmpty ? UnsafeRawPointer(emptyText) : bytes.baseAddress
        kubeskew_sqlite_bind_text(
            statement, Int32(index), start?.assumingMemoryBound(to: CChar.self),
            UInt64(bytes.count), copying ? 1 : 0)
    }

    /// Binds a blob; without copying, the bytes must stay until the statement was run.
    public mutating func bindBlob(
        _ index: Int, _ bytes: UnsafeRawBufferPointer, copying: Bool
    ) {
        let start = bytes.isEmpty ? UnsafeRawPointer(emptyText) : bytes.baseAddress
        kubeskew_sqlite_bind_blob(
            statement, Int32(index), start, UInt64(bytes.count), copying ? 1 : 0)
    }
}

// Columns of the current row.
extension Statement {
    public enum ColumnType: Sendable { case integer, real, text, blob, null }

    public var columnCount: Int { Int(sqlite3_column_count(statement)) }

    public func columnName(_ column: Int) -> String {
        sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// What a table declares the column as; empty where the column is computed.
    public func declaredType(_ column: Int) -> String {
        sqlite3_column_decltype(statement, Int32(column)).map { String(cString: $0) } ?? ""
    }

    public func type(_ column: Int) -> ColumnType {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    @inline(__always)
    public func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, Int32(truncatingIfNeeded: column)) == SQLITE_NULL
    }

    /// The integer of a column; 0 for a null.
    @inline(__always)
    public func integer(_ column: Int) -> Int64 {
        sqlite3_column_int64(statement, Int32(truncatingIfNeeded: column))
    }

    public func real(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

    /// The text of a column; empty for a null.
    ///
    /// Bytes that are no UTF-8 are replaced.
    public func text(_ column: Int) -> String {
        withText(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a column's text, valid until the next step.
    @inline(__always)
    public func withText<R>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let start = sqlite3_column_text(statement, Int32(truncatingIfNeeded: column))
        let count = sqlite3_column_bytes(statement, Int32(truncatingIfNeeded: column))
        return body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
    }

    public func blob(_ column: Int) -> [UInt8] {
        let start = sqlite3_column_blob(statement, Int32(column))
        let count = sqlite3_column_bytes(statement, Int32(column))
        guard let start, count > 0 else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}

/// A place for empty texts to point to.
// Never written; SQLite reads nothing from it, as the length is zero.
private nonisolated(unsafe) let emptyText = UnsafePointer(
    UnsafeMutablePointer<CChar>.allocate(capacity: 1))

/// Whether only spaces, comments and semicolons are left.
private func isBlank(_ rest: Slice<UnsafeBufferPointer<CChar>>) -> Bool {
    var index = rest.startIndex
    while index < rest.endIndex {
        let byte = UInt8(bitPattern: rest[index])
        let next = index + 1 < rest.endIndex ? UInt8(bitPattern: rest[index + 1]) : 0
        if byte == UInt8(ascii: "-"), next == byte {
            while index < rest.endIndex, rest[index] != 10 { index += 1 }
        } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
            index += 2
            while index + 1 < rest.endIndex,
                !(rest[index] == 42 && rest[index + 1] == 47)
            {
                index += 1
            }
            index += 2
        } else if byte == UInt8(ascii: ";") || byte <= 32 {
            index += 1
        } else {
            return false
        }
    }
    return true
}
