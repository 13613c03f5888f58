import Bytes
public import KubeAPI
import SQLiteKit

extension Recording {
    /// The writes by which clocks are compared, by server and time.
    public func revisions() throws(RecordingError) -> [Revision] {
        try run { connection throws(SQLiteError) in
            let ceilings = try Ceilings(connection)
            var select = try connection.prepare(
                "SELECT server, from_ns, until_ns, name, used, made FROM revision")
            var revisions: [Revision] = []
            while try select.step() {
                revisions.append(
                    Revision(
                        server: select.id(0, ceilings.servers), from: select.instant(1),
                        until: select.instant(2), name: select.id(3, ceilings.strings),
                        used: select.integer(4), made: select.integer(5)))
            }
            return revisions
        }
    }
}

/// A request that one server received and another answered.
public struct ForwardedRequest: Sendable {
    public var server: UInt32
    public var peer: UInt32
    public var from: Int64
    public var until: Int64
    /// When the peer received it.
    public var arrived: Int64
}

extension Recording {
    /// Some requests that were forwarded, each with both ends.
    public func forwardedRequests() throws(RecordingError) -> [ForwardedRequest] {
        let ceilings = try ceilings()
        return try rows(
            """
            SELECT entry.server, pass.server, entry.at_ns, entry.duration_us, pass.at_ns
            FROM request AS pass JOIN request AS entry ON entry.id = pass.origin
            WHERE pass.origin IS NOT NULL AND entry.duration_us >= 0 LIMIT 500
            """
        ) { row in
            ForwardedRequest(
                server: row.id(0, ceilings.servers), peer: row.id(1, ceilings.servers),
                from: row.instant(2), until: row.end(of: 2, lasting: 3), arrived: row.instant(4))
        }
    }

    /// When each request was answered, and by which server.
    public func forEachEnd(
        in ids: ClosedRange<Int64>, _ body: (Int64, UInt32) -> Void
    ) throws(RecordingError) {
        let ceilings = try ceilings()
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                "SELECT server, at_ns, duration_us FROM request WHERE id BETWEEN ? AND ?")
            select.bind(1, ids.lowerBound)
            select.bind(2, ids.upperBound)
            while try select.step() {
                body(select.end(of: 1, lasting: 2), select.id(0, ceilings.servers))
            }
        }
    }
}

extension Statement {
    /// An instant and the microseconds behind it.
    fileprivate func end(of instant: Int, lasting duration: Int) -> Int64 {
        let (length, isLong) = max(0, integer(duration)).multipliedReportingOverflow(by: 1_000)
        let (end, isLate) = self.instant(instant).addingReportingOverflow(length)
        return isLong || isLate ? self.instant(instant) : RFC3339.clamped(end)
    }
}
