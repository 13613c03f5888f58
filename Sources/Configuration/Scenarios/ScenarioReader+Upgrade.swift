import Bytes
import ControlPlane
import KubeAPI

// The shorthand for a rolling upgrade, expanded to timelines.
extension ScenarioReader {
    private static let upgradeKeys = [
        "from", "to", "servers", "order", "start", "down", "drain", "ready", "settle", "flags",
    ]

    /// The names under `upgrade: servers`, or else those under `servers:` without a timeline.
    mutating func upgradedServers(_ upgrade: Field, listed: Fields?) -> [String] {
        guard let own = upgrade.node.mapping,
            let entry = own.last(where: { $0.key.text == "servers" })
        else {
            return (listed?.inOrder ?? []).filter { $0.field.node["timeline"] == nil }.map(\.name)
        }
        let field = upgrade.child("servers", entry.value, keyMark: entry.key.mark)
        return serverNames(field) {
            ServerName.isValid($1) ? nil : "expected a server name of \(ServerName.grammar)"
        }
    }

    /// A list of distinct names, each passed by `check`, which returns what is wrong with it.
    mutating func serverNames(
        _ field: Field, check: (ScenarioReader, String) -> String?
    ) -> [String] {
        var names: [String] = []
        let items = fields.list(field, of: "server names") ?? []
        guard items.count <= Self.mostServers else {
            fields.error(field, "more than \(Self.mostServers) servers")
            return []
        }
        for item in items {
            guard let name = fields.text(item, expected: "a server name") else { continue }
            if let wrong = check(self, name) {
                fields.error(item, wrong)
            } else if names.contains(name) {
                fields.error(item, "server \"\(name)\" is named twice")
            } else {
                names.append(name)
            }
        }
        return names
    }

    /// What the shorthand says, with its defaults filled in.
    private struct Upgrade {
        var from: Release
        var to: Release
        var start: Int64
        var down: Int64
        var drain: Int64
        var ready: Int64
        var settle: Int64
        var flagsFrom: [(text: String, field: Field)]
        var flagsTo: [(text: String, field: Field)]
    }

    mutating func expandUpgrade(_ upgrade: Field, servers: [String]) {
        guard let own = fields.fields(of: upgrade, known: Self.upgradeKeys) else { return }
        if servers.isEmpty {
            fields.missing("servers", of: own, expected: "a list of server names")
        }
        let order = readOrder(own, servers: servers)
        guard let plan = readUpgrade(own, servers: servers.count) else { return }
        let pace = RollingUpgrade.Pace(
            down: plan.down, drain: plan.drain, ready: plan.ready, settle: plan.settle)
        let member = RollingUpgrade.Member(
            name: "", flagsBefore: plan.flagsFrom.map(\.text), flagsAfter: plan.flagsTo.map(\.text))
        let rolling = RollingUpgrade(
            from: plan.from, to: plan.to,
            members: Array(repeating: member, count: servers.count),
            order: order.compactMap { servers.firstIndex(of: $0) }, start: plan.start, pace: pace,
            // From before the origin or the upgrade, whichever is earlier.
            oldSince: min(plan.start, origin.nanoseconds).clampedAdding(-RollingUpgrade.lead))
        let timelines = rolling.timelines(startingOrder: Array(servers.indices))
        guard
            timelines.joined().allSatisfy({ Self.instants.contains($0.startedAt) })
        else { return fields.error(own.field, "the instant is out of range") }
        for (name, processes) in zip(servers, timelines) { append(processes, plan, own, to: name) }
        if !order.isEmpty {
            checkTimes(own, begins: plan.start, ends: plan.start.clampedAdding(rolling.length))
        }
    }

