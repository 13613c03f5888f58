import Bytes
public import KubeAPI
import SQLiteKit

/// The scans of a replay: the front of each row, as integers, in the order of row ids.
///
/// Ten million rows are read for one run, so a row is some integers and nothing is allocated. Ids
/// come in ranges, which threads scan by themselves. A row is read up to the last column that is
/// asked for.
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
        try recording.run { connection throws(SQLiteError) in
            try ids(connection, recording.scope)
        }
    }

    static func ids(
        _ connection: borrowing Connection, _ scope: ClusterScope?
    ) throws(SQLiteError) -> ClosedRange<Int64>? {
        if let scope, scope.id != 0 {
            guard let (first, last) = try ClusterRows.range(of: scope, on: connection) else {
                return nil
            }
            // Rows of other clusters in between are left out as they are read.
            if let last { return first <= last ? first...last : nil }
        }
        guard let first = try connection.integer("SELECT min(id) FROM request"),
            let last = try connection.integer("SELECT max(id) FROM request")
        else { return nil }
        return first...last
    }

    /// Each is asked for by itself, and somebody may have given a row any number that there is.
    private static let mostRanges: UInt64 = 4_096

    /// The ids in ranges: few enough in each that no thread has long to wait for the last.
    public static func ranges(of ids: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        let span = UInt64(bitPattern: ids.upperBound &- ids.lowerBound)
        let size = max(100_000, span / mostRanges + 1)
        return (0...span / size).map { number in
            let first = ids.lowerBound &+ Int64(bitPattern: number &* size)
            let isLast = number == span / size
            return first...(isLast ? ids.upperBound : first &+ Int64(bitPattern: size - 1))
        }
    }

    /// The first and the last instant of the rows in a range; nil where it has no row.
    public static func instants(
        in ids: ClosedRange<Int64>, on recording: borrowing Recording
    ) throws(RecordingError) -> ClosedRange<Int64>? {
        var first = Int64.max
        var last = Int64.min
        try recording.scan(["at_ns"], of: ids) { rows in
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
            "origin", "rowid", "at_ns", "server", "resource", "status", "not_found", "flags",
            "verb", "client", "path",
        ]
        try recording.scan(columns, of: ids) { rows in
            for row in 0..<rows.count where rows.isFirst(row) {
                let resource = rows.id(row, 4, ceilings.resources)
                body(
                    Row(
                        id: rows[row, 1], at: rows.instant(row, 2),
                        server: rows.id(row, 3, ceilings.servers), resource: resource,
                        client: rows.id(row, 9, ceilings.clients),
                        path: resource == 0 ? rows.id(row, 10, ceilings.strings) : 0,
                        verb: rows.verb(row, 8), status: UInt16(truncatingIfNeeded: rows[row, 5]),
                        notFound: rows.shape(row, 6), flags: rows.flags(row, 7)))
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
        try recording.scan(columns, of: ids) { rows in
            for row in 0..<rows.count where !rows.isFirst(row) {
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
        in ids: ClosedRange<Int64>, on recording: borrowing Recording,
        _ body: (AnswerRow) -> Void
    ) throws(RecordingError) {
        let ceilings = try recording.ceilings()
        let columns = [
            "rowid", "at_ns", "server", "resource", "status", "not_found", "verb", "namespace",
            "name", "client", "flags",
        ]
        try recording.scan(columns, of: ids) { rows in
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
        let columns = ["origin", "rowid", "verb", "namespace", "name"]
        try recording.scan(columns, of: ids) { rows in
            for row in 0..<rows.count where rows.isFirst(row) {
                body(
                    NamingRow(
                        id: rows[row, 1], verb: rows.verb(row, 2),
                        namespace: rows.id(row, 3, ceilings.strings),
                        name: rows.id(row, 4, ceilings.strings)))
            }
        }
    }
}

extension Recording {
    /// Columns of the requests in a range of row ids; where one may be null, -1 says so.
    func scan(
        _ columns: [String], of ids: ClosedRange<Int64>, _ body: (borrowing RowBlock) -> Void
    ) throws(RecordingError) {
        let filter = try requestFilter()
        try run { connection throws(SQLiteError) in
            try connection.scan(
                columns.map {
                    ScanColumn($0, null: ["origin", "duration_us"].contains($0) ? -1 : 0)
                },
                of: "request", rows: ids, keeping: filter, body)
        }
    }
}

// Numbers that no writer leaves are cut to what the type holds, and ids to names that there are.
extension RowBlock {
    /// Whether a row is the first of its request, where column 0 is `origin`.
    @inline(__always)
    func isFirst(_ row: Int) -> Bool { self[row, 0] < 0 }

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
