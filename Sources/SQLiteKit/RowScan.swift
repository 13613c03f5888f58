import CSQLite

/// Some rows of a scan, as integers, a null being 0, and perhaps a text.
///
/// Only what `Connection.scan` gives it to may look at it, and not keep it: the next rows take its
/// place.
public struct RowBlock: ~Copyable {
    let integers: UnsafeMutablePointer<Int64>
    let width: Int
    public private(set) var count = 0
    /// The texts of all rows, one behind the other, and where each ends; without any text empty.
    private var texts: [UInt8] = []
    private var textEnds: [Int] = []

    static let capacity = 256

    init(width: Int) {
        self.width = width
        integers = .allocate(capacity: width * RowBlock.capacity)
    }

    deinit { integers.deallocate() }

    var isFull: Bool { count == RowBlock.capacity }

    /// Takes the row whose integers were put behind those of the others.
    @inline(__always)
    mutating func append() { count &+= 1 }

    @inline(__always)
    mutating func append(text: UnsafeBufferPointer<UInt8>) {
        texts.append(contentsOf: text)
        textEnds.append(texts.count)
        count &+= 1
    }

    mutating func removeAll() {
        count = 0
        texts.removeAll(keepingCapacity: true)
        textEnds.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    public subscript(row: Int, column: Int) -> Int64 {
        precondition(row < count && column < width)
        return integers[row &* width &+ column]
    }

    /// The integers of a row, side by side.
    @inline(__always)
    public func withIntegers<R>(_ row: Int, _ body: (UnsafePointer<Int64>) -> R) -> R {
        precondition(row < count)
        return body(integers + row &* width)
    }

    /// The text of a row, of a scan that asked for one.
    @inline(__always)
    public func withText<R>(_ row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let start = row == 0 ? 0 : textEnds[row - 1]
        let end = textEnds[row]
        return texts.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<end]))
        }
    }
}

extension Connection {
    /// Reads rows of integers in SQLite's own loop: `SELECT columns FROM source`, in its order.
    ///
    /// The columns are the arguments of an aggregate function, which SQLite calls for every row
    /// without leaving its loop. That takes 100 ns for a row of nine columns, where stepping from
    /// row to row and asking for each column takes 165. One scan at a time on a connection.
    ///
    /// - Parameters:
    ///   - source: what follows FROM, with a `?` for each parameter.
    ///   - body: is given all rows, some at a time.
    public func scan(
        _ columns: [String], from source: String, _ parameters: [Int64] = [],
        _ body: (borrowing RowBlock) -> Void
    ) throws(SQLiteError) {
        try scan(columns, text: nil, from: source, parameters, body)
    }

    /// The same with a text beside the integers.
    func scan(
        _ columns: [String], text: String?, from source: String, _ parameters: [Int64],
        _ body: (borrowing RowBlock) -> Void
    ) throws(SQLiteError) {
        let values = (columns + (text.map { [$0] } ?? [])).joined(separator: ", ")
        let result = withoutActuallyEscaping(body) { body in
            var collector = RowCollector(width: columns.count, hasText: text != nil, body)
            return withUnsafeMutablePointer(to: &collector) { collector in
                let result = Result { () throws(SQLiteError) in
                    try register(collector)
                    try step(
                        "SELECT each_row(\(values)) FROM \(source)", parameters)
                }
                // Nothing may be left that points to the collector.
                sqlite3_create_function_v2(
                    database, "each_row", -1, SQLITE_UTF8, nil, nil, nil, nil, nil)
                if case .success = result { collector.pointee.flush() }
                return result
            }
        }
        try result.get()
    }

    private func register(
        _ collector: UnsafeMutablePointer<RowCollector>
    ) throws(SQLiteError) {
        let code = sqlite3_create_function_v2(
            database, "each_row", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, collector, nil,
            { context, _, values in collect(context, values) }, { _ in }, nil)
        guard code == SQLITE_OK else { throw SQLiteError(database, code: code) }
    }

    private func step(_ sql: String, _ parameters: [Int64]) throws(SQLiteError) {
        var select = try prepare(sql)
        for (index, parameter) in parameters.enumerated() { select.bind(index + 1, parameter) }
        _ = try select.step()
    }
}

/// Where the aggregate function puts its rows.
private struct RowCollector: ~Copyable {
    var block: RowBlock
    let hasText: Bool
    let body: (borrowing RowBlock) -> Void

    init(width: Int, hasText: Bool, _ body: @escaping (borrowing RowBlock) -> Void) {
        block = RowBlock(width: width)
        self.hasText = hasText
        self.body = body
    }

    mutating func flush() {
        if block.count > 0 { body(block) }
        block.removeAll()
    }
}

/// Takes one row; SQLite calls it.
private func collect(
    _ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let values, let user = sqlite3_user_data(context) else { return }
    let collector = user.assumingMemoryBound(to: RowCollector.self)
    let width = collector.pointee.block.width
    let count = collector.pointee.block.count
    let row = collector.pointee.block.integers + count &* width
    for column in 0..<width { row[column] = sqlite3_value_int64(values[column]) }
    if collector.pointee.hasText {
        let text = sqlite3_value_text(values[width])
        let length = Int(sqlite3_value_bytes(values[width]))
        collector.pointee.block.append(text: UnsafeBufferPointer(start: text, count: length))
    } else {
        collector.pointee.block.append()
    }
    if collector.pointee.block.isFull { collector.pointee.flush() }
}
