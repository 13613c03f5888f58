import Bytes
import ControlPlane
import KubeAPI
import Recording

/// What the discovery documents in a recording list beyond the built-in APIs: custom resources and
/// aggregated APIs, which no catalogue knows.
///
/// A document that cannot be read, or names groups without resources, adds nothing.
struct RecordedDocuments: Sendable {
    /// As if the server that sent the document had answered for everything in it.
    private(set) var answers: [RecordedEvidence.Answer] = []
    private(set) var kinds: [GroupVersionResource: String] = [:]

    init(_ outline: RecordedOutline) throws {
        for stored in try outline.snapshot.read({ try $0.documents() }) {
            guard let document = try? DiscoveryDocument(json: stored.json) else { continue }
            for group in document.groups where !Catalogue.isBuiltinGroup(group.name) {
                for version in group.versions {
                    add(version, of: group.name, stored, outline.names.servers)
                }
            }
        }
    }

    private mutating func add(
        _ version: DiscoveryDocument.Version, of group: String, _ stored: StoredDocument,
        _ servers: Interner
    ) {
        let server = Int(stored.server) < servers.count ? servers[stored.server] : ""
        for resource in version.resources {
            let id = GroupVersionResource(
                group: group, version: version.name, resource: resource.name)
            if !resource.kind.kind.isEmpty { kinds[id] = resource.kind.kind }
            answers.append(
                RecordedEvidence.Answer(
                    server: server, id: id,
                    kind: version.freshness == .stale ? .unavailable : .served, from: stored.at,
                    until: stored.last, namespaced: resource.namespaced))
        }
    }

    /// Gives a scenario the documented groups that it does not name.
    ///
    /// Those that it names it knows better. Documents show one moment, so the recording is asked
    /// for the others.
    static func complete(_ scenario: inout Scenario, _ outline: RecordedOutline) throws -> [String]
    {
        let told = Set(scenario.extensions.map(\.groupVersion.group))
        let documented = Set(try RecordedDocuments(outline).kinds.keys.map(\.group))
        guard !documented.isSubset(of: told) else { return [] }
        let recorded = try ScenarioInference(outline, name: "").scenario.extensions
        let added = recorded.filter {
            let group = $0.groupVersion.group
            return documented.contains(group) && !told.contains(group)
        }
        scenario.extensions += added
        return Set(added.map(\.groupVersion.group)).sorted().map {
            "the scenario does not have \($0): what it was is taken from discovery documents and "
                + "requests of the recording"
        }
    }
}
