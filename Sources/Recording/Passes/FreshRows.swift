import Bytes
import KubeAPI
import SQLiteKit

/// The new rows of one batch, in memory until one statement copies them all.
///
/// `PassIndex` fills one while another is being inserted.
// One thread changes it at a time: `Storing` hands it over, and meanwhile both only read.
final class FreshRows: @unchecked Sendable {
    /// A batch of a capture and a piece more: it may end within one.
    private static let capacity = 24_576
    private static let textCapacity = 3 << 20

    private var rows: RowBatch
    private let image: TableImage

    /// - Parameters:
    ///   - name: of the database as which the connection sees the rows.
    ///   - cluster: the one that the rows are of.
    init(
        _ connection: borrowing Connection, name: String, of cluster: ClusterScope
    ) throws(SQLiteError) {
        rows = RowBatch(
            integers: RequestRow.width, capacity: FreshRows.capacity,
            textCapacity: FreshRows.textCapacity)
        // Which request a row belongs to is not known before the end. Who is no server by name is
        // the cluster's own.
        image = try TableImage(
            connection, name: name, of: "request", columns: RequestRow.columnNames + ["audit_id"],
            index: "request_origin", zero: (RequestRow.server, cluster.id))
    }

    /// Where a row is among these, whose ids go up by one; nil where it is not.
    @inline(__always)
    func index(of row: Int64) -> Int? {
        guard rows.count > 0, row >= rows[0][0], row - rows[0][0] < rows.count else { return nil }
        return Int(row - rows[0][0])
    }

    subscript(index: Int) -> (key: PassKey, request: Request) {
        let request = RequestRow.request(rows[index])
        return (rows.withText(index) { PassKey(auditID: $0, of: request) }, request)
    }

    /// Appends a row, with a UUID or nothing as its audit id; false where there is no room.
    @inline(__always)
    func append(_ request: Request, _ row: Int64) -> Bool {
        let length = request.auditID == .none ? 0 : 36
        return rows.append(textBytes: length) { values, text in
            RequestRow.fill(values, id: row, request)
            if length > 0 { request.auditID.writeUUID(to: text) }
            return length
        }
    }

    /// The same with an audit id that is any text.
    func append(_ request: Request, _ row: Int64, auditID: ArraySlice<UInt8>) -> Bool {
        rows.append(textBytes: auditID.count) { values, text in
            RequestRow.fill(values, id: row, request)
            for (offset, byte) in auditID.enumerated() { text[offset] = CChar(bitPattern: byte) }
            return auditID.count
        }
    }

    func replace(_ index: Int, with request: Request, _ row: Int64) {
        rows.replace(index) { RequestRow.fill($0, id: row, request) }
    }

    /// Inserts the rows into the table.
    func store() throws(SQLiteError) {
        try image.insert(rows)
    }

    /// Makes room for the next batch: for whoever fills it, as the other thread may still read.
    func removeAll() { rows.removeAll() }
}
