public import KubeAPI

/// What a release and its flags make of the Mixed Version Proxy on one server.
///
/// The answer to "is the proxy active with these flags?", for `check`, for the sense of scenario
/// files and for the router. It knows one command line; what two servers do together is
/// `Forwarding`, and what happens when is the timeline's business.
public struct Activation: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        /// It forwards what it does not serve, and others may forward to it.
        case active
        /// One of the two.
        case partial
        /// Neither.
        case inert
        /// kube-apiserver does not start with these flags.
        case refused
        /// What is known of the server leaves it open.
        case unknown
    }

    /// A statement with the facts that it rests on, and the flag that it is about.
    public struct Remark: Sendable, Equatable {
        public var text: String
        public var facts: [String]
        public var flag: String?

        public init(_ text: String, facts: [String], flag: String? = nil) {
            self.text = text
            self.facts = facts
            self.flag = flag
        }
    }

    public let release: Release
    /// The release of `--emulated-version`, where one is set.
    public internal(set) var emulated: Release?
    /// What it serves of its built-in APIs.
    public let served: Catalogue.ServedSet
    public internal(set) var state = State.inert
    /// Gate `UnknownVersionInteroperabilityProxy` (F2.1).
    public internal(set) var isGateOn = false
    /// The flags name the gate; otherwise it is as the release has it.
    public internal(set) var isGateSet = false
    /// The filter is there and can finish its first sync (F1.16, F2.2, F2.7).
    public internal(set) var forwards = false
    /// It writes an endpoint lease that others can use (F2.2, F2.5).
    public internal(set) var publishesAddress = false
    /// It has a server ID and an identity lease (F2.8).
    public internal(set) var hasIdentity = true
    /// It records what it serves in StorageVersion objects (F1.18, F2.7).
    public internal(set) var writesStorageVersions = false
    /// False: /readyz never turns green (F2.7).
    public internal(set) var becomesReady = true
    /// It accepts users named by a peer's proxy certificate (F1.45).
    public internal(set) var trustsPeers = true
    /// The address that it publishes, where the flags or the scenario say one.
    public internal(set) var advertised: HostPort?
    /// Why it is not simply active.
    public internal(set) var reasons: [Remark] = []
    /// The messages with which it refuses to start.
    public internal(set) var refusals: [Remark] = []
    /// ServerFlags without effect, and settings that contradict each other.
    public internal(set) var ignored: [Remark] = []

    /// - Parameters:
    ///   - isStrict: a missing proxy-client pair or front-proxy CA is missing; otherwise it counts
    ///     as given, as in a scenario without `strictFlags`.
    ///   - address: where the server listens, where that is known otherwise than by flags.
    public init(release: Release, flags: ServerFlags, isStrict: Bool, address: String? = nil) {
        self.release = release
        var rules = ActivationRules(release: release, flags: flags, isStrict: isStrict)
        rules.readGates()
        served = rules.served
        rules.readAddress(address.flatMap(HostPort.init))
        rules.apply(to: &self)
    }

    /// Of a process in a scenario.
    public init(_ process: Scenario.Process, of server: Scenario.Server, in scenario: Scenario) {
        self.init(
            release: process.release, flags: ServerFlags(process.flags),
            isStrict: scenario.strictFlags, address: server.address)
    }

    /// The reason to give when there is room for one.
    public var why: Remark {
        if let first = refusals.first ?? reasons.first { return first }
        return Remark("forwards to its peers, and they can forward to it", facts: ["F2.2"])
    }
}
