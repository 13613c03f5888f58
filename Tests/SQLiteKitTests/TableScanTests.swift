import Foundation
import SQLiteKit
import Testing

/// The reading of pages against SQLite's own answers.
@Suite struct TableScanTests {
    private static let columns = [
        ScanColumn("e"), ScanColumn("rowid"), ScanColumn("a"), ScanColumn("b", null: -1),
        ScanColumn("d", null: .min),
    ]
    private static let range: ClosedRange<Int64> = .min ... .max

    /// A file with a table of rows of all widths, signs and nulls, and what is done to it after.
    private func withFile(
        rows: Int, pageSize: Int = 1_024, _ more: String = "",
        _ body: (String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "scan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "t.db").path
        let connection = try Connection(path: path, mode: .create)
        try connection.execute(
            """
            PRAGMA page_size = \(pageSize);
            CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER, c TEXT,
                d INTEGER, e INTEGER, f TEXT) STRICT;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO t SELECT i * 3, (i % 3 - 1) << (i % 64), iif(i % 5, i - 7, NULL),
                printf('%*s', i % 90, 'x'), iif(i % 7, i % 2, NULL), i * i * i * i, 'end' FROM n
                WHERE \(rows) > 0;
            \(more)
            """)
        try body(path)
    }

    /// The integers of each row, and its text.
    private struct Row: Equatable {
        var integers: [Int64]
        var text = ""
    }

    private static func scan(
        _ path: String, _ range: ClosedRange<Int64>, text: String? = nil
    ) throws -> [Row] {
        let connection = try Connection(path: path, mode: .readOnly)
        try connection.execute("BEGIN")
        _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
        var all: [Row] = []
        try connection.scan(columns, text: text, of: "t", rows: range) { rows in
            for row in 0..<rows.count {
                let integers = rows.withIntegers(row) {
                    Array(UnsafeBufferPointer(start: $0, count: 5))
                }
                #expect(integers == (0..<5).map { rows[row, $0] })
                let bytes = text == nil ? [] : rows.withText(row) { [UInt8]($0) }
                all.append(Row(integers: integers, text: String(decoding: bytes, as: UTF8.self)))
            }
        }
        return all
    }

    private static func expected(
        _ path: String, _ range: ClosedRange<Int64>, text: String? = nil
    ) throws -> [Row] {
        let connection = try Connection(path: path, mode: .readOnly)
        var select = try connection.prepare(
            """
            SELECT e, id, a, b, d, \(text ?? "''") FROM t WHERE id BETWEEN ? AND ? ORDER BY id
            """)
        select.bind(1, range.lowerBound)
        select.bind(2, range.upperBound)
        var all: [Row] = []
        while try select.step() {
            let integers = [
                select.integer(0), select.integer(1), select.integer(2),
                select.isNull(3) ? -1 : select.integer(3),
                select.isNull(4) ? .min : select.integer(4),
            ]
            all.append(Row(integers: integers, text: select.text(5)))
        }
        return all
    }

    @Test(
        "a scan of pages gives what SQLite gives, from any row to any other",
        arguments: [0, 1, 20, 3_000, 40_000], [512, 8_192])
    func equal(rows: Int, pageSize: Int) throws {
        try withFile(rows: rows, pageSize: pageSize) { path in
            let last = Int64(rows) * 3
            let ranges = [
                Self.range, 1...1, 2...3, 3...last + 9, last / 2...last / 2 + 300,
                last...last + 1, -5...2,
            ]
            for range in ranges {
                for text in [nil, "f", "c"] {
                    let found = try Self.scan(path, range, text: text)
                    #expect(try found == Self.expected(path, range, text: text))
                }
            }
        }
    }

    @Test(
        "rows that are not the plain case are read all the same",
        arguments: [
            "DELETE FROM t WHERE id % 100 < 80;",
            "UPDATE t SET f = printf('%*s', 5000, 'y') WHERE id % 700 = 0;",
            "UPDATE t SET c = printf('%*s', 300, 'y') WHERE id > 1000;",
            "INSERT INTO t VALUES (9223372036854775807, 1, 2, '', 3, 4, '');",
            "INSERT INTO t VALUES (-9223372036854775808, 1, 2, '', 3, 4, '');",
            "ALTER TABLE t DROP COLUMN c;",
            "ALTER TABLE t RENAME COLUMN e TO x; ALTER TABLE t ADD COLUMN e INTEGER DEFAULT 5;",
            "CREATE TABLE u AS SELECT id, a, b, c, d, 0.5 AS e, f FROM t; DROP TABLE t; "
                + "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d, e, f); "
                + "INSERT INTO t SELECT * FROM u;",
            "PRAGMA journal_mode = WAL; INSERT INTO t VALUES (2, 1, 2, '', 3, 4, '');",
        ])
    func oddRows(change: String) throws {
        try withFile(rows: 2_000, change) { path in
            for range in [Self.range, 500...4_000] {
                for text in [nil, "f"] {
                    let found = try Self.scan(path, range, text: text)
                    #expect(try found == Self.expected(path, range, text: text))
                }
            }
        }
    }

    @Test("a column that is not there is an error of SQLite's")
    func noColumn() throws {
        try withFile(rows: 3) { path in
            let connection = try Connection(path: path, mode: .readOnly)
            try connection.execute("BEGIN; SELECT * FROM t")
            let error = #expect(throws: SQLiteError.self) {
                try connection.scan([ScanColumn("z")], of: "t", rows: 1...2) { _ in }
            }
            #expect(error?.message.contains("no such column") == true)
        }
    }

    @Test("a file with flipped bytes is read like another, or is an error", arguments: 1...40)
    func flipped(seed: UInt64) throws {
        try withFile(rows: 600) { path in
            var random = Flips(state: seed)
            var bytes = try Data(contentsOf: URL(filePath: path))
            for _ in 0..<1 + random.next() % 40 {
                let at = 1_024 + Int(random.next() % UInt64(bytes.count - 1_024))
                bytes[at] = UInt8(truncatingIfNeeded: random.next() % 3 == 0 ? 0xFF : random.next())
            }
            try bytes.write(to: URL(filePath: path))
            for range in [Self.range, 300...1_200] {
                // It ends, and traps nowhere; where it gives up, SQLite answers in its way.
                for text in [nil, "f"] {
                    let rows = (try? Self.scan(path, range, text: text)) ?? []
                    #expect(rows.count < bytes.count)
                }
            }
        }
    }

    private struct Flips {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
