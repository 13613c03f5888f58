import Bytes
import KubeAPI

/// A while in which a custom or aggregated API was there: the same for every server, as etcd is.
struct ExtensionWindow: Hashable, Sendable {
    var from: Int64
    /// `.max` where it stays.
    var until: Int64
    var isAggregated: Bool
    /// False: the backend of the aggregated API does not answer.
    var isAvailable: Bool

    init(_ source: Scenario.Extension) {
        from = source.from.inRange
        until = source.until.map { max($0.inRange, source.from.inRange) } ?? .max
        isAggregated = source.isAggregated
        isAvailable = source.isAvailable
    }

    /// When servers begin to serve it: a CRD is established within moments, or five seconds later
    /// where the servers know that they are several.
    private var begins: UncertainTime {
        UncertainTime(from, from.clampedAdding(6 * .second))
    }

    /// When they stop: a CRD's objects are deleted before it goes.
    private var ends: UncertainTime { UncertainTime(until, until.clampedAdding(10 * .second)) }

    /// Whether servers that are up serve it.
    func isServed(at instant: Int64) -> Known {
        if instant < begins.earliest || instant >= ends.latest { return .no }
        return instant >= begins.latest && instant < ends.earliest ? .yes : .maybe
    }

    /// The lag of discovery documents behind (F4.16: aggregated APIs are asked every minute).
    private var lag: Int64 { isAggregated ? 62 * .second : 2 * .second }

    /// Whether a discovery document that was read then lists it.
    ///
    /// An aggregated API that does not answer is listed as stale, which readers leave out (F3.13).
    func isDiscovered(in read: UncertainTime) -> Known {
        guard isAvailable || !isAggregated else { return .no }
        if read.latest < begins.earliest { return .no }
        if read.earliest >= ends.latest.clampedAdding(lag) { return .no }
        let surely =
            read.earliest >= begins.latest.clampedAdding(lag) && read.latest < ends.earliest
        return surely ? .yes : .maybe
    }

    /// Whether a process that started then excludes its group-version from peers' data (F3.25).
    ///
    /// - Parameters:
    ///   - process: what has been deleted before its start is not known to it.
    ///   - grace: from the deletion to the end of the exclusion (F3.28, F3.30).
    func isExcluded(at instant: Int64, by process: ProcessModel, grace: UncertainTime) -> Known {
        let active = UncertainTime(
            from.clampedAdding(-500 * .millisecond), from.clampedAdding(500 * .millisecond))
        if instant < active.earliest { return .no }
        if instant < active.latest { return .maybe }
        if instant < until { return .yes }
        if process.identityLeaseMade.earliest >= until { return .no }
        if instant >= until.clampedAdding(grace.latest) { return .no }
        let isSure =
            process.identityLeaseMade.latest < until
            && instant < until.clampedAdding(grace.earliest)
        return isSure ? .yes : .maybe
    }

    /// Whether the exclusion was in force at any time since a process read a document.
    func wasExcluded(
        since read: UncertainTime, until now: Int64, by process: ProcessModel,
        grace: UncertainTime
    ) -> Known {
        let first = from.clampedAdding(-500 * .millisecond)
        let last = until.clampedAdding(grace.latest)
        guard now >= first, read.earliest < last, process.identityLeaseMade.earliest < until
        else { return .no }
        let isSure =
            now >= from.clampedAdding(500 * .millisecond)
            && read.latest < until.clampedAdding(grace.earliest)
            && process.identityLeaseMade.latest < until
        return isSure ? .yes : .maybe
    }

    /// When discovery documents of any age begin and cease to list it.
    ///
    /// - Parameter excludes: the reader excludes it, so that only its end matters.
    func discoveryChanges(whileExcluded excludes: Bool?) -> [Int64] {
        let stops = until < .max ? [until, ends.latest.clampedAdding(lag)] : []
        return excludes == true ? stops : [from, begins.latest.clampedAdding(lag)] + stops
    }

    /// Every instant at which one of the answers above may change.
    var changes: [Int64] {
        let half = 500 * Int64.millisecond
        let starts = [
            from.clampedAdding(-half), from, from.clampedAdding(half), begins.latest,
        ]
        let graces = Dialect.allCases.compactMap(\.exclusionEnds)
        let stops =
            [until, ends.latest, ends.latest.clampedAdding(lag)]
            + graces.flatMap {
                [until.clampedAdding($0.earliest), until.clampedAdding($0.latest)]
            }
        return starts + [begins.latest.clampedAdding(lag)] + (until < .max ? stops : [])
    }
}
