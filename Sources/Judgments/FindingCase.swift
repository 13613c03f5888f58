/// A stored finding with what it rests on in words, as far as it was asked for.
public struct FindingCase: Sendable {
    /// Without evidence, which is told by exhibits; victims and risks may be the first alone.
    public var finding: Finding
    /// As it was stored.
    public var id: String
    public var exhibits: [Exhibit] = []
    /// How many requests have each role, by their first.
    public var roles: [(role: Finding.Evidence.Role, requests: Int)] = []
    public var victimCount = 0
    public var riskCount = 0
    /// Whether the run that is put beside this one has it too; nil where there is none.
    public var isInOther: Bool?

    public init(_ finding: Finding, id: String) {
        self.finding = finding
        self.id = id
    }
}

/// A recorded request, and what it shows.
public struct Exhibit: Sendable {
    public var request: Int64 = 0
    public var role: Finding.Evidence.Role
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

    public init(_ role: Finding.Evidence.Role) { self.role = role }
}

/// A finding in a list, with the place in the input that shows it best.
public struct ListedFinding: Sendable {
    public var finding: Finding
    /// As it was stored.
    public var id: String
    /// Nil where it has no request, or nobody asked for it.
    public var file: String?
    public var line: Int?

    public init(_ finding: Finding, id: String) {
        self.finding = finding
        self.id = id
    }
}
