import KubeAPI

/// The scenario "as recorded": the control plane that explains a recording, and what was assumed.
///
/// What the recording does not show is assumed in the way that harms least and said in a note: a
/// server whose log begins in the middle was running before, flags that left no trace are default.
public struct ScenarioInference: Sendable {
    public let scenario: Scenario
    /// One sentence per assumption, in the order of importance.
    public let notes: [String]

    /// From exec to readiness where no poll of `/readyz` was recorded; measured at 2.1 to 5.4 s.
    static let usualReadiness: Int64 = 2_500 * .millisecond
    /// How long before the first record a server is taken to have run, whose start was not seen.
    static let before: Int64 = 3_600 * .second

    public init(_ evidence: RecordedEvidence, name: String) {
        var notes: [String] = []
        var scenario = Scenario()
        scenario.name = name
        let proxy = ProxyEvidence(evidence, notes: &notes)
        var served = ServedFlags.Finder(evidence)
        for server in evidence.servers {
            scenario.servers.append(
                ScenarioInference.server(
                    server, evidence, proxy: proxy, served: &served, notes: &notes))
        }
        if evidence.hasLoops {
            scenario.loadBalancers = [
                .init(address: ProxyEvidence.balancer + ":6443", servers: evidence.servers)
            ]
        }
        scenario.extensions = ExtensionInference.extensions(evidence, notes: &notes)
        self.scenario = scenario
        self.notes = notes
    }

    private static func server(
        _ name: String, _ evidence: RecordedEvidence, proxy: ProxyEvidence,
        served: inout ServedFlags.Finder, notes: inout [String]
    ) -> Scenario.Server {
        var server = Scenario.Server(name: name)
        let seen = evidence.processes.filter { $0.server == name }
        if let mixed = MixedLog(seen) { notes.append(mixed.sentence) }
        for (index, process) in seen.enumerated() {
            guard let release = process.release, Release.known.contains(release) else {
                notes.append("\(name): version \(process.version) is outside the known releases")
                continue
            }
            if release.basis == .provisional {
                notes.append("\(name): release \(release) is \(ReleaseBasis.provisional.text)")
            }
            let flags = proxy.flags(
                of: release, at: process, serving: served.flags(of: process, release: release))
            server.processes.append(
                scenarioProcess(
                    process, release: release, flags: flags, isFirst: index == 0, evidence))
        }
        if server.processes.isEmpty { assumeRelease(of: &server, evidence, proxy, &notes) }
        closeGaps(&server, evidence)
        return server
    }

    private static func scenarioProcess(
        _ seen: ServerProcess, release: Release, flags: [String], isFirst: Bool,
        _ evidence: RecordedEvidence
    ) -> Scenario.Process {
        let started = seen.startedAt ?? (isFirst ? evidence.firstAt - before : seen.firstSeen)
        let ready = seen.readyAt.map { max(0, $0 - started) } ?? usualReadiness
        var process = Scenario.Process(
            startedAt: started, release: release, readyAfter: ready, flags: flags)
        process.stoppedAt = seen.stoppedAt
        if seen.end == .graceful, let stopped = seen.stoppedAt {
            process.end = .graceful(drain: max(0, seen.lastSeen - stopped))
        }
        return process
    }

    /// A process must have ended before the next one of its server starts.
    private static func closeGaps(_ server: inout Scenario.Server, _ evidence: RecordedEvidence) {
        for index in server.processes.indices.dropLast() {
            let next = server.processes[index + 1].startedAt
            let stopped = min(server.processes[index].stoppedAt ?? next, next)
            server.processes[index].stoppedAt = stopped
            if case .graceful = server.processes[index].end {
                // Open connections are served until the next process takes the port.
                server.processes[index].end = .graceful(drain: next - stopped)
            }
        }
        // A stop after the last record changes nothing and would only be a guess at its drain.
        if let last = server.processes.indices.last,
            let stopped = server.processes[last].stoppedAt, stopped > evidence.lastAt
        {
            server.processes[last].stoppedAt = nil
        }
    }

    /// Nothing in the log of this server says its version: take the others', and say so.
    private static func assumeRelease(
        of server: inout Scenario.Server, _ evidence: RecordedEvidence, _ proxy: ProxyEvidence,
        _ notes: inout [String]
    ) {
        let known = evidence.processes.compactMap(\.release).filter(Release.known.contains)
        let release = known.min() ?? Release.newestMeasured
        notes.append(
            "\(server.name): nothing in its log shows a version; \(release) is assumed")
        server.processes = [
            Scenario.Process(
                startedAt: evidence.firstAt - before, release: release,
                readyAfter: usualReadiness,
                flags: proxy.flags(of: release, at: nil, serving: ServedFlags.Found()))
        ]
    }
}
