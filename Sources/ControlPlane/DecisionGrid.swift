import Bytes

/// The numbers of a table's decisions: what is asked of it for every request.
///
/// A value of its own, so that who judges millions of requests carries no more than it reads.
public struct DecisionGrid: Sendable {
    /// When each epoch starts, ascending; the first is the beginning of time.
    public let epochs: [Int64]
    @usableFromInline let serverCount: Int
    /// By epoch, server, header and block of columns: where the block starts in `cells`.
    @usableFromInline let rows: [UInt32]
    @usableFromInline let blockCount: Int
    /// Decision numbers: blocks that are equal are stored once.
    @usableFromInline let cells: [UInt32]

    /// Columns are stored in blocks of sixteen, so that a change in one repeats few cells.
    @inlinable static var blockShift: Int { 4 }
    @inlinable static var blockSize: Int { 1 << blockShift }

    init(_ compiled: Compilation) {
        epochs = compiled.epochs
        serverCount = compiled.model.serverNames.count
        rows = compiled.rows
        blockCount = compiled.blockCount
        cells = compiled.cells
    }

    /// The epoch that holds an instant.
    public func epoch(at instant: Int64) -> Int {
        max(0, epochs.partitioningIndex { $0 > instant } - 1)
    }

    @inlinable
    @inline(__always)
    public func decisionNumber(
        epoch: Int, server: Int, column: Int, header: PeerProxiedHeader = .absent
    ) -> Int {
        let plane = (epoch &* serverCount &+ server) &* 3 &+ Int(header.rawValue)
        let block = rows[plane &* blockCount &+ column >> DecisionGrid.blockShift]
        return Int(cells[Int(block) &+ column & (DecisionGrid.blockSize &- 1)])
    }
}
