import Bytes
import KubeAPI

/// The rules of the F2 facts, applied to one command line.
struct ActivationRules {
    let release: Release
    let flags: ServerFlags
    let isStrict: Bool
    private var gates = FeatureGates()
    private var runtimeConfig = RuntimeConfig()
    /// The release whose defaults hold (F2.1).
    private var emulated: Release?
    private var address: HostPort?
    private var isAddressUsable = true
    private var refusals: [Activation.Remark] = []
    private var ignored: [Activation.Remark] = []

    private static let gate = "UnknownVersionInteroperabilityProxy"
    /// Gates that bear on routing: a name that is nearly one of them is a slip of the pen.
    private static let routingGates = [
        gate, "StorageVersionAPI", "APIServerIdentity", "AllAlpha", "AllBeta",
    ]

    /// More is no help to anybody, and each is looked up among the flags.
    private static let mostRemarks = 100

    init(release: Release, flags: ServerFlags, isStrict: Bool) {
        self.release = release
        self.flags = flags
        self.isStrict = isStrict
    }

    private var effective: Release { emulated ?? release }
    /// Peers are known by StorageVersion objects.
    private var usesStorageVersions: Bool { release.has(.knowsPeersByRecords) }

    private mutating func refuse(_ message: String, _ facts: [String], flag: String) {
        guard refusals.count < Self.mostRemarks else { return }
        refusals.append(Activation.Remark(message, facts: facts, flag: flag))
    }

    private mutating func ignore(_ message: String, _ facts: [String], flag: String) {
        guard ignored.count < Self.mostRemarks else { return }
        ignored.append(Activation.Remark(message, facts: facts, flag: flag))
    }

    // MARK: Gates

    mutating func readGates() {
        var seen: [String: String] = [:]
        for value in flags.values("feature-gates") { readGates(value, &seen) }
        if let refusal = gates.refusal { refuse(refusal, ["F2.1"], flag: "feature-gates") }
        for value in flags.values("runtime-config") { runtimeConfig.add(value) }
        if let refusal = runtimeConfig.refusal {
            refuse(refusal, ["F2.7"], flag: "runtime-config")
        }
        readEmulation()
    }

    /// `seen` holds what the values before this one set.
    private mutating func readGates(_ value: String, _ seen: inout [String: String]) {
        gates.add(value)
        var set: Set<String> = []
        for parts in settingsList(value) where parts.count == 2 {
            let name = parts[0]
            if let other = seen[name], other != parts[1] {
                ignore(
                    "\(name) is set twice, to \(other) and to \(parts[1]): the last counts",
                    ["F2.1"], flag: "feature-gates")
            }
            seen[name] = parts[1]
            set.insert(name)
            if !Self.routingGates.contains(name), let meant = nearMiss(name) {
                refuse(
                    "unrecognized feature gate: \(name) (did you mean \(meant)?)", ["F2.1"],
                    flag: "feature-gates")
            }
        }
        for name in set { seen[name] = gates[name].map { "\($0)" } ?? seen[name] }
    }

    /// The catalogue does not hold the names of all gates, so only a slip is recognised.
    private func nearMiss(_ name: String) -> String? {
        let near = Self.routingGates.filter {
            $0.count > 8 && abs($0.utf8.count - name.utf8.count) <= 2
        }
        return near.isEmpty ? nil : nearestName(to: name, among: near, within: 2)
    }

    private mutating func readEmulation() {
        guard let value = flags["emulated-version"] else { return }
        let flag = "emulated-version"
        guard release.has(.emulatedVersion) else {
            return refuse("unknown flag: --emulated-version", ["F2.1"], flag: flag)
        }
        // `kube=1.35` since there are components, `1.35` as everybody writes it.
        let text = value.split { $0 == "=" || $0 == ":" }.last.map(String.init) ?? value
        guard let version = Release(text) else {
            return refuse("illegal version string \"\(text)\"", ["F2.1"], flag: flag)
        }
        guard version <= release else {
            return refuse(
                "the emulated version \(version) is above the binary's \(release)", ["F2.1"],
                flag: flag)
        }
        emulated = version
    }

