import Bytes
import Configuration
import ControlPlane
import Judgments
import KubeAPI
public import Output
public import Planning

// A comparison as rows: one for each plan, the best first.
extension PlanComparison {
    public static let columns = [
        Column("rank", .number), Column("order"), Column("start"), Column("proxy"),
        Column("surge", isWide: true), Column("settle", isWide: true),
        Column("takes", isWide: true), Column("wrong", .number),
        Column("perhaps_wrong", .number, isWide: true), Column("lost", .number),
        Column("unavailable", .number, isWide: true), Column("unreachable", .number, isWide: true),
        Column("namespaces", .number, isWide: true),
        Column("perhaps_namespaces", .number, isWide: true),
        Column("objects", .number, isWide: true), Column("perhaps_objects", .number, isWide: true),
        Column("predicted_refusals", .number, isWide: true), Column("clients", isWide: true),
        Column("blocked_by", isWide: true), Column("free_to_go_back_until", isWide: true),
        Column("certainty"),
    ]

    public func cells(_ row: Ranking.Row) -> [Cell] {
        let plan = row.plan
        let toll = row.toll
        let losses = priced.losses(of: plan)
        func objects(_ isCertain: Bool) -> Int {
            losses.filter { $0.isCertain == isCertain }.reduce(0) { $0 + $1.stake.objects }
        }
        return [
            Cell(row.rank), .text(orderText(plan)), .text(RFC3339.text(plan.start)),
            .text(plan.proxy.rawValue), .text(plan.surge ? "one" : "none"),
            .text(DurationText.text(plan.pace.settle)),
            .text(DurationText.text(fleet.upgrade(of: plan).length)), Cell(toll.wrong),
            Cell(toll.perhapsWrong), Cell(toll.lost),
            Cell(toll.certain(.unavailable) + toll.possible(.unavailable)),
            Cell(toll.certain(.unreachable) + toll.possible(.unreachable)),
            Cell(toll.certain(.namespaces)), Cell(toll.possible(.namespaces)),
            Cell(objects(true)), Cell(objects(false)),
            Cell(toll.certain(.demands) + toll.possible(.demands)),
            .text(clientsText(plan)), .text(fleet.obstacles(of: plan).joined(separator: "; ")),
            Cell(endOfFreedom(in: plan).map { RFC3339.text($0.at) }), .text(certainty(toll)),
        ]
    }

    public func orderText(_ plan: Plan) -> String {
        plan.order.map(serverName).joined(separator: ",")
    }

    /// A log that names no server has one all the same.
    func serverName(_ member: Int) -> String {
        let name = fleet.members[member].name
        return name.isEmpty ? "an API server" : name
    }

    /// Where a replay shows that prices leave something out, those of the other plans may, too.
    private func certainty(_ toll: Toll) -> String {
        let isOpen =
            !unpriced.isEmpty
            || toll.perhapsWrong + toll.possible(.namespaces) + toll.possible(.owners)
                + toll.possible(.unavailable) > 0
        return isOpen ? "partly open" : "certain"
    }

    /// What a client pays in a plan, by its name.
    public struct ClientToll: Sendable {
        public var name: String
        public var wrong: Int
        public var perhapsWrong: Int
        /// What it asked for in vain, and the servers.
        public var resources: [String]
        public var servers: [String]
    }

    /// The clients that get wrong answers, those with the most first.
    public func clients(_ plan: Plan) -> [ClientToll] {
        var found: [String: ClientToll] = [:]
        for share in priced.shares(of: plan) where share.toll.wrong + share.toll.perhapsWrong > 0 {
            let name = clientName(share.client)
            var entry =
                found[name]
                ?? ClientToll(name: name, wrong: 0, perhapsWrong: 0, resources: [], servers: [])
            entry.wrong += share.toll.wrong
            entry.perhapsWrong += share.toll.perhapsWrong
            let resource = "\(reading.names.groupVersionResource(share.resource))"
            if !entry.resources.contains(resource) { entry.resources.append(resource) }
            let server = serverName(share.server)
            if !entry.servers.contains(server) { entry.servers.append(server) }
            found[name] = entry
        }
        return found.values.sorted {
            ($1.wrong, $1.perhapsWrong, $0.name) < ($0.wrong, $0.perhapsWrong, $1.name)
        }
    }

