import Judgments
import ControlPlane
import KubeAPI

// A 404 for a whole resource is right or wrong by what the other servers did: by the model where
// their releases are known, and by what they themselves answered. Neither depends on whether the
// proxy was on where the request arrived.
extension Judge {
    /// The verdict on a route-level 404 that one log holds.
    ///
    /// - Parameter settled: what the model makes of it, where it has such a 404.
    func notFound(
        _ subject: Replay.Subject, _ seen: Observation, _ decision: Decision,
        as settled: Verdict?
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        let server = seen.path[0]
        var found: NotFoundRuling
        switch nature {
        case .builtIn(let elsewhere):
            let mayBeRight =
                settled?.outcome == .rightNotFound
                || settled?.alternatives.contains(.rightNotFound) == true
            found = builtIn(server, mayBeServedElsewhere: elsewhere, mayBeRight: mayBeRight)
            found.doubt(because: changing(server))
            if mayBeRelayed(subject, seen) { found.relay() }
            if settled == nil, hearing.standing(server).basis == .known {
                explain(&found, subject, seen, decision)
            }
        case .aggregated where subject.verb != .list && subject.verb != .watch:
            // The backend's own answer, passed through with nothing but its code (V12).
            found = NotFoundRuling(.local, .certain, reason: .backendAnswer)
        case .aggregated, .custom, .none:
            found = extended(server)
        }
        let verdict = Verdict(
            outcome: found.outcome, certainty: found.certainty, alternatives: found.alternatives,
            path: seen.path, status: subject.status,
            reason: found.reason ?? settled?.reason ?? .otherServers)
        return (verdict, agreement(of: found.outcome, with: decision))
    }

    /// Whether a peer may have said that an object is absent: the first server's record of that has
    /// the code alone, and looks like a refusal of the whole resource (F9.8).
    private func mayBeRelayed(_ subject: Replay.Subject, _ seen: Observation) -> Bool {
        switch subject.verb {
        case .list, .watch, .deletecollection: return false
        default:
            return seen.answer == .page && hearing.circumstances.mayLackPasses
                && hearing.standing(seen.path[0]).basis != .known
        }
    }

    /// A 404 that the model does not have: a header that logs do not show, or a contradiction.
    private func explain(
        _ found: inout NotFoundRuling, _ subject: Replay.Subject, _ seen: Observation,
        _ decision: Decision
    ) {
        for header in [PeerProxiedHeader.guarding, .spoofed]
        where !subject.flags.contains(.fromWire) {
            let other = table.decision(
                epoch: epoch, server: seen.path[0], column: column, header: header)
            guard settled(other, subject, seen) != nil else { continue }
            found.reason = found.reason ?? .hiddenHeader(header)
            return
        }
        // Who is wrong about this server may be wrong about the others.
        guard found.certainty == .certain, testimony.witness < 0,
            found.outcome == .rightNotFound || decision.outcomes == [.local]
        else { return }
        found.certainty = .possible
        found.alternatives = decision.outcomes.filter { $0 != found.outcome }
        found.reason = .contradiction(predicted: decision.outcome)
    }

    /// A built-in resource: releases and flags decide who serves it.
    ///
    /// - Parameter mayBeRight: the model knows of a server that was starting or stopping.
    private func builtIn(
        _ server: Int, mayBeServedElsewhere elsewhere: Bool, mayBeRight: Bool
    ) -> NotFoundRuling {
        var doubt: NotFoundDoubt?
        var presumed: Int?
        for other in table.servers.indices where other != server {
            switch serving(other, elsewhere) {
            case .yes where !mayBeRight: return NotFoundRuling(.wrongNotFound, .certain)
            case .yes, .maybe:
                doubt = doubt ?? self.doubt(about: other)
                if isPresumedToServe(other) { presumed = presumed ?? other }
            case .no: break
            }
        }
        if testimony.witness >= 0 {
            return NotFoundRuling(
                .wrongNotFound, .certain, reason: .servedMeanwhile(by: Int(testimony.witness)))
        }
        if testimony.nearby >= 0 {
            return NotFoundRuling(
                .wrongNotFound, .possible, [.rightNotFound],
                reason: .openNotFound(.servedNearby(by: Int(testimony.nearby))))
        }
        if let presumed, !mayBeRight {
            return NotFoundRuling(
                .wrongNotFound, .possible, [.rightNotFound],
                reason: .openNotFound(.silent(presumed)))
        }
        if hearing.standing(server).basis == .mixed { doubt = doubt ?? .mixed }
        if !hearing.circumstances.completeness.isComplete, elsewhere {
            doubt = doubt ?? .unseenServers
        }
        guard let doubt else { return NotFoundRuling(.rightNotFound, .certain) }
        return NotFoundRuling(
            .rightNotFound, .possible, [.wrongNotFound],
            reason: doubt == .boundary ? nil : .openNotFound(doubt))
    }

    /// Another server that began or ceased to serve the resource so near in time that clocks do not
    /// tell what came first.
    private func changing(_ server: Int) -> Int? {
        guard epochs.count > 1, testimony.witness < 0 else { return nil }
        return table.servers.indices.first { other in
            other != server && hearing.standing(other).basis == .known
                && table.serving(column: column, server: other, epochs: epochs) == .maybe
                && table.serving(column: column, server: other, epochs: epoch...epoch) != .maybe
        }
    }

