import Judgments
import KubeAPI
public import Output
public import Recording

// What one run flags and the other does not, as rows and as results for build servers.
extension RunDifference {
    public static let columns = [
        Column("flagged_by"), Column("api_group"), Column("api_version"), Column("resource"),
        Column("server"), Column("user"), Column("user_agent"), Column("first_outcome"),
        Column("second_outcome"), Column("requests", .number), Column("first_at", isWide: true),
        Column("last_at", isWide: true),
    ]

    public static let source = ResultSource(
        tool: "kubeskew", version: toolVersion, category: "compare",
        rules: [
            ResultRule(
                id: "compare/newly-flagged", name: "Newly flagged requests",
                help: "Requests that the second run flags and the first does not."),
            ResultRule(
                id: "compare/no-longer-flagged", name: "No longer flagged requests",
                help: "Requests that the first run flags and the second does not."),
        ])

    public func row(of runs: [String]) -> [Cell] {
        [
            .text(runs[isFlaggedBySecond ? 1 : 0]), .text(resource.group),
            .text(resource.version), .text(resource.resource), .text(server), .text(user),
            .text(userAgent), .text(outcomes[0].text), .text(outcomes[1].text),
            .integer(requests), .text(instantText(firstAt)), .text(instantText(lastAt)),
        ]
    }

    public func result(of runs: [String]) -> RuleResult {
        let parts = [resource.group, resource.version, resource.resource]
        let name = parts.filter { !$0.isEmpty }.joined(separator: "/")
        let id = isFlaggedBySecond ? "compare/newly-flagged" : "compare/no-longer-flagged"
        return RuleResult(
            ruleID: id, ruleName: id, ruleHelp: "",
            level: isFlaggedBySecond ? .error : .note,
            message: "\(requests) requests of \(userAgent) for \(name) at \(server): "
                + "\(outcomes[0].text) in \(runs[0]), \(outcomes[1].text) in \(runs[1])",
            subject: "\(name) at \(server)",
            fingerprint: ([id, server] + outcomes.map(\.text) + parts + [user, userAgent])
                .joined(separator: "|"))
    }
}
