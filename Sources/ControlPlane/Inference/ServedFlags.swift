import KubeAPI

/// The `--runtime-config` and gates that explain which built-in APIs a process answered for.
///
/// A server that answered for a resource that its release does not serve by default had it turned
/// on; one that answered a route-level 404 for a default one, and never anything else, had it off.
enum ServedFlags {
    static func flags(
        server: String, release: Release, process: ServerProcess, _ evidence: RecordedEvidence
    ) -> [String] {
        let until = process.stoppedAt ?? evidence.lastAt
        let from = process.readyAt ?? process.startedAt ?? process.firstSeen
        let answers = evidence.answers.filter {
            $0.server == server && $0.until >= from && $0.from <= until
        }
        var settings: [GroupVersion: Bool] = [:]
        var gates: Set<String> = []
        for answer in answers {
            guard let resource = Catalogue.resource(answer.id, in: release) else { continue }
            switch (answer.kind, resource.availability) {
            case (.served, .behindRuntimeConfig):
                settings[answer.id.groupVersion] = true
            case (.served, .behindGate):
                settings[answer.id.groupVersion] = true
                if let gate = Catalogue.gate(of: answer.id) { gates.insert(gate) }
            case (.notServed, .byDefault):
                // Not where the same answers span another process, which may be the one that said it.
                guard answer.from >= from, answer.until <= until else { continue }
                let isServed = answers.contains {
                    $0.id.groupVersion == answer.id.groupVersion && $0.kind == .served
                }
                if !isServed { settings[answer.id.groupVersion] = false }
            default: continue
            }
        }
        var flags: [String] = []
        if !settings.isEmpty {
            let list = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            flags.append("--runtime-config=" + list.joined(separator: ","))
        }
        if !gates.isEmpty {
            flags.append(
                "--feature-gates=" + gates.sorted().map { "\($0)=true" }.joined(separator: ","))
        }
        return flags
    }
}

/// The custom and aggregated APIs that a recording shows.
enum ExtensionInference {
    static func extensions(
        _ evidence: RecordedEvidence, notes: inout [String]
    ) -> [Scenario.Extension] {
        var found: [GroupVersion: Scenario.Extension] = [:]
        let custom = evidence.answers.filter { !isBuiltin($0.id.group) && $0.kind != .notServed }
        let customGroups = Set(
            evidence.extensions.filter(\.isCustomResource).map { group(ofDefinition: $0.name) })
        for answer in custom.sorted(by: { ($0.id, $0.from) < ($1.id, $1.from) }) {
            let groupVersion = answer.id.groupVersion
            let object = definition(of: answer.id, in: evidence)
            var found1 =
                found[groupVersion]
                ?? Scenario.Extension(
                    groupVersion: groupVersion,
                    isAggregated: !customGroups.contains(answer.id.group)
                        && isAggregated(groupVersion, in: evidence),
                    isAvailable: false, resources: [],
                    from: object?.from ?? evidence.firstAt - ScenarioInference.before,
                    until: object?.until)
            if answer.kind == .served { found1.isAvailable = true }
            if !found1.resources.contains(where: { $0.name == answer.id.resource }) {
                found1.resources.append(
                    .init(
                        name: answer.id.resource, kind: evidence.kinds[answer.id] ?? "",
                        namespaced: answer.namespaced))
            } else if answer.namespaced,
                let index = found1.resources.firstIndex(where: { $0.name == answer.id.resource })
            {
                found1.resources[index].namespaced = true
            }
            found[groupVersion] = found1
        }
        let list = found.values.sorted { $0.groupVersion < $1.groupVersion }
        for item in list where item.resources.contains(where: { $0.kind.isEmpty }) {
            notes.append("\(item.groupVersion): no object shows the kind of its resources")
        }
        return list
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
