import Bytes
import ControlPlane
import Judgments
import KubeAPI

/// What became of the fields that releases added, object by object and write by write.
///
/// A field is known to be stored where an answer showed it. It is lost where the answer to a later
/// write has it no more. Reads through a server that does not know it show nothing: it hides what
/// is stored.
struct FieldLives {
    enum Dropper: Sendable { case server, client }

    struct Loss: Sendable {
        var field: Catalogue.Field
        var resource: GroupVersionResource
        /// The last that showed it; nil where the write that lost it was to bring it.
        var shown: RecordedFields?
        var write: RecordedFields
        var dropper: Dropper
        /// Whether the server of the write knows the field, by its release.
        var isKnownThere: Bool?
        var isCertain: Bool
    }

    private struct Key: Hashable {
        var group: UInt32
        var version: UInt32
        var resource: UInt32
        var namespace: UInt32
        var name: UInt32
    }

    private struct Sender: Hashable {
        var client: ClientIDs
        var path: String
    }

    private(set) var losses: [Loss] = []
    private let run: RunView
    private var senders: Set<Sender> = []
    private var paths: [UInt32: [String]] = [:]

    init(_ run: RunView) {
        self.run = run
        let bounds = IDBounds(run.names)
        let sightings = run.input.fields.filter { bounds.hold($0.request) }
        for seen in sightings {
            for path in pathsOf(seen.sent) { senders.insert(sender(seen, path)) }
        }
        let byObject = Dictionary(grouping: sightings) { seen in
            let resource = run.names.resources[seen.request.resource]
            return Key(
                group: resource.group, version: resource.version, resource: resource.resource,
                namespace: seen.request.namespace, name: seen.name)
        }
        for sightings in byObject.values { follow(FieldLives.inOrder(sightings)) }
        losses.sort { ($0.write.request.at, $0.field.path) < ($1.write.request.at, $1.field.path) }
    }

    /// By what the store counted, where every answer shows it; clocks of servers differ.
    private static func inOrder(_ sightings: [RecordedFields]) -> [RecordedFields] {
        guard sightings.allSatisfy({ $0.version > 0 }) else {
            return sightings.sorted {
                ($0.request.at, $0.request.id) < ($1.request.at, $1.request.id)
            }
        }
        return sightings.sorted {
            ($0.version, $0.request.at, $0.request.id) < ($1.version, $1.request.at, $1.request.id)
        }
    }

    // MARK: One object

    private mutating func follow(_ sightings: [RecordedFields]) {
        guard let first = sightings.first else { return }
        let resource = run.resources[Int(first.request.resource)]
        var stored: [String: RecordedFields] = [:]
        for seen in sightings {
            let shown = pathsOf(seen.shown)
            let isWrite = seen.request.verb != .get
            if seen.request.verb == .create { stored = [:] }
            let release = self.release(of: seen)
            if isWrite {
                let sent = pathsOf(seen.sent)
                for path in Set(stored.keys).union(sent).sorted() {
                    guard let field = Catalogue.field(path, of: resource) else { continue }
                    let before = stored[path]
                    let loss = loss(
                        field, resource, before: before, seen, release, isSent: sent.contains(path),
                        isShown: shown.contains(path))
                    if let loss { losses.append(loss) }
                    if isGone(field, release, seen, isShown: shown.contains(path)) {
                        stored[path] = nil
                    }
                }
            }
            for path in shown {
                guard let field = Catalogue.field(path, of: resource) else { continue }
                if run.isAsRecorded || release.map({ $0 >= field.since }) != false {
                    stored[path] = seen
                }
            }
        }
    }

    /// Whether a write leaves an object without a field.
    private func isGone(
        _ field: Catalogue.Field, _ release: Release?, _ seen: RecordedFields, isShown: Bool
    ) -> Bool {
        if !run.isAsRecorded, let release, release < field.since { return true }
        return seen.shown != nil && !isShown
    }

    private func loss(
        _ field: Catalogue.Field, _ resource: GroupVersionResource, before: RecordedFields?,
        _ seen: RecordedFields, _ release: Release?, isSent: Bool, isShown: Bool
    ) -> Loss? {
        guard isGone(field, release, seen, isShown: isShown) else { return nil }
        let isKnownThere = release.map { $0 >= field.since }
        func lost(_ dropper: Dropper, isCertain: Bool = true) -> Loss {
            Loss(
                field: field, resource: resource, shown: before, write: seen, dropper: dropper,
                isKnownThere: isKnownThere, isCertain: isCertain)
        }
        guard before != nil else {
            // It was on its way in. Where all servers drop it, a gate is off, and none differs.
            return isSent && isKnownThere == false && isKnownSomewhere(field) ? lost(.server) : nil
        }
        if isSent { return lost(.server) }
        if isKnownThere == false, seen.sent == nil || seen.request.verb == .patch {
            return lost(.server)
        }
        // A patch names what it takes away, and without its body nobody can tell.
        guard seen.request.verb == .update, seen.sent != nil, isMeant(field, seen) else {
            return nil
        }
        if isKnownThere == false { return lost(.client) }
        // Who has sent it knows it, and takes it away on purpose.
        guard !senders.contains(sender(seen, field.path)) else { return nil }
        return lost(
            .client,
            isCertain: Release(ofKubernetesClient: run.userAgent(seen.request.client)).map {
                $0 < field.since
            } == true)
    }

    /// Whether an update is about the field: of a status nothing else is written, and of all else
    /// no status.
    private func isMeant(_ field: Catalogue.Field, _ seen: RecordedFields) -> Bool {
        let isOfStatus = field.path.hasPrefix("status")
        return run.text(run.subresource(seen.request.resource)) == "status"
            ? isOfStatus : !isOfStatus || !hasStatus(seen)
    }

    private func hasStatus(_ seen: RecordedFields) -> Bool {
        let resource = run.resources[Int(seen.request.resource)]
        return Release.all.reversed().lazy.compactMap { Catalogue.resource(resource, in: $0) }
            .first?
            .subresources.contains("status") ?? false
    }

    // MARK: Who knows what

    private mutating func pathsOf(_ id: UInt32?) -> [String] {
        guard let id, id != 0 else { return [] }
        if let known = paths[id] { return known }
        let found = run.text(id).split(separator: "\n").map(String.init)
        paths[id] = found
        return found
    }

    private func sender(_ seen: RecordedFields, _ path: String) -> Sender {
        Sender(client: run.names.clients[seen.request.client].anywhere, path: path)
    }

    /// The release of the server that handled it, then.
    func release(of seen: RecordedFields) -> Release? {
        run.input.releases.release(of: run.serverName(seen.request), at: seen.request.at)
    }

    private func isKnownSomewhere(_ field: Catalogue.Field) -> Bool {
        run.input.scenario.servers.contains { server in
            server.processes.contains { $0.release >= field.since }
        }
    }
}
