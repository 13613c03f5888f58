import Bytes
import KubeAPI

/// What the garbage collector did in the recording: its deletes, patches and reads, by object.
struct CollectorActions: Sendable {
    private struct Key: Hashable {
        var group: UInt32
        var resource: UInt32
        var namespace: UInt32
        var name: UInt32
    }

    private let run: RunView
    /// Positions in `controllers` of its successful deletes and patches, by what they name.
    private var deletes: [Key: [Int]] = [:]
    private var patches: [Key: [Int]] = [:]
    private var gets: [Key: [Int]] = [:]
    /// Positions of all its successful deletes, by instant.
    private(set) var allDeletes: [Int] = []
    /// Positions of all its successful reads, by instant.
    private var allGets: [Int] = []
    /// Positions of its GETs of what handlers said is absent, by instant.
    private var absences: [Int] = []
    /// Whether any of its reads is in the log, however it was answered.
    private(set) var readsAtAll = false
    /// When a controller-manager fetched a token for the collector: it had just started.
    private(set) var managerStarts: [Int64] = []

    init(_ run: RunView) {
        self.run = run
        let strings = run.names.strings
        let collector = strings.find("generic-garbage-collector")
        for (position, request) in run.controllers.enumerated() {
            let resource = run.names.resources[request.resource]
            let role = run.role(request)
            if role == .manager || role == .other {
                if request.verb == .create, request.name == collector, collector != nil,
                    strings[resource.subresource] == "token"
                {
                    managerStarts.append(request.at)
                }
                continue
            }
            guard role == .collector, request.name != 0, resource.subresource == 0 else {
                continue
            }
            if request.verb == .get {
                readsAtAll = true
                if request.notFound == .object { absences.append(position) }
            }
            guard request.isSuccess else { continue }
            let key = Key(
                group: resource.group, resource: resource.resource, namespace: request.namespace,
                name: request.name)
            switch request.verb {
            case .delete:
                deletes[key, default: []].append(position)
                allDeletes.append(position)
            case .patch: patches[key, default: []].append(position)
            case .get:
                gets[key, default: []].append(position)
                allGets.append(position)
            default: continue
            }
        }
    }

    private func key(of object: Int) -> Key {
        let row = run.graph.objects[object]
        return Key(
            group: row.group, resource: row.resource, namespace: row.namespace, name: row.name)
    }

    /// Its first delete of an object in a while; by uid where the record has the precondition.
    func delete(of object: Int, from: Int64, until: Int64) -> RecordedRequest? {
        let row = run.graph.objects[object]
        return deletes[key(of: object)]?.lazy.map { run.controllers[$0] }.first { request in
            guard request.at >= from, request.at < until else { return false }
            let uid = run.deletion(of: request.id)?.uid ?? .none
            if uid != .none { return uid == row.uid }
            return run.graph.bornAt(object) <= request.at
                && request.at <= (row.deleted ?? .max)
        }
    }

    /// When the collector was last told, before a delete, that something is rightly gone which it
    /// had not deleted itself.
    func lastAbsence(before delete: RecordedRequest) -> Int64? {
        let end = absences.partitioningIndex { run.controllers[$0].at > delete.at }
        return absences[..<end].reversed().lazy.map { run.controllers[$0] }.first { absent in
            let resource = run.names.resources[absent.resource]
            let key = Key(
                group: resource.group, resource: resource.resource, namespace: absent.namespace,
                name: absent.name)
            let isInReach = absent.namespace == 0 || absent.namespace == delete.namespace
            return isInReach && deletes[key] == nil
        }?.at
    }

    func patch(of object: Int, from: Int64, until: Int64) -> RecordedRequest? {
        patches[key(of: object)]?.lazy.map { run.controllers[$0] }.first { request in
            request.at >= from && request.at < until
                && run.graph.isAlive(object, at: request.at)
        }
    }

    func lastSuccessfulGet(of wanted: Coordinates, before instant: Int64) -> RecordedRequest? {
        let key = Key(
            group: wanted.group, resource: wanted.resource, namespace: wanted.namespace,
            name: wanted.name)
        return gets[key]?.lazy.map { run.controllers[$0] }.last { $0.at < instant }
    }

    /// What the same collector had read in the second before a request.
    func readsBefore(_ request: RecordedRequest) -> [RecordedRequest] {
        let end = allGets.partitioningIndex { run.controllers[$0].at >= request.at }
        return allGets[..<end].reversed().lazy.map { run.controllers[$0] }
            .prefix { $0.at >= request.at - Thresholds.survival }
            .filter { $0.client == request.client && $0.id != request.id }
    }
}
