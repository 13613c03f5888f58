/// A record in which an API server shows itself: a request of its own loopback client.
///
/// The loopback client states the server's version as its user agent, lists or watches everything
/// once at start, polls `/readyz` until it is green, and keeps the server's identity lease.
/// `Recording` finds the sightings of a recording; what follows from them is for `ControlPlane`.
public struct SelfSighting: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// A list, or a watch that asks for initial events: an informer that starts.
        case informerStart
        case readinessPoll(isReady: Bool)
        case leaseKept(String)
        case leaseDeleted(String)
        /// Says no more than that the server runs.
        case other
    }

    public var at: Int64
    /// As the loopback client states it: `v1.35.6`.
    public var version: String
    public var kind: Kind

    public init(at: Int64, version: String, kind: Kind) {
        self.at = at
        self.version = version
        self.kind = kind
    }
}

extension SelfSighting.Kind {
    /// What of a request tells something of its server, looked up by whoever reads requests.
    public struct Traits: Sendable {
        /// The path is `/readyz`, or below it.
        public var isReadiness = false
        /// The name of the identity lease that it is about (`apiserver-…`).
        public var lease: String?
        /// `sendInitialEvents=true`: a watch that does not go on where another was cut off.
        public var asksForAll = false

        public init() {}
    }

    public init(verb: Verb, status: Int, _ traits: Traits) {
        if traits.isReadiness {
            self = .readinessPoll(isReady: status == 200)
        } else if let lease = traits.lease, (200..<300).contains(status), verb.isWrite {
            self = verb == .delete ? .leaseDeleted(lease) : .leaseKept(lease)
        } else {
            let startsAnew = verb == .watch && traits.asksForAll
            self = verb == .list || startsAnew ? .informerStart : .other
        }
    }
}

extension Verb {
    fileprivate var isWrite: Bool {
        switch self {
        case .create, .update, .patch, .delete: true
        default: false
        }
    }
}
