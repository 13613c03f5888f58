/// A record in which an API server shows itself: a request of its own loopback client.
///
/// The loopback client states the server's version as its user agent, lists or watches everything
/// once at start, polls `/readyz` until it is green, and keeps the server's identity lease.
struct SelfSighting: Equatable {
    enum Kind: Equatable {
        /// A list, or a watch that asks for initial events: an informer that starts.
        case informerStart
        case readinessPoll(isReady: Bool)
        case leaseKept(String)
        case leaseDeleted(String)
        case other
    }

    var at: Int64
    /// `v1.35.6` of `kube-apiserver/v1.35.6 (linux/amd64) kubernetes/0123456`.
    var version: String
    var kind: Kind
}
