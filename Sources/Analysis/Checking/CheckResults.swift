public import Configuration
import Judgments
import ControlPlane
public import Output

// What `check` prints: rows, results for build servers, and a few lines for a person.
extension ActivationCheck {
    private static let verdicts: [String: Style] = [
        "active": .green, "partial": .yellow, "inert": .yellow, "refused": .red,
        "unknown": .yellow,
    ]

    public static let columns = [
        Column("server"), Column("peer"), Column("release"), Column("peer_release"),
        Column("verdict", paint: verdicts), Column("why"), Column("facts"),
        Column("advice", isWide: true), Column("file", isWide: true),
        Column("line", .number, isWide: true),
    ]

    /// Every rule, so that a clean result says what was looked for.
    public static var source: ResultSource {
        ResultSource(
            tool: "kubeskew", version: toolVersion, category: "check",
            rules: CheckRule.allCases.map(\.rule))
    }

    /// For a person: how many of each, and what to do, once for all servers it is true of.
    public static func summary(_ rows: [Row]) -> [String] {
        let servers = rows.filter { $0.peer == nil }
        let counts = Activation.State.allCases.compactMap { state -> String? in
            let count = servers.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state)"
        }
        var advice: [(text: String, servers: [String])] = []
        for row in servers {
            guard let text = row.advice else { continue }
            let who = "\(row.server) (\(row.release))"
            if let index = advice.firstIndex(where: { $0.text == text }) {
                if !advice[index].servers.contains(who) { advice[index].servers.append(who) }
            } else {
                advice.append((text, [who]))
            }
        }
        return ["\(servers.count) judged: \(counts.joined(separator: ", "))"]
            + advice.map { "\($0.servers.joined(separator: ", ")): \($0.text)" }
    }
}

extension ActivationCheck.Row {
    public var cells: [Cell] {
        [
            .text(server), Cell(peer), .text(release), Cell(peerRelease),
            .text(state.rawValue), .text(why), .text(facts.joined(separator: " ")),
            Cell(advice), .text(file), Cell(line),
        ]
    }

    /// Nil where there is nothing to complain of.
    public var result: RuleResult? {
        guard let level = level.result else { return nil }
        let rule = CheckRule(self)
        let subject = peer.map { "\(server) to \($0)" } ?? server
        let releases = peerRelease.map { "\(release) to \($0)" } ?? release
        let advice = advice.map { ". To mend it: \($0)" } ?? ""
        return RuleResult(
            ruleID: rule.rawValue, ruleName: rule.rule.name, ruleHelp: rule.rule.help,
            level: level, message: "\(subject) (\(releases)) is \(state): \(why)\(advice)",
            subject: subject, file: file, line: line,
            fingerprint:
                "\(rule.rawValue)/\(subject)/\(releases)/\(facts.joined(separator: "+"))",
            properties: [
                ("release", .text(release)), ("verdict", .text(state.rawValue)),
                ("facts", .text(facts.joined(separator: " "))),
            ])
    }

    /// Whether it is at or above what `--fail-on` says.
    public func reaches(_ threshold: String) -> Bool {
        switch threshold {
        case "info": level != .none
        case "warning": level == .warning || level == .error
        case "error": level == .error
        default: false
        }
    }
}

extension ActivationCheck.Row.Level {
    fileprivate var result: RuleResult.Level? {
        switch self {
        case .none: nil
        case .note: .note
        case .warning: .warning
        case .error: .error
        }
    }
}

/// What `check` looks for, as rules for build servers.
private enum CheckRule: String, CaseIterable {
    case refused = "proxy-refused"
    case inert = "proxy-inert"
    case partial = "proxy-partial"
    case unknown = "proxy-unknown"
    case ignored = "flag-ignored"
    case pair = "no-forwarding"

    init(_ row: ActivationCheck.Row) {
        switch row.state {
        case _ where row.peer != nil: self = .pair
        case .refused: self = .refused
        case .inert: self = .inert
        case .partial: self = .partial
        case .active: self = .ignored
        case .unknown: self = .unknown
        }
    }

    var rule: ResultRule {
        let (name, help) = texts
        return ResultRule(id: rawValue, name: name, help: help)
    }

    private var texts: (name: String, help: String) {
        switch self {
        case .refused:
            (
                "kube-apiserver does not start with these flags",
                "The release checks its flags at the start and ends with the message given."
            )
        case .inert:
            (
                "The Mixed Version Proxy does nothing on this server",
                "The server neither forwards requests for resources that it does not serve nor"
                    + " publishes an address to which others could forward. During an upgrade its"
                    + " clients get wrong 404s."
            )
        case .partial:
            (
                "The Mixed Version Proxy works in one direction only",
                "The server forwards without being forwarded to, or the other way round. Most"
                    + " often the gate is on and --peer-ca-file is missing."
            )
        case .unknown:
            (
                "Whether the Mixed Version Proxy works on this server cannot be told",
                "What was given does not say which flags the server runs with. Its pod, its"
                    + " command line or what it answers to /flagz does."
            )
        case .ignored:
            (
                "A flag of the Mixed Version Proxy has no effect",
                "The release parses the flag and does not use its value."
            )
        case .pair:
            (
                "One server cannot forward to the other",
                "A request for a resource that only the second serves is answered by the first"
                    + " with a wrong 404, or with 503."
            )
        }
    }
}
