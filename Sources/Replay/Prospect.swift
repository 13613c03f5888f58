public import ControlPlane
import Judgments
public import KubeAPI

/// What a what-if's verdict on a request depends on, beside when and where it came and for what.
public struct Manner: Sendable, Hashable {
    public var header: PeerProxiedHeader
    /// 401, 403 or 429 at the first server: the router was never asked, and would not be
    /// (F1.1, F1.3).
    public var isRefused: Bool

    public init(header: PeerProxiedHeader = .absent, isRefused: Bool = false) {
        self.header = header
        self.isRefused = isRefused
    }

    /// - Parameter isForwarded: the request has later passes: its first server did route it.
    public init(status: UInt16, flags: RequestFlags, isForwarded: Bool) {
        header =
            flags.contains(.peerProxiedHeader)
            ? .guarding : flags.contains(.peerProxiedHeaderSpoofed) ? .spoofed : .absent
        isRefused = !isForwarded && (status == 401 || status == 403 || status == 429)
    }

    /// All there are; `number` is the place here.
    public static let all = [false, true].flatMap { isRefused in
        PeerProxiedHeader.allCases.map { Manner(header: $0, isRefused: isRefused) }
    }

    public var number: Int { Int(header.rawValue) + (isRefused ? 3 : 0) }
}

extension RoutingTable {
    /// What may become of a request in this control plane, where another one was recorded.
    ///
    /// Nil where it is refused before anything is routed. A request did reach its server, so the
    /// chance that nothing listened yet is left out where there is any other.
    public func prospect(epoch: Int, server: Int, column: Int, _ manner: Manner) -> Decision? {
        let decision = decision(
            epoch: epoch, server: server, column: column, header: manner.header
        ).reached
        return manner.isRefused && decision.outcome != .unreachable ? nil : decision
    }
}

extension Decision {
    /// Without the chance that nothing listened yet: the request did reach its server.
    public var reached: Decision {
        let rest = branches.filter { $0.outcome != .unreachable }
        guard !rest.isEmpty, rest.count < branches.count else { return self }
        return Decision(branches: rest, reasons: rest.count == 1 ? [] : reasons)
    }
}
