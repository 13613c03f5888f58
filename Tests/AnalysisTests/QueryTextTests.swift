import Testing

@testable import Analysis

@Suite("The header of a query")
struct QueryTextTests {
    @Test("title, reason, parameters and columns are read, and the SQL is the whole text")
    func whole() throws {
        let text = """
            -- A title
            --
            -- Why it matters: first line
            -- and second.
            --
            -- Parameters:
            --   :since time = start   from here
            --   :user text = 'a b'
            --   :limit integer = -1   rows
            --
            -- Columns:
            --   one    the first
            --   two    the second
            SELECT 1 AS one, 2 AS two -- Columns:
            """
        let query = try QueryText(query: text)
        #expect(query.title == "A title")
        #expect(query.why == "first line and second.")
        #expect(query.parameters.map(\.name) == ["since", "user", "limit"])
        #expect(query.parameters.map(\.kind) == [.time, .text, .integer])
        #expect(query.parameters.map(\.fallback) == ["start", "a b", "-1"])
        #expect(query.parameters.map(\.help) == ["from here", "", "rows"])
        #expect(
            query.columns == [
                .init(name: "one", help: "the first"), .init(name: "two", help: "the second"),
            ])
        #expect(query.sql == text)
    }

    @Test(
        "a header that is not whole says what it wants, and where",
        arguments: [
            ("SELECT 1", 1, "a header of comments, its title first"),
            ("--\n-- x", 1, "a title in the first line"),
            ("-- t\n-- something", 2, "'Why it matters:', 'Parameters:' or 'Columns:'"),
            ("-- t\n-- Columns:\n--  a", 3, "'Why it matters:' in the header"),
            ("-- t\n-- Why it matters: w", 2, "'Columns:' and the columns in the header"),
            (
                "-- t\n-- Parameters:\n--  since = 1", 3,
                "':name time|text|integer = default   what it does'"
            ),
            (
                "-- t\n-- Parameters:\n--  :since date = 1", 3,
                "':name time|text|integer = default   what it does'"
            ),
            ("-- t\n-- Parameters:\n--  :s text = 'a", 3, "a closing quote"),
        ])
    func incomplete(text: String, line: Int, expected: String) {
        #expect(throws: QueryHeaderError(line: line, expected: expected)) {
            try QueryText(query: text)
        }
    }

    @Test("a file without a header is plain SQL")
    func plain() throws {
        #expect(try QueryText(file: "-- note\nSELECT 1") == QueryText(plain: "-- note\nSELECT 1"))
    }

    @Test(
        "a parameter beside a column of text is found, comments and strings aside",
        arguments: [
            ("WHERE at >= :t", true), ("WHERE :t < first_at", true), ("WHERE r.at=@t", true),
            ("WHERE at_ns >= :t", false), ("WHERE at BETWEEN :t AND :u", true),
            ("WHERE at BETWEEN :u AND :t", true), ("WHERE at_ns BETWEEN :u AND :t", false),
            ("-- at >= :t\nWHERE at_ns > :t", false), ("WHERE 'at >= :t' = :t", false),
            ("WHERE at >= :time", false), ("SELECT :t", false), ("", false),
        ])
    func comparison(sql: String, isText: Bool) {
        #expect(isComparedWithText("t", in: sql) == isText)
    }

    @Test("a byte offset becomes a line, a column and a mark under it")
    func position() {
        let position = SQLPosition(byte: 16, in: "SELECT 1,\n 'ü', x\nFROM y")
        #expect(position?.line == 2)
        #expect(position?.column == 6)
        #expect(position?.excerpt == "   'ü', x\n       ^")
        #expect(SQLPosition(byte: nil, in: "x") == nil)
        #expect(SQLPosition(byte: 99, in: "x") == nil)
    }
}
