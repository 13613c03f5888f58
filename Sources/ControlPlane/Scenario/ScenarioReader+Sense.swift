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
}
