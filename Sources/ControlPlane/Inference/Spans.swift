import Bytes

/// Instants at which something was seen, thinned: those less than a second apart are one span.
///
/// What is kept does not grow with how often it was seen.
public struct Spans: Sendable, Equatable {
    private struct Span: Sendable, Equatable {
        var from: Int64
        var until: Int64
    }

    /// Instants of one span are no further apart.
    private static let pause: Int64 = .second

    private var spans: [Span] = []

    public init() {}

    public var isEmpty: Bool { spans.isEmpty }

    /// Takes an instant; quick where they come in the order of time.
    @inline(__always)
    public mutating func add(_ instant: Int64) {
        if let last = spans.indices.last, instant >= spans[last].from,
            instant <= spans[last].until + Spans.pause
        {
            if instant > spans[last].until { spans[last].until = instant }
        } else {
            spans.append(Span(from: instant, until: instant))
        }
    }

    /// Takes over what another part of a recording shows.
    public mutating func add(_ other: Spans) { spans += other.spans }

    /// Puts the spans in order; to be called once all are here, before anything is asked.
    public mutating func settle() {
        spans.sort { ($0.from, $0.until) < ($1.from, $1.until) }
        var joined: [Span] = []
        for span in spans {
            if let last = joined.indices.last, span.from <= joined[last].until + Spans.pause {
                joined[last].until = max(joined[last].until, span.until)
            } else {
                joined.append(span)
            }
        }
        spans = joined
    }

    /// Whether they go on from one instant until after another, with no longer pause than this.
    public func areDense(from: Int64, until: Int64, pause: Int64) -> Bool {
        var index = spans.partitioningIndex { $0.until >= from }
        guard index < spans.count, spans[index].from <= from else { return false }
        while spans[index].until < until {
            guard index + 1 < spans.count, spans[index + 1].from - spans[index].until <= pause
            else { return false }
            index += 1
        }
        return true
    }

    /// The times without an instant that are longer than this, within a time.
    public func pauses(in time: ClosedRange<Int64>, over length: Int64) -> [ClosedRange<Int64>] {
        var found: [ClosedRange<Int64>] = []
        var last = time.lowerBound
        for span in spans {
            if span.from - last > length { found.append(last...span.from) }
            last = max(last, span.until)
        }
        if time.upperBound - last > length { found.append(last...time.upperBound) }
        return found
    }

    /// The last time before an instant, the instant included.
    public func last(before instant: Int64) -> Int64? {
        let index = spans.partitioningIndex { $0.from > instant } - 1
        return index < 0 ? nil : min(spans[index].until, instant)
    }

    /// The first time after an instant, the instant included.
    public func first(after instant: Int64) -> Int64? {
        let index = spans.partitioningIndex { $0.until >= instant }
        return index < spans.count ? max(spans[index].from, instant) : nil
    }
}
