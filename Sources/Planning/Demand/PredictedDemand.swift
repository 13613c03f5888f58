import Bytes
public import ControlPlane
public import Judgments
public import KubeAPI
import Replay

/// The demand of the new release in a what-if: what its components will ask that the old servers
/// do not have.
public struct PredictedDemand: Sendable {
    /// Those for resources that only the new servers have.
    public let requests: [PredictedRequest]

    public init(of release: Release, _ sides: Sides) {
        requests = ComponentDemand.rows(of: release).filter { sides.added.contains($0.resource) }
    }

    /// None: what was recorded alone counts.
    public init() { requests = [] }

    /// Each resource once.
    public var resources: [GroupVersionResource] { Set(requests.map(\.resource)).sorted() }

    /// What may be asked of an old server: an API server's own clients speak to it alone.
    var askedOfPeers: [GroupVersionResource] {
        Set(requests.filter { !$0.asksItself }.map(\.resource)).sorted()
    }

    /// The components start to ask when their server is ready; the proxy of a server that has just
    /// started learns of its peers meanwhile.
    static let pause: Int64 = 1_000_000_000

    /// What becomes of it in the control plane of a scenario: as soon as the first of its servers
    /// is ready, and so its components run.
    ///
    /// Empty where the scenario upgrades nothing within `recorded`.
    ///
    /// - Parameter reachesOthers: components speak to more than the API server of their own node,
    ///   so that what they ask can meet an old one.
    public static func requests(
        in scenario: Scenario, _ table: RoutingTable, recorded: ClosedRange<Int64>,
        reachesOthers: Bool
    ) -> [PredictedRequest] {
        let releases = Set(scenario.servers.flatMap(\.processes).map(\.release))
        guard let newest = releases.max(), releases.count > 1,
            let ready = scenario.servers.flatMap(\.processes).filter({ $0.release == newest })
                .map({ $0.startedAt.clampedAdding($0.readyAfter) }).min(),
            recorded.contains(ready)
        else { return [] }
        let at = ready.clampedAdding(pause)
        return PredictedDemand(of: newest, Sides(scenario)).requests.map { request in
            var request = request
            request.at = at
            if reachesOthers, !request.asksItself { request.ask(table) }
            return request
        }
    }
}

extension PredictedRequest {
    fileprivate var asksItself: Bool { component == "kube-apiserver" }

    /// Puts it to every server: the worst answer counts.
    fileprivate mutating func ask(_ table: RoutingTable) {
        for (number, server) in table.servers.enumerated() {
            let outcomes = OutcomeSet(
                table.decision(at: at, server: number, resource: resource).reached.outcomes)
            if outcomes.contains(.wrongNotFound) {
                if refusing.isEmpty { certainty = .possible }
                if outcomes.isCertain { certainty = .certain }
                outcome = .wrongNotFound
                refusing.append(server)
            } else if outcomes.contains(.proxied), refusing.isEmpty {
                outcome = .proxied
            }
        }
    }
}
