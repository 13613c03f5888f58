import Dispatch
import Findings
import KubeAPI
import Recording
import Replay
import Synchronization

// What a run says to a person: the selection that the rules read, and findings as rows.
extension ReplayRun {
    /// The findings of the run, in the order in which they are listed, and what was exposed.
    func conclusions() throws -> Conclusions { Conclusions(try findingsInput()) }

    /// Reads what the rules ask for: a few scans with filters that were settled before.
    func findingsInput() throws -> FindingsInput {
        let recording = try Recording(path: recordingPath, access: .read)
        var input = FindingsInput(
            names: names, table: table, scenario: scenario, mode: mode, firstAt: span.firstAt,
            lastAt: span.lastAt)
        let scans = try IndependentScans(recordingPath, input)
        input.controllers = scans.controllers
        input.discovery = scans.discovery
        input.uses = scans.uses
        let flagged = judged.rows.filter { judged.verdict(of: $0, mode).isFlagged }
        for request in try recording.requests(flagged.map(\.request)) {
            if let verdict = verdict(of: request.id) { input.add(request, verdict) }
        }
        for request in input.controllers {
            guard let verdict = verdict(of: request.id), !verdict.isFlagged else { continue }
            input.add(request, verdict)
        }
        input.objects = try recording.recordedObjects()
        let wanted = input.wanted
        input.witnesses = try recording.requests(
            naming: wanted.objectNames, orChanging: wanted.namespaces)
        input.deletions = try recording.deletions(
            of: input.controllers + input.witnesses, into: &input.objects)
        return input
    }

    /// The verdict of a request that is no plainly local one; rows come in the order of ids.
    private func verdict(of request: Int64) -> Verdict? {
        var low = 0
        var high = judged.rows.count
        while low < high {
            let middle = (low + high) / 2
            if judged.rows[middle].request < request { low = middle + 1 } else { high = middle }
        }
        guard low < judged.rows.count, judged.rows[low].request == request else { return nil }
        return judged.verdict(of: judged.rows[low], mode)
    }
}

/// The scans that wait for nothing, at the same time: each reads the whole table on a connection of
/// its own.
private struct IndependentScans: Sendable {
    private(set) var controllers: [RecordedRequest] = []
    private(set) var discovery: [RecordedRequest] = []
    private(set) var uses: [RecordedUse] = []

    private init() {}

    init(_ path: String, _ input: FindingsInput) throws {
        let result = Mutex<(scans: IndependentScans, failure: (any Error)?)>((.init(), nil))
        DispatchQueue.concurrentPerform(iterations: 3) { number in
            do {
                let recording = try Recording(path: path, access: .read)
                switch number {
                case 0:
                    let found = try recording.requests(
                        ofClients: input.controllerClients, orWritesTo: input.namespaceResources)
                    result.withLock { $0.scans.controllers = found }
                case 1:
                    let found = try recording.requests(forPaths: input.discoveryPaths)
                    result.withLock { $0.scans.discovery = found }
                default:
                    guard let time = input.disputedTime else { return }
                    let found = try recording.uses(of: input.disputedResources, in: time)
                    result.withLock { $0.scans.uses = found }
                }
            } catch {
                result.withLock { $0.failure = $0.failure ?? error }
            }
        }
        let (scans, failure) = result.withLock { $0 }
        if let failure { throw failure }
        self = scans
    }
}

extension StoredFinding {
    init(_ finding: Finding) {
        self.init()
        id = finding.id
        kind = finding.kind.rawValue
        severity = finding.severity.rawValue
        grade = finding.grade.rawValue
        subject = finding.subject
        summary = ([finding.summary] + finding.notes).joined(separator: ". ")
        requests = finding.requests
        firstAt = finding.firstAt
        lastAt = finding.lastAt
        group = finding.group
        version = finding.version
        resource = finding.resource
        namespace = finding.namespace
        user = finding.user
        userAgent = finding.userAgent
        server = finding.server
        evidence = finding.evidence.map { Evidence(request: $0.request, role: $0.role.rawValue) }
        victims = finding.victims.map { Victim($0, of: finding.owner) }
        risks = finding.risks.map { NamespaceRisk($0, of: finding) }
    }
}

extension StoredFinding.Victim {
    init(_ victim: Finding.Victim, of owner: Finding.Identity) {
        self.init()
        ownerGroup = owner.group
        ownerVersion = owner.version
        ownerKind = owner.kind
        ownerNamespace = owner.namespace
        ownerName = owner.name
        ownerUID = owner.uid
        group = victim.object.group
        version = victim.object.version
        resource = victim.object.resource
        namespace = victim.object.namespace
        name = victim.object.name
        uid = victim.object.uid
        deletedAt = victim.deletedAt
        grade = victim.grade.rawValue
    }
}

extension StoredFinding.NamespaceRisk {
    init(_ risk: Finding.NamespaceRisk, of finding: Finding) {
        self.init()
        namespace = finding.namespace
        kind = finding.kind.rawValue
        group = risk.group
        version = risk.version
        resource = risk.resource
        reason = risk.reason
        grade = risk.grade.rawValue
    }
}
