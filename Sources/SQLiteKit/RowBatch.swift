import CSQLite

/// Rows in memory that a connection sees as a table: many rows are inserted by one statement.
///
///     INSERT INTO target (a, b, note) SELECT c0, c1, text FROM batch
///
/// Binding and stepping row by row inserts 0.9 million rows of 20 columns a second, this
/// 2.3 million. A row is a fixed number of integers (columns `c0`, `c1` ...) and one `text`. It
/// must live as long as the connection that it was made for.
public struct RowBatch: ~Copyable {
    private let batch: UnsafeMutablePointer<kubeskew_batch>
    private let integers: UnsafeMutablePointer<Int64>
    private let texts: UnsafeMutablePointer<CChar>
    private let ends: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private let textCapacity: Int
    public let width: Int

    /// The value that stands for a null.
    public static let null = Int64.min

    /// Makes a table `name` of the connection for up to `capacity` rows.
    public init(
        _ connection: borrowing Connection, name: String, integers width: Int, capacity: Int,
        textCapacity: Int
    ) throws(SQLiteError) {
        self.init(integers: width, capacity: capacity, textCapacity: textCapacity)
        let code = kubeskew_batch_register(connection.database, name, batch)
        guard code == SQLITE_OK else { throw SQLiteError(connection.database, code: code) }
    }

    /// Makes room for up to `capacity` rows, of which no connection knows.
    public init(integers width: Int, capacity: Int, textCapacity: Int) {
        batch = .allocate(capacity: 1)
        integers = .allocate(capacity: width * capacity)
        texts = .allocate(capacity: textCapacity)
        ends = .allocate(capacity: capacity)
        self.capacity = capacity
        self.textCapacity = textCapacity
        self.width = width
        batch.initialize(
            to: kubeskew_batch(
                integers: integers, width: Int64(width), count: 0, texts: texts, ends: ends))
    }

    deinit {
        batch.deallocate()
        integers.deallocate()
        texts.deallocate()
        ends.deallocate()
    }

    public var count: Int { Int(batch.pointee.count) }

    var textCount: Int { count == 0 ? 0 : Int(ends[count - 1]) }

    public mutating func removeAll() { batch.pointee.count = 0 }

    /// The integers of a row.
    @inline(__always)
    public subscript(row: Int) -> UnsafePointer<Int64> {
        precondition(row >= 0 && row < count)
        return UnsafePointer(integers + row * width)
    }

    /// Calls `body` with the text of a row.
    public func withText<R>(_ row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        precondition(row >= 0 && row < count)
        let start = row == 0 ? 0 : Int(ends[row - 1])
        return UnsafeRawBufferPointer(start: texts + start, count: Int(ends[row]) - start)
            .withMemoryRebound(to: UInt8.self, body)
    }

    /// Writes the integers of a row anew.
    public mutating func replace(_ row: Int, _ fill: (UnsafeMutablePointer<Int64>) -> Void) {
        precondition(row >= 0 && row < count)
        fill(integers + row * width)
    }

    /// Appends a row; false where it does not fit any more.
    ///
    /// `fill` writes the integers, and the text of at most `textBytes` bytes, whose length it
    /// returns.
    @inline(__always)
    public mutating func append(
        textBytes: Int,
        _ fill: (UnsafeMutablePointer<Int64>, UnsafeMutablePointer<CChar>) -> Int
    ) -> Bool {
        let start = textCount
        guard count < capacity, textBytes <= textCapacity - start else { return false }
        let used = fill(integers + count * width, texts + start)
        precondition(used <= textBytes)
        ends[count] = UInt32(start + used)
        batch.pointee.count += 1
        return true
    }
}
