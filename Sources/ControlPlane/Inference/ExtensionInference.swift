import KubeAPI

/// The custom and aggregated APIs that a recording shows.
enum ExtensionInference {
    static func extensions(
        _ evidence: RecordedEvidence, notes: inout [String]
    ) -> [Scenario.Extension] {
        let custom = evidence.answers.filter {
            !isBuiltin($0.id.group) && ($0.kind == .served || $0.kind == .unavailable)
        }
        var found: [Life: Scenario.Extension] = [:]
        for (id, answers) in Dictionary(grouping: custom, by: \.id) {
            let life = life(of: id, answers, evidence)
            var item =
                found[life]
                ?? Scenario.Extension(
                    groupVersion: id.groupVersion, isAggregated: life.isAggregated,
                    isAvailable: false, resources: [], from: life.from, until: life.until)
            if answers.contains(where: { $0.kind == .served }) { item.isAvailable = true }
            item.resources.append(
                .init(
                    name: id.resource, kind: evidence.kinds[id] ?? guessedKind(of: id.resource),
                    namespaced: answers.contains(where: \.namespaced)))
            item.resources.sort { $0.name < $1.name }
            found[life] = item
        }
        let list = found.values.sorted {
            ($0.groupVersion, $0.from, $0.until ?? .max) < (
                $1.groupVersion, $1.from, $1.until ?? .max
            )
        }
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

    /// Resources of one group-version that came and went together.
    private struct Life: Hashable {
        var groupVersion: GroupVersion
        var isAggregated: Bool
        var from: Int64
        var until: Int64?
    }

    /// How long servers may differ after a change; 3 s were seen (V13).
    private static let spread: Int64 = 5 * .second

    /// As long as its definition was there, and as long as anybody answered for it.
    private static func life(
        of id: GroupVersionResource, _ answers: [RecordedEvidence.Answer],
        _ evidence: RecordedEvidence
    ) -> Life {
        let served = answers.filter { $0.kind == .served }
        let first = served.map(\.from).min() ?? .max
        let last = served.map(\.until).max() ?? .min
        let object = definition(of: id, in: evidence)
        let wasRefused = evidence.answers.contains {
            $0.id == id && $0.kind == .notServed && $0.from < first
        }
        let before = evidence.firstAt - ScenarioInference.before
        // A version may be added long after the definition: then somebody was refused meanwhile.
        let isLater = object.map { first - spread > $0.from } ?? true
        let from =
            wasRefused && first < .max && isLater ? first : object?.from ?? before
        let isCustom = evidence.extensions.contains {
            $0.isCustomResource && group(ofDefinition: $0.name) == id.group
        }
        return Life(
            groupVersion: id.groupVersion,
            isAggregated: !isCustom && isAggregated(id.groupVersion, in: evidence),
            from: min(from, first), until: object?.until.map { max($0, last) })
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
