import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay
import Randomness
import Testing

/// A trace that the model generates must replay without a contradiction, and losing records of it
/// must only ever make verdicts less sure.
@Suite("A generated trace") struct SelfConsistencyTests {
    @Test("replays as it was generated", arguments: UInt64(1)...12) func replays(_ seed: UInt64) {
        let trace = Trace(seed: seed)
        for sample in trace.samples {
            guard let verdict = trace.verdict(sample, passes: sample.passes) else {
                #expect(sample.branch.outcome == .local)
                continue
            }
            #expect(
                [verdict.outcome].contains(sample.branch.outcome)
                    || verdict.alternatives.contains(sample.branch.outcome),
                "\(sample.branch) but \(verdict)")
            if case .contradiction = verdict.reason {
                Issue.record("\(sample.branch) contradicts: \(verdict)")
            }
        }
    }

    @Test("without a peer's record never has more flags", arguments: UInt64(1)...12)
    func loses(_ seed: UInt64) {
        let trace = Trace(seed: seed)
        for sample in trace.samples where !sample.passes.isEmpty {
            let whole = trace.verdict(sample, passes: sample.passes)
            let part = trace.verdict(sample, passes: Array(sample.passes.dropLast()))
            if part?.isFlagged == true, whole?.isFlagged != true {
                Issue.record(
                    "\(sample.branch): \(String(describing: whole)) became \(part.debugDescription)"
                )
            }
        }
    }
}

/// Requests at random places of a random control plane, answered as one of the model's branches.
private struct Trace {
    struct Sample {
        var subject: Replay.Subject
        var passes: [Pass]
        var branch: Branch
    }

    var names = Names()
    var samples: [Sample] = []
    let replay: Replay

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        let start: Int64 = 1_800_000_000_000_000_000
        var scenario = Scenario()
        for index in 1...3 {
            var server = Scenario.Server(name: "cp-\(index)")
            let old = 28 + Int(random.next() % 9)
            let new = min(36, old + Int(random.next() % 2))
            let flags = Trace.flags(random.next() % 3 != 0, old)
            let stop = start + Int64(60 + random.next() % 300) * 1_000_000_000
            server.processes = [
                Scenario.Process(
                    startedAt: start + Int64(random.next() % 5_000) * 1_000_000,
                    release: Release(minor: old), readyAfter: 2_000_000_000, flags: flags,
                    stoppedAt: stop,
                    end: random.next() % 2 == 0 ? .crash : .graceful(drain: 5_000_000_000)),
                Scenario.Process(
                    startedAt: stop + 8_000_000_000, release: Release(minor: new),
                    readyAfter: 3_000_000_000, flags: Trace.flags(random.next() % 3 != 0, new)),
            ]
            scenario.servers.append(server)
            _ = names.servers.intern(server.name)
        }
        let table = RoutingTable(scenario)
        var resources: [UInt32] = []
        for id in Trace.resources {
            resources.append(
                names.resource(group: id.group, version: id.version, resource: id.resource))
        }
        replay = Replay(
            table: table, scenario: scenario, modes: [.asRecorded], names: names,
            loopbackClients: [])
        for id in 1...3_000 {
            let pick = Int(random.next() % UInt64(resources.count))
            let at = start + Int64(random.next() % 600_000) * 1_000_000
            let server = Int(random.next() % 3)
            let decision = table.decision(at: at, server: server, resource: Trace.resources[pick])
            let reached = decision.branches.filter {
                $0.outcome != .unreachable && $0.answer != .any
            }
            guard !reached.isEmpty else { continue }
            let branch = reached[Int(random.next() % UInt64(reached.count))]
            samples.append(Trace.sample(branch, id: Int64(id), at: at, resource: resources[pick]))
        }
    }

    func verdict(_ sample: Sample, passes: [Pass]) -> Verdict? {
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 3)
        return replay.judge(
            sample.subject, passes: passes[...], memory: &memory, tallies: &tallies)?.asRecorded
    }

    private static func sample(_ branch: Branch, id: Int64, at: Int64, resource: UInt32) -> Sample {
        let (status, shape, flags) = answer(branch.answer)
        // A peer that was not reached has no record of it.
        let later = branch.answer == .peerUnreachable ? [] : Array(branch.path.dropFirst())
        let opaque = !later.isEmpty && status == 404
        let subject = Replay.Subject(
            id: id, at: at, server: UInt32(branch.path[0] + 1), resource: resource, client: 0,
            verb: .get,
            status: status, notFound: opaque ? .page : shape,
            flags: later.isEmpty ? flags : .codeOnlyStatus)
        let passes = later.enumerated().map { index, server in
            Pass(
                origin: id, at: at + Int64(index + 1) * 1_000_000, server: UInt32(server + 1),
                status: status, notFound: shape, flags: flags)
        }
        return Sample(subject: subject, passes: passes, branch: branch)
    }

    private static func answer(_ answer: Answer) -> (UInt16, NotFoundShape, RequestFlags) {
        switch answer {
        case .page: (404, .page, .codeOnlyStatus)
        case .route: (404, .route, [])
        case .handlersIncomplete: (503, .none, .handlersIncomplete)
        case .noAddress: (503, .none, .peerAddressUnknown)
        case .peerUnreachable: (503, .none, .codeOnlyStatus)
        case .handlers, .any, .none: (200, .none, [])
        }
    }

    private static func flags(_ proxy: Bool, _ minor: Int) -> [String] {
        guard proxy else { return [] }
        var gates = "UnknownVersionInteroperabilityProxy=true"
        guard minor < 33 else { return ["--feature-gates=\(gates)", "--peer-ca-file=ca.crt"] }
        gates += ",StorageVersionAPI=true"
        return [
            "--feature-gates=\(gates)", "--peer-ca-file=ca.crt",
            "--runtime-config=internal.apiserver.k8s.io/v1alpha1=true",
        ]
    }

    private static let resources = [
        GroupVersionResource(group: "", version: "v1", resource: "pods"),
        GroupVersionResource(group: "batch", version: "v1", resource: "jobs"),
        GroupVersionResource(group: "resource.k8s.io", version: "v1", resource: "resourceclaims"),
        GroupVersionResource(
            group: "admissionregistration.k8s.io", version: "v1",
            resource: "mutatingadmissionpolicies"),
        GroupVersionResource(
            group: "networking.k8s.io", version: "v1", resource: "ipaddresses"),
        GroupVersionResource(group: "apps", version: "v1beta1", resource: "deployments"),
    ]
}
