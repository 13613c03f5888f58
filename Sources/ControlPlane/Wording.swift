// Rungs and reasons in words: what verdicts, `explain` and reports print.

extension Rung {
    /// One clause: what the first server did, and why.
    public var text: String {
        switch self {
        case .notRunning: "nothing listens there"
        case .noFilter: "answered there: the proxy is not active on it"
        case .notAResource: "answered there: it names no resource"
        case .alreadyForwarded: "answered there: it was forwarded once already"
        case .notSynced: "answered there: the caches had not synced"
        case .servesLocally: "served there"
        case .noPeer: "answered there: no peer is known to serve it"
        case .noAddress: "a peer serves it, and none has an address"
        case .forward: "forwarded to a peer that serves it"
        case .unknownResource: "nothing is known of its group"
        }
    }
}

extension Reason {
    /// One clause: what the model cannot know, with the server's name put in.
    public func text(_ name: (Int) -> String) -> String {
        let server = name(server)
        switch kind {
        case .starting: return "\(server) was starting"
        case .stopping: return "\(server) was stopping"
        case .unsynced: return "whether the caches of \(server) had synced (F1.16, F3.23)"
        case .peerKnowledge: return "whether \(server) was known to its peer yet (F3.15, F3.19)"
        case .knowledgeThroughBalancer:
            return "what was believed of \(server) came through a load balancer (V11)"
        case .peerAddress: return "whether \(server) still had an address (F3.8, F3.9)"
        case .draw: return "which peer was drawn (F1.27)"
        case .balancerChoice: return "which server the load balancer chose (F5.4, V11)"
        case .localDiscoveryAge: return "how old the discovery cache of \(server) was (F3.13)"
        case .extensionChange: return "a custom or aggregated API was coming or going"
        case .storageVersionRecord: return "what the StorageVersion records held (F3.11, F3.12)"
        case .unknownGate: return "whether a feature gate of \(server) serves it"
        case .servedAtBoundary: return "\(server), which serves it, was starting or stopping"
        case .crashOnFetch: return "a failed fetch may have ended \(server) (F3.21)"
        case .fault: return "a network fault was beginning or ending"
        }
    }
}
