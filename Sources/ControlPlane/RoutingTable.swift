public import KubeAPI

/// What every server does with every resource at every instant, compiled from a scenario.
///
/// A request is looked up in three steps: the epoch of its instant, the column of its resource, and
/// the decision in that epoch at the server that received it. `Replay` keeps a cursor over the
/// epochs and resolves columns once per resource, so a verdict is two array reads. The table reads
/// no traffic and decides nothing about evidence: where the model cannot know what happened, the
/// decision holds every branch, and the recording chooses.
public struct RoutingTable: Sendable {
    /// The names of the servers, in the order of the scenario; decisions speak of their numbers.
    public let servers: [String]
    /// When each epoch starts, ascending; the first is the beginning of time.
    public let epochs: [Int64]
    /// Each decision once.
    public let decisions: [Decision]
    let model: Model
    let extensions: [Scenario.Extension]
    let columns: Columns
    /// By epoch, server, header and block of columns: where the block starts in `cells`.
    private let rows: [UInt32]
    private let blockCount: Int
    /// Decision numbers: blocks that are equal are stored once.
    private let cells: [UInt32]

    /// The column of requests that name no resource.
    public static let nonResourceColumn = Columns.nonResource
    /// The column of resources of whose group nothing is known.
    public static let unknownColumn = Columns.unknown

    /// Compiles a scenario.
    public init(_ scenario: Scenario) {
        let compiled = Compilation(scenario)
        servers = compiled.model.serverNames
        model = compiled.model
        extensions = scenario.extensions
        columns = compiled.columns
        epochs = compiled.epochs
        decisions = compiled.decisions
        rows = compiled.rows
        blockCount = compiled.blockCount
        cells = compiled.cells
    }

    /// The number of columns: resources that no server ever treats differently share one.
    public var columnCount: Int { columns.columns.count }

    /// The epoch that holds an instant.
    public func epoch(at instant: Int64) -> Int {
        var low = 0
        var high = epochs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if epochs[middle] <= instant { low = middle } else { high = middle }
        }
        return low
    }

    public func server(named name: String) -> Int? { servers.firstIndex(of: name) }

    /// The column of a resource; nil where nothing is known of its group.
    ///
    /// Subresources are decided by their parent (F1.11).
    public func column(for resource: GroupVersionResource) -> Int? { columns.number(of: resource) }

    /// The number of a decision: the hot look-up.
    @inline(__always)
    public func decisionNumber(
        epoch: Int, server: Int, column: Int, header: PeerProxiedHeader = .absent
    ) -> Int {
        let plane = (epoch &* servers.count &+ server) &* 3 &+ Int(header.rawValue)
        let block = rows[plane &* blockCount &+ column >> Compilation.blockShift]
        return Int(cells[Int(block) &+ column & (Compilation.blockSize &- 1)])
    }

    public func decision(
        epoch: Int, server: Int, column: Int, header: PeerProxiedHeader = .absent
    ) -> Decision {
        decisions[decisionNumber(epoch: epoch, server: server, column: column, header: header)]
    }

    /// The decision for a request that names a resource, or for one that names none.
    public func decision(
        at instant: Int64, server: Int, resource: GroupVersionResource?,
        header: PeerProxiedHeader = .absent
    ) -> Decision {
        let column = resource.map { self.column(for: $0) ?? Self.unknownColumn }
        return decision(
            epoch: epoch(at: instant), server: server,
            column: column ?? Self.nonResourceColumn, header: header)
    }
}
