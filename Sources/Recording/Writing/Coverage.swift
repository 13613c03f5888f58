public import KubeAPI
import Bytes
import SQLiteKit

/// How many requests of what kind a recording holds, by what their records show.
///
/// Kept beside the rows, so that a capture can say at its end what the audit policy left out.
public struct Coverage: Sendable {
    public struct Row: Sendable, Equatable {
        public var server: UInt32
        public var verb: Verb
        public var level: AuditLevel
        public var stage: Stage
        public var requests: Int
        /// Those that came with their record of stage RequestReceived too.
        public var received: Int
    }

    private struct Count {
        var requests = 0
        var received = 0
    }

    private static let perServer = 32 * 4 * 4
    /// Servers with lower ids are counted in an array; a log may name any number.
    private static let manyServers = 1_024
    private var counts: [Count] = []
    private var rareCounts: [Int: Count] = [:]

    public init() {}

    @inline(__always)
    mutating func count(_ request: borrowing Request, _ step: Int) {
        let index =
            Int(request.server) * Coverage.perServer + Int(request.verb.rawValue) << 4
            + Int(request.level.rawValue) << 2 + Int(request.stage.rawValue)
        let received = request.flags.contains(RequestRow.receivedSeen) ? step : 0
        if index >= counts.count, !grow(to: Int(request.server) + 1) {
            rareCounts[index, default: Count()].requests += step
            rareCounts[index, default: Count()].received += received
        } else {
            counts[index].requests += step
            counts[index].received += received
        }
    }

    private mutating func grow(to servers: Int) -> Bool {
        guard servers <= Coverage.manyServers else { return false }
        let more = servers * Coverage.perServer - counts.count
        counts.append(contentsOf: repeatElement(Count(), count: more))
        return true
    }

    /// The rows that are not zero, in the order of server, verb, level and stage.
    public var rows: [Row] {
        let rare = rareCounts.sorted { $0.key < $1.key }.map { (index: $0.key, count: $0.value) }
        let common = counts.enumerated().map { (index: $0.offset, count: $0.element) }
        return (common + rare).compactMap { index, count in
            guard count.requests != 0 || count.received != 0 else { return nil }
            let rest = index % Coverage.perServer
            return Row(
                server: UInt32(index / Coverage.perServer),
                verb: Verb(rawValue: UInt8(rest >> 4)) ?? .other,
                level: AuditLevel(rawValue: UInt8(rest >> 2 & 3)) ?? .none,
                stage: Stage(rawValue: UInt8(rest & 3)) ?? .panic,
                requests: count.requests, received: count.received)
        }
    }

    mutating func removeAll() {
        counts.removeAll(keepingCapacity: true)
        rareCounts.removeAll()
    }
}

extension Recording {
    /// The coverage of everything in the recording.
    public func coverage() throws(RecordingError) -> [Coverage.Row] {
        try run { connection throws(SQLiteError) in try loadCoverage(connection) }
    }
}

func loadCoverage(_ connection: borrowing Connection) throws(SQLiteError) -> [Coverage.Row] {
    var rows: [Coverage.Row] = []
    var select = try connection.prepare(
        """
        SELECT server, verb, level, stage, requests, received FROM coverage
        WHERE requests > 0 ORDER BY server, verb, level, stage
        """)
    while try select.step() {
        // So many that sums of all rows still fit.
        func count(_ column: Int) -> Int { Int(min(max(select.integer(column), 0), 1 << 40)) }
        func byte(_ column: Int) -> UInt8 { UInt8(truncatingIfNeeded: select.integer(column)) }
        rows.append(
            Coverage.Row(
                server: UInt32(truncatingIfNeeded: select.integer(0)),
                verb: Verb(rawValue: byte(1)) ?? .other,
                level: AuditLevel(rawValue: byte(2)) ?? .none,
                stage: Stage(rawValue: byte(3)) ?? .panic,
                requests: count(4), received: count(5)))
    }
    return rows
}

/// The names of the servers by id; those of other clusters are none that a server has.
func loadServers(
    _ connection: borrowing Connection, _ scope: ClusterScope?
) throws(SQLiteError) -> [String] {
    var names: [String] = []
    var select = try connection.prepare(ClusterScope.servers(seenBy: scope))
    while try select.step() { names.append(select.text(1)) }
    return names
}
