// Servers under other names: a scenario speaks of cp-1 where the recording has master-1.
extension Scenario {
    /// The same control plane with its servers renamed; host names stay.
    public func renamed(_ names: [String: String]) -> Scenario {
        func name(_ old: String) -> String { names[old] ?? old }
        var renamed = self
        for index in renamed.servers.indices {
            renamed.servers[index].name = name(renamed.servers[index].name)
        }
        if case .weights(let weights) = entry {
            renamed.entry = .weights(
                Dictionary(weights.map { (name($0.key), $0.value) }, uniquingKeysWith: +))
        }
        for index in renamed.loadBalancers.indices {
            renamed.loadBalancers[index].servers = loadBalancers[index].servers.map(name)
        }
        for index in renamed.faults.indices {
            renamed.faults[index].from = name(faults[index].from)
            renamed.faults[index].to = name(faults[index].to)
        }
        return renamed
    }
}
