import Bytes
import KubeAPI

/// Whether the Mixed Version Proxy was at work, by the traces that it leaves.
struct ProxyEvidence {
    /// Stands for the load balancer's address, which no log shows (RFC 5737).
    static let balancer = "192.0.2.1"

    private let evidence: RecordedEvidence
    /// Requests were forwarded, or peers fetched each other's discovery.
    private let isAnywhere: Bool

    /// When a process fetches its own discovery, after its start: measured at 1 to 3 s.
    private static let fetching: Int64 = 60 * .second

    init(_ evidence: RecordedEvidence, notes: inout [String]) {
        self.evidence = evidence
        isAnywhere =
            !evidence.forwarders.isEmpty || !evidence.fetchedFrom.isEmpty
            || !evidence.selfFetches.isEmpty
        if evidence.hasLoops {
            notes.append(
                "forwarded requests came back: every server is taken to advertise a load balancer "
                    + "before all of them, at \(ProxyEvidence.balancer)")
        }
        notes.append(sentence)
    }

    /// Whether the filter was at work in a process.
    ///
    /// From 1.33 on a server with the filter fetches `/api` and `/apis` from itself at its start,
    /// and no other does (V17). A start that the log does not have says nothing: then what is known
    /// of the rest is taken for it.
    private func isActive(_ process: ServerProcess?, release: Release) -> Bool {
        guard let process, !release.has(.knowsPeersByRecords), !evidence.selfFetches.isEmpty else {
            return isAnywhere
        }
        if let started = process.startedAt { return fetched(process.server, after: started) }
        if evidence.forwarders.contains(process.server) { return true }
        let alike = evidence.processes.filter { $0.release == release && $0.startedAt != nil }
        guard !alike.isEmpty else { return isAnywhere }
        return alike.contains { fetched($0.server, after: $0.startedAt ?? 0) }
    }

    private func fetched(_ server: String, after start: Int64) -> Bool {
        let end = start.clampedAdding(ProxyEvidence.fetching)
        guard let fetches = evidence.selfFetches[server] else { return false }
        let next = fetches.partitioningIndex { $0 >= start }
        return next < fetches.count && fetches[next] < end
    }

    private var sentence: String {
        guard isAnywhere else {
            return "the proxy is taken to be off: no request was forwarded and no peer fetched "
                + "discovery"
        }
        let off = evidence.processes.filter { process in
            process.release.map { !isActive(process, release: $0) } == true
        }
        guard !off.isEmpty else {
            return "the proxy is taken to be active on every server: requests were forwarded, or "
                + "servers fetched discovery for it"
        }
        let names = Set(off.map { "\($0.server) at \($0.version)" }).sorted()
        return "the proxy is taken to be off on \(names.joined(separator: ", ")), which did not "
            + "fetch their own discovery when they started, and active elsewhere (V17)"
    }

    /// The command line: gates, versions and the CA, each flag once.
    func flags(
        of release: Release, at process: ServerProcess?, serving served: ServedFlags.Found
    ) -> [String] {
        let isActive = isActive(process, release: release)
        var gates = served.gates
        var settings = served.settings
        // Gates have the defaults of the release that is emulated.
        if isActive, !(served.emulated ?? release).has(.proxyGateIsBeta) {
            gates.insert("UnknownVersionInteroperabilityProxy")
        }
        let storageVersions = GroupVersion(group: "internal.apiserver.k8s.io", version: "v1alpha1")
        if isActive, release.has(.knowsPeersByRecords) {
            gates.insert("StorageVersionAPI")
            settings[storageVersions] = true
        }
        var flags = served.emulated.map { ["--emulated-version=\($0)"] } ?? []
        if !gates.isEmpty {
            let list = gates.sorted().map { "\($0)=true" }
            flags.append("--feature-gates=" + list.joined(separator: ","))
        }
        if !settings.isEmpty {
            let list = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            flags.append("--runtime-config=" + list.joined(separator: ","))
        }
        if evidence.hasLoops { flags.append("--advertise-address=\(ProxyEvidence.balancer)") }
        return isActive ? flags + ["--peer-ca-file=ca.crt"] : flags
    }
}
