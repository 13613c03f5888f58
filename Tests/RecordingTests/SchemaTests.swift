import Foundation
import Glibc
@testable import Recording
import SQLiteKit
import Synchronization
import Testing

/// The views of the contract with their columns in order; more columns may follow.
private let contract: [(view: String, columns: String)] = [
    (
        "v_request",
        """
        request_id at at_ns server verb path api_group api_version resource subresource namespace \
        name user user_agent source_ip status not_found audit_id duration_us peer_proxied source \
        position query
        """
    ),
    ("v_server", "server version from_at from_ns until_at until_ns known_by"),
    (
        "v_object",
        """
        object_id api_group api_version kind resource namespace name uid first_ns last_ns deleted_ns
        """
    ),
    ("v_owner", "object_id api_group api_version kind name uid controller"),
    ("v_run", "run scenario started_at requests flagged tool_version seed mode evidence"),
    ("v_evidence", "run kind weight subject summary effect"),
    (
        "v_verdict",
        "run request_id entry_server outcome certainty alternatives servers status reason"
    ),
    (
        "v_finding",
        """
        run finding_id kind severity grade subject summary requests first_at last_at api_group \
        api_version resource namespace user user_agent server
        """
    ),
    ("v_finding_request", "run finding_id request_id role"),
    (
        "v_wrong_gc",
        """
        run finding_id owner_group owner_version owner_kind owner_namespace owner_name owner_uid \
        group version resource namespace name uid deleted_at grade
        """
    ),
    (
        "v_namespace_risk",
        "run finding_id namespace kind api_group api_version resource reason grade"
    ),
    ("v_body", "request_id side json"),
    ("v_reject", "source position reason"),
    ("v_agreement", "run recorded predicted requests"),
    (
        "v_exposure",
        """
        run api_group api_version resource from_at until_at length_ns refusing serving from_ns \
        until_ns
        """
    ),
    (
        "v_exposed_client",
        """
        run api_group api_version resource user user_agent requests first_at last_at first_ns \
        last_ns
        """
    ),
]

@Suite struct SchemaTests {
    @Test("every view has the columns of the contract, in its order", arguments: contract)
    func columns(view: String, columns: String) throws {
        try withRecording { recording, _ in
            let statement = try recording.connection.prepare("SELECT * FROM \(view)")
            let found = (0..<statement.columnCount).map { statement.columnName($0) }
            let wanted = columns.split(separator: " ").map(String.init)
            #expect(Array(found.prefix(wanted.count)) == wanted)
        }
    }

    @Test("names that a query does not ask for are not looked up")
    func unusedNames() throws {
        try withRecording { recording, _ in
            var plan = try recording.connection.prepare(
                "EXPLAIN QUERY PLAN SELECT sum(status), max(at_ns) FROM v_request")
            var lines: [String] = []
            while try plan.step() { lines.append(plan.text(3)) }
            #expect(lines == ["SCAN r"])
        }
    }

    @Test("a recording is read through its own views, and through none that somebody put there")
    func ownViews() throws {
        try withRecording { recording, _ in
            let views = try recording.views()
            #expect(views.count > 20)
            for view in [nil] + views.map({ $0 }) {
                try withTemporaryFolder { folder in
                    let path = folder + "/r.db"
                    try Recording(path: path, access: .create).close()
                    if let view {
                        let file = try Connection(path: path, mode: .readWrite)
                        try file.execute("DROP VIEW \(view); CREATE VIEW \(view) AS SELECT 7 AS x")
                    }
                    let read = try Recording(path: path, access: .read)
                    let made = try read.connection.integer(
                        "SELECT count(*) FROM temp.sqlite_schema")
                    #expect(made == (view == nil ? 0 : Int64(views.count)), "\(view ?? "none")")
                    guard let view else { return }
                    let select = try read.connection.prepare("SELECT * FROM \(view)")
                    #expect(select.columnName(0) != "x", "\(view)")
                }
            }
        }
    }

    @Test("a recording says what it is")
    func identity() throws {
        try withRecording { recording, path in
            let version = try recording.connection.integer("PRAGMA user_version")
            let application = try recording.connection.integer("PRAGMA application_id")
            let journal = try recording.connection.text("PRAGMA journal_mode")
            let loose = try recording.connection.text(
                """
                SELECT group_concat(name) FROM pragma_table_list
                WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'
                """)
            #expect(version == Int64(Schema.version))
            #expect(application == 0x4B53_4B57)
            #expect(journal == "wal")
            #expect(loose == nil)
        }
    }

