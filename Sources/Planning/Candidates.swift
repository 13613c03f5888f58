public import ControlPlane

/// The ways to upgrade that are compared: every combination of what may be chosen.
public struct Choices: Sendable {
    /// Orders, by number of member; empty for all there are.
    public var orders: [[Int]] = []
    public var starts: [Int64] = []
    public var paces: [RollingUpgrade.Pace] = []
    public var proxies: [ProxySetting] = ProxySetting.allCases
    public var surges: [Bool] = [false]

    public init() {}

    /// Up to so many servers every order is compared.
    public static let allOrdersUpTo = 6

    /// Every combination, in a fixed order, and whether orders were left out.
    public func plans(of fleet: Fleet) -> (plans: [Plan], isSearch: Bool) {
        let members = Array(fleet.members.indices)
        let isSearch = orders.isEmpty && members.count > Choices.allOrdersUpTo
        let orders =
            !orders.isEmpty ? orders : isSearch ? turns(of: members) : permutations(of: members)
        var plans: [Plan] = []
        plans.reserveCapacity(
            orders.count * starts.count * paces.count * proxies.count * surges.count)
        for pace in paces {
            for surge in surges {
                for proxy in proxies {
                    for order in orders {
                        for start in starts {
                            plans.append(
                                Plan(
                                    order: order, start: start, pace: pace, proxy: proxy,
                                    surge: surge))
                        }
                    }
                }
            }
        }
        return (plans, isSearch)
    }
}

/// Every order of the members, the given one first.
func permutations(of members: [Int]) -> [[Int]] {
    guard members.count > 1 else { return [members] }
    return members.indices.flatMap { first in
        var rest = members
        let chosen = rest.remove(at: first)
        return permutations(of: rest).map { [chosen] + $0 }
    }
}

/// Orders in which every member stands at every place once, forwards and backwards.
private func turns(of members: [Int]) -> [[Int]] {
    members.indices.flatMap { first -> [[Int]] in
        let turned = Array(members[first...] + members[..<first])
        return [turned, turned.reversed()]
    }
}

/// When upgrades may start: a grid over the recording, cut to hours and weekdays.
public struct StartTimes: Sendable, Equatable {
    /// From one start to the next; instants are multiples of it, in UTC.
    public var every: Int64
    /// Nanoseconds of the day from which and until which an upgrade may start; nil for all day.
    public var window: (from: Int64, until: Int64)?
    /// 0 for Sunday; empty for every day.
    public var weekdays: Set<Int> = []

    public init(every: Int64, window: (from: Int64, until: Int64)? = nil, weekdays: Set<Int> = []) {
        self.every = max(1, every)
        self.window = window
        self.weekdays = weekdays
    }

    private static let day: Int64 = 86_400 * 1_000_000_000

    /// The starts from which an upgrade of some length ends within the recording.
    public func starts(in recorded: ClosedRange<Int64>, length: Int64) -> [Int64] {
        let last = recorded.upperBound - max(0, length)
        guard last >= recorded.lowerBound else { return [] }
        let first = recorded.lowerBound.roundedUp(to: every)
        return stride(from: first, through: last, by: Int(every)).filter(isAllowed)
    }

    /// The same with steps wide enough for about `count` starts.
    public static func spread(
        over recorded: ClosedRange<Int64>, length: Int64, count: Int
    ) -> [Int64] {
        let room = recorded.upperBound - max(0, length) - recorded.lowerBound
        guard room >= 0 else { return [] }
        let second: Int64 = 1_000_000_000
        let steps: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200]
        let more: [Int64] = [10_800, 21_600, 43_200, 86_400]
        let step = (steps + more).first { room / ($0 * second) < Int64(count) } ?? 86_400
        return StartTimes(every: step * second).starts(in: recorded, length: length)
    }

    private func isAllowed(_ instant: Int64) -> Bool {
        let day = instant.flooredQuotient(StartTimes.day)
        let time = instant - day * StartTimes.day
        // The first of January 1970 was a Thursday.
        let weekday = Int(((day + 4) % 7 + 7) % 7)
        guard weekdays.isEmpty || weekdays.contains(weekday) else { return false }
        guard let window else { return true }
        return window.from <= window.until
            ? window.from <= time && time <= window.until
            : time >= window.from || time <= window.until
    }

    public static func == (left: StartTimes, right: StartTimes) -> Bool {
        left.every == right.every && left.weekdays == right.weekdays
            && left.window?.from == right.window?.from && left.window?.until == right.window?.until
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func roundedUp(to step: Int64) -> Int64 {
        let floor = flooredQuotient(step) * step
        return floor == self ? self : floor + step
    }
}
