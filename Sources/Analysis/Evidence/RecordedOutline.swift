public import Configuration
public import ControlPlane
public import KubeAPI
public import Recording
import Replay

/// What must be known of a recording before its requests can be judged, found in one or two
/// short scans.
///
/// Row ids are cut into ranges that threads work on by themselves, each on a connection of its own.
/// Results are put together in the order of the ranges, so that they do not depend on the threads.
public struct RecordedOutline: Sendable {
    /// What all of the run reads.
    let snapshot: RecordingSnapshot
    public let names: Names
    /// The name of the cluster; empty where it has none.
    public var cluster: String { snapshot.cluster }
    /// How far the servers' clocks are apart; every instant is corrected for it as it is read.
    public let clocks: ServerClocks
    /// When the recording begins and ends.
    public let firstAt: Int64
    public let lastAt: Int64
    /// Every later pass, by the id of the request's first row and then by time.
    let passes: [Pass]
    private let ranges: [ClosedRange<Int64>]

    /// How many rows there are at most.
    var requestCount: Int64 { (ranges.last?.upperBound ?? 0) - (ranges.first?.lowerBound ?? 0) + 1 }

    /// Nil where there is no request.
    ///
    /// - Parameters:
    ///   - clusters: whose requests.
    ///   - clocks: by how much servers' clocks are ahead, as a person says.
    ///   - known: the names of another cluster of the file.
    public init?(
        recordingAt path: String, of clusters: Clusters = .only,
        clocks told: [String: Int64] = [:], knowing known: Names? = nil
    ) throws {
        let snapshot = try RecordingSnapshot(path: path, of: clusters)
        guard try !snapshot.read({ try $0.isPart() }) else {
            throw Failure(
                "\(path) is a part of a bigger capture, of which nothing can be said by itself",
                hint: "Merge the parts first: merge WHOLE.db \(path) OTHER.db…")
        }
        let (ids, hasPasses, names) = try snapshot.read { recording in
            (
                try RequestScan.ids(on: recording), try RequestScan.hasPasses(on: recording),
                try recording.names(knowing: known)
            )
        }
        guard let ids else { return nil }
        self.snapshot = snapshot
        self.names = names
        let clocks = try ServerClocks(snapshot, names, hasPasses: hasPasses, told: told)
        self.clocks = clocks
        let ranges = RequestScan.ranges(of: ids)
        let parts = try snapshot.inParallel(pieces: ranges.count) {
            recording, index throws(RecordingError) in
            try Part(recording, ranges[index], hasPasses: hasPasses, clocks)
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

    /// What instants of a scenario file may count from.
    public var recorded: ScenarioFile.Recorded {
        ScenarioFile.Recorded(first: firstAt, last: lastAt) { [snapshot, firstAt] in
            (try? snapshot.read { try $0.busiestHour(from: firstAt) }) ?? firstAt
        }
    }

    private struct Part: Sendable {
        let instants: ClosedRange<Int64>?
        let passes: [Pass]

        init(
            _ recording: borrowing Recording, _ ids: ClosedRange<Int64>, hasPasses: Bool,
            _ clocks: ServerClocks
        ) throws(RecordingError) {
            instants =
                clocks.isCorrected
                ? try Part.instants(in: ids, on: recording, clocks)
                : try RequestScan.instants(in: ids, on: recording)
            passes =
                hasPasses
                ? try RequestScan.passes(in: ids, on: recording).map { Pass($0, clocks) } : []
        }

        private static func instants(
            in ids: ClosedRange<Int64>, on recording: borrowing Recording, _ clocks: ServerClocks
        ) throws(RecordingError) -> ClosedRange<Int64>? {
            var (first, last) = (Int64.max, Int64.min)
            try RequestScan.forEachAnswer(in: ids, on: recording) { row in
                let at = clocks.corrected(row.at, of: row.server)
                (first, last) = (min(first, at), max(last, at))
            }
            return first <= last ? first...last : nil
        }
    }

    /// Does something with each range of ids on all processors; the results are in their order.
    func inRanges<R: Sendable>(
        _ work: @Sendable (borrowing Recording, ClosedRange<Int64>) throws(RecordingError) -> R
    ) throws -> [R] {
        try snapshot.inParallel(pieces: ranges.count) { recording, index throws(RecordingError) in
            try work(recording, ranges[index])
        }
    }

    /// Requests by id, in the order of the ids.
    func requests(_ ids: [Int64]) throws -> [RecordedRequest] {
        let size = 20_000
        let pieces = (ids.count + size - 1) / size
        let found = joined(
            try snapshot.inParallel(pieces: pieces) {
                recording, index throws(RecordingError) in
                try recording.requests(ids[(index * size)..<min((index + 1) * size, ids.count)])
            })
        guard clocks.isCorrected else { return found }
        return found.map { request in
            var request = request
            request.at = clocks.corrected(request.at, of: request.server)
            return request
        }
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

extension Pass {
    init(_ row: RequestScan.PassRow, _ clocks: ServerClocks) {
        self.init(
            origin: row.origin, at: clocks.corrected(row.at, of: row.server), server: row.server,
            status: row.status,
            notFound: row.notFound, flags: row.flags)
    }
}
