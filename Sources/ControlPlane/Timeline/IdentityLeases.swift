import Bytes
import KubeAPI

/// Something that peers notice: an identity lease came, went, or changed its holder (F3.15).
struct LeaseEvent: Sendable {
    var identity: Int
    var moment: UncertainTime
    /// False where it may not have happened at all.
    var isCertain = true
    var kind: Kind

    enum Kind: Sendable {
        /// Made, or made anew, by this process.
        case made(Int)
        case deleted
    }
}

/// The identity lease of one host name over time, and what its peers noticed of it.
struct IdentityLease: Sendable {
    private(set) var exists = Track(Known.no)
    private(set) var events: [LeaseEvent] = []

    /// F3.3: a lease lives an hour longer than its last renewal, then until a collector comes by,
    /// which each server sends once an hour.
    static let collected = UncertainTime(3590 * .second, 7400 * .second)

    /// - Parameter processes: those of one host name, by number, earliest first.
    init(identity: Int, processes: [(number: Int, process: ProcessModel)]) {
        var there: [Possibility<Bool>] = []
        var state = Known.no
        var gone: [Possibility<Bool>] = []
        var goneSince: Int64 = .min
        var thereSince: Int64 = .min
        var collection: UncertainTime?
        for (number, process) in processes where process.hasIdentity && !process.isRefused {
            let made = process.identityLeaseMade
            guard made.earliest < process.stoppedAt else { continue }
            // One that stops while it starts may not have come that far.
            let isSure = made.latest < process.stoppedAt
            if let moment = collection {
                let wasThere = state
                state = state && collect(moment, before: made, identity: identity, state)
                if wasThere == .yes, state != .yes { goneSince = moment.earliest }
                if state == .no {
                    there.append(Possibility(true, from: thereSince, until: moment.latest))
                }
            }
            // What is so where it did not come that far.
            let (before, earlier) = (state, isSure || state == .no ? nil : collection)
            let replaces = process.release.has(.replacesIdentityLease)
            if state != .yes || replaces {
                let isCertain = isSure && (replaces || state == .no)
                note(.made(number), of: identity, made, isCertain: isCertain)
            }
            if state != .yes, isSure {
                gone.append(Possibility(false, from: goneSince, until: made.latest))
            }
            if state == .no { thereSince = made.earliest }
            state = isSure ? .yes : state || .maybe
            collection = nil
            guard process.stoppedAt < .max else { continue }
            let stop = process.stoppedAt
            if replaces, !process.isCrash {
                let deleted = UncertainTime(stop, stop.clampedAdding(300 * .millisecond))
                note(.deleted, of: identity, deleted, isCertain: isSure)
                there.append(Possibility(true, from: thereSince, until: deleted.latest))
                if isSure || before == .yes { goneSince = deleted.earliest }
                state = isSure ? .no : before && .maybe
                collection = earlier
            } else {
                collection = IdentityLease.collection(after: stop, orOf: earlier)
            }
        }
        finish(identity, state, collection, &there, &gone, thereSince, goneSince)
        exists = Track(covering: there + gone).mapped(IdentityLease.known)
    }

    private static func known(_ values: [Bool]) -> Known {
        values.count == 2 ? .maybe : Known(values == [true])
    }

    /// When a collector takes the lease of who stopped, or the one that was there before, where the
    /// process may have made none.
    private static func collection(after stop: Int64, orOf earlier: UncertainTime?) -> UncertainTime
    {
        let own = UncertainTime(
            stop.clampedAdding(collected.earliest), stop.clampedAdding(collected.latest))
        return UncertainTime(min(own.earliest, earlier?.earliest ?? own.earliest), own.latest)
    }

    private mutating func note(
        _ kind: LeaseEvent.Kind, of identity: Int, _ moment: UncertainTime, isCertain: Bool
    ) {
        events.append(
            LeaseEvent(identity: identity, moment: moment, isCertain: isCertain, kind: kind))
    }

    /// Decides whether a collector took the lease of the last process before the next made its own.
    private mutating func collect(
        _ moment: UncertainTime, before made: UncertainTime, identity: Int, _ exists: Known
    ) -> Known {
        if moment.earliest >= made.latest { return .yes }
        let isCertain = moment.latest < made.earliest
        events.append(
            LeaseEvent(
                identity: identity,
                moment: UncertainTime(moment.earliest, min(moment.latest, made.latest)),
                isCertain: isCertain && exists == .yes, kind: .deleted))
        return isCertain ? .no : .maybe
    }

    private mutating func finish(
        _ identity: Int, _ state: Known, _ collection: UncertainTime?,
        _ there: inout [Possibility<Bool>],
        _ gone: inout [Possibility<Bool>], _ thereSince: Int64, _ goneSince: Int64
    ) {
        if state != .yes { gone.append(Possibility(false, from: goneSince)) }
        guard state.isPossible else { return }
        there.append(Possibility(true, from: thereSince, until: collection?.latest ?? .max))
        guard let collection else { return }
        if state == .yes { gone.append(Possibility(false, from: collection.earliest)) }
        events.append(
            LeaseEvent(
                identity: identity, moment: collection, isCertain: state == .yes, kind: .deleted))
    }
}
