extension ReportPage {
    /// A finding with what it rests on, as far as a page shows it.
    public struct Finding: Sendable {
        public var id = ""
        public var kind = ""
        public var severity = ""
        public var grade = ""
        public var subject = ""
        public var summary = ""
        public var requests = 0
        public var firstAt: Int64?
        public var lastAt: Int64?
        /// `group/version/resource`, or empty.
        public var resource = ""
        public var namespace = ""
        public var user = ""
        public var userAgent = ""
        public var server = ""
        /// The first of each role.
        public var evidence: [Evidence] = []
        /// How many requests have each role.
        public var roles: [RoleCount] = []
        public var victims: [Victim] = []
        public var victimCount = 0
        public var risks: [Risk] = []
        public var riskCount = 0
        public var owner: Owner?
        /// Whether the other run of the page has it too; nil where there is no other.
        public var isInOther: Bool?

        public init() {}
    }

    public struct Owner: Sendable {
        public var kind: String
        public var groupVersion: String
        public var namespace: String
        public var name: String
        public var uid: String

        public init(
            kind: String, groupVersion: String, namespace: String, name: String, uid: String
        ) {
            self.kind = kind
            self.groupVersion = groupVersion
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }
    }

    /// A recorded request, and what it shows.
    public struct Evidence: Sendable {
        public var request: Int64 = 0
        public var role = ""
        public var at: Int64 = 0
        public var server = ""
        /// The path of servers by the run's verdict, where there is one.
        public var servers = ""
        public var verb = ""
        public var path = ""
        public var status = 0
        public var notFound = ""
        public var auditID = ""
        public var source = ""
        public var position: Int64 = 0
        /// Why the run judged it so.
        public var reason = ""

        public init() {}
    }

    public struct RoleCount: Sendable {
        public var role: String
        public var requests: Int

        public init(_ role: String, _ requests: Int) {
            self.role = role
            self.requests = requests
        }
    }

    public struct Victim: Sendable {
        public var resource: String
        public var namespace: String
        public var name: String
        public var uid: String
        public var deletedAt: Int64?
        public var grade: String

        public init(
            resource: String, namespace: String, name: String, uid: String, deletedAt: Int64?,
            grade: String
        ) {
            self.resource = resource
            self.namespace = namespace
            self.name = name
            self.uid = uid
            self.deletedAt = deletedAt
            self.grade = grade
        }
    }

    public struct Risk: Sendable {
        public var resource: String
        public var reason: String
        public var grade: String

        public init(resource: String, reason: String, grade: String) {
            self.resource = resource
            self.reason = reason
            self.grade = grade
        }
    }
}
