import Bytes
import ControlPlane
import KubeAPI

/// What hangs on single answers of a recording, whatever control plane gives them: for those who
/// compare many.
///
/// Rules say what came of one run; this says what of the recorded deeds of the controllers could go
/// wrong in any. It leaves out what takes a whole run to know, such as what one pass of a
/// controller leaves for the next.
public struct Stakes: Sendable {
    /// A namespace whose deletion was under way, or an owner that the garbage collector asked for.
    public struct Stake: Sendable, Equatable {
        public var isNamespace: Bool
        public var name: String
        public var at: Int64
        /// The server that was asked, by its id in the recording.
        public var server: UInt32
        /// Resource ids: each list is one resource in its versions, lost where none is served.
        public var resources: [[UInt32]]
        /// What stays behind, or what hangs on the owner.
        public var objects: Int
    }

    public private(set) var all: [Stake] = []

    public init(_ input: FindingsInput) {
        let run = RunView(input)
        all = Stakes.namespaces(run) + Stakes.owners(run)
    }

    // MARK: Namespaces

    private static func namespaces(_ run: RunView) -> [Stake] {
        let creations = NamespaceCreations(run)
        var versions: [ResourceKey: [UInt32]] = [:]
        for number in 1..<max(1, UInt32(clamping: run.names.resources.count)) {
            let id = run.names.resources[number]
            guard id.subresource == 0 else { continue }
            versions[ResourceKey(group: id.group, resource: id.resource), default: []].append(
                number)
        }
        return NamespaceHistory(run).deletions.compactMap { deletion in
            guard let pass = deletion.passes.first,
                let asked = pass.discovery.last ?? pass.asked.values.lazy.compactMap({
                    $0.collections.first ?? $0.lists.first
                }).first ?? pass.finalize
            else { return nil }
            let content = NamespaceContent(deletion, run, creations)
            let kept = Set(content.left.keys).union(content.unseen.keys).filter {
                content.unseen[$0] != nil
                    || !content.remaining($0, at: pass.firstAsked).isEmpty
            }
            let resources = kept.compactMap { versions[$0] }.sorted {
                $0.lexicographicallyPrecedes($1)
            }
            guard !resources.isEmpty else { return nil }
            let objects = kept.reduce(0) { sum, key in
                sum + (content.unseen[key] ?? content.remaining(key, at: pass.firstAsked).count)
            }
            return Stake(
                isNamespace: true, name: run.text(deletion.namespace), at: pass.firstAsked,
                server: asked.server, resources: resources, objects: objects)
        }
    }

    // MARK: Owners

    /// The collector's GETs of owners that were there, the first of each at each server.
    ///
    /// A collector that speaks to one server has its discovery from there too: it never asks for a
    /// kind that this server lacks, so nothing hangs on its GETs.
    private static func owners(_ run: RunView) -> [Stake] {
        let asked = run.controllers.filter {
            let role = run.role($0)
            return role == .collector || role == .mapper
        }
        guard Set(asked.map(\.server)).count > 1 else { return [] }
        let lives = OwnerLives(run)
        var found: [OwnerAsked: Stake] = [:]
        for request in run.controllers
        where run.role(request) == .collector && request.verb == .get && request.name != 0
            && request.resource != 0 && run.subresource(request.resource) == 0
        {
            let key = OwnerAsked(
                server: request.server, resource: request.resource, namespace: request.namespace,
                name: request.name)
            guard found[key] == nil else { continue }
            let dependents = dependents(of: request, lives, run)
            guard dependents > 0 else { continue }
            let place = request.namespace == 0 ? "" : "\(run.text(request.namespace))/"
            let resource = run.resources[Int(request.resource)].resource
            found[key] = Stake(
                isNamespace: false, name: "\(resource) \(place)\(run.text(request.name))",
                at: request.at, server: request.server, resources: [[request.resource]],
                objects: dependents)
        }
        return found.values.sorted { ($0.at, $0.name) < ($1.at, $1.name) }
    }

    private struct OwnerAsked: Hashable {
        var server: UInt32
        var resource: UInt32
        var namespace: UInt32
        var name: UInt32
    }

    /// How many living objects name what was asked for as their owner, while it was there.
    private static func dependents(
        of request: RecordedRequest, _ lives: OwnerLives, _ run: RunView
    ) -> Int {
        let asked = run.names.resources[request.resource]
        return run.graph.references(toName: request.name).count { index in
            let row = run.graph.owners[index]
            let reference = row.reference
            guard reference.group == asked.group, reference.version == asked.version,
                run.graph.isAlive(Int(row.dependent), at: request.at)
            else { return false }
            let owner = OwnerKey(
                group: asked.group, version: asked.version, resource: asked.resource,
                namespace: request.namespace, name: request.name, uid: reference.uid)
            return lives.life(of: owner, around: request.at).holds(at: request.at)
        }
    }
}
