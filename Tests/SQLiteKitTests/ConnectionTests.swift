import SQLiteKit
import Testing

@Suite struct ConnectionTests {
    @Test("integers, texts, blobs and nulls come back as they were bound")
    func roundTrip() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d TEXT) STRICT")
        var insert = try connection.prepare("INSERT INTO t VALUES (?, ?, ?, ?)")
        insert.bind(1, Int64.min)
        insert.bind(2, "")
        [UInt8]([0, 255]).withUnsafeBytes { insert.bindBlob(3, $0, copying: true) }
        insert.bindNull(4)
        try insert.run()
        var select = try connection.prepare("SELECT a, b, c, d FROM t")
        #expect(try select.step())
        #expect(select.integer(0) == .min)
        #expect(select.type(1) == .text)
        #expect(select.text(1) == "")
        #expect(select.blob(2) == [0, 255])
        #expect(select.isNull(3) == true)
        #expect(try !select.step())
    }

    @Test("an error carries the code, the message and the SQL")
    func errors() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let error = #expect(throws: SQLiteError.self) { try connection.execute("SELECT * FROM no") }
        #expect(error?.code == 1)
        #expect(error?.message == "no such table: no")
        #expect(error?.sql == "SELECT * FROM no")
    }

    @Test(
        "one statement at a time: comments and semicolons may follow, nothing else",
        arguments: [
            ("SELECT 1", true), ("SELECT 1;", true), ("SELECT 1; -- that is all\n", true),
            ("SELECT 1 /* one */; /* two */ ;", true), ("SELECT 1; SELECT 2", false),
            ("", false), ("-- nothing", false), ("SELECT 1; /* open", true),
        ])
    func oneStatement(sql: String, isGood: Bool) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        var works = true
        do { _ = try connection.prepare(sql) } catch { works = false }
        #expect(works == isGood)
    }

    @Test("a transaction that is not committed is taken back")
    func rollback() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t (a)")
        do {
            let transaction = try connection.begin()
            try connection.execute("INSERT INTO t VALUES (1)")
            _ = consume transaction
        }
        #expect(try connection.integer("SELECT count(*) FROM t") == 0)
        let transaction = try connection.begin()
        try connection.execute("INSERT INTO t VALUES (1)")
        try transaction.commit()
        #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    }

    @Test(
        "a connection that may only read refuses whatever changes something",
        arguments: [
            ("SELECT count(*) FROM t", true), ("WITH x AS (SELECT 1) SELECT * FROM x", true),
            ("PRAGMA table_info(t)", true), ("PRAGMA user_version", true),
            ("SELECT * FROM pragma_table_info('t')", true),
            ("SELECT * FROM json_each('[1]')", true),
            ("UPDATE sqlite_master SET sql = ''", false), ("UPDATE t SET a = 1", false),
            ("INSERT INTO t VALUES (1)", false), ("DROP TABLE t", false),
            ("PRAGMA user_version = 3", false), ("ATTACH ':memory:' AS other", false),
            ("CREATE TEMP TABLE u (a)", false), ("PRAGMA writable_schema = 1", false),
            ("VACUUM INTO '/tmp/never'", false), ("BEGIN", false),
            ("SELECT load_extension('x')", false),
        ])
    func readsOnly(sql: String, isAllowed: Bool) throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        try connection.execute("CREATE TABLE t (a)")
        connection.allowReadsOnly()
        var allowed = true
        do {
            var statement = try connection.prepare(sql)
            while try statement.step() {}
        } catch { allowed = false }
        #expect(allowed == isAllowed)
    }

    @Test("a statement that runs past its time is stopped, and the next one is not")
    func timeLimit() throws {
        let connection = try Connection(path: ":memory:", mode: .create)
        let endless =
            "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i+1 FROM n) SELECT sum(i) FROM n"
        connection.setTimeLimit(.milliseconds(20))
        let error = #expect(throws: SQLiteError.self) { try connection.integer(endless) }
        #expect(error?.isInterrupted == true)
        connection.setTimeLimit(nil)
        #expect(try connection.integer("SELECT 1") == 1)
    }
}
