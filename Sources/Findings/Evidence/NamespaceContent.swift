import Bytes
import ControlPlane
import KubeAPI

/// What a namespace held while it was being deleted, and how each resource of it was dealt with.
///
/// Shared by the rules about namespaces. It walks over the controller's runs in order: what a run
/// has collected is gone for the next, except what waits for finalizers.
struct NamespaceContent {
    /// How a run of the controller dealt with a resource.
    enum Dealt: Equatable {
        /// Collected: what has no finalizers is gone.
        case collected
        /// 404 on the deletion and on every list: counted as empty (F7.7).
        case takenForEmpty(isCertain: Bool)
        /// Collected, and the list that should show what is left got a 404: counted as empty.
        case restTakenForEmpty(isCertain: Bool)
        /// Discovery did not list it (F7.5).
        case neverLookedAt(isCertain: Bool)
        /// No running server served it just then: right answers, and what was in it stays behind.
        case unserved
        /// An error that makes the controller try again (F7.8).
        case failed(UInt16)
        case unknown

        var lossIsCertain: Bool? {
            switch self {
            case .takenForEmpty(let isCertain), .restTakenForEmpty(let isCertain),
                .neverLookedAt(let isCertain):
                isCertain
            case .unserved: true
            case .collected, .failed, .unknown: nil
            }
        }
    }

    let run: RunView
    let deletion: NamespaceDeletion
    /// Objects of the graph that are still there, by resource.
    private(set) var left: [ResourceKey: [Int]] = [:]
    /// Resources with creations in the log and no object in the graph.
    private(set) var unseen: [ResourceKey: Int] = [:]
    /// Those that a run has collected, and that may have been waiting for finalizers since.
    private(set) var doubtful: Set<ResourceKey> = []
    /// Everything that the namespace has held since it was made is in the recording.
    let isKnownSinceBirth: Bool

    init(_ deletion: NamespaceDeletion, _ run: RunView, _ creations: NamespaceCreations) {
        self.run = run
        self.deletion = deletion
        let end = deletion.finalize?.at ?? .max
        for object in run.graph.objects(inNamespace: deletion.namespace) {
            let row = run.graph.objects[object]
            guard row.resource != 0, run.graph.bornAt(object) < end,
                row.deleted ?? .max > deletion.start
            else { continue }
            let key = ResourceKey(group: row.group, resource: row.resource)
            // A Namespace is no content of itself.
            if key.group == 0, run.text(key.resource) == "namespaces" { continue }
            left[key, default: []].append(object)
        }
        isKnownSinceBirth = creations.isBornInRecording(deletion.namespace)
        for (key, count) in creations.counts(in: deletion.namespace, before: end)
        where count > 0 && !creations.hasObjects(key, in: deletion.namespace) {
            unseen[key] = count
        }
    }

    /// What a run did about a resource.
    func dealt(with key: ResourceKey, in pass: NamespacePass) -> Dealt {
        let columns = self.columns(of: key)
        let at = pass.firstAsked
        guard let asked = pass.asked[key] else { return unasked(columns, pass) }
        if !run.isAsRecorded {
            let lists = lists(columns, pass)
            if lists == .no { return neverLookedAt(columns, at, isCertain: true) }
        }
        return judge(asked)
    }

    private func judge(_ asked: NamespacePass.Asked) -> Dealt {
        let collections = asked.collections.map(run.answer)
        let lists = asked.lists.map(run.answer)
        for case .failed(let status) in collections + lists { return .failed(status) }
        let refusals = (collections + lists).compactMap { answer -> Bool? in
            if case .wronglyRefused(let isCertain) = answer { return isCertain }
            return nil
        }
        let isCertain = refusals.allSatisfy { $0 }
        if collections.contains(.succeeded) {
            if case .wronglyRefused(let isCertain)? = lists.last {
                return .restTakenForEmpty(isCertain: isCertain)
            }
            return .collected
        }
        // Without a list in the log it is not known that the second question failed too.
        if lists.contains(.succeeded) { return .collected }
        if refusals.isEmpty {
            let isRefused = (asked.collections + asked.lists).contains(
                where: \.notFound.isRouteLevel)
            return run.isAsRecorded && isRefused ? .unserved : .unknown
        }
        return .takenForEmpty(isCertain: isCertain && !lists.isEmpty)
    }

    /// What follows where the recording has no question about a resource.
    private func unasked(_ columns: [Int], _ pass: NamespacePass) -> Dealt {
        let at = pass.firstAsked
        switch lists(columns, pass) {
        case .no: return neverLookedAt(columns, at, isCertain: !pass.asked.isEmpty)
        case .maybe: return neverLookedAt(columns, at, isCertain: false)
        case .yes: return run.isAsRecorded ? .unknown : elsewhere(columns, at)
        }
    }

