import KubeAPI

// The shorthand for a rolling upgrade, expanded to timelines.
extension ScenarioReader {
    private static let upgradeKeys = [
        "from", "to", "servers", "order", "start", "down", "drain", "ready", "settle", "flags",
    ]
    private static let second: Int64 = 1_000_000_000
    /// The servers run the old release from this long before the origin or the upgrade, whichever
    /// is earlier: long enough for every cache to have settled.
    private static let lead: Int64 = 3_600 * second
    /// They were started one after the other, as a control plane is built.
    ///
    /// At one instant, servers
    /// of 1.33 and 1.34 would never learn of each other (F3.20).
    private static let stagger: Int64 = 60 * second
    /// What a careful rolling upgrade takes where the file does not say.
    private static let usual = (down: 6 * second, ready: 5 * second, settle: 300 * second)
    /// A graceful stop waits for open requests at most as long as a request may take (F1.36).
    private static let longestDrain: Int64 = 60 * second

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
        let earliest = min(plan.start, origin.nanoseconds)
        for (index, name) in servers.enumerated() {
            let before = Self.lead + Self.stagger * Int64(servers.count - 1 - index)
            guard let at = sum(earliest, -before, at: upgrade) else { return }
            append(plan.from, at: at, plan, flags: plan.flagsFrom, to: name, from: own["from"])
        }
        var at = plan.start
        for name in order {
            guard let up = sum(at, plan.down, at: upgrade),
                let next = sum(up, plan.ready + plan.settle, at: upgrade)
            else { return }
            stop(name, at: at, drain: plan.drain)
            append(plan.to, at: up, plan, flags: plan.flagsTo, to: name, from: own["to"])
            at = next
        }
        if !order.isEmpty { checkTimes(own, begins: plan.start, ends: at - plan.settle) }
    }

    private mutating func readUpgrade(_ own: Fields, servers: Int) -> Upgrade? {
        let from = own["from"].flatMap { release($0) }
        let to = own["to"].flatMap { release($0) }
        for key in ["from", "to"] where own[key] == nil {
            fields.missing(key, of: own, expected: "a release such as \"1.35\"")
        }
        let start = own["start"].map { upgradeStart($0) } ?? origin.nanoseconds
        let down = own["down"].flatMap { fields.duration($0) } ?? Self.usual.down
        let drain = own["drain"].flatMap { fields.duration($0) } ?? min(down, Self.longestDrain)
        if drain > down, let field = own["drain"] {
            fields.error(field, "the drain is longer than the server is down")
        }
        let ready = own["ready"].flatMap { fields.duration($0) } ?? Self.usual.ready
        let settle = own["settle"].flatMap { fields.duration($0) } ?? Self.usual.settle
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
            let hint = nearest(to: name, among: servers).map { ": did you mean \"\($0)\"?" } ?? ""
            return "no server \"\(name)\" is upgraded\(hint)"
        }
        let left = servers.filter { !order.contains($0) }
        if !left.isEmpty {
            fields.warn(field, "never upgraded: \(left.joined(separator: ", "))")
        }
        return order
    }

    private mutating func append(
        _ release: Release, at instant: Int64, _ plan: Upgrade,
        flags: [(text: String, field: Field)], to name: String, from field: Field?
    ) {
        guard let index = scenario.servers.firstIndex(where: { $0.name == name }), let field else {
            return
        }
        scenario.servers[index].processes.append(
            Scenario.Process(
                startedAt: instant, release: release, readyAfter: plan.ready,
                flags: flags.map(\.text)))
        sources[index].processes.append(ProcessSource(start: field, flags: flags.map(\.field)))
    }

    private mutating func stop(_ name: String, at instant: Int64, drain: Int64) {
        guard let index = scenario.servers.firstIndex(where: { $0.name == name }),
            let last = scenario.servers[index].processes.indices.last
        else { return }
        scenario.servers[index].processes[last].stoppedAt = instant
        scenario.servers[index].processes[last].end = .graceful(drain: drain)
    }
}
