import Judgments
import ControlPlane
import KubeAPI

/// Judges the requests that are not plainly local: the model's decision against what was seen.
struct Judge {
    let table: RoutingTable
    /// The servers whose logs the recording holds.
    let recorded: Set<Int>
    let hearing: Hearing
    let nature: ResourceNature
    let column: Int
    let epoch: Int
    /// Those that it may have been in, as far as clocks tell.
    let epochs: ClosedRange<Int>
    let testimony: Testimony

    /// The recording decides between the alternatives; what the model does not allow is said.
    func asRecorded(
        _ subject: Replay.Subject, _ seen: Observation, server: Int
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        let manner = Manner(status: subject.status, flags: subject.flags, isForwarded: false)
        let decision = table.decision(
            epoch: epoch, server: server, column: column, header: manner.header)
        if seen.path.count > 1, hearing.standing(server).basis == .mixed {
            return mixedPasses(subject, seen)
        }
        if seen.path.count == 1 {
            if seen.answer == .unseen { return unanswered(decision, seen) }
            if isBackends(seen, decision) {
                let verdict = Verdict(
                    outcome: .local, certainty: .certain, path: seen.path, status: subject.status,
                    reason: decision.branches.first { $0.outcome == .local }.map { .rung($0.rung) }
                        ?? .ownExtension)
                return (verdict, agreed(verdict))
            }
            if hearing.standing(server).basis != .known, !isRefusal(subject, seen, decision) {
                return unmodelled(decision, subject, seen)
            }
        }
        let verdict = settled(decision, subject, seen)
        if verdict == nil, let lost = lostPass(decision, subject, seen, server) { return lost }
        if seen.path.count == 1, isRefusal(subject, seen, decision) {
            return notFound(subject, seen, decision, as: verdict)
        }
        if let verdict { return (verdict, agreed(verdict)) }
        for header in [PeerProxiedHeader.guarding, .spoofed]
        where !subject.flags.contains(.fromWire) {
            let other = table.decision(epoch: epoch, server: server, column: column, header: header)
            guard var verdict = settled(other, subject, seen) else { continue }
            verdict.reason = .hiddenHeader(header)
            verdict.admit(decision.outcomes, because: .hiddenHeader(header))
            // A guess that saves the model: counted as a contradiction all the same.
            let cell = Agreement.Cell(recorded: verdict.outcome, predicted: decision.outcome)
            return (verdict, cell)
        }
        return contradiction(decision, subject, seen)
    }

    /// Whether a custom or aggregated API was answered: by the definition or the backend behind it,
    /// wherever the request arrived, and whatever is known of the instants (F3.36, V12).
    private func isBackends(_ seen: Observation, _ decision: Decision) -> Bool {
        guard nature == .custom || nature == .aggregated else { return false }
        switch seen.answer {
        case .relayedNotFound: return nature == .aggregated
        case .handlers, .handlersIncomplete, .opaqueUnavailable:
            return !decision.branches.contains { $0.path.count > 1 }
        default: return false
        }
    }

    /// What two records of one request in a log of several servers show.
    private func mixedPasses(
        _ subject: Replay.Subject, _ seen: Observation
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        var verdict = Verdict(
            outcome: .proxied, certainty: .certain, path: seen.path, status: subject.status,
            reason: .asLogged)
        switch seen.answer {
        case .page, .route, .anyNotFound, .relayedNotFound:
            verdict.admit([.local, .rightNotFound, .wrongNotFound, .looped], because: .asLogged)
        case .noAddress, .opaqueUnavailable:
            verdict.admit([.local, .unavailable], because: .asLogged)
        default: break
        }
        return (verdict, agreed(verdict))
    }

    /// Whether the whole resource was refused: a 404 whose sort the record does not show is one
    /// where no object is named, and where the server does not serve the resource.
    private func isRefusal(
        _ subject: Replay.Subject, _ seen: Observation, _ decision: Decision
    ) -> Bool {
        guard nature != .none else { return false }
        if seen.answer == .anyNotFound {
            switch subject.verb {
            case .list, .watch, .deletecollection: return true
            default:
                return hearing.standing(seen.path[0]).basis == .known
                    && !decision.branches.contains { $0.answer == .handlers }
            }
        }
        return seen.isNotFound
    }

