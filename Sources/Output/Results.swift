/// A result for a build server: one problem, in words that need no other file.
///
/// Fed by `replay`, `check` and `compare`; rendered as SARIF, JUnit or GitHub annotations.
public struct RuleResult: Sendable {
    public enum Level: String, Sendable, CaseIterable { case error, warning, note }

    /// Stable, such as `wrong-404`.
    public var ruleID: String
    /// One line: what the rule looks for.
    public var ruleName: String
    /// A paragraph: cause, evidence, remedy.
    public var ruleHelp: String
    public var level: Level
    public var message: String
    /// What it is about, such as a client or an object: a logical location.
    public var subject: String
    /// The input file that shows it, where there is one.
    public var file: String?
    /// From 1; nil where only the file is known.
    public var line: Int?
    /// The same for the same problem in another run.
    public var fingerprint: String
    public var properties: [(name: String, value: Cell)]

    public init(
        ruleID: String, ruleName: String, ruleHelp: String, level: Level, message: String,
        subject: String, file: String? = nil, line: Int? = nil, fingerprint: String,
        properties: [(name: String, value: Cell)] = []
    ) {
        self.ruleID = ruleID
        self.ruleName = ruleName
        self.ruleHelp = ruleHelp
        self.level = level
        self.message = message
        self.subject = subject
        self.file = file
        self.line = line
        self.fingerprint = fingerprint
        self.properties = properties
    }
}

/// The formats that build servers read.
public enum ResultFormat: String, Sendable, CaseIterable { case sarif, junit, github }

/// What produced a list of results.
public struct ResultSource: Sendable {
    public var tool: String
    public var version: String
    public var informationURI: String?
    /// Keeps results of one kind from replacing those of another where both are uploaded, such as
    /// `findings/as-recorded`.
    public var category: String
    /// Every rule that was checked, so that a clean result says what was looked for.
    public var rules: [ResultRule]

    public init(
        tool: String, version: String, category: String, informationURI: String? = nil,
        rules: [ResultRule] = []
    ) {
        self.tool = tool
        self.category = category
        self.version = version
        self.informationURI = informationURI
        self.rules = rules
    }

    /// The checked rules and those that results name, each once, in order.
    func allRules(_ results: [RuleResult]) -> [ResultRule] {
        var all = rules
        for result in results where !all.contains(where: { $0.id == result.ruleID }) {
            all.append(ResultRule(id: result.ruleID, name: result.ruleName, help: result.ruleHelp))
        }
        return all
    }
}

/// A rule that results may break.
public struct ResultRule: Sendable {
    public var id: String
    public var name: String
    public var help: String

    public init(id: String, name: String, help: String) {
        self.id = id
        self.name = name
        self.help = help
    }
}

/// - Parameter limits: what keeps the results from meaning that all else is well.
public func render(
    _ results: [RuleResult], from source: ResultSource, limits: [ResultLimit] = [],
    as format: ResultFormat
) -> String {
    switch format {
    case .sarif: sarif(results, from: source, limits)
    case .junit: junit(results, from: source, limits)
    case .github: gitHubAnnotations(results, limits)
    }
}
