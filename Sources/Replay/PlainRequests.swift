import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Tells the requests that most are: answered by the handlers of the server that received them,
/// where the model says the same and nothing else.
struct PlainRequests: Sendable {
    let grid: DecisionGrid
    /// By the recording's resource id: the table's column.
    let columns: [Int]
    /// By the recording's server id: the table's server, or -1.
    let servers: [Int]
    /// By decision number: the handlers of the receiving server answer, and nothing else can be.
    private let isPlain: [Bool]
    /// Requests keep their servers, and their answers are known.
    private let isReplayed: Bool
    /// By the recording's resource id: a success may be a peer's; empty where none may.
    private let mayBeForwarded: [Bool]

    init(_ table: RoutingTable, _ names: Names, isReplayed: Bool, mayBeForwarded: [Bool]) {
        grid = table.grid
        columns = (0..<names.resources.count).map { id in
            guard id != 0 else { return RoutingTable.nonResourceColumn }
            return table.column(for: names.groupVersionResource(UInt32(id)))
                ?? RoutingTable.unknownColumn
        }
        servers = (0..<names.servers.count).map {
            table.server(named: names.servers[UInt32($0)]) ?? -1
        }
        isPlain = table.decisions.map { decision in
            decision.branches.allSatisfy {
                $0.outcome == .local && $0.answer == .handlers && $0.path.count == 1
            }
        }
        self.isReplayed = isReplayed
        self.mayBeForwarded = mayBeForwarded
    }

    /// The table's server where a request without later passes is plain; nil where it is not.
    @inline(__always)
    func server(of subject: Replay.Subject, _ cursor: inout EpochCursor) -> Int? {
        guard isReplayed, subject.status != 503, !subject.notFound.mayBeRouteLevel else {
            return nil
        }
        let server = servers[Int(subject.server)]
        guard server >= 0, mayBeForwarded.isEmpty || !mayBeForwarded[Int(subject.resource)] else {
            return nil
        }
        let decision = grid.decisionNumber(
            epoch: cursor.epoch(at: subject.at, in: grid), server: server,
            column: columns[Int(subject.resource)])
        return isPlain[decision] ? server : nil
    }
}

/// The last epoch that was asked for: recorded requests mostly come in the order of time.
struct EpochCursor: Sendable {
    private var epoch = 0
    private var from = Int64.max
    private var until = Int64.min

    @inline(__always)
    mutating func epoch(at instant: Int64, in grid: DecisionGrid) -> Int {
        if instant < from || instant >= until { move(to: instant, in: grid) }
        return epoch
    }

    private mutating func move(to instant: Int64, in grid: DecisionGrid) {
        epoch = grid.epoch(at: instant)
        from = grid.epochs[epoch]
        until = epoch + 1 < grid.epochs.count ? grid.epochs[epoch + 1] : Int64.max
    }
}
