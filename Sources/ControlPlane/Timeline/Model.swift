import KubeAPI

/// The control plane of a scenario as tracks: who runs, who can be reached, who knows what of whom.
///
/// Built once from a scenario; `RoutingTable` cuts it into epochs and asks it at the start of each.
/// Everything in it is a set of alternatives: where the scenario cannot tell, there are several.
struct Model: Sendable {
    let serverNames: [String]
    /// By identity.
    let hostnames: [String]
    /// The identity of each server: servers of one host name share it (F3.1).
    let identities: [Int]
    let processes: [ProcessModel]
    /// What processes serve of the built-in APIs, each set once, and the set of each process.
    let servedSets: [Catalogue.ServedSet]
    let servedSetNumbers: [Int]
    /// The processes of each server and of each identity, earliest first.
    let processesByServer: [[Int]]
    let processesByIdentity: [[Int]]
    let windows: [ExtensionWindow]
    let faults: Faults
    /// What each server was doing.
    let presence: [Track<[Presence]>]
    let targets: [Target]
    /// What the endpoint lease of each identity may hold.
    let endpoints: [Track<[LeasedEndpoint]>]
    let leases: [IdentityLease]
    /// What each server holds of each identity.
    private(set) var beliefs: [[Track<[Belief]>]] = []
    /// Whether a server's process may be dead of a failed fetch (F3.21).
    private(set) var mayHaveDied: [Track<Bool>] = []

    init(_ scenario: Scenario, windows: [ExtensionWindow]) {
        serverNames = scenario.servers.map(\.name)
        self.windows = windows
        faults = Faults(scenario)
        var numbers: [String: Int] = [:]
        for server in scenario.servers where numbers[server.hostname] == nil {
            numbers[server.hostname] = numbers.count
        }
        hostnames = numbers.sorted { $0.value < $1.value }.map(\.key)
        identities = scenario.servers.map { numbers[$0.hostname] ?? 0 }
        let read = Reader(scenario, identities: identities)
        processes = read.processes
        servedSets = read.servedSets
        servedSetNumbers = read.servedSetNumbers
        processesByServer = Self.group(processes, count: serverNames.count, by: \.server)
        processesByIdentity = Self.group(processes, count: numbers.count, by: \.identity)
        presence = processesByServer.map { [processes] in Self.presence(of: $0, processes) }
        let published = Target.all(
            of: processes, advertising: read.advertised, in: scenario)
        targets = published.targets
        endpoints = processesByIdentity.map { [processes] in
            LeasedEndpoint.track(of: $0, processes, targets: published.byProcess)
        }
        leases = processesByIdentity.enumerated().map { [processes] identity, numbers in
            IdentityLease(
                identity: identity, processes: numbers.map { (number: $0, process: processes[$0]) })
        }
        readPeers()
    }

    /// Every process in the order of servers; equal command lines are read once.
    private struct Reader {
        private struct Key: Hashable {
            var release: Release
            var flags: [String]
            var address: String?
        }

        var processes: [ProcessModel] = []
        var advertised: [HostPort?] = []
        var servedSets: [Catalogue.ServedSet] = []
        var servedSetNumbers: [Int] = []

        init(_ scenario: Scenario, identities: [Int]) {
            var known: [Key: (activation: Activation, served: Int)] = [:]
            for (number, server) in scenario.servers.enumerated() {
                for process in server.processes.sorted(by: { $0.startedAt < $1.startedAt }) {
                    let key = Key(
                        release: process.release, flags: process.flags, address: server.address)
                    let reading = known[key] ?? read(process, of: server, in: scenario)
                    known[key] = reading
                    processes.append(
                        ProcessModel(
                            process, server: number, identity: identities[number],
                            activation: reading.activation))
                    advertised.append(reading.activation.advertised)
                    servedSetNumbers.append(reading.served)
                }
            }
        }

        private mutating func read(
            _ process: Scenario.Process, of server: Scenario.Server, in scenario: Scenario
        ) -> (activation: Activation, served: Int) {
            let activation = Activation(process, of: server, in: scenario)
            if let number = servedSets.firstIndex(of: activation.served) {
                return (activation, number)
            }
            servedSets.append(activation.served)
            return (activation, servedSets.count - 1)
        }
    }

    private static func group(
        _ processes: [ProcessModel], count: Int, by key: KeyPath<ProcessModel, Int>
    ) -> [[Int]] {
        var result = [[Int]](repeating: [], count: count)
        for (number, process) in processes.enumerated() {
            result[process[keyPath: key]].append(number)
        }
        return result.map { numbers in
            numbers.sorted { (processes[$0].startedAt, $0) < (processes[$1].startedAt, $1) }
        }
    }

    private static func presence(
        of numbers: [Int], _ processes: [ProcessModel]
    ) -> Track<[Presence]> {
        var possibilities: [Possibility<Presence>] = []
        var downSince: Int64 = .min
        for (index, number) in numbers.enumerated() {
            let process = processes[number]
            if process.isRefused { continue }
            let next = index + 1 < numbers.count ? processes[numbers[index + 1]].startedAt : .max
            possibilities += process.presences(number: number, next: next)
            let listens = min(process.identityLeaseMade.latest, process.goneAt.latest)
            possibilities.append(Possibility(.down, from: downSince, until: listens))
            downSince = min(process.goneAt.earliest, next)
        }
        possibilities.append(Possibility(.down, from: downSince))
        return Track(covering: possibilities)
    }

    mutating func setPeerReadings(
        beliefs: [[Track<[Belief]>]], mayHaveDied: [Track<Bool>]
    ) {
        self.beliefs = beliefs
        self.mayHaveDied = mayHaveDied
    }
}
