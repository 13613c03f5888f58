import Bytes

/// A value over time: constant between instants at which it changes.
///
/// Every part of the control-plane model is a track, so that a table of epochs can be cut at the
/// changes of all of them and each look-up is a binary search.
struct Track<Value: Equatable & Sendable>: Sendable {
    /// Ascending; the first is the beginning of time.
    private(set) var starts: [Int64] = [.min]
    private(set) var values: [Value]

    init(_ value: Value) { values = [value] }

    /// Continues the track with another value; instants must not go back.
    mutating func append(_ value: Value, from start: Int64) {
        let last = starts.count - 1
        if starts[last] == start {
            values[last] = value
            if last > 0, values[last - 1] == value {
                starts.removeLast()
                values.removeLast()
            }
        } else if values[last] != value {
            precondition(start > starts[last], "a track goes forward")
            starts.append(start)
            values.append(value)
        }
    }

    private func index(at instant: Int64) -> Int {
        max(0, starts.partitioningIndex { $0 > instant } - 1)
    }

    subscript(at instant: Int64) -> Value { values[index(at: instant)] }

    /// Moves a cursor on to an instant; gives the value there if the cursor moved, or was new.
    func next(_ cursor: inout Int, to instant: Int64) -> Value? {
        let isNew = cursor == 0
        if isNew { cursor = 1 }
        let before = cursor
        while cursor < starts.count, starts[cursor] <= instant { cursor += 1 }
        return isNew || cursor != before ? values[cursor - 1] : nil
    }

    /// When the value at an instant began; the beginning of time if it always was.
    func since(_ instant: Int64) -> Int64 { starts[index(at: instant)] }

    /// Every value that the track has somewhere between two instants, both included.
    func values(in moment: UncertainTime) -> ArraySlice<Value> {
        values[index(at: moment.earliest)...index(at: moment.latest)]
    }

    func mapped<Other>(_ transform: (Value) -> Other) -> Track<Other> {
        var result = Track<Other>(transform(values[0]))
        for (start, value) in zip(starts, values).dropFirst() {
            result.append(transform(value), from: start)
        }
        return result
    }

    /// The instants at which the value changes.
    var changes: ArraySlice<Int64> { starts.dropFirst() }
}

/// Something that is possible from one instant until just before another.
struct Possibility<Value: Hashable & Sendable>: Sendable {
    var value: Value
    var from: Int64
    var until: Int64

    init(_ value: Value, from: Int64, until: Int64 = .max) {
        self.value = value
        self.from = from
        self.until = until
    }
}

extension Track {
    /// The alternatives at each instant, in the order in which they were given.
    init<Element>(covering possibilities: [Possibility<Element>])
    where Value == [Element], Element: Hashable & Sendable {
        var instants = Set<Int64>()
        for possibility in possibilities where possibility.from < possibility.until {
            instants.insert(possibility.from)
            if possibility.until < .max { instants.insert(possibility.until) }
        }
        func alternatives(at instant: Int64) -> [Element] {
            var result: [Element] = []
            for possibility in possibilities
            where possibility.from <= instant && instant < possibility.until
                && !result.contains(possibility.value)
            {
                result.append(possibility.value)
            }
            return result
        }
        self.init(alternatives(at: .min))
        for instant in instants.sorted() where instant > .min {
            append(alternatives(at: instant), from: instant)
        }
    }
}
