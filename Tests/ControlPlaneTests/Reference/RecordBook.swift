import ControlPlane
import KubeAPI

/// The StorageVersion objects, and what the routers of 1.28 to 1.32 make of them.
struct RecordBook {
    private(set) var map = StorageVersionMap()
    /// By object and server.
    private var objects: [String: [String: ServerStorageVersion]] = [:]

    /// A process says what it serves; of what it has no longer it says nothing (F3.12).
    mutating func write(_ life: Life, id: String) {
        var versions: [String: [String]] = [:]
        for resource in life.activation.served.resources
        where life.activation.served[resource.id] == .yes && resource.isStored {
            let group = resource.id.group.isEmpty ? "core" : resource.id.group
            versions["\(group).\(resource.id.resource)", default: []]
                .append("\(resource.id.groupVersion)")
        }
        for (name, served) in versions {
            objects[name, default: [:]][id] = ServerStorageVersion(
                server: id, servedVersions: served)
            store(name)
        }
    }

    mutating func remove(id: String) {
        for name in objects.keys.sorted() where objects[name]?[id] != nil {
            objects[name]?[id] = nil
            store(name)
        }
    }

    private mutating func store(_ name: String) {
        map.store(name, (objects[name] ?? [:]).values.sorted { $0.server < $1.server })
    }
}

extension Catalogue.Resource {
    /// Kept in etcd: reviews and bindings are only created, component statuses come from elsewhere.
    fileprivate var isStored: Bool {
        verbs.contains("list") && id.resource != "componentstatuses"
    }
}
