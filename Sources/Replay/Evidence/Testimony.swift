import ControlPlane

/// What the rest of the recording says of one 404: small, so that equal cases are judged once.
struct Testimony: Hashable, Sendable {
    /// A server that answered for the resource before and after, as one process; -1 for none.
    var witness: Int32 = -1
    /// One of unknown release that answered for it near in time; -1 for none.
    var nearby: Int32 = -1
    /// The server that answered 404 answered for the resource before and after.
    var isOwn = false
    /// Somebody answered for it before, and somebody after, however far away.
    var isBetween = false
    /// By number of the server: the scenario accounts for what it did then.
    var accounted: UInt64 = 0
    /// The same of those that had shown themselves just before.
    var presumed: UInt64 = 0

    /// The same of those that had been started and may not have been ready.
    var starting: UInt64 = 0

    static let none = Testimony()

    func isAccountedFor(_ server: Int) -> Bool {
        server < 64 && accounted >> UInt64(server) & 1 == 1
    }
    func isPresumed(_ server: Int) -> Bool { server < 64 && presumed >> UInt64(server) & 1 == 1 }
    func isStarting(_ server: Int) -> Bool { server < 64 && starting >> UInt64(server) & 1 == 1 }
}

/// Finds testimonies: the servers of a table, with what the recording shows of each.
struct Hearing: Sendable {
    /// How far from a 404 the answers of a server may lie that show what it served meanwhile.
    ///
    /// A server of known release that ran all the time serves what it served before and after.
    private static let reach: Int64 = 30_000_000_000
    /// The same where a restart in between would not be seen: no server is replaced so quickly.
    private static let blindReach: Int64 = 2_000_000_000
    /// Another server's answer so near makes a 404 suspect where releases are not known.
    private static let suspicion: Int64 = 10_000_000_000
    /// How long servers differ after a custom resource came, changed or went; 3 s were seen.
    private static let spread: Int64 = 5_000_000_000

    let witnesses: Witnesses
    let circumstances: Circumstances
    /// By number in the table: the server's id in the recording, or nil.
    private let recorded: [UInt32?]
    /// By number in the table.
    private let standings: [Circumstances.Standing]

    init(
        witnesses: Witnesses, circumstances: Circumstances, servers: [String], recorded: [UInt32?]
    ) {
        self.witnesses = witnesses
        self.circumstances = circumstances
        self.recorded = recorded
        standings = servers.map {
            circumstances.standings[$0] ?? .undoubted
        }
    }

    func standing(_ server: Int) -> Circumstances.Standing { standings[server] }

    /// - Parameter resource: the first id in the recording of the resource, whatever subresource.
    func testimony(
        of resource: UInt32, _ nature: ResourceNature, at instant: Int64, refusedBy server: Int
    ) -> Testimony {
        var found = Testimony()
        var (isBefore, isAfter) = (false, false)
        for (other, id) in recorded.enumerated() {
            let standing = standing(other)
            // Who refused it did so by its own clock, the others by theirs.
            let margin = other == server ? 0 : circumstances.clockMargin
            let (early, late) = (instant - margin, instant + margin)
            if other < 64, standing.isAccountedFor(at: early), standing.isAccountedFor(at: late) {
                found.accounted |= 1 << UInt64(other)
            } else if other < 64, standing.isPresumed(at: instant) {
                found.presumed |= 1 << UInt64(other)
            }
            if other < 64, standing.isStarting(at: instant) { found.starting |= 1 << UInt64(other) }
            guard let id, !witnesses.isEmpty else { continue }
            let place = Witnesses.Place(server: id, resource: resource)
            let before = witnesses.last(place, before: early)
            let after = witnesses.first(place, after: late)
            isBefore = isBefore || before != nil
            isAfter = isAfter || after != nil
            if other == server {
                found.isOwn = isClose(before, instant, after, Hearing.suspicion)
                guard standing.basis == .mixed else { continue }
            }
            hear(standing, nature, place, (before, instant, after), Int32(other), &found)
        }
        found.isBetween = isBefore && isAfter
        return found
    }

    private func hear(
        _ standing: Circumstances.Standing, _ nature: ResourceNature, _ place: Witnesses.Place,
        _ seen: (before: Int64?, instant: Int64, after: Int64?), _ number: Int32,
        _ found: inout Testimony
    ) {
        if case .builtIn = nature {
            let isKnown = standing.basis == .known
            let reach = isKnown ? Hearing.reach : Hearing.blindReach
            if isClose(seen.before, seen.instant, seen.after, reach),
                !isKnown || isInService(standing, seen)
            {
                found.witness = number
            } else if !isKnown, isSuspect(standing, seen) {
                found.nearby = number
            }
            return
        }
        // Near, and yet not so near that it may have come, changed or gone just then.
        let before = witnesses.last(place, before: seen.instant - Hearing.spread)
        let after = witnesses.first(place, after: seen.instant + Hearing.spread)
        if isClose(before, seen.instant, after, Hearing.suspicion + Hearing.spread) {
            found.witness = number
        }
    }

    /// It ran on between its answers, and was neither starting nor stopping at the instant: what
    /// answers then may not count as running yet, or no longer.
    private func isInService(
        _ standing: Circumstances.Standing,
        _ seen: (before: Int64?, instant: Int64, after: Int64?)
    ) -> Bool {
        let margin = circumstances.clockMargin
        return standing.isAlive(
            from: seen.before ?? seen.instant, until: seen.after ?? seen.instant)
            && standing.isInService(from: seen.instant - margin, until: seen.instant + margin)
    }

    /// It answered shortly before, and is still there, so that it serves the resource.
    ///
    /// In a log of several servers that takes an answer after as well.
    private func isSuspect(
        _ standing: Circumstances.Standing,
        _ seen: (before: Int64?, instant: Int64, after: Int64?)
    ) -> Bool {
        if standing.basis == .mixed {
            return isClose(seen.before, seen.instant, seen.after, Hearing.suspicion)
        }
        return isClose(seen.before, seen.instant, seen.instant, Hearing.suspicion)
            && standing.keptOn(from: seen.before ?? seen.instant, until: seen.instant)
    }

    private func isClose(
        _ before: Int64?, _ instant: Int64, _ after: Int64?, _ reach: Int64
    ) -> Bool {
        guard let before, let after else { return false }
        return instant - before <= reach && after - instant <= reach
    }
}