    private mutating func readUpgrade(_ own: Fields, servers: Int) -> Upgrade? {
        let from = own["from"].flatMap { release($0) }
        let to = own["to"].flatMap { release($0) }
        for key in ["from", "to"] where own[key] == nil {
            fields.missing(key, of: own, expected: "a release such as \"1.35\"")
        }
        let usual = RollingUpgrade.Pace.usual
        let start = own["start"].map { upgradeStart($0) } ?? origin.nanoseconds
        let down = own["down"].flatMap { fields.duration($0) } ?? usual.down
        let drain =
            own["drain"].flatMap { fields.duration($0) }
            ?? min(down, RollingUpgrade.Pace.longestDrain)
        if drain > down, let field = own["drain"] {
            fields.error(field, "the drain is longer than the server is down")
        }
        let ready = own["ready"].flatMap { fields.duration($0) } ?? usual.ready
        let settle = own["settle"].flatMap { fields.duration($0) } ?? usual.settle
        if servers > 1, down + ready + settle == 0 {
            fields.error(
                own.field,
                "all servers are replaced at one instant, so that no two releases ever run "
                    + "beside each other: leave down, ready and settle out, or give one of them")
        }
        var flags: Fields?
        if let field = own["flags"] { flags = fields.fields(of: field, known: ["from", "to"]) }
        let flagsFrom = flags?["from"].map { readFlags($0) } ?? []
        let flagsTo = flags?["to"].map { readFlags($0) } ?? []
        guard let from, let to, let start else { return nil }
        if let field = own["to"], !from.mayRunBeside(to) {
            fields.error(
                field,
                "an upgrade goes from one minor release to the next: API servers of \(from) and "
                    + "\(to) are not supported beside each other")
        }
        return Upgrade(
            from: from, to: to, start: start, down: down, drain: drain, ready: ready,
            settle: settle, flagsFrom: flagsFrom, flagsTo: flagsTo)
    }

    // MARK: When

    /// An instant like any other, or one that the recording knows: `busiest`, `end-2h`.
    private mutating func upgradeStart(_ field: Field) -> Int64? {
        let text = field.node.text ?? ""
        let word = text.prefix { $0.isASCII && $0.isLetter }
        guard word == "end" || word == "busiest" else { return instant(field) }
        let rest = text.dropFirst(word.count)
        let isSigned = rest.isEmpty || rest.hasPrefix("-") || rest.hasPrefix("+")
        guard isSigned, let offset = rest.isEmpty ? 0 : DurationText.nanoseconds(String(rest))
        else {
            fields.error(
                field,
                "expected \(word), or \(word) and an offset such as \(word)-2h,"
                    + " found \"\(text)\"")
            return nil
        }
        guard let recorded else {
            fields.warn(
                field,
                "\(word) is known only once there is a recording; the beginning stands for it here")
            return origin.nanoseconds
        }
        return sum(word == "end" ? recorded.last : recorded.busiestHour(), offset, at: field)
    }

    /// An upgrade that no recorded request could meet says nothing.
    private mutating func checkTimes(_ own: Fields, begins: Int64, ends: Int64) {
        guard let recorded, begins > recorded.last || ends < recorded.first else { return }
        let field = own["start"] ?? own.field
        let place =
            begins > recorded.last
            ? "begins after the recording's last request, at \(text(of: recorded.last))"
            : "ends before the recording's first request, at \(text(of: recorded.first))"
        fields.error(
            field, "the upgrade \(place): give a start within it, such as busiest or end-30m")
    }

    private mutating func readOrder(_ own: Fields, servers: [String]) -> [String] {
        guard let field = own["order"] else { return servers }
        let order = serverNames(field) { _, name in
            if servers.contains(name) { return nil }
            let hint =
                nearestName(to: name, among: servers).map { ": did you mean \"\($0)\"?" } ?? ""
            return "no server \"\(name)\" is upgraded\(hint)"
        }
        let left = servers.filter { !order.contains($0) }
        if !left.isEmpty {
            fields.warn(field, "never upgraded: \(left.joined(separator: ", "))")
        }
        return order
    }

    private mutating func append(
        _ processes: [Scenario.Process], _ plan: Upgrade, _ own: Fields, to name: String
    ) {
        guard let index = scenario.servers.firstIndex(where: { $0.name == name }) else { return }
        for (number, process) in processes.enumerated() {
            guard let field = own[number == 0 ? "from" : "to"] else { continue }
            let flags = number == 0 ? plan.flagsFrom : plan.flagsTo
            scenario.servers[index].processes.append(process)
            sources[index].processes.append(
                ProcessSource(start: field, flags: flags.map(\.field)))
        }
    }
}
