public import Judgments

/// One kind of finding: how it is found, and the page that explains it.
///
/// Each rule is one file beside this one. A rule is a pure function of the run; rules do not know
/// of each other.
protocol Rule: Sendable {
    static var page: RulePage { get }

    func findings(in run: RunView) -> [Finding]
}

/// What `explain KIND` prints of a rule.
public struct RulePage: Sendable {
    public let kind: Finding.Kind
    public let title: String
    /// What makes it happen.
    public let cause: String
    /// What in a recording shows it.
    public let evidence: String
    /// What to do about it.
    public let advice: String
    /// What this rule cannot see.
    public let blindness: String
    /// The numbers of the facts that it rests on.
    public let facts: [String]
}

/// Every rule, in the order in which kinds are listed.
public enum RuleBook {
    static let all: [any Rule] = [
        WrongCollection(), NamespaceLeak(), Loop(), WrongNotFound(), WrongUnavailable(),
        NamespaceStuck(), FieldLoss(), StuckStart(), WatchListRefused(), PartialDiscovery(),
        Unprotected(),
    ]

    /// The pages of all rules.
    public static var pages: [RulePage] { all.map { type(of: $0).page } }

    public static func page(_ kind: Finding.Kind) -> RulePage? {
        pages.first { $0.kind == kind }
    }

    /// All findings of a run: by kind, the surest and the greatest first.
    static func findings(in run: RunView) -> [Finding] {
        all.flatMap { rule in
            rule.findings(in: run).sorted { left, right in
                if left.grade != right.grade { return left.grade < right.grade }
                if left.weight != right.weight { return left.weight > right.weight }
                return left.subject < right.subject
            }
        }
    }
}

/// Everything that a run says to a person.
public struct Conclusions: Sendable {
    public let findings: [Finding]
    /// What servers disagreed about, and who asked for it.
    public let exposures: [Exposure]
    /// Until when going back was free; nil where there is but one release.
    public let rollback: RollbackLimit?

    public init(_ input: FindingsInput) {
        let run = RunView(input)
        findings = RuleBook.findings(in: run)
        exposures = Exposure.all(in: run)
        rollback = RollbackLimit.of(run)
    }
}

extension Finding {
    fileprivate var weight: Int { max(requests, victims.count) }
}
