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

    static let width = 19

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
    ///
    /// Numbers that no writer leaves are cut to what the type holds: a damaged row is no trap.
    @inline(__always)
    static func request(_ row: borrowing Statement) -> Request {
        var request = Request()
        request.at = row.integer(1)
        request.server = UInt32(truncatingIfNeeded: row.integer(2))
        request.resource = UInt32(truncatingIfNeeded: row.integer(3))
        request.status = UInt16(truncatingIfNeeded: row.integer(4))
        request.notFound =
            NotFoundShape(rawValue: UInt8(truncatingIfNeeded: row.integer(5))) ?? .none
        request.flags = RequestFlags(rawValue: UInt16(truncatingIfNeeded: row.integer(6)))
        request.verb = Verb(rawValue: UInt8(truncatingIfNeeded: row.integer(8))) ?? .other
        request.client = UInt32(truncatingIfNeeded: row.integer(9))
        request.namespace = UInt32(truncatingIfNeeded: row.integer(10))
        request.name = UInt32(truncatingIfNeeded: row.integer(11))
        request.durationMicroseconds = row.isNull(12) ? -1 : row.integer(12)
        request.path = UInt32(truncatingIfNeeded: row.integer(13))
        request.query = UInt32(truncatingIfNeeded: row.integer(14))
        request.stage = Stage(rawValue: UInt8(truncatingIfNeeded: row.integer(15))) ?? .panic
        request.level = AuditLevel(rawValue: UInt8(truncatingIfNeeded: row.integer(16))) ?? .none
        request.source = UInt32(truncatingIfNeeded: row.integer(17))
        request.position = row.integer(18)
        return request
    }
}

/// Writes a UUID in its 36 bytes of text.
@inline(__always)
func writeUUID(_ id: UniqueID, to text: UnsafeMutablePointer<CChar>) {
    var at = 0
    for byte in 0..<16 {
        if byte == 4 || byte == 6 || byte == 8 || byte == 10 {
            text[at] = 45
            at &+= 1
        }
        let half = byte < 8 ? id.high : id.low
        let value = UInt8(truncatingIfNeeded: half >> UInt64(56 &- (byte & 7) &* 8))
        text[at] = hexDigit(value >> 4)
        text[at &+ 1] = hexDigit(value & 15)
        at &+= 2
    }
}

@inline(__always)
private func hexDigit(_ nibble: UInt8) -> CChar {
    CChar(truncatingIfNeeded: nibble &+ (nibble < 10 ? 48 : 87))
}
