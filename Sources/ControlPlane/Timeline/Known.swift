import Bytes

/// What is known of a yes-or-no question at an instant: the value behind every `possible` verdict.
public enum Known: UInt8, Sendable, BitwiseCopyable, Comparable {
    case no
    case maybe
    case yes

    public init(_ value: Bool) { self = value ? .yes : .no }

    /// Either of two questions, each known apart from the other.
    public static func || (left: Known, right: Known) -> Known { max(left, right) }

    /// Both of two questions.
    public static func && (left: Known, right: Known) -> Known { min(left, right) }

    public static prefix func ! (value: Known) -> Known {
        switch value {
        case .no: .yes
        case .maybe: .maybe
        case .yes: .no
        }
    }

    public static func < (left: Known, right: Known) -> Bool { left.rawValue < right.rawValue }

    public var isPossible: Bool { self != .no }
    public var isCertain: Bool { self != .maybe }

    /// One answer for a question asked over a while: certain only where it never changed.
    public static func over(_ values: some Sequence<Known>) -> Known? {
        var result: Known?
        for value in values { result = result.map { $0 == value ? value : .maybe } ?? value }
        return result
    }
}

/// When something happened, as far as a scenario can tell: not before one instant, not after
/// another.
struct UncertainTime: Hashable, Sendable {
    var earliest: Int64
    var latest: Int64

    init(_ earliest: Int64, _ latest: Int64) {
        self.earliest = earliest
        self.latest = max(earliest, latest)
    }

    /// The moment of something that follows this one after a while of known bounds.
    func later(by low: Int64 = 0, to high: Int64) -> UncertainTime {
        UncertainTime(earliest.clampedAdding(low), latest.clampedAdding(high))
    }
}

extension Int64 {
    static let second: Int64 = 1_000_000_000
    static let millisecond: Int64 = 1_000_000

    /// The instant, moved into the years 1938 to 2223: spans between such instants never overflow.
    var inRange: Int64 {
        Swift.min(Swift.max(self, -1_000_000_000 * .second), 8_000_000_000 * .second)
    }
}
