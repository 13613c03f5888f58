import Foundation
import SQLiteKit
import Testing

/// Rows that are copied from an image against the same rows, inserted one by one.
@Suite struct TableImageTests {
    private static let columns = ["id", "a", "b", "c", "t"]

    private static func table(_ folder: URL, _ name: String, _ more: String = "") throws -> String {
        let path = folder.appending(path: name).path
        let connection = try Connection(path: path, mode: .create)
        try connection.execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER,
                c INTEGER NOT NULL, t TEXT NOT NULL) STRICT;
            CREATE INDEX some_b ON t (b) WHERE b = 77;
            \(more)
            """)
        return path
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "image-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// A row with numbers of every length and sign, and texts of every kind of length.
    private static func row(_ number: Int) -> (integers: [Int64], text: String) {
        let edge = Int64(1) << Int64(number % 64)
        let lengths = [0, 36, 57, 58, 1, 4_096, 300, 16_000]
        // Long texts seldom, so that a page has many rows too.
        let length = number % 50 == 0 ? lengths[number / 50 % 8] : number % 60
        return (
            [
                Int64(number) * 3, edge &- Int64(number % 3),
                number % 4 == 0 ? RowBatch.null : 0 &- edge,
                number % 7 == 0 ? .min : Int64(number % 5) - 2,
            ],
            String(repeating: "x", count: length)
        )
    }

    private static func batch(_ numbers: Range<Int>) -> RowBatch {
        var rows = RowBatch(integers: 4, capacity: numbers.count, textCapacity: 4 << 20)
        for number in numbers {
            let row = row(number)
            _ = rows.append(textBytes: row.text.utf8.count) { values, text in
                for (place, value) in row.integers.enumerated() { values[place] = value }
                for (place, byte) in row.text.utf8.enumerated() { text[place] = CChar(byte) }
                return row.text.utf8.count
            }
        }
        return rows
    }

    private static func copy(_ batches: [Range<Int>], into path: String) throws {
        let connection = try Connection(path: path, mode: .readWrite)
        let image = try TableImage(
            connection, name: "image", of: "t", columns: columns, index: "some_b")
        let transaction = try connection.begin()
        for numbers in batches { try image.insert(batch(numbers)) }
        try transaction.commit()
    }

    private static func insert(_ batches: [Range<Int>], into path: String) throws {
        let connection = try Connection(path: path, mode: .readWrite)
        let transaction = try connection.begin()
        var insert = try connection.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)")
        for number in batches.joined() {
            let row = row(number)
            for (place, value) in row.integers.enumerated() {
                let isNull = place == 2 && value == RowBatch.null
                if isNull { insert.bindNull(3) } else { insert.bind(place + 1, value) }
            }
            insert.bind(5, row.text)
            try insert.run()
        }
        try transaction.commit()
    }

    @Test(
        "a copied batch makes the same file, byte for byte, as its rows one by one",
        arguments: [[1..<2], [1..<60], [1..<9_000], [5..<6, 6..<6, 7..<3_000, 3_000..<3_001]])
    func sameFile(batches: [Range<Int>]) throws {
        try withFolder { folder in
            let copied = try Self.table(folder, "copied.db")
            let inserted = try Self.table(folder, "inserted.db")
            try Self.copy(batches, into: copied)
            try Self.insert(batches, into: inserted)
            let (one, other) = (
                try Data(contentsOf: URL(filePath: copied)),
                try Data(contentsOf: URL(filePath: inserted))
            )
            #expect(one == other)
            #expect(one.count > 8_192)
        }
    }

    @Test("an index that somebody added gets the rows as well")
    func foreignIndex() throws {
        try withFolder { folder in
            let path = try Self.table(folder, "t.db", "CREATE INDEX mine ON t (a)")
            try Self.copy([1..<500], into: path)
            let connection = try Connection(path: path, mode: .readOnly)
            #expect(try connection.text("PRAGMA integrity_check") == "ok")
            #expect(try connection.integer("SELECT count(*) FROM t WHERE a > -1e18") ?? 0 > 400)
        }
    }

    @Test("a row that is there already is refused, and so is a text beyond the bound")
    func refused() throws {
        try withFolder { folder in
            let path = try Self.table(folder, "t.db")
            try Self.copy([1..<5], into: path)
            #expect(throws: SQLiteError.self) { try Self.copy([8..<9, 4..<5], into: path) }
            let connection = try Connection(path: path, mode: .readWrite)
            #expect(try connection.integer("SELECT count(*) FROM t") == 4)
            let image = try TableImage(
                connection, name: "image", of: "t", columns: Self.columns, index: "some_b")
            var rows = RowBatch(integers: 4, capacity: 1, textCapacity: 20_000)
            _ = rows.append(textBytes: 16_001) { values, text in
                for place in 0..<4 { values[place] = 99 }
                for place in 0..<16_001 { text[place] = 120 }
                return 16_001
            }
            #expect(throws: SQLiteError.self) { try image.insert(rows) }
        }
    }

    @Test("a table that is declared otherwise is refused")
    func otherwise() throws {
        try withFolder { folder in
            let path = try Self.table(folder, "t.db", "ALTER TABLE t ADD COLUMN u INTEGER")
            #expect(throws: SQLiteError.self) { try Self.copy([1..<5], into: path) }
        }
    }
}
