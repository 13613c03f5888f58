public import ControlPlane
import KubeAPI

/// A scenario that makes sense, with everything a file can say.
public func randomScenario(around origin: Int64, _ random: inout Draws) -> Scenario {
    var scenario = Scenario()
    scenario.name = oneOf(
        ["rolling", "true", "1.35", "a \"b\" \\ c: #é\n", "-", "\u{7}"], &random)
    for name in ["cp-1", "on", "127", "node.example"].prefix(Int.random(in: 1...4, using: &random))
    {
        scenario.servers.append(randomServer(name, around: origin, &random))
    }
    let names = scenario.servers.map(\.name)
    for index in 0..<Int.random(in: 0...3, using: &random) {
        scenario.extensions.append(
            randomExtension("g\(index).example.com", around: origin, &random))
    }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: scenario.entry = .recorded
    case 1: scenario.entry = .uniform
    default:
        scenario.entry = .weights(
            Dictionary(
                uniqueKeysWithValues: names.map { ($0, Int.random(in: 1...9, using: &random)) }))
    }
    if Bool.random(using: &random) {
        scenario.loadBalancers = [
            Scenario.LoadBalancer(
                address: "[fd00::9]:6443", servers: names.shuffled(using: &random),
                strips: Bool.random(using: &random) ? ["x-kubernetes-peer-proxied"] : [])
        ]
    }
    if let from = names.randomElement(using: &random), let to = names.randomElement(using: &random)
    {
        let (at, until) = randomInterval(around: origin, &random)
        scenario.faults = [
            Scenario.Fault(
                from: from, to: to, at: at, until: until,
                kind: oneOf([.refuse, .timeout, .tls], &random))
        ]
    }
    scenario.seed = random.next()
    scenario.strictFlags = Bool.random(using: &random)
    return scenario
}

private func randomServer(
    _ name: String, around origin: Int64, _ random: inout Draws
) -> Scenario.Server {
    var server = Scenario.Server(
        name: name, hostname: Bool.random(using: &random) ? name : "host of \(name)",
        address: Bool.random(using: &random) ? "10.0.0.\(name.count):6443" : nil)
    var at = origin - randomSpan(&random)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        var process = Scenario.Process(
            startedAt: at, release: Release.all.randomElement(using: &random) ?? .newestMeasured,
            readyAfter: randomSpan(&random),
            flags: ["--v=2", "--audit-log-path=/var/log/a b,c.log", "--anonymous-auth"])
        at += randomSpan(&random)
        process.stoppedAt = at
        let drain = randomSpan(&random)
        process.end = Bool.random(using: &random) ? .crash : .graceful(drain: drain)
        at += drain + randomSpan(&random)
        server.processes.append(process)
    }
    if Bool.random(using: &random) {
        server.processes[server.processes.count - 1].stoppedAt = nil
        server.processes[server.processes.count - 1].end = .crash
    }
    return server
}

private func randomExtension(
    _ group: String, around origin: Int64, _ random: inout Draws
) -> Scenario.Extension {
    let (from, until) = randomInterval(around: origin, &random)
    let isAggregated = Bool.random(using: &random)
    return Scenario.Extension(
        groupVersion: GroupVersion(group: group, version: "v1beta1"), isAggregated: isAggregated,
        isAvailable: isAggregated ? Bool.random(using: &random) : true,
        resources: [
            Scenario.Extension.Resource(
                name: "widgets", kind: "Widget", namespaced: Bool.random(using: &random))
        ], from: from, until: until)
}

private func randomInterval(
    around origin: Int64, _ random: inout Draws
) -> (Int64, Int64?) {
    let from = origin - 1_000_000_000 + randomSpan(&random)
    return (from, Bool.random(using: &random) ? nil : from + 1 + randomSpan(&random))
}

/// From a nanosecond to days, of every precision.
private func randomSpan(_ random: inout Draws) -> Int64 {
    let unit = oneOf([1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000], &random)
    return Int64(unit) * Int64.random(in: 0...4_000, using: &random)
}

private func oneOf<Element>(_ elements: [Element], _ random: inout Draws) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
}