    @Test("what is closed is one file")
    func closing() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            try Recording(path: path, access: .create).close()
            #expect(try files(in: folder) == ["r.db"])
            #expect(
                try Recording(path: path, access: .read).connection.text("PRAGMA journal_mode")
                    == "delete")
        }
    }

    @Test("a reader takes back what a killed writer had half committed")
    func halfCommitted() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            try Recording(path: path, access: .create, journal: .inPlace).close()
            let writer = try Connection(path: path, mode: .readWrite)
            // So small a cache that rows reach the file before they are committed.
            try writer.execute(
                "PRAGMA cache_size = 1; BEGIN; INSERT INTO source (id, name) VALUES (77, 'a')")
            try writer.execute(
                """
                INSERT INTO string WITH RECURSIVE n(i) AS (
                    SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 5000
                ) SELECT i, hex(zeroblob(100)) FROM n
                """)
            let killed = folder + "/killed.db"
            for part in ["", "-journal"] {
                try FileManager.default.copyItem(atPath: path + part, toPath: killed + part)
            }
            let recording = try Recording(path: killed, access: .read)
            #expect(
                try recording.connection.integer("SELECT count(*) FROM string WHERE id >= 1000")
                    == 0)
            try expectSound(killed)
        }
    }

    @Test("a second writer is told, a reader is not")
    func locking() throws {
        try withRecording { _, path in
            #expect(throws: RecordingError.beingWritten(path: path)) {
                _ = try Recording(path: path, access: .write)
            }
            _ = try Recording(path: path, access: .read)
        }
    }

    @Test("a file that is no recording, or a later one, is refused with a sentence")
    func refusals() throws {
        try withTemporaryFolder { folder in
            let text = folder + "/text"
            write("this is not a database, whatever its name says; it is long enough", to: text)
            #expect(throws: RecordingError.notARecording(path: text)) {
                _ = try Recording(path: text, access: .create)
            }
            let other = folder + "/other.db"
            try Connection(path: other, mode: .create).execute("CREATE TABLE t (a)")
            #expect(throws: RecordingError.notARecording(path: other)) {
                _ = try Recording(path: other, access: .create)
            }
            let absent = folder + "/absent.db"
            #expect(throws: RecordingError.notFound(path: absent)) {
                _ = try Recording(path: absent, access: .read)
            }
            let newer = folder + "/newer.db"
            try Recording(path: newer, access: .create).close()
            try Connection(path: newer, mode: .readWrite).execute("PRAGMA user_version = 99")
            #expect(
                throws: RecordingError.newerSchema(
                    path: newer, found: 99, known: Int64(Schema.version))
            ) {
                _ = try Recording(path: newer, access: .read)
            }
        }
    }

    @Test(
        "the views of a recording of an older schema are not obeyed once it is brought up to date",
        arguments: 1..<Schema.version)
    func olderViews(version: Int) throws {
        for access in [Recording.Access.read, .write] {
            try withTemporaryFolder { folder in
                let path = folder + "/old.db"
                do {
                    let old = try Connection(path: path, mode: .create)
                    for migration in Schema.migrations[..<version] { try old.execute(migration) }
                    try old.execute("PRAGMA application_id = \(Schema.applicationID)")
                    try old.execute("PRAGMA user_version = \(version)")
                    // One that never ends would do, too.
                    try old.execute("DROP VIEW v_request")
                    try old.execute("CREATE VIEW v_request AS SELECT 7 AS request_id, 1 AS at_ns")
                }
                let recording = try Recording(path: path, access: access)
                #expect(try recording.connection.integer("SELECT count(*) FROM v_request") == 0)
                #expect(try recording.connection.integer("SELECT count(*) FROM v_evidence") == 0)
            }
        }
    }

    @Test("readers that come together to a recording of an older schema wait for its mending")
    func readersTogether() throws {
        for _ in 0..<5 {
            try withTemporaryFolder { folder in
                let path = folder + "/old.db"
                do {
                    let old = try Connection(path: path, mode: .create)
                    try old.execute(Schema.migrations[0])
                    try old.execute("PRAGMA application_id = \(Schema.applicationID)")
                    try old.execute("PRAGMA user_version = 1")
                }
                let failures = Mutex<[String]>([])
                DispatchQueue.concurrentPerform(iterations: 6) { _ in
                    do {
                        _ = try Recording(path: path, access: .read)
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                #expect(failures.withLock { $0 } == [])
            }
        }
    }
}

extension Recording {
    fileprivate func views() throws(RecordingError) -> [String] {
        try rows("SELECT name FROM main.sqlite_schema WHERE type = 'view'") { $0.text(0) }
    }
}
