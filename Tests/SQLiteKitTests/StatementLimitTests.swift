import SQLiteKit
import Testing

/// What a statement that a stranger wrote may cost, at the edge of each limit.
@Suite struct StatementLimitTests {
    /// Whether a statement with so much of something runs.
    private func runs(_ sql: String) throws -> Bool {
        let connection = try Connection(path: ":memory:", mode: .create)
        connection.setLimits(.init())
        do {
            var statement = try connection.prepare(sql)
            _ = try statement.step()
            return true
        } catch { return false }
    }

    @Test("a value has 64 MiB at most") func value() throws {
        let longest = 64 << 20
        #expect(try runs("SELECT length(zeroblob(\(longest)))"))
        #expect(try !runs("SELECT length(zeroblob(\(longest + 1)))"))
    }

    @Test("a statement has a megabyte of text at most") func text() throws {
        for (length, isRead) in [(1 << 20, true), (1 << 20 + 1, false)] {
            let sql = "SELECT 1"
            #expect(
                try runs(sql + String(repeating: " ", count: length - sql.utf8.count)) == isRead)
        }
    }

    @Test("an expression is five hundred deep at most") func depth() throws {
        let edge = try (490...510).last { count in
            try runs("SELECT " + Array(repeating: "1", count: count).joined(separator: "+"))
        }
        #expect(edge == 500)
    }

    @Test("a result has five hundred columns at most") func columns() throws {
        for (count, isRead) in [(500, true), (501, false)] {
            let list = Array(repeating: "1", count: count).joined(separator: ",")
            #expect(try runs("SELECT \(list)") == isRead)
        }
    }

    @Test("a compound has two hundred parts at most") func compounds() throws {
        for (count, isRead) in [(200, true), (201, false)] {
            let parts = Array(repeating: "SELECT 1", count: count)
            #expect(try runs(parts.joined(separator: " UNION ALL ")) == isRead)
        }
    }

    @Test("a pattern has five thousand bytes at most") func pattern() throws {
        for (count, isRead) in [(5_000, true), (5_001, false)] {
            let pattern = String(repeating: "a", count: count)
            #expect(try runs("SELECT 'b' LIKE '\(pattern)'") == isRead)
        }
    }

    @Test("no other database can be attached") func attached() throws {
        #expect(try !runs("ATTACH ':memory:' AS other"))
    }
}
