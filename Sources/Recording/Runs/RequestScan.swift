public import KubeAPI
public import SQLiteKit

/// The rows of requests that a replay reads: the front of each row, in the order of row ids.
///
/// Ten million of them are read for one run, so a row is eight integers and nothing is allocated.
/// Later passes of forwarded requests are left out here and read whole by `passes`.
public struct RequestScan {
    public struct Row: Sendable, BitwiseCopyable {
        public var id: Int64
        public var at: Int64
        public var server: UInt32
        public var resource: UInt32
        public var client: UInt32
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

    /// The ids that there are, as a range to be cut among threads.
    public static func ids(
        on connection: borrowing Connection
    ) throws(SQLiteError) -> ClosedRange<Int64>? {
        guard let first = try connection.integer("SELECT min(id) FROM request"),
            let last = try connection.integer("SELECT max(id) FROM request")
        else { return nil }
        return first...last
    }

    /// The first rows of the requests whose ids lie in a range.
    public static func forEach(
        in ids: ClosedRange<Int64>, on connection: borrowing Connection, _ body: (Row) -> Void
    ) throws(SQLiteError) {
        var select = try connection.prepare(
            """
            SELECT id, at_ns, server, resource, status, not_found, flags, client, verb FROM request
            WHERE id BETWEEN ? AND ? AND origin IS NULL
            """)
        select.bind(1, ids.lowerBound)
        select.bind(2, ids.upperBound)
        while try select.step() {
            body(
                Row(
                    id: select.integer(0), at: select.integer(1),
                    server: UInt32(truncatingIfNeeded: select.integer(2)),
                    resource: UInt32(truncatingIfNeeded: select.integer(3)),
                    client: UInt32(truncatingIfNeeded: select.integer(7)),
                    verb: Verb(rawValue: UInt8(truncatingIfNeeded: select.integer(8))) ?? .none,
                    status: UInt16(truncatingIfNeeded: select.integer(4)),
                    notFound: shape(select.integer(5)),
                    flags: RequestFlags(rawValue: UInt16(truncatingIfNeeded: select.integer(6)))))
        }
    }

    /// The later passes whose own ids lie in a range, in the order of those ids.
    public static func passes(
        in ids: ClosedRange<Int64>, on connection: borrowing Connection
    ) throws(SQLiteError) -> [PassRow] {
        var select = try connection.prepare(
            """
            SELECT origin, at_ns, server, status, not_found, flags FROM request
            WHERE id BETWEEN ? AND ? AND origin IS NOT NULL
            """)
        select.bind(1, ids.lowerBound)
        select.bind(2, ids.upperBound)
        var rows: [PassRow] = []
        while try select.step() {
            rows.append(
                PassRow(
                    origin: select.integer(0), at: select.integer(1),
                    server: UInt32(truncatingIfNeeded: select.integer(2)),
                    status: UInt16(truncatingIfNeeded: select.integer(3)),
                    notFound: shape(select.integer(4)),
                    flags: RequestFlags(rawValue: UInt16(truncatingIfNeeded: select.integer(5)))))
        }
        return rows
    }

    private static func shape(_ value: Int64) -> NotFoundShape {
        NotFoundShape(rawValue: UInt8(truncatingIfNeeded: value)) ?? .none
    }
}
