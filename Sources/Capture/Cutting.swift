import AuditLog
import Bytes
import KubeAPI

/// What was read of a piece of a source, in the names of its reader.
struct Parsed: Sendable {
    var traffic = Traffic()
    var bodies = BodyCounts()
    /// How many lines it is of; positions count from the first of them.
    var lines: Int64 = 0
    /// It is the first of a source.
    var isBeginning = false
    var names: ReaderNames.Tail
}

/// The names of one who reads: their own, so that nobody waits for anybody's.
///
/// Whoever joins what they read translates them. They are forgotten when they become many.
struct ReaderNames {
    /// What is new since the piece before.
    struct Tail: Sendable {
        var reader: Int
        /// Nothing that the reader had before counts any more.
        var isAfresh: Bool
        var names: NamesTail
    }

    /// Of all kinds: far more than come again and again, and a few megabytes.
    private static let most = 1 << 15

    let reader: Int
    var names = Names()
    private var mark = NamesTail.Mark()
    private var isAfresh = true

    init(reader: Int) { self.reader = reader }

    private var count: Int {
        names.strings.count + names.resources.count + names.clients.count + names.sources.count
    }

    mutating func tail() -> Tail {
        defer {
            isAfresh = count > ReaderNames.most
            if isAfresh {
                names = Names()
                mark = NamesTail.Mark()
            }
        }
        return Tail(
            reader: reader, isAfresh: isAfresh, names: NamesTail(of: names, after: &mark))
    }
}

/// Lines of a source on their way to a reader, and what was read of them on its way back.
struct Portion: Sendable {
    let chunk: Chunk
    let lines: WholeLines
    let origin: SourceOrigin
    let parsed = BoundedQueue<Parsed>(capacity: 1)
}

/// The second stage of a capture: pieces of bytes to whole lines, which the third stage reads.
///
/// Puts together what a chunk's end has cut. A source that is not lines it reads itself, since
/// there what comes before decides what follows.
struct Cutting {
    /// What comes of the sources, in their order.
    enum Outcome: Sendable {
        case parsed(Parsed)
        case awaited(BoundedQueue<Parsed>)

        /// Waits for it, where it must.
        var parsed: Parsed? {
            switch self {
            case .parsed(let parsed): parsed
            case .awaited(let parsed): parsed.pop()
            }
        }
    }

    let lanes: Lanes
    let portions: BoundedQueue<Portion>
    let outcomes: BoundedQueue<Outcome>
    let bodies: BodyPolicy

    private var own = ReaderNames(reader: 0)
    private var origin = SourceOrigin(name: "")
    private var reader: AuditReader?
    /// What was not read yet of the pieces before.
    private var rest: Chunk?
    private var position: Int64 = 0

    init(
        _ lanes: Lanes, portions: BoundedQueue<Portion>, outcomes: BoundedQueue<Outcome>,
        _ bodies: BodyPolicy
    ) {
        self.lanes = lanes
        self.portions = portions
        self.outcomes = outcomes
        self.bodies = bodies
    }

    mutating func run() {
        for pieces in lanes.pieces {
            guard run(pieces) else { break }
        }
        // Nobody may be left waiting for room, or for more.
        lanes.close()
        portions.close()
        outcomes.close()
    }

    /// Cuts a file to its end; false where nobody wants more.
    private mutating func run(_ pieces: BoundedQueue<Piece>) -> Bool {
        while let piece = pieces.pop() {
            guard take(piece) else { return false }
        }
        return true
    }

    private mutating func take(_ piece: Piece) -> Bool {
        switch piece {
        case .begin(let origin):
            self.origin = origin
            position = 0
            let (server, pathServer) = origin.servers(in: &own.names)
            reader = AuditReader(
                source: own.names.sources.intern(origin.name), server: server,
                pathServer: pathServer, bodies: bodies)
            return handOn(Traffic(), isBeginning: true)
        case .bytes(let chunk):
            position += Int64(chunk.bytes.count)
            return cut(joined(chunk), isLast: false)
        case .end(let failure):
            let last = rest ?? Chunk(bytes: 0, padding: AuditReader.padding)
            rest = nil
            return cut(last, isLast: true) && end(failure)
        }
    }

    private mutating func end(_ failure: String?) -> Bool {
        guard let reader else { return true }
        self.reader = nil
        var traffic = Traffic()
        if let failure {
            traffic.rejects = [Reject(source: reader.source, position: position, reason: failure)]
        }
        return handOn(traffic, reader.bodyCounts)
    }

    private mutating func handOn(
        _ traffic: Traffic, _ bodies: BodyCounts = BodyCounts(), isBeginning: Bool = false
    ) -> Bool {
        outcomes.push(
            .parsed(
                Parsed(
                    traffic: traffic, bodies: bodies, isBeginning: isBeginning,
                    names: own.tail())))
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

    private mutating func cut(_ chunk: Chunk, isLast: Bool) -> Bool {
        var traffic = Traffic()
        let step = reader?.step(
            chunk.bytes, isLast: isLast, names: &own.names, into: &traffic)
        switch step {
        case .lines(let lines): return giveAway(lines, of: chunk, isLast: isLast)
        case .consumed(let count): chunk.removeFirst(min(count, chunk.bytes.count))
        case nil: chunk.removeFirst(chunk.bytes.count)
        }
        keep(chunk, isLast: isLast)
        return traffic.isEmpty || handOn(traffic)
    }

    private mutating func keep(_ chunk: Chunk, isLast: Bool) {
        if isLast || chunk.bytes.isEmpty {
            lanes.recycle(chunk)
        } else {
            rest = chunk
        }
    }

    /// Gives lines to whoever is free, and keeps what is behind them.
    private mutating func giveAway(
        _ lines: WholeLines, of chunk: Chunk, isLast: Bool
    ) -> Bool {
        var given = chunk
        if lines.range.isEmpty {
            given = Chunk(bytes: 0, padding: AuditReader.padding)
            chunk.removeFirst(lines.consumed)
            keep(chunk, isLast: isLast)
        } else if lines.consumed < chunk.bytes.count {
            rest = copy(of: UnsafeRawBufferPointer(rebasing: chunk.bytes[lines.consumed...]))
        }
        guard !lines.isEmpty else { return true }
        let portion = Portion(chunk: given, lines: lines, origin: origin)
        return portions.push(portion) && outcomes.push(.awaited(portion.parsed))
    }

    private func copy(of bytes: UnsafeRawBufferPointer) -> Chunk {
        let pooled = lanes.chunk()
        let copy =
            bytes.count <= pooled.free.count
            ? pooled : Chunk(bytes: 2 * bytes.count, padding: AuditReader.padding)
        if copy !== pooled { lanes.recycle(pooled) }
        copy.append(bytes)
        return copy
    }
}