    /// What is served of the built-in APIs, by the flags as far as they are read.
    var served: Catalogue.ServedSet {
        Catalogue.served(
            in: release, emulating: emulated, runtimeConfig: runtimeConfig, gates: gates)
    }

    private var isGateBeta: Bool { effective.has(.proxyGateIsBeta) }

    /// The gate and the flags came with 1.28.
    private var hasProxy: Bool { release.has(.proxy) }

    private var isGateOn: Bool {
        hasProxy
            && gates.isOn(Self.gate, stage: isGateBeta ? .beta : .alpha, byDefault: isGateBeta)
    }

    private var isStorageVersionGateOn: Bool {
        gates.isOn("StorageVersionAPI", stage: .alpha, byDefault: false)
    }

    private var hasIdentity: Bool {
        gates.isOn("APIServerIdentity", stage: .beta, byDefault: true)
    }

    /// The alpha API in which servers say what they serve is on (F2.7).
    private var servesStorageVersions: Bool {
        runtimeConfig.isEnabled(
            GroupVersionResource(
                group: "internal.apiserver.k8s.io", version: "v1alpha1",
                resource: "storageversions"), byDefault: false)
    }

    // MARK: Address

    /// Which address is published (F2.5), and which flags have no part in it (V3).
    mutating func readAddress(_ listens: HostPort?) {
        let ownPort = flags["secure-port"].flatMap(Int.init) ?? listens?.port ?? 6443
        let bound = flags["bind-address"].flatMap { ["0.0.0.0", "::"].contains($0) ? nil : $0 }
        if let host = flags["advertise-address"] ?? bound ?? listens?.host {
            address = HostPort(host: host, port: ownPort)
        }
        let ip = flags["peer-advertise-ip"]
        let port = flags["peer-advertise-port"]
        guard isGateOn, ip != nil || port != nil else { return }
        let given = ip == nil ? "peer-advertise-port" : "peer-advertise-ip"
        if release.has(.ignoresPeerAdvertiseFlags) {
            ignore(
                "--peer-advertise-ip and --peer-advertise-port have no effect from 1.33 on:"
                    + " the advertise address and the secure port are published", ["V3"],
                flag: given)
        } else if let ip, let port {
            address = Int(port).map { HostPort(host: ip, port: $0) }
            isAddressUsable = address != nil
        } else {
            ignore(
                "--\(given) counts only together with its twin: the advertise address and the"
                    + " secure port are published", ["F2.5"], flag: given)
        }
    }

    // MARK: Verdict

    mutating func apply(to activation: inout Activation) {
        checkFlagsNeedGate()
        checkGateNeedsGates()
        checkProxyClient()
        activation.refusals = refusals
        activation.ignored = ignored
        activation.isGateOn = isGateOn
        activation.isGateSet = gates[Self.gate] != nil
        activation.advertised = address
        activation.hasIdentity = hasIdentity
        activation.emulated = emulated
        activation.trustsPeers = !isStrict || flags["requestheader-client-ca-file"] != nil
        if !refusals.isEmpty {
            activation.state = .refused
            activation.becomesReady = false
            return
        }
        activation.writesStorageVersions =
            isStorageVersionGateOn && hasIdentity && servesStorageVersions
        guard isGateOn else {
            activation.reasons = [gateIsOff]
            return
        }
        applyGate(to: &activation)
    }

    /// F2.4.
    private mutating func checkFlagsNeedGate() {
        guard hasProxy else { return checkUnknownFlags() }
        guard !isGateOn else { return }
        for flag in ["peer-ca-file", "peer-advertise-ip", "peer-advertise-port"]
        where flags[flag] != nil {
            refuse(
                "--\(flag) requires \(Self.gate) feature to be turned on", ["F2.4"], flag: flag)
        }
    }

    /// Before 1.28 a server knows none of it.
    private mutating func checkUnknownFlags() {
        if gates[Self.gate] != nil {
            refuse("unrecognized feature gate: \(Self.gate)", ["F2.1"], flag: "feature-gates")
        }
        for flag in ["peer-ca-file", "peer-advertise-ip", "peer-advertise-port"]
        where flags.has(flag) {
            refuse("unknown flag: --\(flag)", ["F2.1"], flag: flag)
        }
    }

