/// When a controller-manager started, or a component that elects a leader got another one.
///
/// Controllers that start or take over read discovery and their caches anew: what goes wrong in an
/// upgrade mostly goes wrong right after that.
public struct ControllerMoment: Sendable, Equatable {
    public enum What: String, Sendable {
        case started
        /// Another holder renewed the lease than before.
        case tookOver = "took-over"
        /// The same holder renewed it again after its time had run out.
        case resumed
    }

    public var at: Int64
    /// `kube-controller-manager`, `kube-scheduler` or another that elects a leader.
    public var component: String
    public var what: What
    /// The API server that it spoke to.
    public var server: String
    /// The name that it gives itself, without what follows its version.
    public var client: String

    public init(at: Int64, component: String, what: What, server: String, client: String) {
        self.at = at
        self.component = component
        self.what = what
        self.server = server
        self.client = client
    }
}
