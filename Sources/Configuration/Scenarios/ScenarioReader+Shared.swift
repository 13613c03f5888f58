import Bytes
import ControlPlane
import KubeAPI

// What all servers share: extensions, the way in, load balancers, the network between them.
extension ScenarioReader {
    private static let extensionKeys = [
        "group", "version", "aggregated", "available", "resources", "from", "until",
    ]

    // MARK: Extensions

    mutating func readExtensions(_ field: Field?) {
        guard let field, !field.node.isNull else { return }
        for entry in fields.list(field, of: "extensions") ?? [] { readExtension(entry) }
    }

    private mutating func readExtension(_ entry: Field) {
        guard let own = fields.fields(of: entry, known: Self.extensionKeys) else { return }
        let group = requiredText("group", of: own, expected: "an API group")
        let version = requiredText("version", of: own, expected: "an API version such as v1")
        let isAggregated = own["aggregated"].flatMap { fields.bool($0) } ?? false
        let isAvailable = own["available"].flatMap { fields.bool($0) } ?? true
        if !isAvailable, !isAggregated, let field = own["available"] {
            fields.warn(field, "only an aggregated API can be unavailable: ignored")
        }
        let interval = readInterval(own, start: "from")
        var resources: [Scenario.Extension.Resource] = []
        if let list = own["resources"] {
            resources = (fields.list(list, of: "resources") ?? []).compactMap { readResource($0) }
        }
        if resources.isEmpty, own["resources"]?.node.sequence?.isEmpty ?? true {
            fields.missing("resources", of: own, expected: "a list of resources")
        }
        guard let group, let version, let interval else { return }
        let new = Scenario.Extension(
            groupVersion: GroupVersion(group: group, version: version),
            isAggregated: isAggregated, isAvailable: isAvailable || !isAggregated,
            resources: resources, from: interval.start, until: interval.end)
        checkOverlap(of: new, at: entry)
        extensionNumbers[new.groupVersion, default: []].append(scenario.extensions.count)
        scenario.extensions.append(new)
    }

    private mutating func readResource(_ entry: Field) -> Scenario.Extension.Resource? {
        guard let own = fields.fields(of: entry, known: ["name", "kind", "namespaced"]) else {
            return nil
        }
        let name = requiredText("name", of: own, expected: "a plural such as widgets")
        let kind = requiredText("kind", of: own, expected: "a kind such as Widget")
        let isNamespaced = own["namespaced"].flatMap { fields.bool($0) } ?? false
        guard let name, let kind else { return nil }
        return Scenario.Extension.Resource(name: name, kind: kind, namespaced: isNamespaced)
    }

    private mutating func requiredText(
        _ key: String, of own: Fields, expected: String
    ) -> String? {
        guard let field = own[key] else {
            fields.missing(key, of: own, expected: expected)
            return nil
        }
        return fields.text(field, expected: expected)
    }

    /// One API is served by one definition at a time.
    private mutating func checkOverlap(of new: Scenario.Extension, at entry: Field) {
        for number in extensionNumbers[new.groupVersion] ?? [] {
            let old = scenario.extensions[number]
            let overlaps =
                old.from < new.until ?? Int64.max && new.from < old.until ?? Int64.max
            let names = old.resources.map(\.name)
            let common = new.resources.map(\.name).first { names.contains($0) }
            guard overlaps, let common else { continue }
            fields.error(
                entry,
                "\(common) of \(new.groupVersion) is already there from"
                    + " \(text(of: old.from)) to \(old.until.map { text(of: $0) } ?? "the end")")
        }
    }

    /// From `start:` to `until:`; without a start, from when the first process started.
    private mutating func readInterval(
        _ own: Fields, start key: String
    ) -> (start: Int64, end: Int64?)? {
        var start: Int64? = beginning
        if let field = own[key] { start = instant(field) }
        guard let until = own["until"], !until.node.isNull else {
            return start.map { ($0, nil) }
        }
        guard let end = instant(until), let start else { return nil }
        guard start < end else {
            fields.error(
                until, "ends at \(text(of: end)), not after it begins at \(text(of: start))")
            return nil
        }
        return (start, end)
    }

    // MARK: Entry

