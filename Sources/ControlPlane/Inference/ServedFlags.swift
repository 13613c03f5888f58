import KubeAPI

/// The `--runtime-config` and gates that explain which built-in APIs a process answered for.
///
/// A server that answered for a resource that its release does not serve by default had it turned
/// on; one that forwarded or answered a route-level 404 for a default one had it off. Servers of
/// one release are taken to have the same turned on, unless they show that they have not.
struct ServedFlags {
    typealias Found = (settings: [GroupVersion: Bool], gates: Set<String>)

    /// Finds the flags of one process after the other; what several share is found once.
    struct Finder {
        private struct Kin: Hashable {
            /// Nil for all servers.
            var server: String?
            var release: Release
        }

        private let evidence: RecordedEvidence
        private let processes: [Release: [ServerProcess]]
        private var known: [Kin: ServedFlags] = [:]

        init(_ evidence: RecordedEvidence) {
            self.evidence = evidence
            var processes: [Release: [ServerProcess]] = [:]
            for process in evidence.processes {
                if let release = process.release { processes[release, default: []].append(process) }
            }
            self.processes = processes
        }

        mutating func flags(of process: ServerProcess, release: Release) -> Found {
            let shared = flags(of: Kin(server: nil, release: release))
            let same = flags(of: Kin(server: process.server, release: release))
            return ServedFlags(of: [process], release: release, evidence)
                .flags(shared: shared, same: same)
        }

        private mutating func flags(of kin: Kin) -> ServedFlags {
            if let flags = known[kin] { return flags }
            let members = (processes[kin.release] ?? []).filter {
                kin.server == nil || kin.server == $0.server
            }
            let flags = ServedFlags(of: members, release: kin.release, evidence)
            known[kin] = flags
            return flags
        }
    }

    private let answers: [RecordedEvidence.Answer]
    private let release: Release
    private var settings: [GroupVersion: Bool] = [:]
    private var gates: Set<String> = []

    /// Of one process, beside what is known of others.
    private func flags(shared: ServedFlags, same: ServedFlags) -> Found {
        var settings = settings
        for (version, isOn) in shared.settings where isOn && settings[version] == nil {
            if !isDenied(version) { settings[version] = true }
        }
        // Off is one server's own affair, and stays so when it restarts.
        for (version, isOn) in same.settings where settings[version] == nil && !isOn {
            settings[version] = false
        }
        return (settings, gates.union(settings.isEmpty ? [] : shared.gates))
    }

    private init(of processes: [ServerProcess], release: Release, _ evidence: RecordedEvidence) {
        self.release = release
        answers = evidence.answers.filter { answer in
            processes.contains { process in
                let started = process.startedAt ?? process.firstSeen
                // What a starting server does not serve yet says nothing of its flags.
                let ready = answer.kind == .served ? started : process.readyAt ?? started
                return answer.server == process.server && answer.from >= started
                    && answer.until >= ready
                    && answer.until <= process.stoppedAt.map { $0 + 60_000_000_000 } ?? Int64.max
            }
        }
        for answer in answers { learn(answer) }
    }

    private mutating func learn(_ answer: RecordedEvidence.Answer) {
        guard let resource = Catalogue.resource(answer.id, in: release) else { return }
        let version = answer.id.groupVersion
        switch (answer.kind, resource.availability) {
        case (.served, .behindRuntimeConfig):
            settings[version] = true
        case (.served, .behindGate):
            settings[version] = true
            if let gate = Catalogue.gate(of: answer.id) { gates.insert(gate) }
        case (.notServed, .byDefault), (.forwarded, .byDefault):
            let isServed = answers.contains {
                $0.id.groupVersion == version && $0.kind == .served && $0.server == answer.server
            }
            if !isServed { settings[version] = false }
        default: return
        }
    }

    private func isDenied(_ version: GroupVersion) -> Bool {
        answers.contains {
            $0.id.groupVersion == version && ($0.kind == .notServed || $0.kind == .forwarded)
        }
    }
}

/// The custom and aggregated APIs that a recording shows.
enum ExtensionInference {
    static func extensions(
        _ evidence: RecordedEvidence, notes: inout [String]
    ) -> [Scenario.Extension] {
        var found: [GroupVersion: Scenario.Extension] = [:]
        let custom = evidence.answers.filter {
            !isBuiltin($0.id.group) && ($0.kind == .served || $0.kind == .unavailable)
        }
        let customGroups = Set(
            evidence.extensions.filter(\.isCustomResource).map { group(ofDefinition: $0.name) })
        for answer in custom.sorted(by: { ($0.id, $0.from) < ($1.id, $1.from) }) {
            let groupVersion = answer.id.groupVersion
            let object = definition(of: answer.id, in: evidence)
            var item =
                found[groupVersion]
                ?? Scenario.Extension(
                    groupVersion: groupVersion,
                    isAggregated: !customGroups.contains(answer.id.group)
                        && isAggregated(groupVersion, in: evidence),
                    isAvailable: false, resources: [],
                    from: object?.from ?? evidence.firstAt - ScenarioInference.before,
                    until: object?.until)
            if answer.kind == .served { item.isAvailable = true }
            if !item.resources.contains(where: { $0.name == answer.id.resource }) {
                item.resources.append(
                    .init(
                        name: answer.id.resource,
                        kind: evidence.kinds[answer.id] ?? guessedKind(of: answer.id.resource),
                        namespaced: answer.namespaced))
            } else if answer.namespaced,
                let index = item.resources.firstIndex(where: { $0.name == answer.id.resource })
            {
                item.resources[index].namespaced = true
            }
            found[groupVersion] = item
        }
        let list = found.values.sorted { $0.groupVersion < $1.groupVersion }
        for item in list {
            for resource in item.resources {
                let id = GroupVersionResource(
                    group: item.groupVersion.group, version: item.groupVersion.version,
                    resource: resource.name)
                guard evidence.kinds[id] == nil else { continue }
                notes.append("\(id): no object shows its kind; \(resource.kind) is a guess")
            }
        }
        return list
    }

    /// `widgets` to `Widget`: right for most, and said to be a guess.
    private static func guessedKind(of plural: String) -> String {
        let singular = plural.hasSuffix("s") ? plural.dropLast() : plural[...]
        return singular.prefix(1).uppercased() + singular.dropFirst()
    }

    private static func isBuiltin(_ group: String) -> Bool { Catalogue.isBuiltinGroup(group) }

    private static func group(ofDefinition name: String) -> String {
        guard let dot = name.firstIndex(of: ".") else { return "" }
        return String(name[name.index(after: dot)...])
    }

    /// `widgets.crd.example.com` for a custom resource, `v1beta1.metrics.k8s.io` for an APIService.
    private static func definition(
        of id: GroupVersionResource, in evidence: RecordedEvidence
    ) -> RecordedEvidence.ExtensionObject? {
        evidence.extensions.first {
            $0.name
                == ($0.isCustomResource
                    ? "\(id.resource).\(id.group)" : "\(id.version).\(id.group)")
        }
    }

    private static func isAggregated(
        _ groupVersion: GroupVersion, in evidence: RecordedEvidence
    ) -> Bool {
        evidence.extensions.contains {
            !$0.isCustomResource && $0.name == "\(groupVersion.version).\(groupVersion.group)"
        }
            || evidence.answers.contains {
                $0.id.groupVersion == groupVersion && $0.kind == .unavailable
            }
    }
}
