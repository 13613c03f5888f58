import Bytes
import AuditLog
import KubeAPI
import Recording

/// What the parser thread hands to the writer: traffic, and the names that are new in it.
struct Batch: Sendable {
    var traffic: Traffic
    var names: NamesDelta
    /// More follows at once: it may wait for that before it is safe on the disk.
    var mayWait = false
    /// With the last batch alone.
    var sightings: Sightings?
}

/// What the parser saw besides traffic, for the summary.
struct Sightings: Sendable {
    var first = Int64.max
    var last = Int64.min
    var sources = 0
    var warnings: [String] = []
    var bodies = BodyCounts()
}

/// The second stage of a capture: pieces of bytes to batches of traffic, on a thread of its own.
///
/// Puts together what a chunk's end has cut, and keeps the names. `AuditReader` does the reading.
struct Parsing {
    let lanes: Lanes
    let batches: BoundedQueue<Batch>

    private static let batchRequests = 16_384
    private static let batchObjects = 8_192
    private static let batchRejects = 4_096
    private static let batchBodyBytes = 4 << 20

    private var names: Names
    private var mark: NamesDelta.Mark
    private var traffic = Traffic()
    private var attribution = Attribution()
    private var reader: AuditReader?
    /// What was not read yet of the pieces before.
    private var rest: Chunk?
    private var position: Int64 = 0
    private var sightings = Sightings()
    private let bodies: BodyPolicy
    private var bodyBytes = 0
    /// Whether the batch before was told that more follows.
    private var isAwaited = false

    init(
        lanes: Lanes, batches: BoundedQueue<Batch>, names: Names, bodies: BodyPolicy
    ) {
        self.lanes = lanes
        self.batches = batches
        self.names = names
        self.bodies = bodies
        mark = NamesDelta.Mark(storedOf: names)
    }

    mutating func run() {
        for pieces in lanes.pieces {
            guard run(pieces) else { break }
        }
        stop()
    }

    /// Reads a file to its end; false where nobody wants more.
    private mutating func run(_ pieces: BoundedQueue<Piece>) -> Bool {
        while true {
            let isHandedOn: Bool
            switch pieces.pop(milliseconds: 500) {
            case .element(let piece):
                take(piece)
                isHandedOn = handOnFull()
            case .nothingYet: isHandedOn = handOnRest()
            case .closed: return true
            }
            guard isHandedOn else { return false }
        }
    }

    private mutating func stop() {
        sightings.warnings = attribution.warnings(names)
        let delta = NamesDelta(of: names, after: &mark)
        _ = batches.push(Batch(traffic: traffic, names: delta, sightings: sightings))
        // Nobody may be left waiting for room.
        lanes.close()
        batches.close()
    }

    private mutating func take(_ piece: Piece) {
        switch piece {
        case .begin(let name, let server, let pathServer):
            sightings.sources += 1
            position = 0
            reader = AuditReader(
                source: names.sources.intern(name),
                server: server.map { names.servers.intern(ServerName.repaired($0)) } ?? 0,
                pathServer: pathServer.map { names.servers.intern(ServerName.repaired($0)) } ?? 0,
                bodies: bodies)
        case .bytes(let chunk):
            position += Int64(chunk.bytes.count)
            read(joined(chunk), isLast: false)
        case .end(let failure):
            read(rest ?? Chunk(bytes: 0, padding: AuditReader.padding), isLast: true)
            rest = nil
            if let reader { sightings.bodies += reader.bodyCounts }
            if let failure, let reader {
                traffic.rejects.append(
                    Reject(source: reader.source, position: position, reason: failure))
            }
            reader = nil
        }
    }

    /// The chunk with what was left of the one before in front of it.
    private mutating func joined(_ chunk: Chunk) -> Chunk {
        guard let old = rest else { return chunk }
        rest = nil
        if chunk.prepend(old.bytes) {
            lanes.recycle(old)
            return chunk
        }
        // A long record: collected in a chunk of its own, which doubles.
        let whole =
            old.free.count >= chunk.bytes.count
            ? old
            : Chunk(
                bytes: 2 * (old.bytes.count + chunk.bytes.count), padding: AuditReader.padding)
        if whole !== old {
            whole.append(old.bytes)
            lanes.recycle(old)
        }
        whole.append(chunk.bytes)
        lanes.recycle(chunk)
        return whole
    }

    private mutating func read(_ chunk: Chunk, isLast: Bool) {
        let known = traffic.requests.count
        let knownBodies = traffic.bodies.count
        let consumed = reader?.read(
            chunk.bytes, isLast: isLast, names: &names, into: &traffic)
        observe(from: known)
        for body in traffic.bodies[knownBodies...] { bodyBytes += body.json.count }
        chunk.removeFirst(min(consumed ?? chunk.bytes.count, chunk.bytes.count))
        if isLast || chunk.bytes.isEmpty {
            lanes.recycle(chunk)
        } else {
            rest = chunk
        }
    }

    private mutating func observe(from first: Int) {
        for index in first..<traffic.requests.count {
            let at = traffic.requests[index].at
            sightings.first = min(sightings.first, at)
            sightings.last = max(sightings.last, at)
            attribution.observe(traffic.requests[index])
        }
    }

    /// Hands the batch on once it is large enough; false where nobody wants it.
    private mutating func handOnFull() -> Bool {
        guard
            traffic.requests.count >= Parsing.batchRequests
                || traffic.objects.count >= Parsing.batchObjects
                || traffic.rejects.count >= Parsing.batchRejects
                || bodyBytes >= Parsing.batchBodyBytes
        else { return true }
        return push(mayWait: true)
    }

    /// Hands on what came so far, since the stream is quiet; false where nobody wants it.
    private mutating func handOnRest() -> Bool {
        isAwaited || !traffic.isEmpty ? push(mayWait: false) : true
    }

    private mutating func push(mayWait: Bool) -> Bool {
        let delta = NamesDelta(of: names, after: &mark)
        let full = traffic
        traffic = Traffic()
        bodyBytes = 0
        isAwaited = mayWait
        traffic.requests.reserveCapacity(full.requests.count)
        return batches.push(Batch(traffic: full, names: delta, mayWait: mayWait))
    }
}
