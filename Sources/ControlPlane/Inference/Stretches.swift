import Bytes

/// Times from one instant to another, which may overlap; asked which of them holds all of a time.
///
/// A log of months has a process for each of many restarts, and each 404 and each answer asks.
struct Stretches: Sendable, Equatable {
    /// In the order of their starts: which one of those given it is.
    private let numbers: [Int]
    private let starts: [Int64]
    private let ends: [Int64]
    /// The furthest that those up to this one reach.
    private let reaches: [Int64]

    init(_ times: [ClosedRange<Int64>]) {
        let numbers = times.indices.sorted {
            (times[$0].lowerBound, $0) < (times[$1].lowerBound, $1)
        }
        self.numbers = numbers
        starts = numbers.map { times[$0].lowerBound }
        ends = numbers.map { times[$0].upperBound }
        var furthest = Int64.min
        reaches = ends.map {
            furthest = max(furthest, $0)
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
        first(from: from, until: until) != nil
    }

    /// The number of the first that begins no later than an instant and lasts until another.
    func first(from: Int64, until: Int64) -> Int? {
        let later = starts.partitioningIndex { $0 > from }
        guard later > 0, reaches[later - 1] >= until else { return nil }
        return numbers[reaches.partitioningIndex { $0 >= until }]
    }

    /// The number of the only one that does; nil where there are more, too.
    func only(from: Int64, until: Int64) -> Int? {
        var found: Int?
        var place = starts.partitioningIndex { $0 > from }
        while place > 0, reaches[place - 1] >= until {
            place -= 1
            guard ends[place] >= until else { continue }
            guard found == nil else { return nil }
            found = numbers[place]
        }
        return found
    }
}