    /// Without an answer nothing shows what became of a request.
    private func unanswered(
        _ decision: Decision, _ seen: Observation
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        if hearing.circumstances.hasAnswers, decision.outcomes == [.local] {
            let verdict = Verdict(
                outcome: .local, certainty: .certain, path: seen.path, status: nil,
                reason: .rung(decision.branches[0].rung))
            return (verdict, agreed(verdict))
        }
        let verdict = Verdict(
            outcome: .unjudged, certainty: .possible,
            alternatives: decision.outcomes.filter { $0 != .unjudged }, path: seen.path,
            status: nil, reason: .unanswered)
        return (verdict, Agreement.Cell(recorded: .unjudged, predicted: .unjudged))
    }

    /// Servers forwarded, or it is not known that they did not.
    private var mayForward: Bool {
        hearing.circumstances.hasForwarding || hearing.circumstances.mayLackPasses
    }

    /// What a server did whose release nothing shows: what its log says, and no more.
    private func unmodelled(
        _ decision: Decision, _ subject: Replay.Subject, _ seen: Observation
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        if seen.answer == .refused { return (refused(subject, seen.path[0]), .local) }
        var verdict = Verdict(
            outcome: seen.answer == .noAddress ? .unavailable : .local, certainty: .certain,
            path: seen.path, status: subject.status, reason: .asLogged)
        if case .builtIn = nature {
            if seen.answer == .opaqueUnavailable, mayForward {
                verdict.admit([.unavailable], because: .asLogged)
            } else if seen.answer == .handlers, hearing.circumstances.mayLackPasses {
                verdict.admit([.proxied], because: .asLogged)
            }
        }
        if seen.answer == .anyNotFound, nature != .none {
            verdict.admit([.rightNotFound, .wrongNotFound], because: .unknownNotFound)
        }
        return (verdict, agreed(verdict))
    }

    /// A request that must have been forwarded, whose record at the peer is missing.
    ///
    /// The first server's record has a code and nothing else then (F9.8), and so looks like a 404
    /// of shape `page` whatever the peer said. Missing evidence never makes a flag: it counts as
    /// forwarded, and a wrong 404 at the first server is what else it may have been.
    private func lostPass(
        _ decision: Decision, _ subject: Replay.Subject, _ seen: Observation, _ server: Int
    ) -> (verdict: Verdict, agreement: Agreement.Cell)? {
        // No peer that serves a resource answers 404 for the whole of it.
        let mayBeObject = subject.verb != .list && subject.verb != .watch
        guard seen.path.count == 1,
            seen.answer == .handlers || seen.answer == .relayedNotFound
                || (seen.answer == .page && mayBeObject),
            let branch = decision.branches.first(where: { $0.outcome == .proxied })
        else { return nil }
        let guarded = table.decision(
            epoch: epoch, server: server, column: column, header: .guarding)
        let elsewise = guarded.branches.filter { seen.agrees(with: $0, recorded: recorded) }
        // What was answered with anything but a 404 was refused by nobody.
        let wasRefused = seen.answer != .handlers
        let others = (elsewise.map(\.outcome) + decision.outcomes).filter {
            $0 != .proxied && (wasRefused || !$0.isNotFound)
        }
        let verdict = Verdict(
            outcome: .proxied, certainty: .possible,
            alternatives: distinct(others.isEmpty ? [.local] : others),
            path: branch.path, status: finalStatus(subject, seen, branch), reason: .lostPass)
        let observed = observedOutcome(seen)
        return (verdict, Agreement.Cell(recorded: observed, predicted: .proxied))
    }

    /// A server's own client asks only while that server runs, and only for what it serves.
    func ofOwnClient(_ subject: Replay.Subject, server: Int) -> Verdict {
        Verdict(
            outcome: .local, certainty: .certain, path: [server],
            status: subject.status == 0 ? nil : subject.status, reason: .ownClient)
    }

    /// What this control plane would have done; the recording only says who asked for what.
    func whatIf(
        _ subject: Replay.Subject, _ seen: Observation, server: Int
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        let manner = Manner(
            status: subject.status, flags: subject.flags, isForwarded: seen.path.count > 1)
        guard
            let decision = table.prospect(
                epoch: epoch, server: server, column: column, manner)
        else {
            return (
                refused(subject, server), Agreement.Cell(recorded: .local, predicted: .local)
            )
        }
        let agrees = decision.branches.contains {
            $0.path.first == seen.path.first && seen.agrees(with: $0, recorded: recorded)
        }
        var verdict = predicted(decision, subject, seen)
        if verdict.status == nil, verdict.outcome == .local, agrees, subject.status != 0 {
            verdict.status = subject.status
        }
        let observed = agrees ? verdict.outcome : observedOutcome(seen)
        return (verdict, Agreement.Cell(recorded: observed, predicted: verdict.outcome))
    }

