import Judgments
import ControlPlane
public import KubeAPI

/// A later pass of a forwarded request: the row of the server that it was forwarded to.
public struct Pass: Sendable, BitwiseCopyable {
    /// The id of the request's first row.
    public var origin: Int64
    public var at: Int64
    /// The server's id in the recording.
    public var server: UInt32
    public var status: UInt16
    public var notFound: NotFoundShape
    public var flags: RequestFlags

    public init(
        origin: Int64, at: Int64, server: UInt32, status: UInt16, notFound: NotFoundShape,
        flags: RequestFlags
    ) {
        self.origin = origin
        self.at = at
        self.server = server
        self.status = status
        self.notFound = notFound
        self.flags = flags
    }
}

/// What a recording shows of one request: the servers that it passed, and the answer.
struct Observation {
    enum Answer {
        /// No response was seen.
        case unseen
        /// 401, 403 or 429 at the first server: the router was never asked (F1.1, F1.3).
        case refused
        /// Any answer that is no route-level 404 and no 503.
        case handlers
        case page
        case route
        /// A 404 of which the record does not show what it was for.
        case anyNotFound
        /// A 404 with its code alone from a server that writes a Status itself (F9.14): what a peer
        /// or a backend answered.
        case relayedNotFound
        /// 503 for want of a peer's address (F1.31).
        case noAddress
        /// 503 while handlers are being installed (F1.39).
        case handlersIncomplete
        /// 503 without a word: an unreachable peer (F1.32), or an unreachable extension server.
        case opaqueUnavailable
    }

    /// By number in the routing table; -1 for a server that the scenario does not have.
    var path: [Int]
    var answer: Answer

    init(path: [Int], status: UInt16, notFound: NotFoundShape, flags: RequestFlags) {
        self.path = path
        answer = Observation.answer(status, notFound, flags, isForwarded: path.count > 1)
    }

    private static func answer(
        _ status: UInt16, _ notFound: NotFoundShape, _ flags: RequestFlags, isForwarded: Bool
    ) -> Answer {
        switch status {
        case 0: .unseen
        case 401, 403, 429: isForwarded ? .handlers : .refused
        case 404 where notFound == .unknown && flags.isRelayed: .relayedNotFound
        case 404: answer(notFound)
        case 503 where flags.contains(.peerAddressUnknown): .noAddress
        case 503 where flags.contains(.handlersIncomplete): .handlersIncomplete
        case 503: .opaqueUnavailable
        default: .handlers
        }
    }

    private static func answer(_ notFound: NotFoundShape) -> Answer {
        switch notFound {
        case .page: .page
        case .route: .route
        case .unknown: .anyNotFound
        case .none, .object: .handlers
        }
    }

    /// A 404 for the whole resource.
    var isNotFound: Bool { answer == .page || answer == .route }

    /// Whether what was seen is what this branch would have shown.
    ///
    /// - Parameter recorded: the servers whose logs the recording holds.
    func agrees(with branch: Branch, recorded: Set<Int>) -> Bool {
        guard pathAgrees(with: branch, recorded: recorded) else { return false }
        switch (branch.answer, answer) {
        case (.any, _), (_, .unseen): return true
        case (.handlers, .handlers), (.handlers, .refused), (.handlers, .opaqueUnavailable):
            return true
        case (.page, .page), (.route, .route): return true
        case (.handlers, .relayedNotFound), (.page, .relayedNotFound), (.route, .relayedNotFound):
            return branch.path.count > 1
        case (.handlers, .anyNotFound), (.page, .anyNotFound), (.route, .anyNotFound): return true
        case (.noAddress, .noAddress), (.handlersIncomplete, .handlersIncomplete): return true
        // A record without a message cannot tell one 503 from another.
        case (.noAddress, .opaqueUnavailable), (.peerUnreachable, .opaqueUnavailable): return true
        case (.handlersIncomplete, .opaqueUnavailable): return true
        default: return false
        }
    }

    private func pathAgrees(with branch: Branch, recorded: Set<Int>) -> Bool {
        if path.count > 1 || branch.path.count == 1 { return branch.path == path }
        // One log holds it, and it should have been forwarded: right where nobody was reached, or
        // where the peer's log is not in the recording.
        return branch.path.first == path.first
            && (branch.answer == .peerUnreachable
                || branch.path.dropFirst().allSatisfy { !recorded.contains($0) })
    }
}

extension RequestFlags {
    /// Whether nothing but a code came through, and nothing was cut off.
    fileprivate var isRelayed: Bool {
        contains(.codeOnlyStatus) && isDisjoint(with: [.truncated, .wordless])
    }
}
