import Bytes

/// Times from one instant to another, which may overlap; asked which of them holds all of a time.
///
/// A log of months has a process for each of many restarts, and each 404 asks.
struct Stretches: Sendable, Equatable {
    private let starts: [Int64]
    /// The furthest that those up to this one reach.
    private let reaches: [Int64]

    init(_ times: [ClosedRange<Int64>]) {
        let sorted = times.sorted { $0.lowerBound < $1.lowerBound }
        starts = sorted.map(\.lowerBound)
        var furthest = Int64.min
        reaches = sorted.map {
            furthest = max(furthest, $0.upperBound)
            return furthest
        }
    }

    /// From the first instant to the last; nil where there is none.
    var all: ClosedRange<Int64>? {
        guard let first = starts.first, let last = reaches.last else { return nil }
        return first...last
    }

    /// Whether one of them begins no later than an instant and lasts until another.
    func cover(from: Int64, until: Int64) -> Bool {
        let later = starts.partitioningIndex { $0 > from }
        return later > 0 && reaches[later - 1] >= until
    }
}
