import Dispatch
import KubeAPI
import Recording
import Replay
import SQLiteKit
import Synchronization

/// What must be known of a recording before its requests can be judged, found in one scan.
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

    /// Ids in a range: enough that opening a connection costs nothing beside it, and few enough
    /// that no thread has long to wait for the last.
    private static let rangeSize = 200_000

    /// Nil where there is no request.
    init?(recordingAt path: String) throws {
        self.path = path
        let ids = try Recording(path: path, access: .read).run {
            connection throws(SQLiteError) in try RequestScan.ids(on: connection)
        }
        guard let ids else { return nil }
        let ranges = stride(from: ids.lowerBound, through: ids.upperBound, by: Self.rangeSize).map {
            $0...min($0 + Int64(Self.rangeSize) - 1, ids.upperBound)
        }
        let parts = try inParallel(ranges.count) { index in
            try Part(path, ranges[index])
        }
        self.ranges = ranges
        firstAt = parts.compactMap(\.outline?.firstAt).min() ?? 0
        lastAt = parts.compactMap(\.outline?.lastAt).max() ?? 0
        // A stable order: parts come by id, and equal instants keep it.
        let all = parts.flatMap(\.passes).enumerated()
        passes = all.sorted {
            ($0.element.origin, $0.element.at, $0.offset)
                < ($1.element.origin, $1.element.at, $1.offset)
        }.map(\.element)
    }

    private struct Part: Sendable {
        let outline: RequestScan.Outline?
        let passes: [Pass]

        init(_ path: String, _ ids: ClosedRange<Int64>) throws {
            (outline, passes) = try Recording(path: path, access: .read).run {
                connection throws(SQLiteError) in
                let outline = try RequestScan.outline(of: ids, on: connection)
                guard outline?.hasPasses == true else { return (outline, []) }
                return (outline, try RequestScan.passes(in: ids, on: connection).map(Pass.init))
            }
        }
    }

    /// Does something with each range of ids on all processors; the results are in their order.
    func inRanges<R: Sendable>(
        _ work: @Sendable (borrowing Connection, ClosedRange<Int64>) throws(SQLiteError) -> R
    ) throws -> [R] {
        try inParallel(ranges.count) { index in
            try Recording(path: path, access: .read).run { connection throws(SQLiteError) in
                try work(connection, ranges[index])
            }
        }
    }

    /// Requests by id, in the order of the ids.
    func requests(_ ids: [Int64]) throws -> [RecordedRequest] {
        let size = 20_000
        let parts = try inParallel((ids.count + size - 1) / size) { index in
            try Recording(path: path, access: .read)
                .requests(ids[(index * size)..<min((index + 1) * size, ids.count)])
        }
        return joined(parts)
    }
}

/// Puts parts together; each is let go as soon as it was copied.
func joined<Element>(_ parts: [[Element]]) -> [Element] {
    var left = Array(parts.reversed())
    var all: [Element] = []
    all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    while let part = left.popLast() { all += part }
    return all
}

/// Does pieces of work on all processors, and gives their results in the order of the pieces.
private func inParallel<Result: Sendable>(
    _ count: Int, _ work: @Sendable (Int) throws -> Result
) throws -> [Result] {
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = Swift.Result { try work(index) }
        results.withLock { $0[index] = result }
    }
    let done = results.withLock { $0 }
    return try (0..<count).compactMap { try done[$0]?.get() }
}

extension Pass {
    init(_ row: RequestScan.PassRow) {
        self.init(
            origin: row.origin, at: row.at, server: row.server, status: row.status,
            notFound: row.notFound, flags: row.flags)
    }
}
