import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Clients that read a discovery document without APIs that the control plane was serving.
struct PartialDiscovery: Rule {
    static let page = RulePage(
        kind: .partialDiscovery,
        title: "A discovery document lacked APIs that another server was serving",
        cause: """
            The document came from a server that lists what it serves itself. From 1.35 on, with \
            the proxy on, servers add what their peers serve, in aggregated documents alone.
            """,
        evidence: """
            A successful GET of /apis at a server that lacked resources, by its release, flags and \
            peers, which another running server surely served at that instant.
            """,
        advice: """
            Turn the proxy on everywhere; restart clients that keep discovery for long (kubectl \
            keeps it for hours) once every server serves the API.
            """,
        blindness: """
            The document itself is not in an audit log: what it listed is derived, so this is \
            predicted at most. What a server says while it stops is not known. Clients of \
            legacy discovery see less than this says. Custom and aggregated APIs are left out: \
            servers learn of them together.
            """,
        facts: ["F4.6", "F4.14", "F8.3", "F8.4"])

    private struct Key: Hashable {
        var client: ClientIDs
        var server: UInt32
    }

    private struct Group {
        var requests: [RecordedRequest] = []
        var missing: Set<Int> = []
    }

    func findings(in run: RunView) -> [Finding] {
        var shortfalls = Shortfalls(run)
        var groups: [Key: Group] = [:]
        for request in run.discovery where isAboutOthers(request, run) {
            guard let server = run.serverNumber(request),
                !run.control.isDraining(server, at: request.at)
            else { continue }
            let missing = shortfalls.missing(server, at: request.at)
            guard !missing.isEmpty else { continue }
            let key = Key(
                client: run.names.clients[request.client].anywhere, server: request.server)
            groups[key, default: Group()].requests.append(request)
            groups[key]?.missing.formUnion(missing)
        }
        guard !groups.isEmpty else { return [] }
        let names = MissingNames(shortfalls)
        return groups.values.map { finding($0, names, run) }
    }

    /// Not what servers ask each other and themselves (F9.11).
    private func isAboutOthers(_ request: RecordedRequest, _ run: RunView) -> Bool {
        run.user(request.client) != LoopbackClient.user && run.text(request.path).hasPrefix("/apis")
    }

    private func finding(_ group: Group, _ names: MissingNames, _ run: RunView) -> Finding {
        let first = group.requests[0]
        let user = run.user(first.client)
        let agent = run.userAgent(first.client)
        let server = run.serverName(first)
        var finding = Finding(
            .partialDiscovery, .predicted, subject: "\(agent) (\(user)) · \(server)")
        finding.user = user
        finding.userAgent = agent
        finding.server = server
        finding.requests = group.requests.count
        for request in group.requests { finding.cover(request.at) }
        finding.evidence = group.requests.map { .init($0.id, .discovery) }
        let missing = names.of(group.missing)
        if let one = group.missing.min() {
            finding.group = names.resources[one].group
            finding.version = names.resources[one].version
        }
        let verb = run.isAsRecorded ? "read" : "would read"
        finding.summary =
            "\(Phrases.client(user: user, agent: agent)) \(verb) discovery from \(server) "
            + "\(English.count(group.requests.count, "time")) without "
            + "\(English.list(missing, atMost: 5)), which other servers "
            + (run.isAsRecorded ? "served" : "serve")
        if missing.count > 5 {
            finding.notes.append("Missing: \(missing.joined(separator: ", ")).")
        }
        return finding
    }
}

/// Which built-in resources the discovery of a server lacks, by epoch.
private struct Shortfalls {
    /// Built-in resources about which servers disagree at some time, sorted.
    let resources: [GroupVersionResource]
    private let run: RunView
    private let columns: [Int]
    private var known: [Int: [Int]] = [:]

    init(_ run: RunView) {
        self.run = run
        var all = Set<GroupVersionResource>()
        for release in Release.all {
            all.formUnion(Catalogue.resources(in: release).map(\.id))
        }
        let extensions = Set(run.input.scenario.extensions.map(\.groupVersion))
        resources = all.sorted().filter {
            !extensions.contains($0.groupVersion) && run.input.table.column(for: $0) != nil
        }
        columns = resources.map(run.control.column)
    }

    /// Indices in `resources` of what a server's document lacks and another server serves.
    mutating func missing(_ server: Int, at instant: Int64) -> [Int] {
        let epoch = run.input.table.epoch(at: instant)
        let key = epoch * run.input.table.servers.count + server
        if let found = known[key] { return found }
        let found = resources.indices.filter { index in
            run.control.lists(server, columns[index], at: instant) == .no
                && run.input.table.servers.indices.contains {
                    run.control.serves($0, columns[index], epoch: epoch) == .yes
                }
        }
        known[key] = found
        return found
    }

    /// How many resources of each version any server serves at some time.
    func servedSizes() -> [GroupVersion: Int] {
        let served = Set(columns).filter(isServedAnywhere)
        var sizes: [GroupVersion: Int] = [:]
        for (id, column) in zip(resources, columns) where served.contains(column) {
            sizes[id.groupVersion, default: 0] += 1
        }
        return sizes
    }

    private func isServedAnywhere(_ column: Int) -> Bool {
        let table = run.input.table
        return table.epochs.indices.contains { epoch in
            table.servers.indices.contains {
                run.control.serves($0, column, epoch: epoch) == .yes
            }
        }
    }
}

/// What missing resources are called.
private struct MissingNames {
    let resources: [GroupVersionResource]
    private let sizes: [GroupVersion: Int]

    init(_ shortfalls: Shortfalls) {
        resources = shortfalls.resources
        sizes = shortfalls.servedSizes()
    }

    /// `batch/v2` where a whole version is missing, else the resource.
    func of(_ missing: Set<Int>) -> [String] {
        var lacking: [GroupVersion: Int] = [:]
        for index in missing { lacking[resources[index].groupVersion, default: 0] += 1 }
        var names: [String] = []
        for index in missing.sorted() {
            let id = resources[index]
            let isWhole = lacking[id.groupVersion] == sizes[id.groupVersion]
            let name = isWhole ? "\(id.groupVersion)" : "\(id)"
            if names.last != name { names.append(name) }
        }
        return names
    }
}
