import Bytes
import ControlPlane
public import KubeAPI

/// Which objects went through servers of several releases, of kinds to which one of these added
/// fields.
///
/// Filled from every write of such objects; keeps, for each object and release, the first write by
/// somebody who may know what the release added, and the last update.
public struct FieldWrites: Sendable {
    private struct Object: Hashable {
        var resource: GroupVersionResource
        var namespace: UInt32
        var name: UInt32
    }

    private struct Passage: Sendable {
        var written: RecordedRequest?
        var updated: RecordedRequest?
    }

    private var passages: [Object: [Release: Passage]] = [:]
    /// What was made anew has lost nothing.
    private var created: [Object: Int64] = [:]
    private let releases: Scenario.Releases
    private let names: Names

    public init(_ input: FindingsInput) {
        releases = input.releases
        names = input.names
    }

    /// Takes a write that succeeded, at the server that handled it.
    public mutating func add(_ request: RecordedRequest) {
        guard request.name != 0,
            names.strings[names.clients[request.client].user] != LoopbackClient.user,
            let release = releases.release(of: names.servers[request.server], at: request.at)
        else { return }
        let object = Object(
            resource: names.groupVersionResource(request.resource), namespace: request.namespace,
            name: request.name)
        if request.verb == .create { add(creation: request.at, of: object) }
        var passage = Passage()
        let agent = names.strings[names.clients[request.client].userAgent]
        if Release(ofKubernetesClient: agent).map({ $0 >= release }) != false {
            passage.written = request
        }
        if request.verb == .update { passage.updated = request }
        add(passage, of: object, release)
    }

    private mutating func add(creation at: Int64, of object: Object) {
        created[object] = max(created[object] ?? at, at)
    }

    private mutating func add(_ passage: Passage, of object: Object, _ release: Release) {
        var known = passages[object, default: [:]][release] ?? Passage()
        if let written = passage.written, known.written.map({ written.at < $0.at }) != false {
            known.written = written
        }
        if let updated = passage.updated, known.updated.map({ updated.at > $0.at }) != false {
            known.updated = updated
        }
        passages[object, default: [:]][release] = known
    }

    public mutating func append(_ other: FieldWrites) {
        for (object, releases) in other.passages {
            for (release, passage) in releases { add(passage, of: object, release) }
        }
        for (object, at) in other.created { add(creation: at, of: object) }
    }

    /// Updates of what had gone through a server of a later release before.
    public var exposures: [FieldExposure] {
        passages.flatMap { object, releases in
            releases.compactMap { old, passage -> FieldExposure? in
                guard let update = passage.updated else { return nil }
                let later = releases.filter { new, passage in
                    guard let written = passage.written, new > old else { return false }
                    return written.at < update.at && created[object] ?? .min <= written.at
                }
                guard let new = later.keys.max(), let written = later[new]?.written else {
                    return nil
                }
                return FieldExposure(written: written, update: update, old: old, new: new)
            }
        }.sorted { ($0.update.at, $0.update.id) < ($1.update.at, $1.update.id) }
    }
}

/// An object that may have lost what it got from a newer server, because it was updated through an
/// older one.
public struct FieldExposure: Sendable {
    public var written: RecordedRequest
    public var update: RecordedRequest
    public var old: Release
    public var new: Release
    /// Of the update, an id in `Names.strings`.
    public var query: UInt32 = 0
}

extension Release {
    /// Of Kubernetes' own clients, whose version is their release; nil for others.
    init?(ofKubernetesClient agent: String) {
        let parts = agent.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, parts[0].hasPrefix("kube") else { return nil }
        self.init(String(parts[1].prefix { $0 != " " }))
    }
}