    /// F2.6 and F2.8.
    private mutating func checkGateNeedsGates() {
        guard isGateOn else { return }
        if usesStorageVersions, !isStorageVersionGateOn {
            refuse(
                "\(Self.gate) feature requires StorageVersionAPI feature flag to be enabled",
                ["F2.6"], flag: "feature-gates")
        }
        if release.has(.proxyGateNeedsIdentity), !hasIdentity {
            refuse(
                "\(Self.gate) is enabled, but depends on features that are disabled:"
                    + " [APIServerIdentity]", ["F2.8"], flag: "feature-gates")
        }
    }

    /// F2.3.
    private mutating func checkProxyClient() {
        guard isStrict, isGateOn, flags["peer-ca-file"] != nil else { return }
        for (flag, name) in [
            ("proxy-client-cert-file", "proxy-cert-file"),
            ("proxy-client-key-file", "proxy-key-file"),
        ] where flags[flag] == nil {
            // The certificate is looked at first, and the first error ends it.
            return refuse(
                "error building peer proxy handler, \(name) not specified", ["F2.3"],
                flag: "peer-ca-file")
        }
    }

    private var gateIsOff: Activation.Remark {
        guard hasProxy else {
            return Activation.Remark(
                "the proxy came with 1.28: nothing is forwarded, and nobody forwards to it",
                facts: ["F1.24", "F2.1"])
        }
        let how: String
        if gates[Self.gate] == false {
            how = "turned off by --feature-gates"
        } else if let emulated, emulated < release {
            how = "off by default when \(release) emulates \(emulated)"
        } else if isGateBeta {
            how = "turned off by AllBeta=false"
        } else {
            how = "off by default until 1.35"
        }
        return Activation.Remark(
            "gate \(Self.gate) is \(how): nothing is forwarded, and no address is published for"
                + " others to forward to", facts: ["F2.1", "F2.2"])
    }

    private func applyGate(to activation: inout Activation) {
        let hasCA = flags["peer-ca-file"] != nil
        let canSync =
            !usesStorageVersions || (hasIdentity && servesStorageVersions)
        activation.forwards = hasCA && canSync
        // Without readiness there is no first write of the endpoint lease (F3.8).
        activation.becomesReady = !hasCA || canSync
        activation.publishesAddress = hasIdentity && isAddressUsable && activation.becomesReady
        activation.reasons = reasons(hasCA: hasCA)
        switch (activation.forwards, activation.publishesAddress) {
        case (true, true): activation.state = .active
        case (false, false): activation.state = .inert
        default: activation.state = .partial
        }
    }

    private func reasons(hasCA: Bool) -> [Activation.Remark] {
        var reasons: [Activation.Remark] = []
        if !hasCA {
            reasons.append(
                Activation.Remark(
                    "the gate is on but --peer-ca-file is missing: there is no filter, so it"
                        + " forwards nothing; others may forward to it",
                    facts: ["F2.2", "V10"], flag: "peer-ca-file"))
        }
        if !hasIdentity {
            reasons.append(
                Activation.Remark(
                    "gate APIServerIdentity is off: it has no server ID and no identity lease, so"
                        + " no peer finds it", facts: ["F2.8"], flag: "feature-gates"))
        }
        if usesStorageVersions, !servesStorageVersions {
            let effect =
                hasCA
                ? "it never becomes ready and handles everything itself"
                : "it records nothing of what it serves"
            reasons.append(
                Activation.Remark(
                    "API internal.apiserver.k8s.io/v1alpha1 is off: \(effect), and writes are"
                        + " held at 503", facts: ["F1.2", "F2.7"], flag: "runtime-config"))
        }
        if !isAddressUsable {
            reasons.append(
                Activation.Remark(
                    "--peer-advertise-port is no number: every update of its endpoint lease fails,"
                        + " so peers have no address for it", facts: ["F2.5"],
                    flag: "peer-advertise-port"))
        }
        return reasons
    }
}
