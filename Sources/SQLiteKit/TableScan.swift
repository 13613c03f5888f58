import CSQLite

/// A column of integers, as a scan of a table reads it.
public struct ScanColumn: Sendable {
    let name: String
    /// What is given where the column holds a null.
    let null: Int64

    /// - Parameter name: of a column, or `rowid`.
    public init(_ name: String, null: Int64 = 0) {
        self.name = name
        self.null = null
    }

    static let rowID = "rowid"

    fileprivate var sql: String {
        // The smallest number has no literal: its positive half is none.
        null == 0 ? name : "ifnull(\(name), \(null == .min ? "-1 << 63" : "\(null)"))"
    }
}

extension Connection {
    /// Reads columns of integers of a table's rows, in the order of their row ids.
    ///
    /// Pages are read as they lie in the file: a row of ten columns takes a tenth of the time that
    /// SQLite takes for it. Wherever that is not safe, or a row is not what was expected, SQLite
    /// reads on from there, and says what is wrong if anything is.
    ///
    /// - Parameters:
    ///   - text: a column of texts, none of them null, which is given too.
    ///   - filter: which of the rows are wanted; nil for all.
    ///   - body: is given all rows, some at a time.
    public func scan(
        _ columns: [ScanColumn], text: String? = nil, of table: String, rows: ClosedRange<Int64>,
        keeping filter: RowFilter? = nil, _ body: (borrowing RowBlock) -> Void
    ) throws(SQLiteError) {
        guard let filter else { return try scan(columns, text, table, rows, body) }
        var read = columns
        let place = columns.firstIndex { $0.name == filter.column } ?? columns.count
        if place == columns.count { read.append(ScanColumn(filter.column)) }
        try scan(read, text, table, rows) { block in
            filter.keep(block, by: place, width: columns.count, hasText: text != nil, body)
        }
    }

    private func scan(
        _ columns: [ScanColumn], _ text: String?, _ table: String, _ rows: ClosedRange<Int64>,
        _ body: (borrowing RowBlock) -> Void
    ) throws(SQLiteError) {
        var next = rows.lowerBound
        if let layout = try StoredTable(self, table, columns, text: text) {
            var pages = TablePages(layout, rows)
            pages.read(body)
            guard let rest = pages.next, rest <= rows.upperBound else { return }
            next = rest
        }
        // Whatever index somebody adds to the table: rows come in the order of their ids.
        try scan(
            columns.map(\.sql), text: text,
            from: "main.\(table) NOT INDEXED WHERE rowid BETWEEN ? AND ?", [next, rows.upperBound],
            body)
    }
}

/// Where a table lies in the file of a connection, and where its columns go in a block.
struct StoredTable {
    /// A column of the table that is wanted.
    struct Slot {
        /// In the block; -1 where nobody wants it.
        var place = -1
        var null: Int64 = 0
    }

    let file: UnsafeMutablePointer<sqlite3_file>
    let pageSize: Int
    /// Of a page, what a table may fill.
    let usable: Int
    let root: UInt32
    /// In the order in which rows have them, up to the last that is wanted.
    let slots: [Slot]
    /// Which slot is the text that is wanted; -1 where none is.
    let textSlot: Int
    /// Where row ids go; -1 where nobody wants them.
    let rowIDPlace: Int
    let width: Int

    /// Nil where the file is not to be read by anybody but SQLite: outside of a read transaction,
    /// or where a log beside it has newer pages.
    init?(
        _ connection: borrowing Connection, _ table: String, _ columns: [ScanColumn],
        text: String?
    ) throws(SQLiteError) {
        let database = connection.database
        guard sqlite3_txn_state(database, "main") == SQLITE_TXN_READ,
            let file = StoredTable.file(of: database),
            let header = StoredTable.header(of: file),
            // Both formats are those of a file without a log.
            header[18] == 1, header[19] == 1,
            // Texts are in UTF-8.
            text == nil || header[59] == 1,
            let root = try connection.integer(
                "SELECT rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = '\(table)'"
            ), let root = UInt32(exactly: root), root > 1
        else { return nil }
        let size = Int(header[16]) << 8 | Int(header[17])
        pageSize = size == 1 ? 65_536 : size
        usable = pageSize - Int(header[20])
        guard pageSize >= 512, usable >= 480 else { return nil }
        self.file = file
        self.root = root
        width = columns.count
        // An ordinary table's columns lie in their order.
        let select = try connection.prepare("SELECT * FROM main.\(table)")
        var slots = [Slot](repeating: Slot(), count: select.columnCount)
        let names = slots.indices.map { select.columnName($0) }
        var rowIDPlace = -1
        for (place, column) in columns.enumerated() {
            if column.name == ScanColumn.rowID, rowIDPlace < 0 {
                rowIDPlace = place
            } else if let index = names.firstIndex(of: column.name), slots[index].place < 0 {
                slots[index] = Slot(place: place, null: column.null)
            } else {
                return nil
            }
        }
        textSlot = text.map { names.firstIndex(of: $0) ?? -1 } ?? -1
        guard text == nil || (textSlot >= 0 && slots[textSlot].place < 0) else { return nil }
        let end = max(slots.lastIndex { $0.place >= 0 } ?? -1, textSlot) + 1
        self.slots = Array(slots[..<end])
        self.rowIDPlace = rowIDPlace
    }

    private static func file(of database: OpaquePointer) -> UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = withUnsafeMutablePointer(to: &file) {
            sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, $0)
        }
        return code == SQLITE_OK && file?.pointee.pMethods != nil ? file : nil
    }

    private static func header(of file: UnsafeMutablePointer<sqlite3_file>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 100)
        let code = file.pointee.pMethods.pointee.xRead(file, &bytes, 100, 0)
        return code == SQLITE_OK ? bytes : nil
    }
}
