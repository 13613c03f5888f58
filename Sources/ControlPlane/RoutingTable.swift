public import KubeAPI

/// What every server does with every resource at every instant, compiled from a scenario.
///
/// A request is looked up in three steps: the epoch of its instant, the column of its resource, and
/// the decision in that epoch at the server that received it. `Replay` keeps a cursor over the
/// epochs and resolves columns once per resource, so a verdict is a few array reads. The table
/// reads no traffic and decides nothing about evidence: where the model cannot know what happened,
/// the decision holds every branch, and the recording chooses.
public struct RoutingTable: Sendable {
    /// The names of the servers, in the order of the scenario; decisions speak of their numbers.
    public let servers: [String]
    /// Which decision there is when, where and for what.
    public let grid: DecisionGrid
    /// Each decision once.
    public let decisions: [Decision]
    let model: Model
    let extensions: [Scenario.Extension]
    let columns: Columns

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
        grid = DecisionGrid(compiled)
        decisions = compiled.decisions
    }

    /// The number of columns: resources that no server ever treats differently share one.
    public var columnCount: Int { columns.columns.count }

    /// When each epoch starts, ascending; the first is the beginning of time.
    public var epochs: [Int64] { grid.epochs }

    /// The epoch that holds an instant.
    public func epoch(at instant: Int64) -> Int { grid.epoch(at: instant) }

    public func server(named name: String) -> Int? { servers.firstIndex(of: name) }

    /// The column of a resource; nil where nothing is known of its group.
    ///
    /// Subresources are decided by their parent (F1.11).
    public func column(for resource: GroupVersionResource) -> Int? { columns.number(of: resource) }

    public func decision(
        epoch: Int, server: Int, column: Int, header: PeerProxiedHeader = .absent
    ) -> Decision {
        decisions[
            grid.decisionNumber(epoch: epoch, server: server, column: column, header: header)]
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
