import Bytes
public import ControlPlane
public import Judgments
import Replay

/// One way to carry out an upgrade.
public struct Plan: Sendable, Hashable {
    /// The members of the fleet, by number, in the order in which they are upgraded.
    public var order: [Int]
    /// When the first server stops.
    public var start: Int64
    public var pace: RollingUpgrade.Pace
    public var proxy: ProxySetting
    /// A server of the new release is added first, and taken away last.
    public var surge = false
    /// The upgrade is given up at its end: the servers go back.
    public var goesBack = false

    public init(
        order: [Int], start: Int64, pace: RollingUpgrade.Pace, proxy: ProxySetting,
        surge: Bool = false, goesBack: Bool = false
    ) {
        self.order = order
        self.start = start
        self.pace = pace
        self.proxy = proxy
        self.surge = surge
        self.goesBack = goesBack
    }

    /// When the first server of the new release is ready, from the start: with a surge it has
    /// settled when the first old one stops.
    var firstReady: Int64 { surge ? -pace.settle : pace.down.clampedAdding(pace.ready) }
}

/// What requests, namespaces and objects pay for a plan: counts that add up.
///
/// What is certain and what is only possible are counted apart: of a request that may have become
/// one of several things, each bad one is possible.
public struct Toll: Sendable, Hashable {
    var lanes = SIMD16<Int>()

    public init() {}

    init(lanes: SIMD16<Int>) { self.lanes = lanes }

    /// What is counted; the raw value is the lane of what is certain, the next that of what is
    /// possible.
    public enum Item: Int, Sendable, CaseIterable {
        case wrongNotFound = 0
        case unavailable = 2
        case looped = 4
        case unreachable = 6
        /// Namespaces that would be removed while something of theirs stays behind.
        case namespaces = 8
        /// Owners that the garbage collector would take for absent.
        case owners = 10
        /// Resources that the new release's components would ask old servers for, in vain.
        case demands = 12

        init?(_ outcome: Outcome) {
            switch outcome {
            case .wrongNotFound: self = .wrongNotFound
            case .unavailable: self = .unavailable
            case .looped: self = .looped
            case .unreachable: self = .unreachable
            case .local, .proxied, .rightNotFound, .unjudged: return nil
            }
        }
    }

    public func certain(_ item: Item) -> Int { lanes[item.rawValue] }
    public func possible(_ item: Item) -> Int { lanes[item.rawValue + 1] }

    /// Requests that surely, or perhaps, do not get what a whole control plane would give.
    public var wrong: Int { certain(.wrongNotFound) + certain(.looped) }
    public var perhapsWrong: Int { possible(.wrongNotFound) + possible(.looped) }

    /// Namespaces and owners, for certain or perhaps.
    public var lost: Int {
        certain(.namespaces) + certain(.owners) + possible(.namespaces) + possible(.owners)
    }

    mutating func add(_ item: Item, isCertain: Bool, _ count: Int = 1) {
        lanes[item.rawValue + (isCertain ? 0 : 1)] &+= count
    }

    /// What one request pays whose outcome is one of several.
    public init(of outcomes: OutcomeSet) {
        for outcome in Outcome.allCases where outcomes.contains(outcome) {
            if let item = Item(outcome) { add(item, isCertain: outcomes.isCertain) }
        }
    }

    public static func + (left: Toll, right: Toll) -> Toll {
        Toll(lanes: left.lanes &+ right.lanes)
    }

    public static func += (left: inout Toll, right: Toll) { left.lanes &+= right.lanes }

    static func * (toll: Toll, count: Int) -> Toll { Toll(lanes: toll.lanes &* count) }

    public var isNothing: Bool { lanes == SIMD16<Int>() }
}

/// The outcomes that a request may have, as a mask.
public struct OutcomeSet: Sendable, Hashable {
    private(set) var bits: UInt8

    init(bits: UInt8) { self.bits = bits }

    public init(_ outcomes: some Sequence<Outcome>) {
        bits = outcomes.reduce(0) { $0 | 1 << $1.rawValue }
    }

    public func contains(_ outcome: Outcome) -> Bool { bits & 1 << outcome.rawValue != 0 }
    public var isCertain: Bool { bits.nonzeroBitCount == 1 }

    /// A route-level 404, right or wrong, is possible; nothing else is.
    var mayBeRefused: Bool { contains(.wrongNotFound) || contains(.rightNotFound) }
    var isRefused: Bool { bits & ~OutcomeSet([.wrongNotFound, .rightNotFound]).bits == 0 }

    static let local = OutcomeSet([.local])
    static let unreachable = OutcomeSet([.unreachable])
}
