import Dispatch
import Glibc
import KubeAPI
import Recording
import Replay
import SQLiteKit
import Synchronization

/// What must be known of a recording before its requests can be judged, found in one or two
/// short scans.
///
/// Row ids are cut into ranges that threads work on by themselves, each on a connection of its own.
/// Results are put together in the order of the ranges, so that they do not depend on the threads.
struct RecordedOutline: Sendable {
    let path: String
    /// When the recording begins and ends.
    let firstAt: Int64
    let lastAt: Int64
    /// Every later pass, by the id of the request's first row and then by time.
    let passes: [Pass]
    private let ranges: [ClosedRange<Int64>]

    /// Ids in a range: few enough that no thread has long to wait for the last.
    private static let rangeSize = 100_000

    /// Nil where there is no request.
    init?(recordingAt path: String) throws {
        self.path = path
        let (ids, hasPasses) = try Recording(path: path, access: .read).run {
            connection throws(SQLiteError) in
            (try RequestScan.ids(on: connection), try RequestScan.hasPasses(on: connection))
        }
        guard let ids else { return nil }
        let ranges = stride(from: ids.lowerBound, through: ids.upperBound, by: Self.rangeSize).map {
            $0...min($0 + Int64(Self.rangeSize) - 1, ids.upperBound)
        }
        let parts = try inParallel(recordingAt: path, pieces: ranges.count) { recording, index in
            try Part(recording, ranges[index], hasPasses: hasPasses)
        }
        self.ranges = ranges
        firstAt = parts.compactMap(\.instants?.lowerBound).min() ?? 0
        lastAt = parts.compactMap(\.instants?.upperBound).max() ?? 0
        // A stable order: parts come by id, and equal instants keep it.
        let all = parts.flatMap(\.passes).enumerated()
        passes = all.sorted {
            ($0.element.origin, $0.element.at, $0.offset)
                < ($1.element.origin, $1.element.at, $1.offset)
        }.map(\.element)
    }

    private struct Part: Sendable {
        let instants: ClosedRange<Int64>?
        let passes: [Pass]

        init(
            _ recording: borrowing Recording, _ ids: ClosedRange<Int64>, hasPasses: Bool
        ) throws {
            (instants, passes) = try recording.run { connection throws(SQLiteError) in
                let instants = try RequestScan.instants(in: ids, on: connection)
                guard hasPasses else { return (instants, []) }
                return (instants, try RequestScan.passes(in: ids, on: connection).map(Pass.init))
            }
        }
    }

    /// Does something with each range of ids on all processors; the results are in their order.
    func inRanges<R: Sendable>(
        _ work: @Sendable (borrowing Connection, ClosedRange<Int64>) throws(SQLiteError) -> R
    ) throws -> [R] {
        try inParallel(recordingAt: path, pieces: ranges.count) { recording, index in
            try recording.run { connection throws(SQLiteError) in
                try work(connection, ranges[index])
            }
        }
    }

    /// Requests by id, in the order of the ids.
    func requests(_ ids: [Int64]) throws -> [RecordedRequest] {
        let size = 20_000
        let pieces = (ids.count + size - 1) / size
        return joined(
            try inParallel(recordingAt: path, pieces: pieces) { recording, index in
                try recording.requests(ids[(index * size)..<min((index + 1) * size, ids.count)])
            })
    }
}

/// Puts parts together; each is let go as soon as it was copied.
private func joined<Element>(_ parts: consuming [[Element]]) -> [Element] {
    var all: [Element] = []
    all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for index in parts.indices {
        all += parts[index]
        parts[index] = []
    }
    return all
}

/// Reads a recording in pieces, on all processors, each with a connection of its own.
///
/// Results come in the order of the pieces, whoever took which.
private func inParallel<R: Sendable>(
    recordingAt path: String, pieces: Int,
    _ read: @Sendable (borrowing Recording, Int) throws -> R
) throws -> [R] {
    let next = Atomic(0)
    let results = Mutex<(found: [Int: R], failure: (any Error)?)>(([:], nil))
    let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    DispatchQueue.concurrentPerform(iterations: min(pieces, processors)) { _ in
        do {
            let recording = try Recording(path: path, access: .read)
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                let result = try read(recording, piece)
                results.withLock { $0.found[piece] = result }
            }
        } catch {
            results.withLock { $0.failure = $0.failure ?? error }
        }
    }
    let (found, failure) = results.withLock { $0 }
    if let failure { throw failure }
    return (0..<pieces).compactMap { found[$0] }
}

extension Pass {
    init(_ row: RequestScan.PassRow) {
        self.init(
            origin: row.origin, at: row.at, server: row.server, status: row.status,
            notFound: row.notFound, flags: row.flags)
    }
}
