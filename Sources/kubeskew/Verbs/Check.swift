import Arguments
import ControlPlane
import KubeAPI
import Output

extension Command {
    private static let release = Flag(
        "release", .text("RELEASE"), repeats: true,
        help: "Judge by this release instead of what the files say; several for an upgrade")

    static let check = Command(
        usage: VerbUsage(
            "check", summary: "Says whether the Mixed Version Proxy is active with these flags",
            text: """
                Reads how API servers are configured, and says of each server and of each directed \
                pair of servers whether the proxy works there: 'active', 'partial', 'inert' or \
                'refused' (kube-apiserver does not start), why, and what to do about it. F and V \
                numbers name the facts that this rests on; 'explain' prints them.

                A file may be a kubeadm ClusterConfiguration or the config map that holds it, a \
                static pod's manifest or what 'kubectl get pod -o yaml' prints, a systemd unit, \
                lines of ps, /proc/PID/cmdline, or a scenario. Of a file that names no release, \
                every known one is judged.

                A server that would not start counts as an error, one where the proxy does not do \
                all it can as a warning.
                """,
            arguments: [Argument("FILE", .oneOrMore, help: "a file; - for standard input")],
            flags: [release, Flags.failOn] + Flags.rowsOrResults,
            example: Example(
                "kubectl get pod -n kube-system -l component=kube-apiserver -o yaml | "
                    + "kubeskew check -", "The control plane that runs now:"))
    ) { context in
        let releases = try context.arguments.texts(release).map(knownRelease)
        var servers: [ConfiguredServer] = []
        var failures: [String] = []
        for path in context.arguments.arguments("FILE") {
            do {
                let reading = ConfigurationFile.read(try WholeFile(path).bytes, fileName: path)
                complain(of: reading.problems)
                servers += reading.servers
                if reading.problems.contains(where: { $0.severity == .error }) {
                    failures.append("\(path) has errors")
                }
            } catch let failure as Failure {
                failures.append(failure.message)
            }
        }
        let rows = ActivationCheck.rows(
            ConfigurationFile.distinct(servers), releases: releases)
        if !rows.isEmpty { try print(rows, context) }
        if !failures.isEmpty { throw Failure(failures.joined(separator: "; ")) }
        let threshold = context.arguments.text(Flags.failOn) ?? "error"
        let isReached = rows.contains { $0.level.reaches(threshold) }
        return isReached ? .findings : .done
    }

    private static func knownRelease(_ text: String) throws -> Release {
        guard let release = Release(text), Release.known.contains(release) else {
            throw UsageError(
                "--release takes a release from \(Release.known.lowerBound) to"
                    + " \(Release.known.upperBound), not '\(text)'",
                hint: "Run 'kubeskew check --help' for its usage.")
        }
        return release
    }

    // MARK: Output

    private static func print(_ rows: [ActivationCheck.Row], _ context: Context) throws {
        if let format = context.resultFormat {
            let source = ResultSource(
                tool: "kubeskew", version: toolVersion, rules: CheckRule.allCases.map(\.rule))
            context.output.write(render(rows.compactMap(result), from: source, as: format))
            return
        }
        try context.printRows(rows.map(cells), columns: columns)
        if context.rowFormat == .table || context.rowFormat == .wide {
            summarise(rows, context.terminal)
        }
    }

    private static let verdicts: [String: Style] = [
        "active": .green, "partial": .yellow, "inert": .yellow, "refused": .red,
    ]

    private static let columns = [
        Column("server"), Column("peer"), Column("release"), Column("peer_release"),
        Column("verdict", paint: verdicts), Column("why"), Column("facts"),
        Column("advice", isWide: true), Column("file", isWide: true),
        Column("line", .number, isWide: true),
    ]

    private static func cells(_ row: ActivationCheck.Row) -> [Cell] {
        [
            .text(row.server), Cell(row.peer), .text(row.release), Cell(row.peerRelease),
            .text(row.state.rawValue), .text(row.why), .text(row.facts.joined(separator: " ")),
            Cell(row.advice), .text(row.file), Cell(row.line),
        ]
    }

    /// For a person: how many of each, and what to do, once for all servers it is true of.
    private static func summarise(_ rows: [ActivationCheck.Row], _ terminal: Terminal) {
        let servers = rows.filter { $0.peer == nil }
        let counts = Activation.State.allCases.compactMap { state -> String? in
            let count = servers.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state)"
        }
        terminal.note("\(servers.count) judged: \(counts.joined(separator: ", "))")
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
        for (text, servers) in advice {
            terminal.note("\(servers.joined(separator: ", ")): \(text)")
        }
    }

    private static func result(_ row: ActivationCheck.Row) -> RuleResult? {
        guard let level = row.level.result else { return nil }
        let rule = CheckRule(row)
        let subject = row.peer.map { "\(row.server) to \($0)" } ?? row.server
        let releases = row.peerRelease.map { "\(row.release) to \($0)" } ?? row.release
        let advice = row.advice.map { ". To mend it: \($0)" } ?? ""
        return RuleResult(
            ruleID: rule.rawValue, ruleName: rule.rule.name, ruleHelp: rule.rule.help,
            level: level, message: "\(subject) (\(releases)) is \(row.state): \(row.why)\(advice)",
            subject: subject, file: row.file, line: row.line,
            fingerprint:
                "\(rule.rawValue)/\(subject)/\(releases)/\(row.facts.joined(separator: "+"))",
            properties: [
                ("release", .text(row.release)), ("verdict", .text(row.state.rawValue)),
                ("facts", .text(row.facts.joined(separator: " "))),
            ])
    }
}

/// What `check` looks for, as rules for build servers.
private enum CheckRule: String, CaseIterable {
    case refused = "proxy-refused"
    case inert = "proxy-inert"
    case partial = "proxy-partial"
    case ignored = "flag-ignored"
    case pair = "no-forwarding"

    init(_ row: ActivationCheck.Row) {
        switch row.state {
        case _ where row.peer != nil: self = .pair
        case .refused: self = .refused
        case .inert: self = .inert
        case .partial: self = .partial
        case .active: self = .ignored
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

extension ActivationCheck.Row.Level {
    fileprivate var result: RuleResult.Level? {
        switch self {
        case .none: nil
        case .note: .note
        case .warning: .warning
        case .error: .error
        }
    }

    /// Whether it is at or above what `--fail-on` says.
    fileprivate func reaches(_ threshold: String) -> Bool {
        switch threshold {
        case "info": self != .none
        case "warning": self == .warning || self == .error
        case "error": self == .error
        default: false
        }
    }
}
