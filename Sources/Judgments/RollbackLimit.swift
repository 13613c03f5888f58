public import KubeAPI

/// Until when the older release could have been gone back to without a loss, and who ended that.
///
/// Read by whoever plans an upgrade, kept with the run, shown by the report.
public struct RollbackLimit: Sendable, Equatable {
    /// The first time that somebody relied on what the older release lacks.
    public struct Use: Sendable, Equatable {
        public enum What: String, Sendable, CaseIterable {
            /// A client's first request for a resource: it would get 404s.
            case request
            /// The first write of an object of a resource: it stays in storage, and nobody sees it.
            case object
            /// The first body with a field: it goes with the next write.
            case field
        }

        public var what: What
        public var at: Int64
        public var request: Int64
        public var resource: GroupVersionResource
        /// `namespace/name`; empty where the request names none.
        public var object: String
        /// Empty unless it is about a field.
        public var field: String
        public var user: String
        public var userAgent: String

        public init(
            what: What, at: Int64, request: Int64, resource: GroupVersionResource,
            object: String = "", field: String = "", user: String, userAgent: String
        ) {
            self.what = what
            self.at = at
            self.request = request
            self.resource = resource
            self.object = object
            self.field = field
            self.user = user
            self.userAgent = userAgent
        }
    }

    public var old: Release
    public var new: Release
    /// By instant; of a stored run perhaps the first alone.
    public var uses: [Use]
    public var useCount: Int

    public init(old: Release, new: Release, uses: [Use]) {
        self.old = old
        self.new = new
        self.uses = uses
        useCount = uses.count
    }

    /// The first that left something in storage; nil where nothing did.
    public var end: Use? { uses.first { $0.what != .request } }

    /// Nil where going back stayed free to the end.
    public var freeUntil: Int64? { end?.at }
}