    func clientsText(_ plan: Plan) -> String {
        let all = clients(plan)
        let named = all.prefix(3).map { "\(displaySafe($0.name)) \($0.wrong + $0.perhapsWrong)" }
        let rest = all.count > 3 ? ["\(all.count - 3) more"] : []
        return (named + rest).joined(separator: ", ")
    }

    /// A client by its user agent, or else by its user.
    func clientName(_ client: UInt32) -> String {
        let key = reading.names.clients[client]
        let agent = reading.names.strings[key.userAgent]
        if let controller = agent.firstRange(of: "/system:serviceaccount:") {
            return String(agent[controller.upperBound...])
        }
        if !agent.isEmpty { return String(agent.prefix { $0 != " " }) }
        let user = reading.names.strings[key.user]
        return user.isEmpty ? "(unknown)" : user
    }
}

// What the best plan leaves to be settled, as results for a build server.
extension PlanComparison {
    public static let source = ResultSource(
        tool: "kubeskew", version: toolVersion, category: "plan",
        rules: [
            ResultRule(
                id: "plan/wrong-404", name: "Wrong answers in the best plan",
                help: "Requests of a client that would get a 404 although another server serves "
                    + "what they ask for, in the best of the plans that were compared."),
            ResultRule(
                id: "plan/namespace-leak", name: "Namespaces lost in the best plan",
                help: "Namespaces that would be removed while something of theirs stays behind."),
            ResultRule(
                id: "plan/wrong-gc", name: "Owners taken for absent in the best plan",
                help: "Owners that the garbage collector would take for absent."),
            ResultRule(
                id: "plan/field-loss", name: "Fields lost in the best plan",
                help: "Objects that would lose fields in a write through an older server."),
            ResultRule(
                id: "plan/blocked", name: "The best plan cannot be carried out",
                help: "An API server would not start with its flags, or a release is skipped."),
        ])

    /// For build servers: what keeps an empty list from meaning that all is well.
    public var limits: [ResultLimit] { evidence.limits }

    /// The results of a plan; warnings are what is only possible.
    public func results(_ row: Ranking.Row) -> [RuleResult] {
        let plan = row.plan
        var results = fleet.obstacles(of: plan).map {
            result("plan/blocked", .error, $0, subject: orderText(plan))
        }
        for (stake, isCertain) in priced.losses(of: plan) {
            let verb = isCertain ? "would be" : "may be"
            let isNamespace = stake.kind == .namespace
            let what =
                isNamespace
                ? "Namespace \(stake.name) \(verb) removed while "
                    + "\(English.count(stake.objects, "object")) stayed behind"
                : "\(stake.name) \(verb) taken for absent, and "
                    + "\(English.count(stake.objects, "object")) collected"
            results.append(
                result(
                    isNamespace ? "plan/namespace-leak" : "plan/wrong-gc",
                    isCertain ? .error : .warning, what, subject: stake.name))
        }
        if plan == ranking.rows.first?.plan {
            results += unpriced.map { finding in
                result(
                    "plan/\(finding.kind.rawValue)",
                    finding.severity == .error ? .error : .warning, finding.summary,
                    subject: finding.subject)
            }
        }
        for client in clients(plan) {
            results.append(
                result(
                    "plan/wrong-404", client.wrong > 0 ? .error : .warning,
                    "\(client.name) would get \(English.count(client.wrong, "wrong 404")) for "
                        + "certain and \(client.perhapsWrong) perhaps, from "
                        + "\(client.servers.joined(separator: ", ")) for "
                        + client.resources.joined(separator: ", "), subject: client.name))
        }
        return results
    }

    private func result(
        _ rule: String, _ level: RuleResult.Level, _ message: String, subject: String
    ) -> RuleResult {
        RuleResult(
            ruleID: rule, ruleName: rule, ruleHelp: "", level: level, message: message,
            subject: subject, fingerprint: "\(rule)|\(subject)")
    }
}
