/// What a run says to a person: what happened to whom, how sure that is, and what shows it.
///
/// Made by the rules, kept by the recording, printed and drawn by others. It holds texts, not ids,
/// so that it can be told from any other run's findings without the recording at hand.
public struct Finding: Sendable, Equatable {
    /// In the order in which they are listed.
    public enum Kind: String, Sendable, CaseIterable, Comparable {
        case wrongCollection = "wrong-gc"
        case namespaceLeak = "namespace-leak"
        case loop = "loop"
        case wrongNotFound = "wrong-404"
        case wrongUnavailable = "wrong-503"
        case namespaceStuck = "namespace-stuck"
        case fieldLoss = "field-loss"
        case stuckStart = "stuck-start"
        case watchListRefused = "watchlist-refused"
        case partialDiscovery = "partial-discovery"
        case unprotected = "unprotected"

        /// Before it is lowered for findings that are only possible.
        public var severity: Severity {
            switch self {
            case .wrongCollection, .namespaceLeak, .loop, .wrongNotFound, .fieldLoss: .error
            case .wrongUnavailable, .namespaceStuck, .partialDiscovery: .warning
            case .stuckStart, .watchListRefused: .warning
            case .unprotected: .info
            }
        }

        public static func < (left: Kind, right: Kind) -> Bool { left.order < right.order }

        private var order: Int { Kind.allCases.firstIndex(of: self) ?? 0 }
    }

    public enum Severity: String, Sendable, CaseIterable, Comparable {
        case info, warning, error

        /// One step less.
        public var lowered: Severity { self == .error ? .warning : .info }

        private var order: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

        public static func < (left: Severity, right: Severity) -> Bool { left.order < right.order }
    }

    /// How much the recording itself shows; the surest first.
    public enum Grade: String, Sendable, CaseIterable, Comparable {
        /// The recording shows it.
        case observed
        /// The run derives it from recorded requests.
        case predicted
        /// It could happen to recorded objects; no recorded request shows that it did.
        case possible

        private var order: Int { Grade.allCases.firstIndex(of: self) ?? 0 }

        /// The surer one is less.
        public static func < (left: Grade, right: Grade) -> Bool { left.order < right.order }
    }

    /// A request that the finding rests on, and as what.
    public struct Evidence: Sendable, Hashable {
        public enum Role: String, Sendable, CaseIterable {
            /// What the finding counts.
            case request
            /// The garbage collector's GET that got the wrong 404.
            case condemnedBy = "condemned-by"
            /// The garbage collector's DELETE of a dependent.
            case delete
            /// Its PATCH that took an owner reference away.
            case strippedBy = "stripped-by"
            /// Shows that the owner was there.
            case provesAlive = "proves-alive"
            /// The discovery document that a controller worked by.
            case discovery
            /// A 404 that made the namespace controller take a resource for empty.
            case takenForEmpty = "taken-for-empty"
            /// The request that removed the namespace.
            case finalize
            /// The request that asked for the namespace's deletion.
            case asked = "deletion-asked"
            /// An answer that kept a namespace from being removed.
            case blockedBy = "blocked-by"
            /// An answer that shows a field which was lost later.
            case hadField = "had-field"
            /// The write that lost it.
            case lostBy = "lost-by"

            /// The least for the request that tells most of a finding.
            public var weight: Int {
                switch self {
                case .condemnedBy: 0
                case .takenForEmpty: 1
                case .request, .delete, .strippedBy, .finalize, .asked, .blockedBy, .lostBy: 2
                case .provesAlive, .discovery, .hadField: 3
                }
            }
        }

        public var request: Int64
        public var role: Role

        public init(_ request: Int64, _ role: Role) {
            self.request = request
            self.role = role
        }
    }

    /// What an object is called in the API.
    public struct Identity: Sendable, Hashable, Comparable {
        public var group = ""
        public var version = ""
        public var kind = ""
        public var resource = ""
        public var namespace = ""
        public var name = ""
        public var uid = ""

        public init() {}

        /// `ConfigMap team-a/quota`, or the resource where no kind is known.
        public var description: String {
            let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
            return "\(kind.isEmpty ? resource : kind) \(place)"
        }

        private var key: [String] { [group, resource, namespace, name, uid] }

        public static func < (left: Identity, right: Identity) -> Bool {
            left.key.lexicographicallyPrecedes(right.key)
        }
    }

    /// A dependent that an owner's wrong 404 condemned.
    public struct Victim: Sendable, Equatable {
        public var object: Identity
        public var deletedAt: Int64?
        public var grade: Grade

        public init(_ object: Identity, deletedAt: Int64?, grade: Grade) {
            self.object = object
            self.deletedAt = deletedAt
            self.grade = grade
        }
    }

    /// A resource of a namespace that was not looked at, or that blocks.
    public struct NamespaceRisk: Sendable, Equatable {
        public var group: String
        public var version: String
        public var resource: String
        public var kind: String
        public var reason: String
        public var grade: Grade

        public init(
            group: String, version: String, resource: String, kind: String, reason: String,
            grade: Grade
        ) {
            self.group = group
            self.version = version
            self.resource = resource
            self.kind = kind
            self.reason = reason
            self.grade = grade
        }
    }

    public var kind: Kind
    public var grade: Grade
    /// What it is about: unique within its kind, and the same in every run over the same input.
    public var subject: String
    /// One sentence.
    public var summary = ""
    /// More sentences: what is missing, what was stripped, why.
    public var notes: [String] = []
    public var requests = 0
    public var firstAt: Int64?
    public var lastAt: Int64?
    public var group = ""
    public var version = ""
    public var resource = ""
    public var namespace = ""
    public var user = ""
    public var userAgent = ""
    public var server = ""
    public var evidence: [Evidence] = []
    /// Of a wrong collection: the owner that was taken for absent.
    public var owner = Identity()
    public var victims: [Victim] = []
    /// Dependents that lost their reference to the owner and live on by another.
    public var stripped: [Identity] = []
    public var risks: [NamespaceRisk] = []

    public init(_ kind: Kind, _ grade: Grade, subject: String) {
        self.kind = kind
        self.grade = grade
        self.subject = subject
    }

    public var severity: Severity {
        grade == .possible ? kind.severity.lowered : kind.severity
    }

    /// Stable: depends on kind and subject alone.
    public var id: String {
        "\(kind.rawValue)-\(hexadecimal(stableHash("\(kind.rawValue)\n\(subject)"), digits: 12))"
    }

    public mutating func cover(_ instant: Int64) {
        firstAt = min(firstAt ?? instant, instant)
        lastAt = max(lastAt ?? instant, instant)
    }
}

/// FNV-1a, which is the same in every process and on every machine.
private func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

private func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    let padded = String(repeating: "0", count: max(0, 16 - text.count)) + text
    return String(padded.suffix(digits))
}
