import KubeAPI

/// What a process's release and flags make of it, as far as routing goes.
struct ProcessSettings: Sendable, Equatable {
    var dialect: Dialect?
    /// The filter runs: it forwards requests (F2.2).
    var forwards = false
    /// It writes an endpoint lease, so others may forward to it (F2.2).
    var publishesAddress = false
    /// It has an identity lease (F2.8).
    var hasIdentity = true
    /// It writes StorageVersion objects (F1.2, F2.7).
    var writesStorageVersions = false
    var advertiseAddress: String?
    var securePort: String?
    var served: Catalogue.ServedSet

    /// Reads kube-apiserver's flags, `--name=value` each.
    init(release: Release, flags: [String]) {
        var gates = FeatureGates()
        var runtimeConfig = RuntimeConfig()
        var values: [Substring: String] = [:]
        for flag in flags {
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].hasPrefix("--") else { continue }
            let name = parts[0].dropFirst(2)
            let value = parts.count > 1 ? String(parts[1]) : "true"
            if name == "feature-gates" { gates.add(value) }
            if name == "runtime-config" { runtimeConfig.add(value) }
            values[name] = value
        }
        let emulated = values["emulated-version"].flatMap {
            Release($0.split(separator: ":").last.map(String.init) ?? $0)
        }
        let effective = emulated ?? release
        served = Catalogue.served(
            in: release, emulating: emulated, runtimeConfig: runtimeConfig, gates: gates)
        dialect = Dialect(release)
        hasIdentity = gates.isOn("APIServerIdentity", stage: .beta, byDefault: true)
        let isOn =
            dialect != nil
            && gates.isOn(
                "UnknownVersionInteroperabilityProxy",
                stage: effective.minor >= 36 ? .beta : .alpha,
                byDefault: effective.minor >= 36)
        let storageVersions = GroupVersionResource(
            group: "internal.apiserver.k8s.io", version: "v1alpha1", resource: "storageversions")
        writesStorageVersions =
            gates.isOn("StorageVersionAPI", stage: .alpha, byDefault: false) && hasIdentity
            && served[storageVersions] == .yes
        publishesAddress = isOn && hasIdentity
        forwards = isOn && !(values["peer-ca-file"] ?? "").isEmpty
        if dialect?.readsStorageVersions == true, !writesStorageVersions { forwards = false }
        advertiseAddress = values["advertise-address"]
        securePort = values["secure-port"]
    }
}
