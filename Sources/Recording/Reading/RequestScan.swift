import Bytes
public import KubeAPI
import SQLiteKit

/// The scans of a replay: the front of each row, as integers, in the order of row ids.
///
/// Ten million rows are read for one run, so a row is some integers and nothing is allocated. Ids
/// come in ranges, which threads scan by themselves. Names of columns say what SQLite has to walk
/// over: it reads a row up to the last one that is asked for.
public struct RequestScan {
    /// The first row of a request: what a verdict depends on, and who asked for what.
    public struct Row: Sendable, BitwiseCopyable {
        public var id: Int64
        public var at: Int64
        public var server: UInt32
        public var resource: UInt32
        public var client: UInt32
        /// Where the request names no resource; otherwise 0.
        public var path: UInt32
        public var verb: Verb
        public var status: UInt16
        public var notFound: NotFoundShape
        public var flags: RequestFlags
    }

    /// A row of a forwarded request at a later server.
    public struct PassRow: Sendable, BitwiseCopyable {
        public var origin: Int64
        public var at: Int64
        public var server: UInt32
        public var status: UInt16
        public var notFound: NotFoundShape
        public var flags: RequestFlags
    }

    /// What the first row of a request names.
    public struct NamingRow: Sendable, BitwiseCopyable {
        public var id: Int64
        public var verb: Verb
        public var namespace: UInt32
        public var name: UInt32
    }

    /// Any row, as far as it shows how its server answered.
    public struct AnswerRow: Sendable, BitwiseCopyable {
        public var id: Int64
        public var at: Int64
        public var server: UInt32
        public var resource: UInt32
        /// 0 where nobody wants to know.
        public var client: UInt32
        public var verb: Verb
        public var status: UInt16
        public var notFound: NotFoundShape
        public var flags: RequestFlags
        public var namespace: UInt32
        public var name: UInt32
    }

    /// The ids that there are, as a range to be cut among threads.
    public static func ids(
        on recording: borrowing Recording
    ) throws(RecordingError) -> ClosedRange<Int64>? {
        try recording.run { connection throws(SQLiteError) in try ids(connection) }
    }

    static func ids(
        _ connection: borrowing Connection
    ) throws(SQLiteError) -> ClosedRange<Int64>? {
        guard let first = try connection.integer("SELECT min(id) FROM request"),
            let last = try connection.integer("SELECT max(id) FROM request")
        else { return nil }
        return first...last
    }

    /// The ids in ranges: few enough in each that no thread has long to wait for the last.
    public static func ranges(of ids: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        let size: Int64 = 100_000
        return stride(from: ids.lowerBound, through: ids.upperBound, by: Int(size)).map {
            $0...min($0 + (size - 1), ids.upperBound)
        }
    }

    /// The first and the last instant of the rows in a range; nil where it has no row.
    public static func instants(
        in ids: ClosedRange<Int64>, on recording: borrowing Recording
    ) throws(RecordingError) -> ClosedRange<Int64>? {
        var first = Int64.max
        var last = Int64.min
        try scan(["at_ns"], of: ids, on: recording) { rows in
            for row in 0..<rows.count {
                first = min(first, rows.instant(row, 0))
                last = max(last, rows.instant(row, 0))
            }
        }
        return first <= last ? first...last : nil
    }

    /// Whether there are later passes at all: an index tells it.
    public static func hasPasses(
        on recording: borrowing Recording
    ) throws(RecordingError) -> Bool {
        try recording.count("SELECT EXISTS (SELECT 1 FROM request WHERE origin IS NOT NULL)") == 1
    }

    /// The first rows of the requests whose ids lie in a range.
    public static func forEach(
        in ids: ClosedRange<Int64>, on recording: borrowing Recording, _ body: (Row) -> Void
    ) throws(RecordingError) {
        let ceilings = try recording.ceilings()
        let columns = [
            "id", "at_ns", "server", "resource", "status", "not_found", "flags", "verb", "client",
            "iif(resource = 0, path, 0)",
        ]
        try scan(columns, of: ids, where: "origin IS NULL", on: recording) { rows in
            for row in 0..<rows.count {
                body(
                    Row(
                        id: rows[row, 0], at: rows.instant(row, 1),
                        server: rows.id(row, 2, ceilings.servers),
                        resource: rows.id(row, 3, ceilings.resources),
                        client: rows.id(row, 8, ceilings.clients),
                        path: rows.id(row, 9, ceilings.strings),
                        verb: rows.verb(row, 7), status: UInt16(truncatingIfNeeded: rows[row, 4]),
                        notFound: rows.shape(row, 5), flags: rows.flags(row, 6)))
            }
        }
    }

