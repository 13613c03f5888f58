public import KubeAPI

/// A counter that an API server of a mixed control plane shows at `/metrics` (F10.1 to F10.4).
///
/// For those who hold a run against what their servers counted. Only what routing decides is said:
/// no rates, no gauges, and not `proxy_transport`: whether a peer that cannot be reached counts
/// there as well is not known.
public enum Counter: Hashable, Sendable {
    /// Requests given to a peer; the code is nil where routing alone does not decide it.
    case rerouted(code: UInt16?)
    /// Requests that could not be given to a peer, since 1.36.
    case peerProxyError(ProxyError)
    /// What went wrong while peers were read, since 1.36.
    case peerDiscoverySyncError(SyncError)

    public enum ProxyError: String, Sendable, CaseIterable {
        /// No peer had an address (F1.31).
        case endpointResolution = "endpoint_resolution"
    }

    public enum SyncError: String, Sendable, CaseIterable {
        /// A peer's endpoint lease gave no host and port.
        case hostportResolution = "hostport_resolution"
        /// A peer did not answer for `/api`, or for `/apis`: one each.
        case fetchDiscovery = "fetch_discovery"
    }

    public var name: String {
        switch self {
        case .rerouted: "apiserver_rerouted_request_total"
        case .peerProxyError: "apiserver_peer_proxy_errors_total"
        case .peerDiscoverySyncError: "apiserver_peer_discovery_sync_errors_total"
        }
    }

    /// The series as `/metrics` spells it, labels in the order of the alphabet.
    ///
    /// A label that routing does not decide is left out, so the text then selects several series.
    ///
    /// - Parameter resource: nil for a call that reads a peer's discovery.
    public func series(_ resource: GroupVersionResource?, in dialect: Dialect) -> String {
        var labels: [(name: String, value: String)] = []
        switch self {
        case .rerouted(let code): if let code { labels.append(("code", "\(code)")) }
        case .peerProxyError(let error): labels.append(("type", error.rawValue))
        case .peerDiscoverySyncError(let error): labels.append(("type", error.rawValue))
        }
        if namesResource, dialect.countsByResource {
            labels.append(("group", resource?.group ?? ""))
            labels.append(("version", resource?.version ?? ""))
            labels.append(("resource", resource?.resource ?? ""))
        }
        let text = labels.sorted { $0.name < $1.name }.map { "\($0.name)=\"\($0.value)\"" }
        return text.isEmpty ? name : "\(name){\(text.joined(separator: ","))}"
    }

    private var namesResource: Bool {
        if case .peerDiscoverySyncError = self { return false }
        return true
    }
}

extension Dialect {
    /// Whether the counters have labels for the resource, and errors are counted at all (F10.2).
    var countsByResource: Bool { self == .exclusionManager }

    /// What the server that received a request counts for it.
    ///
    /// One count per request that was given away, whatever came of it: a peer that cannot be
    /// reached counts with 503. A missing address is counted since 1.36 only (F1.29).
    public func counters(of branch: Branch) -> [Counter] {
        switch branch.rung {
        case .forward: [.rerouted(code: branch.answer.status)]
        case .noAddress: countsByResource ? [.peerProxyError(.endpointResolution)] : []
        case .notRunning, .noFilter, .notAResource, .alreadyForwarded, .notSynced, .servesLocally,
            .noPeer, .unknownResource:
            []
        }
    }
}