    /// Whether another server ran and served the resource.
    private func serving(_ other: Int, _ elsewhere: Bool) -> Known {
        let standing = hearing.standing(other)
        guard standing.basis == .known else { return Known(elsewhere) && .maybe }
        let known = table.serving(column: column, server: other, epochs: epoch...epoch)
        if testimony.isStarting(other) { return known && .maybe }
        if testimony.isAccountedFor(other) { return known }
        // Where it shows no sign of life it may have gone, or come back as another release.
        return known == .no ? Known(elsewhere) && .maybe : known && .maybe
    }

    /// By all that is known it serves the resource, and it had shown itself just before.
    private func isPresumedToServe(_ other: Int) -> Bool {
        hearing.standing(other).basis == .known && !testimony.isAccountedFor(other)
            && testimony.isPresumed(other)
            && table.serving(column: column, server: other, epochs: epoch...epoch) == .yes
    }

    private func doubt(about other: Int) -> NotFoundDoubt {
        let standing = hearing.standing(other)
        if standing.basis == .mixed { return .mixed }
        if standing.basis == .assumed { return .unknownRelease(other) }
        if testimony.isStarting(other) { return .starting(other) }
        return testimony.isAccountedFor(other) ? .boundary : .silent(other)
    }

    /// A custom or aggregated API, which is the same for every server, as etcd is.
    ///
    /// A server that does not know it yet is behind by seconds. It takes another's word to call a
    /// 404 wrong.
    private func extended(_ server: Int) -> NotFoundRuling {
        if testimony.isOwn {
            // It serves the resource, so the path was wrong, or the definition was just changing.
            return NotFoundRuling(.rightNotFound, .possible, [.local], reason: .extensionRefused)
        }
        if testimony.witness >= 0 {
            return NotFoundRuling(
                .wrongNotFound, .certain, reason: .servedMeanwhile(by: Int(testimony.witness)))
        }
        return testimony.isBetween
            ? NotFoundRuling(
                .rightNotFound, .possible, [.wrongNotFound], reason: .extensionRefused)
            : NotFoundRuling(.rightNotFound, .certain, reason: .extensionRefused)
    }

    /// Model and recording agree where the model allows what was found.
    ///
    /// Of custom and aggregated APIs the instants are known to seconds alone.
    private func agreement(of outcome: Outcome, with decision: Decision) -> Agreement.Cell {
        let outcomes = decision.outcomes
        var isAllowed = outcomes.contains(outcome)
        if case .builtIn = nature {
        } else {
            isAllowed = isAllowed || !outcomes.allSatisfy { $0 == .local } || outcome == .local
        }
        return Agreement.Cell(
            recorded: outcome, predicted: isAllowed ? outcome : decision.outcome)
    }
}

/// What a 404 for a whole resource was.
struct NotFoundRuling {
    var outcome: Outcome
    var certainty: Certainty
    var alternatives: [Outcome]
    /// Nil where the model says why.
    var reason: VerdictReason?

    init(
        _ outcome: Outcome, _ certainty: Certainty, _ alternatives: [Outcome] = [],
        reason: VerdictReason? = nil
    ) {
        self.outcome = outcome
        self.certainty = certainty
        self.alternatives = alternatives
        self.reason = reason
    }

    /// Missing evidence makes no flag: what would be a wrong 404 may have been forwarded as well.
    mutating func relay() {
        guard outcome == .wrongNotFound else { return }
        outcome = .proxied
        certainty = .possible
        alternatives = [.wrongNotFound] + alternatives
        reason = .lostPass
    }

    /// What is certain is only possible where clocks do not tell what came first.
    mutating func doubt(because changing: Int?) {
        guard let changing, certainty == .certain else { return }
        certainty = .possible
        alternatives = [outcome == .wrongNotFound ? .rightNotFound : .wrongNotFound]
        reason = .openNotFound(.clocks(changing))
    }
}

/// Why it stays open whether a 404 was right.
public enum NotFoundDoubt: Hashable, Sendable {
    /// The only server that serves it was starting or stopping.
    case boundary
    /// A server shows no sign of life then.
    case silent(Int)
    /// A server had been started, and nothing shows when it was ready.
    case starting(Int)
    /// Nothing shows the release of a server.
    case unknownRelease(Int)
    /// A server of unknown release answered for it within seconds.
    case servedNearby(by: Int)
    /// Several servers are in one log.
    case mixed
    /// Not every server's log is here.
    case unseenServers
    /// A server was starting or stopping within what clocks may differ by.
    case clocks(Int)
}

extension RoutingTable {
    /// Whether a server ran and served a column, over some epochs.
    func serving(column: Int, server: Int, epochs: ClosedRange<Int>) -> Known {
        Known.over(
            epochs.lazy.map { epoch in
                known(epoch: epoch, server: server, column: column) { $0.answer == .handlers }
            }) ?? .no
    }

    private func known(
        epoch: Int, server: Int, column: Int, _ matches: (Branch) -> Bool
    ) -> Known {
        let branches = decision(epoch: epoch, server: server, column: column, header: .guarding)
            .branches
        let count = branches.reduce(0) { $0 + (matches($1) ? 1 : 0) }
        return count == 0 ? .no : count == branches.count ? .yes : .maybe
    }
}