    /// The verdict where something in the decision is what was seen; nil otherwise.
    func settled(
        _ decision: Decision, _ subject: Replay.Subject, _ seen: Observation
    ) -> Verdict? {
        if seen.answer == .refused { return refused(subject, seen.path[0]) }
        let matching = decision.branches.filter { seen.agrees(with: $0, recorded: recorded) }
        guard let first = matching.first else { return nil }
        let outcomes = distinct(matching.map(\.outcome))
        let wasOpen = decision.branches.count > 1
        return Verdict(
            outcome: first.outcome, certainty: outcomes.count == 1 ? .certain : .possible,
            alternatives: Array(outcomes.dropFirst()),
            path: seen.path.count > 1 ? seen.path : first.path,
            status: finalStatus(subject, seen, first),
            reason: outcomes.count > 1
                ? .undecided(rung: first.rung, decision.reasons)
                : wasOpen ? .decidedByRecording(first.rung) : .rung(first.rung))
    }

    private func predicted(
        _ decision: Decision, _ subject: Replay.Subject, _ seen: Observation
    ) -> Verdict {
        let outcomes = decision.outcomes
        // The peer that was really drawn, where this control plane could have drawn it too.
        let likely = decision.branches.filter { $0.outcome == decision.outcome }
        let branch = likely.first { $0.path == seen.path } ?? likely[0]
        return Verdict(
            outcome: decision.outcome, certainty: outcomes.count == 1 ? .certain : .possible,
            alternatives: Array(outcomes.dropFirst()), path: branch.path,
            status: branch.answer.status,
            reason: outcomes.count > 1
                ? .undecided(rung: branch.rung, decision.reasons) : .rung(branch.rung))
    }

    private func refused(_ subject: Replay.Subject, _ server: Int) -> Verdict {
        Verdict(
            outcome: .local, certainty: .certain, path: [server], status: subject.status,
            reason: .refusedBeforeRouting)
    }

    private func contradiction(
        _ decision: Decision, _ subject: Replay.Subject, _ seen: Observation
    ) -> (verdict: Verdict, agreement: Agreement.Cell) {
        let observed = observedOutcome(seen)
        let predicted = decision.outcomes.filter { $0 != observed }
        let verdict = Verdict(
            outcome: observed, certainty: .possible, alternatives: predicted, path: seen.path,
            status: finalStatus(subject, seen, nil),
            reason: .contradiction(predicted: decision.outcome))
        return (verdict, Agreement.Cell(recorded: observed, predicted: decision.outcome))
    }

    private func agreed(_ verdict: Verdict) -> Agreement.Cell {
        Agreement.Cell(recorded: verdict.outcome, predicted: verdict.outcome)
    }

    /// The outcome that the recording shows by itself, with the table asked only who serves it.
    private func observedOutcome(_ seen: Observation) -> Outcome {
        if Set(seen.path).count < seen.path.count || seen.path.count > 2 { return .looped }
        switch seen.answer {
        case .page, .route:
            let last = seen.path[seen.path.count - 1]
            let isElsewhere = table.servers(serving: column, epoch: epoch).contains { $0 != last }
            return isElsewhere ? .wrongNotFound : .rightNotFound
        case .noAddress, .opaqueUnavailable: return .unavailable
        case .relayedNotFound: return .proxied
        default: return seen.path.count > 1 ? .proxied : .local
        }
    }

    private func finalStatus(
        _ subject: Replay.Subject, _ seen: Observation, _ branch: Branch?
    ) -> UInt16? {
        subject.status != 0 ? subject.status : branch?.answer.status
    }

    private func distinct(_ outcomes: [Outcome]) -> [Outcome] {
        var result: [Outcome] = []
        for outcome in outcomes where !result.contains(outcome) { result.append(outcome) }
        return result
    }
}

extension Verdict {
    /// Adds outcomes that are possible too; a certain verdict becomes a possible one.
    mutating func admit(_ outcomes: [Outcome], because reason: VerdictReason) {
        for other in outcomes where other != outcome && !alternatives.contains(other) {
            alternatives.append(other)
        }
        guard !alternatives.isEmpty, certainty == .certain else { return }
        certainty = .possible
        self.reason = reason
    }
}

extension RoutingTable {
    /// The servers whose own handlers answer for a column: what a guarded request finds (F1.15).
    func servers(serving column: Int, epoch: Int) -> [Int] {
        servers.indices.filter { server in
            let decision = decision(
                epoch: epoch, server: server, column: column, header: .guarding)
            return decision.branches.contains { $0.answer == .handlers }
        }
    }
}
