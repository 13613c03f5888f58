import SQLiteKit
import Testing

@Suite struct RowScanTests {
    private static func table(rows: Int) throws -> Connection {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER) STRICT;
            INSERT INTO t WITH RECURSIVE n (i) AS
                (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            SELECT i, iif(i % 2, i * 10, NULL) FROM n WHERE i <= \(rows)
            """)
        return connection
    }

    private static func rows(
        _ connection: borrowing Connection, _ columns: [String], from source: String,
        _ parameters: [Int64] = []
    ) throws -> [[Int64]] {
        var all: [[Int64]] = []
        try connection.scan(columns, from: source, parameters) { rows in
            for row in 0..<rows.count { all.append(columns.indices.map { rows[row, $0] }) }
        }
        return all
    }

    @Test("a scan gives every row in its order, with 0 for a null", arguments: [1, 256, 1_000])
    func everyRow(count: Int) throws {
        let connection = try Self.table(rows: count)
        let found = try Self.rows(connection, ["id", "a"], from: "t")
        #expect(found == (1...Int64(count)).map { [$0, $0 % 2 == 0 ? 0 : $0 * 10] })
    }

    @Test("a scan takes parameters, and finds nothing where nothing is")
    func parameters() throws {
        let connection = try Self.table(rows: 10)
        let source = "t WHERE id BETWEEN ? AND ?"
        #expect(try Self.rows(connection, ["id"], from: source, [3, 5]) == [[3], [4], [5]])
        #expect(try Self.rows(connection, ["id"], from: source, [30, 50]).isEmpty)
    }

    @Test("a scan that fails throws, and the next one works")
    func failure() throws {
        let connection = try Self.table(rows: 2)
        let error = #expect(throws: SQLiteError.self) {
            try Self.rows(connection, ["missing"], from: "t")
        }
        #expect(error?.message.contains("no such column") == true)
        #expect(try Self.rows(connection, ["id"], from: "t") == [[1], [2]])
    }

    @Test("SQL cannot call the function of a scan that is over")
    func over() throws {
        let connection = try Self.table(rows: 2)
        _ = try Self.rows(connection, ["id"], from: "t")
        #expect(throws: SQLiteError.self) { try connection.integer("SELECT each_row(1)") }
    }

    @Test("a scan inside a scan is refused, and does not end the one that runs")
    func nested() throws {
        let connection = try Self.table(rows: 600)
        var count = 0
        var refused = 0
        try connection.scan(["id"], from: "t") { rows in
            count += rows.count
            do { try connection.scan(["a"], from: "t") { _ in } } catch { refused += 1 }
        }
        #expect(count == 600)
        #expect(refused == 2)
    }
}
