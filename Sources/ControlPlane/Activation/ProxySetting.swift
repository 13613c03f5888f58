public import KubeAPI

/// What a what-if does about the Mixed Version Proxy: edits a command line, keeping all the rest.
public enum ProxySetting: String, Sendable, Hashable, CaseIterable {
    /// The flags as they are.
    case asConfigured = "as-configured"
    case off
    case on

    private static let gate = "UnknownVersionInteroperabilityProxy"
    private static let storageVersions = "internal.apiserver.k8s.io/v1alpha1"

    /// The command line of a server of some release.
    ///
    /// What turns the proxy on depends on the release (F2.1, F2.2, F2.7): the CA for the peers, the
    /// gate before 1.36, StorageVersion objects before 1.33. Before 1.28 there is no proxy.
    public func flags(_ flags: [String], of release: Release) -> [String] {
        guard self != .asConfigured, release.has(.proxy) else { return flags }
        let names = ServerFlags(flags)
        switch self {
        case .asConfigured: return flags
        case .off:
            let rest = flags.filter { !ServerFlags([$0]).has("peer-ca-file") }
            return set("feature-gates", [(Self.gate, "false")], in: rest)
        case .on:
            var result = flags
            if release.has(.knowsPeersByRecords) {
                result = set(
                    "feature-gates", [(Self.gate, "true"), ("StorageVersionAPI", "true")],
                    in: result)
                result = set("runtime-config", [(Self.storageVersions, "true")], in: result)
            } else if !release.has(.proxyGateIsBeta) {
                result = set("feature-gates", [(Self.gate, "true")], in: result)
            } else if names.values("feature-gates").contains(where: { $0.contains(Self.gate) }) {
                result = set("feature-gates", [(Self.gate, "true")], in: result)
            }
            return names["peer-ca-file"] == nil ? result + ["--peer-ca-file=ca.crt"] : result
        }
    }

    /// The flags that this adds to a command line, for a person to read.
    public func added(to flags: [String], of release: Release) -> [String] {
        self.flags(flags, of: release).filter { !flags.contains($0) }
    }

    /// A flag whose value is a list of settings, with some of them set; it is given once.
    private func set(
        _ name: String, _ settings: [(key: String, value: String)], in flags: [String]
    ) -> [String] {
        var pairs: [String] = []
        for value in ServerFlags(flags).values(name) {
            pairs += value.split(separator: ",").map(String.init)
        }
        for (key, value) in settings {
            pairs.removeAll { $0 == key || $0.hasPrefix(key + "=") }
            pairs.append("\(key)=\(value)")
        }
        let rest = flags.filter { !ServerFlags([$0]).has(name) }
        return ["--\(name)=\(pairs.joined(separator: ","))"] + rest
    }
}