    /// The later passes whose own ids lie in a range, in the order of those ids.
    public static func passes(
        in ids: ClosedRange<Int64>, on recording: borrowing Recording
    ) throws(RecordingError) -> [PassRow] {
        var passes: [PassRow] = []
        let ceilings = try recording.ceilings()
        let columns = ["origin", "at_ns", "server", "status", "not_found", "flags"]
        try scan(columns, of: ids, where: "origin IS NOT NULL", on: recording) { rows in
            for row in 0..<rows.count {
                passes.append(
                    PassRow(
                        origin: rows[row, 0], at: rows.instant(row, 1),
                        server: rows.id(row, 2, ceilings.servers),
                        status: UInt16(truncatingIfNeeded: rows[row, 3]),
                        notFound: rows.shape(row, 4), flags: rows.flags(row, 5)))
            }
        }
        return passes
    }

    /// All rows whose ids lie in a range.
    public static func forEachAnswer(
        in ids: ClosedRange<Int64>, withClients: Bool, on recording: borrowing Recording,
        _ body: (AnswerRow) -> Void
    ) throws(RecordingError) {
        let ceilings = try recording.ceilings()
        let columns = [
            "id", "at_ns", "server", "resource", "status", "not_found", "verb", "namespace",
            "name", withClients ? "client" : "0", "flags",
        ]
        try scan(columns, of: ids, on: recording) { rows in
            for row in 0..<rows.count {
                body(
                    AnswerRow(
                        id: rows[row, 0], at: rows.instant(row, 1),
                        server: rows.id(row, 2, ceilings.servers),
                        resource: rows.id(row, 3, ceilings.resources),
                        client: rows.id(row, 9, ceilings.clients),
                        verb: rows.verb(row, 6), status: UInt16(truncatingIfNeeded: rows[row, 4]),
                        notFound: rows.shape(row, 5), flags: rows.flags(row, 10),
                        namespace: rows.id(row, 7, ceilings.strings),
                        name: rows.id(row, 8, ceilings.strings)))
            }
        }
    }

    /// What the first rows of the requests name whose ids lie in a range.
    public static func forEachNaming(
        in ids: ClosedRange<Int64>, on recording: borrowing Recording,
        _ body: (NamingRow) -> Void
    ) throws(RecordingError) {
        let ceilings = try recording.ceilings()
        let columns = ["id", "verb", "namespace", "name"]
        try scan(columns, of: ids, where: "origin IS NULL", on: recording) { rows in
            for row in 0..<rows.count {
                body(
                    NamingRow(
                        id: rows[row, 0], verb: rows.verb(row, 1),
                        namespace: rows.id(row, 2, ceilings.strings),
                        name: rows.id(row, 3, ceilings.strings)))
            }
        }
    }

    // Whatever index somebody adds to the table: rows come in the order of their ids.
    private static func scan(
        _ columns: [String], of ids: ClosedRange<Int64>, where condition: String = "true",
        on recording: borrowing Recording, _ body: (borrowing RowBlock) -> Void
    ) throws(RecordingError) {
        try recording.run { connection throws(SQLiteError) in
            try connection.scan(
                columns, from: "request NOT INDEXED WHERE id BETWEEN ? AND ? AND \(condition)",
                [ids.lowerBound, ids.upperBound], body)
        }
    }
}

// Numbers that no writer leaves are cut to what the type holds, and ids to names that there are.
extension RowBlock {
    @inline(__always)
    func id(_ row: Int, _ column: Int, _ ceiling: Int64) -> UInt32 {
        Ceilings.id(self[row, column], ceiling)
    }

    @inline(__always)
    func instant(_ row: Int, _ column: Int) -> Int64 { RFC3339.clamped(self[row, column]) }

    @inline(__always)
    func verb(_ row: Int, _ column: Int) -> Verb {
        Verb(rawValue: UInt8(truncatingIfNeeded: self[row, column])) ?? .other
    }

    @inline(__always)
    func shape(_ row: Int, _ column: Int) -> NotFoundShape {
        NotFoundShape(rawValue: UInt8(truncatingIfNeeded: self[row, column])) ?? .unknown
    }

    @inline(__always)
    func flags(_ row: Int, _ column: Int) -> RequestFlags {
        RequestFlags(rawValue: UInt16(truncatingIfNeeded: self[row, column]))
    }
}
