import Bytes
import KubeAPI

/// Two views of one pass: what the server wrote into its audit log, and what was on the wire.
///
/// Both carry the audit id (F9.5). Their times differ, because packets are stamped where they were
/// captured, so the nearest pass that asks for the same thing is taken. A pass that both have seen
/// is joined again only by a record that is very near: a loop comes back within milliseconds.
enum PassViews {
    /// How far the clock of the capturing machine may be from the server's.
    static let clockTolerance: Int64 = 1_000_000_000
    /// How far the two views are apart on one machine.
    static let sameMachine: Int64 = 20_000_000
    private static let header: RequestFlags = [.peerProxiedHeader, .peerProxiedHeaderSpoofed]

    /// How far apart in time two records are that are views of one pass; nil where they are not.
    static func distance(_ one: Request, _ other: Request) -> UInt64? {
        guard one.flags.contains(.fromWire) || other.flags.contains(.fromWire),
            one.server == other.server, one.server != 0, one.auditID != .none,
            one.asksTheSame(as: other)
        else { return nil }
        let distance = one.at.subtractingReportingOverflow(other.at)
        guard !distance.overflow else { return nil }
        let apart = distance.partialValue.magnitude
        switch (Seen(one), Seen(other)) {
        case (.wire, .log), (.log, .wire): return apart <= clockTolerance ? apart : nil
        // The header tells the first pass from one that came back.
        case (.wire, .both), (.both, .wire):
            let isSamePass =
                one.flags.intersection(header) == other.flags.intersection(header)
            return isSamePass && apart <= sameMachine ? apart : nil
        case (.log, .both), (.both, .log): return apart <= sameMachine ? apart : nil
        default: return nil
        }
    }

    /// Whether two records of one key are the same pass: of two stages, or of one log read twice.
    static func isSame(_ one: Request, _ other: Request) -> Bool {
        one.server == other.server && one.at == other.at && one.asksTheSame(as: other)
    }

    private enum Seen {
        case wire, log, both

        init(_ request: Request) {
            if !request.flags.contains(.fromWire) {
                self = .log
            } else {
                self = request.level == .none ? .wire : .both
            }
        }
    }
}