    private func neverLookedAt(_ columns: [Int], _ at: Int64, isCertain: Bool) -> Dealt {
        let isServed = columns.contains { !run.control.servers(serving: $0, at: at).isEmpty }
        if isServed { return .neverLookedAt(isCertain: isCertain) }
        return run.isAsRecorded && isCertain ? .unserved : .unknown
    }

    /// What a question that was never sent would have got, wherever it had gone.
    private func elsewhere(_ columns: [Int], _ at: Int64) -> Dealt {
        let epoch = run.input.table.epoch(at: at)
        guard
            let column = columns.first(where: {
                !run.control.servers(serving: $0, at: at).isEmpty
            })
        else { return .unknown }
        let refused = run.control.runningServers(at: at).map {
            run.control.isWronglyRefused($0, column, epoch: epoch)
        }
        if refused.allSatisfy({ $0 == .no }) { return .collected }
        return .takenForEmpty(isCertain: refused.allSatisfy { $0 == .yes })
    }

    /// Whether the controller's discovery listed a resource in any version.
    private func lists(_ columns: [Int], _ pass: NamespacePass) -> Known {
        let documents = pass.discovery.compactMap { request -> Known? in
            guard let server = run.serverNumber(request) else { return nil }
            return columns.map { column in
                run.control.listsAsAsked(server, column, at: request.at)
            }.max()
        }
        if let first = documents.first {
            return documents.allSatisfy { $0 == first } ? first : .maybe
        }
        return columns.map { run.control.listsAnywhere($0, at: pass.firstAsked) }.max() ?? .maybe
    }

    /// The columns of every version of a resource that anybody asked for or a release has.
    private func columns(of key: ResourceKey) -> [Int] {
        run.columnsByResource[key] ?? []
    }

    /// What is left after a run that dealt with things as it did.
    mutating func settle(after pass: NamespacePass) {
        for key in left.keys where dealt(with: key, in: pass) == .collected {
            left[key]?.removeAll { object in
                run.graph.bornAt(object) <= pass.end && !run.graph.hasFinalizers(object)
            }
        }
        // Something was left, or this run would have been the last: perhaps these.
        for key in unseen.keys where dealt(with: key, in: pass) == .collected {
            doubtful.insert(key)
        }
    }

    /// The objects of a resource that are there at an instant.
    func remaining(_ key: ResourceKey, at instant: Int64) -> [Int] {
        (left[key] ?? []).filter { run.graph.isAlive($0, at: instant) }
    }
}

/// Creations in namespaces that are being deleted, as the requests show them.
struct NamespaceCreations {
    private struct Place: Hashable {
        var namespace: UInt32
        var key: ResourceKey
    }

    private let run: RunView
    private var creations: [UInt32: [(key: ResourceKey, at: Int64, step: Int)]] = [:]
    private var born: Set<UInt32> = []
    private var places: Set<Place> = []

    init(_ run: RunView) {
        self.run = run
        for request in run.witnesses where request.namespace != 0 && request.isSuccess {
            let resource = run.names.resources[request.resource]
            guard request.resource != 0, resource.subresource == 0 else { continue }
            let step = request.verb == .create ? 1 : request.verb == .delete ? -1 : 0
            guard step != 0 else { continue }
            let key = ResourceKey(group: resource.group, resource: resource.resource)
            creations[request.namespace, default: []].append((key, request.at, step))
        }
        for request in run.controllers
        where request.verb == .create && request.isSuccess && request.name != 0
            && run.resources[Int(request.resource)].resource == "namespaces"
            && run.subresource(request.resource) == 0
        {
            born.insert(request.name)
        }
        for row in run.graph.objects {
            if row.namespace != 0 {
                places.insert(
                    Place(
                        namespace: row.namespace,
                        key: ResourceKey(group: row.group, resource: row.resource)))
            }
            if row.created != nil, row.group == 0, run.text(row.kind) == "Namespace" {
                born.insert(row.name)
            }
        }
    }

    func isBornInRecording(_ namespace: UInt32) -> Bool { born.contains(namespace) }

    func hasObjects(_ key: ResourceKey, in namespace: UInt32) -> Bool {
        places.contains(Place(namespace: namespace, key: key))
    }

    /// Creations less deletions, by resource.
    func counts(in namespace: UInt32, before end: Int64) -> [ResourceKey: Int] {
        var result: [ResourceKey: Int] = [:]
        for entry in creations[namespace] ?? [] where entry.at < end {
            result[entry.key, default: 0] += entry.step
        }
        return result
    }
}
