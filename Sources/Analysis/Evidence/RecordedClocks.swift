import Bytes
import ControlPlane
import KubeAPI
import Recording

extension ServerClocks {
    /// As a recording shows them, but where a person says otherwise.
    init(
        _ snapshot: RecordingSnapshot, _ names: Names, hasPasses: Bool, told: [String: Int64]
    ) throws {
        let servers = names.servers.count
        let ids = (0..<UInt32(servers)).map { names.servers[$0] }
        var ahead: [Int: Int64] = [:]
        for (name, offset) in told {
            guard let id = ids.firstIndex(of: name), !name.isEmpty else {
                throw Failure("--clock \(name)=…: the recording has no server of that name")
            }
            ahead[id] = offset
        }
        let (revisions, pairs) = try snapshot.read { recording in
            (
                servers > 2 ? try recording.revisions() : [],
                hasPasses ? try recording.forwardedRequests() : []
            )
        }
        self.init(
            ClockBounds(servers: servers, revisions, forwarded: pairs.map(ClockBounds.Pair.init)),
            ahead)
    }
}

extension ClockBounds.Pair {
    fileprivate init(_ row: ForwardedRequest) {
        self.init(
            first: Int(row.server), second: Int(row.peer), from: row.from, until: row.until,
            arrived: row.arrived)
    }
}

// What the recording holds beside requests, by the clock that all agree with.
extension RecordedOutline {
    /// The processes that the capture found.
    func processes() throws -> [ServerProcess] {
        let found = try snapshot.read { try $0.processes() }
        guard clocks.isCorrected else { return found }
        let ids = Dictionary(
            (0..<UInt32(names.servers.count)).map { (names.servers[$0], $0) }
        ) { first, _ in first }
        return found.map { process in
            guard let id = ids[process.server] else { return process }
            var moved = process
            let correct = { (instant: Int64) in clocks.corrected(instant, of: id) }
            moved.startedAt = process.startedAt.map(correct)
            moved.readyAt = process.readyAt.map(correct)
            moved.stoppedAt = process.stoppedAt.map(correct)
            moved.firstSeen = correct(process.firstSeen)
            moved.lastSeen = correct(process.lastSeen)
            return moved
        }
    }

    /// The objects with their owners and finalizers.
    func objects() throws -> RecordedObjects {
        var objects = try snapshot.read { try $0.recordedObjects() }
        guard clocks.isCorrected else { return objects }
        // Which server showed an object is not kept, but its instants are those of requests.
        let instants = Set(objects.instants)
        let parts = try inRanges { recording, ids throws(RecordingError) in
            var found: [Int64: UInt32] = [:]
            try recording.forEachEnd(in: ids) { end, server in
                if instants.contains(end) { found[end] = server }
            }
            return found
        }
        let servers = parts.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        objects.move { instant in
            servers[instant].map { clocks.corrected(instant, of: $0) } ?? instant
        }
        return objects
    }
}

extension RecordedObjects {
    fileprivate var instants: [Int64] {
        objects.flatMap { object in
            [object.first, object.last]
                + [object.created, object.deleted, object.deletionRequested].compactMap(\.self)
        } + owners.flatMap { [$0.first, $0.last] } + finalizers.flatMap { [$0.first, $0.last] }
    }

    fileprivate mutating func move(_ moved: (Int64) -> Int64) {
        for index in objects.indices {
            // What was first by one clock may be last by another.
            let ends = [moved(objects[index].first), moved(objects[index].last)]
            objects[index].first = min(ends[0], ends[1])
            objects[index].last = max(ends[0], ends[1])
            objects[index].created = objects[index].created.map(moved)
            objects[index].deleted = objects[index].deleted.map(moved)
            objects[index].deletionRequested = objects[index].deletionRequested.map(moved)
        }
        for index in owners.indices {
            let ends = [moved(owners[index].first), moved(owners[index].last)]
            owners[index].first = min(ends[0], ends[1])
            owners[index].last = max(ends[0], ends[1])
        }
        for index in finalizers.indices {
            let ends = [moved(finalizers[index].first), moved(finalizers[index].last)]
            finalizers[index].first = min(ends[0], ends[1])
            finalizers[index].last = max(ends[0], ends[1])
        }
    }
}
