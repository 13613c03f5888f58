import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay
import Testing

/// Two servers, cp-1 at 1.35 and cp-2 at 1.36, both up for an hour, with the proxy on or off.
struct SmallControlPlane {
    static let start: Int64 = 1_800_000_000_000_000_000
    /// Long after everybody has learned of everybody.
    static let settled = start + 1_800_000_000_000

    var scenario = Scenario()
    var names = Names()
    let newResource: UInt32
    /// Of a group that cp-1 has turned off altogether.
    let newGroupResource: UInt32
    let sharedResource: UInt32
    let unservedResource: UInt32
    let unknownResource: UInt32

    init(proxy: Bool) {
        let gate = "--feature-gates=UnknownVersionInteroperabilityProxy=\(proxy)"
        let flags = proxy ? [gate, "--peer-ca-file=ca.crt"] : [gate]
        for (name, minor) in [("cp-1", 35), ("cp-2", 36)] {
            var server = Scenario.Server(name: name)
            server.processes = [
                Scenario.Process(
                    startedAt: Self.start, release: Release(minor: minor),
                    readyAfter: 2_000_000_000,
                    flags: flags + (minor == 35 ? ["--runtime-config=batch/v1=false"] : []))
            ]
            scenario.servers.append(server)
            _ = names.servers.intern(name)
        }
        newResource = names.resource(
            group: "admissionregistration.k8s.io", version: "v1",
            resource: "mutatingadmissionpolicies")
        newGroupResource = names.resource(group: "batch", version: "v1", resource: "jobs")
        sharedResource = names.resource(group: "", version: "v1", resource: "pods")
        unservedResource = names.resource(
            group: "apps", version: "v1beta1", resource: "deployments")
        unknownResource = names.resource(group: "unheard.of", version: "v1", resource: "things")
    }

    func replay(_ modes: Set<RunMode> = [.asRecorded]) -> Replay {
        Replay(
            table: RoutingTable(scenario), scenario: scenario, modes: modes, names: names,
            loopbackClients: [])
    }

    /// A request at cp-1 or cp-2, answered as given.
    func subject(
        _ resource: UInt32, at server: UInt32 = 1, status: UInt16 = 200,
        notFound: NotFoundShape = .none, flags: RequestFlags = [], verb: Verb = .get
    ) -> Replay.Subject {
        Replay.Subject(
            id: 1, at: Self.settled, server: server, resource: resource, client: 0, verb: verb,
            status: status,
            notFound: notFound, flags: flags)
    }

    func pass(status: UInt16 = 200, notFound: NotFoundShape = .none) -> Pass {
        Pass(
            origin: 1, at: Self.settled + 1_000_000, server: 2, status: status,
            notFound: notFound, flags: [])
    }

    func verdict(
        _ subject: Replay.Subject, passes: [Pass] = [], mode: RunMode = .asRecorded
    ) -> Verdict? {
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 2)
        return replay([mode]).judge(
            subject, passes: passes[...], memory: &memory, tallies: &tallies)?[mode]
    }
}
