import Findings
import KubeAPI
import Planning

extension Placement {
    /// Whether the controller-manager speaks to more than the API server of its own node; nil where
    /// the recording is to say.
    var reachesOthers: Bool? {
        switch self {
        case .local: false
        case .balancer: true
        case .asRecorded: nil
        }
    }
}

extension FindingsInput {
    /// Whether the controllers' requests came to several servers, or none was recorded.
    ///
    /// A recording without any says nothing, and the harmless is not assumed.
    var managerReachesOthers: Bool {
        let clients = Set(controllerClients)
        let requests = controllers.filter { clients.contains($0.client) }
        return Set(requests.map(\.server)).count != 1
    }
}
