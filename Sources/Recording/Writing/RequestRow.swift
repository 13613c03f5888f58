import Bytes
import KubeAPI
import SQLiteKit

/// How a `Request` is a row of table `request`: one order of columns for writing and reading.
///
/// Zeros that mean "not seen" are nulls in the table. The audit id travels beside the integers.
enum RequestRow {
    /// The integer columns; `audit_id` follows them.
    static let columns = """
        id, at_ns, server, resource, status, not_found, flags, origin, verb, client, namespace, \
        name, duration_us, path, query, stage, level, source, position
        """

    static let columnNames = columns.split(separator: ", ").map { String($0) }
    static let width = 19
    /// The column of the server.
    static let server = 2
    /// `status`, `origin` and `duration_us`: asking all columns takes as long as reading them.
    private static let nullable = [4, 7, 12]

    /// The same columns for a scan of the table.
    static let scanned = columnNames.enumerated().map { index, name in
        ScanColumn(
            index == 0 ? "rowid" : name, null: nullable.contains(index) ? RowBatch.null : 0)
    }

    /// Set in a row's flags where the record of stage RequestReceived was seen too.
    static let receivedSeen = RequestFlags(rawValue: 1 << 15)

    @inline(__always)
    static func fill(
        _ row: UnsafeMutablePointer<Int64>, id: Int64, _ request: borrowing Request
    ) {
        row[0] = id
        row[1] = request.at
        row[2] = Int64(request.server)
        row[3] = Int64(request.resource)
        row[4] = request.status == 0 ? RowBatch.null : Int64(request.status)
        row[5] = Int64(request.notFound.rawValue)
        row[6] = Int64(request.flags.rawValue)
        row[7] = RowBatch.null
        row[8] = Int64(request.verb.rawValue)
        row[9] = Int64(request.client)
        row[10] = Int64(request.namespace)
        row[11] = Int64(request.name)
        row[12] = request.durationMicroseconds < 0 ? RowBatch.null : request.durationMicroseconds
        row[13] = Int64(request.path)
        row[14] = Int64(request.query)
        row[15] = Int64(request.stage.rawValue)
        row[16] = Int64(request.level.rawValue)
        row[17] = Int64(request.source)
        row[18] = request.position
    }

    /// The request of a row that was selected as `columns`; without its audit id.
    @inline(__always)
    static func request(_ row: borrowing Statement) -> Request {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: width) { values in
            for column in 0..<width {
                values.initializeElement(at: column, to: row.integer(column))
            }
            for column in nullable where row.isNull(column) { values[column] = RowBatch.null }
            return values.baseAddress.map { request($0) } ?? Request()
        }
    }

    /// The request of a row that `fill` wrote; without its audit id.
    ///
    /// Numbers that no writer leaves are cut to what the type holds: a damaged row is no trap.
    @inline(__always)
    static func request(_ row: UnsafePointer<Int64>) -> Request {
        func id(_ column: Int) -> UInt32 { UInt32(truncatingIfNeeded: row[column]) }
        func byte(_ column: Int) -> UInt8 { UInt8(truncatingIfNeeded: row[column]) }
        var request = Request()
        request.at = RFC3339.clamped(row[1])
        request.server = id(2)
        request.resource = id(3)
        request.status = row[4] == RowBatch.null ? 0 : UInt16(truncatingIfNeeded: row[4])
        request.notFound = NotFoundShape(rawValue: byte(5)) ?? .none
        request.flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: row[6]))
        request.verb = Verb(rawValue: byte(8)) ?? .other
        request.client = id(9)
        request.namespace = id(10)
        request.name = id(11)
        request.durationMicroseconds = row[12] == RowBatch.null ? -1 : row[12]
        request.path = id(13)
        request.query = id(14)
        request.stage = Stage(rawValue: byte(15)) ?? .panic
        request.level = AuditLevel(rawValue: byte(16)) ?? .none
        request.source = id(17)
        request.position = row[18]
        return request
    }
}
