import ControlPlane
import KubeAPI

// Whether what was read makes sense as a control plane.
extension ScenarioReader {
    mutating func checkSense() {
        checkDistinct("hostname", values: scenario.servers.map(\.hostname)) {
            "server \($0) has the host name \"\($1)\" too: both have one identity lease (F3.1)"
        }
        checkDistinct("address", values: scenario.servers.map(\.address)) {
            "server \($0) has the address \($1) too"
        }
        var advertised: Set<String> = []
        for (index, server) in scenario.servers.enumerated() {
            for (process, source) in zip(server.processes, sources[index].processes)
            where source.hasRelease {
                let activation = Activation(process, of: server, in: scenario)
                if judgesFlags { check(activation, process, source) }
                if let address = activation.advertised { advertised.insert(address.description) }
            }
        }
        checkLoadBalancers(advertised: advertised)
    }

    private mutating func checkDistinct(
        _ key: String, values: [String?], _ message: (String, String) -> String
    ) {
        for (index, value) in values.enumerated() {
            guard let value, let first = values[..<index].firstIndex(of: value) else { continue }
            let server = sources[index].field
            let field = server.node[key].map { server.child(key, $0) } ?? server
            fields.warn(field, message(scenario.servers[first].name, value))
        }
    }

    /// A server that would not start is no server; a flag that does nothing is no intention.
    private mutating func check(
        _ activation: Activation, _ process: Scenario.Process, _ source: ProcessSource
    ) {
        for refusal in activation.refusals {
            let facts = refusal.facts.joined(separator: ", ")
            fields.error(
                field(of: refusal.flag, process, source),
                "kube-apiserver \(process.release) does not start: \(refusal.text) (\(facts))")
        }
        for remark in activation.ignored {
            let facts = remark.facts.joined(separator: ", ")
            fields.warn(
                field(of: remark.flag, process, source), "\(remark.text) (\(facts))")
        }
    }

    /// Where a flag stands that a remark is about; the start itself, where it is missing.
    private func field(
        of flag: String?, _ process: Scenario.Process, _ source: ProcessSource
    ) -> Field {
        let index = process.flags.lastIndex { ServerFlags([$0]).has(flag ?? "") }
        return index.map { source.flags[$0] } ?? source.start
    }

    /// What peers call is what a server advertises: a balancer elsewhere never sees them (F5.4).
    private mutating func checkLoadBalancers(advertised: Set<String>) {
        for (field, balancer) in zip(balancerFields, scenario.loadBalancers) {
            let address = HostPort(balancer.address)?.description ?? balancer.address
            guard !advertised.contains(address) else { continue }
            fields.warn(
                field,
                "no server advertises \(address) (--advertise-address, --secure-port), so no peer"
                    + " will call it (F5.4)")
        }
    }
}
