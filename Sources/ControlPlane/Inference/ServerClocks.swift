import Bytes

/// How far the servers' clocks are apart, and what is left unknown once that is corrected.
///
/// From `correctable` on a difference is corrected: the server's instants are moved by it. What is
/// smaller, or cannot be told, stays as doubt about what came first.
public struct ServerClocks: Sendable, Equatable {
    /// The clock of one server against the others'.
    public struct Reading: Sendable, Equatable {
        public enum Basis: Sendable, Equatable {
            /// A person said so.
            case told
            /// By what servers wrote, and what others knew of it when.
            case compared
            /// Nothing tells.
            case unknown
        }

        public var basis: Basis
        /// By how much it is ahead.
        public var ahead: Int64
        /// By how much that may be wrong.
        public var margin: Int64
        /// It was set in the meantime, or runs at another pace.
        public var varies = false
    }

    /// Smaller differences are left alone: servers are rarely in step to the millisecond.
    public static let correctable: Int64 = .second
    /// Servers whose clocks nobody compared differ by this much at most, mostly by far less.
    static let usual: Int64 = 2_500 * .millisecond

    /// By server id; that of records without a server is never asked for.
    public let readings: [Reading]
    /// What is to be added to the instants of each server, by its id.
    public let corrections: [Int64]
    /// By how much instants of two servers may still differ that were compared.
    public let margin: Int64
    /// Every server was compared with every other.
    public let isComplete: Bool
    /// A clock was set while the log was written.
    public let varies: Bool

    public var isCorrected: Bool { corrections.contains { $0 != 0 } }

    /// Clocks of which nothing is known, or of which nothing need be known.
    public static func unknown(servers: Int) -> ServerClocks {
        ServerClocks(ClockBounds(servers: servers), [:])
    }

    /// - Parameter told: by how much clocks are ahead, by server id.
    public init(_ bounds: ClockBounds, _ told: [Int: Int64]) {
        var known = bounds
        for (server, ahead) in told { known.move(server, by: -ahead) }
        // Of clocks that were set in the meantime a third server tells nothing.
        if !known.isCrossed { known.close() }
        let reference = known.reference
        readings = (0..<known.count).map { server in
            if let ahead = told[server] { return Reading(basis: .told, ahead: ahead, margin: 0) }
            guard let found = known.ahead(server, of: reference) else {
                return Reading(basis: .unknown, ahead: 0, margin: ServerClocks.usual)
            }
            return Reading(
                basis: .compared, ahead: found.ahead, margin: found.margin, varies: found.varies)
        }
        let corrections = readings.map { reading in
            switch reading.basis {
            case .told: -reading.ahead
            case .compared where reading.isOff: -reading.ahead
            case .compared, .unknown: Int64(0)
            }
        }
        self.corrections = corrections
        let moves = corrections.enumerated().map { told[$0] == nil ? $1 : 0 }
        let doubt = known.doubt(after: moves)
        margin = doubt.margin
        isComplete = doubt.isComplete
        varies = doubt.varies
    }

    /// The time by the clock that all others agree with.
    @inline(__always)
    public func corrected(_ instant: Int64, of server: UInt32) -> Int64 {
        instant.clampedAdding(corrections[Int(server)])
    }
}

extension ServerClocks.Reading {
    /// Whether it is surely wrong, and not only not known well.
    fileprivate var isOff: Bool {
        ahead.magnitude >= UInt64(ServerClocks.correctable)
            && Int64(clamping: ahead.magnitude) - margin >= ServerClocks.correctable / 2
    }
}
