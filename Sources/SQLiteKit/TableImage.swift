import CSQLite

/// Rows of a batch as a table of a database in memory, which SQLite copies into the real one.
///
///     INSERT INTO main.request SELECT * FROM image.request
///
/// Where two tables are declared alike, SQLite copies rows without taking them apart: that takes
/// two fifths of the time in which it asks a batch for each value, checks it and puts the row
/// together. So the pages of such a table are written here (`ImagePages`).
public struct TableImage: ~Copyable {
    private let database: OpaquePointer
    private let name: String
    private let sql: String
    /// The pages of the database while the table has no row.
    private let empty: [UInt8]
    /// The page where the tree of rows begins.
    private let root: Int
    /// By column: whether the smallest number stands for a null in it.
    private let isNullable: [Bool]
    /// What is written in place of a zero in one column.
    private let zero: (column: Int, value: Int64)

    /// Makes a database `name` of the connection, with a table that is declared like one of `main`.
    ///
    /// - Parameters:
    ///   - columns: what the table must consist of: a row id, integers, and one text.
    ///   - index: one in which none of the new rows has a place. Where the table has others,
    ///     SQLite takes the rows apart after all.
    ///   - zero: what is written in place of a zero in one of the columns.
    public init(
        _ connection: borrowing Connection, name: String, of table: String, columns: [String],
        index: String, zero: (column: Int, value: Int64) = (0, 0)
    ) throws(SQLiteError) {
        let isNullable = try TableImage.nullable(connection, table, columns)
        try connection.execute(
            "ATTACH ':memory:' AS \(name); PRAGMA \(name).page_size = \(ImagePages.size)")
        for (kind, declared) in [("TABLE", table), ("INDEX", index)] {
            let declaration = try connection.text(
                "SELECT sql FROM main.sqlite_schema WHERE name = '\(declared)'")
            let start = "CREATE \(kind) "
            guard let declaration, declaration.hasPrefix(start) else { continue }
            try connection.execute("\(start)\(name).\(declaration.dropFirst(start.count))")
        }
        let root = Int(
            try connection.integer(
                "SELECT rootpage FROM \(name).sqlite_schema WHERE name = '\(table)'") ?? 0)
        var size: Int64 = 0
        let bytes = sqlite3_serialize(connection.database, name, &size, 0)
        defer { sqlite3_free(bytes) }
        let empty = Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(size)))
        guard root > 1, empty.count >= root * ImagePages.size else {
            throw TableImage.unexpected(table)
        }
        sql = "INSERT INTO main.\(table) SELECT * FROM \(name).\(table)"
        database = connection.database
        self.name = name
        self.empty = empty
        self.root = root
        self.isNullable = isNullable
        self.zero = zero
    }

    private static func unexpected(_ table: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: "'\(table)' is not declared as expected")
    }

    private static func nullable(
        _ connection: borrowing Connection, _ table: String, _ columns: [String]
    ) throws(SQLiteError) -> [Bool] {
        var names: [String] = []
        var nullable: [Bool] = []
        var statement = try connection.prepare("PRAGMA main.table_info(\(table))")
        while try statement.step() {
            names.append(statement.text(1))
            nullable.append(statement.integer(3) == 0)
        }
        guard names == columns else { throw unexpected(table) }
        return nullable
    }

    /// Inserts the rows of a batch, whose ids ascend, into the table of `main`.
    public func insert(_ rows: borrowing RowBatch) throws(SQLiteError) {
        precondition(rows.width + 1 == isNullable.count)
        guard rows.count > 0 else { return }
        guard var pages = ImagePages(behind: empty, root: root, for: rows) else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory")
        }
        guard append(rows, to: &pages) else {
            sqlite3_free(pages.base)
            throw SQLiteError(code: SQLITE_TOOBIG, message: "a text is too long for a row")
        }
        pages.finish()
        // From here on they are SQLite's, which frees them when it gets the next ones.
        let code = sqlite3_deserialize(
            database, name, pages.base, Int64(pages.count * ImagePages.size),
            Int64(pages.capacity * ImagePages.size), UInt32(SQLITE_DESERIALIZE_FREEONCLOSE))
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code) }
        var statement = try Statement(database: database, sql: sql)
        try statement.run()
    }

    /// False where a text is too long.
    private func append(_ rows: borrowing RowBatch, to pages: inout ImagePages) -> Bool {
        var changed = [Int64](repeating: 0, count: rows.width)
        return changed.withUnsafeMutableBufferPointer { changed in
            for row in 0..<rows.count {
                var integers = rows[row]
                if integers[zero.column] == 0, zero.value != 0, let base = changed.baseAddress {
                    base.update(from: integers, count: changed.count)
                    base[zero.column] = zero.value
                    integers = UnsafePointer(base)
                }
                let fits = rows.withText(row) { pages.append(integers, isNullable, text: $0) }
                guard fits else { return false }
            }
            return true
        }
    }
}