    mutating func readEntry(_ field: Field?) {
        guard let field else { return }
        switch field.node.text {
        case "recorded": scenario.entry = .recorded
        case "uniform": scenario.entry = .uniform
        case nil where field.node.mapping != nil: readWeights(field)
        default:
            fields.error(
                field,
                "expected recorded, uniform or {weights: {…}}, found \(field.node.summary)")
        }
    }

    private mutating func readWeights(_ field: Field) {
        guard let own = fields.fields(of: field, known: ["weights"]) else { return }
        guard let list = own["weights"] else {
            return fields.missing("weights", of: own, expected: "a weight for each server")
        }
        var weights: [String: Int] = [:]
        for (name, field) in fields.fields(of: list)?.inOrder ?? [] {
            checkServer(name, at: field.keyMark, path: field.path)
            guard let weight: Int32 = fields.natural(field, expected: "a natural number") else {
                continue
            }
            weights[name] = Int(weight)
        }
        if !weights.values.contains(where: { $0 > 0 }) {
            fields.error(list, "expected a weight above 0 for at least one server")
        }
        scenario.entry = .weights(weights)
    }

    // MARK: Load balancers and faults

    mutating func readLoadBalancers(_ field: Field?) {
        guard let field, !field.node.isNull else { return }
        for entry in fields.list(field, of: "load balancers") ?? [] {
            guard let own = fields.fields(of: entry, known: ["address", "to", "strips"]) else {
                continue
            }
            let address = own["address"].flatMap { fields.address($0) }
            if own["address"] == nil {
                fields.missing(
                    "address", of: own, expected: "an address such as \"10.0.0.9:6443\"")
            }
            var servers: [String] = []
            if let to = own["to"] {
                servers = serverNames(to) { $0.unknownServer($1) }
                if servers.isEmpty, to.node.sequence?.isEmpty ?? false {
                    fields.error(to, "expected at least one server")
                }
            } else {
                fields.missing("to", of: own, expected: "a list of server names")
            }
            let strips = own["strips"].map { readHeaders($0) } ?? []
            guard let address else { continue }
            if scenario.loadBalancers.contains(where: { $0.address == address }) {
                fields.error(entry, "another load balancer has the address \(address)")
            }
            balancerFields.append(entry)
            scenario.loadBalancers.append(
                Scenario.LoadBalancer(address: address, servers: servers, strips: strips))
        }
    }

    private mutating func readHeaders(_ field: Field) -> [String] {
        if field.node.isNull { return [] }
        return (fields.list(field, of: "header names") ?? []).compactMap {
            fields.text($0, expected: "a header name")?.lowercased()
        }
    }

    mutating func readNetwork(_ field: Field?) {
        guard let field, !field.node.isNull else { return }
        let keys = ["from", "to", "at", "until", "fails"]
        for entry in fields.list(field, of: "faults") ?? [] {
            guard let own = fields.fields(of: entry, known: keys) else { continue }
            let from = serverName("from", of: own)
            let to = serverName("to", of: own)
            let interval = readInterval(own, start: "at")
            var kind: Scenario.Fault.Kind?
            if let fails = own["fails"] {
                kind = fields.choice(fails, ["refuse", "timeout", "tls"])
                    .flatMap(Scenario.Fault.Kind.init(rawValue:))
            } else {
                fields.missing("fails", of: own, expected: "refuse, timeout or tls")
            }
            guard let from, let to, let interval, let kind else { continue }
            if from == to { fields.warn(entry, "from and to are the same server") }
            scenario.faults.append(
                Scenario.Fault(
                    from: from, to: to, at: interval.start, until: interval.end, kind: kind))
        }
    }

    private mutating func serverName(_ key: String, of own: Fields) -> String? {
        guard let name = requiredText(key, of: own, expected: "a server name"),
            let field = own[key]
        else { return nil }
        checkServer(name, at: field.node.mark, path: field.path)
        return name
    }

    private mutating func checkServer(_ name: String, at mark: Mark, path: String) {
        if let wrong = unknownServer(name) { fields.report(.error, at: mark, path, wrong) }
    }

    func unknownServer(_ name: String) -> String? {
        let names = scenario.servers.map(\.name)
        if names.contains(name) { return nil }
        if let meant = nearestName(to: name, among: names) {
            return "no server is called \"\(name)\": did you mean \"\(meant)\"?"
        }
        return "no server is called \"\(name)\"; there are: \(names.joined(separator: ", "))"
    }
}
