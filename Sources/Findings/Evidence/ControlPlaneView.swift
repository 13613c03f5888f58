import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// The routing table as rules ask it: who serves what when, and what a discovery document lists.
///
/// It adds nothing to the model; it turns decisions back into the questions that controllers ask.
struct ControlPlaneView: Sendable {
    /// A while in which running servers surely disagreed about a resource.
    struct Dispute: Sendable, Equatable {
        var from: Int64
        /// `.max` where it does not end.
        var until: Int64
        /// Those that surely answer 404, and those that surely serve it.
        var refusing: [Int]
        var serving: [Int]
    }

    let table: RoutingTable
    private let scenario: Scenario
    private let entryIsRecorded: Bool
    private let firstAt: Int64
    private let lastAt: Int64
    /// By server: since when its `/apis` has what its peers serve (F4.6), and until when.
    private let merging: [[Range<Int64>]]
    private var disputesByColumn: [[Dispute]] = []

    init(_ input: FindingsInput) {
        table = input.table
        scenario = input.scenario
        entryIsRecorded = input.scenario.entry == .recorded
        firstAt = input.firstAt
        lastAt = input.lastAt
        merging = input.table.servers.indices.map(input.table.mergingTimes)
        disputesByColumn = (0..<table.columnCount).map(findDisputes)
    }

    func column(_ id: GroupVersionResource) -> Int {
        table.column(for: id) ?? RoutingTable.unknownColumn
    }

    /// Whether a server's own handlers answer for a column.
    func serves(_ server: Int, _ column: Int, epoch: Int) -> Known {
        let decision = table.decision(
            epoch: epoch, server: server, column: column, header: .guarding)
        return known(decision.branches) { $0.answer == .handlers && $0.outcome != .unjudged }
    }

    /// Whether a request without a header surely, perhaps or never gets a route-level 404 that is
    /// wrong.
    func isWronglyRefused(_ server: Int, _ column: Int, epoch: Int) -> Known {
        let decision = table.decision(epoch: epoch, server: server, column: column)
        return known(decision.branches) { $0.outcome == .wrongNotFound }
    }

    private func known(_ branches: [Branch], _ matches: (Branch) -> Bool) -> Known {
        let count = branches.reduce(0) { $0 + (matches($1) ? 1 : 0) }
        return count == 0 ? .no : count == branches.count ? .yes : .maybe
    }

    /// Whether the aggregated document that a server gives lists a column (F4.6, F4.8).
    ///
    /// What its peers serve is in it where the server would forward for it: the same caches.
    func lists(_ server: Int, _ column: Int, at instant: Int64) -> Known {
        let epoch = table.epoch(at: instant)
        let own = serves(server, column, epoch: epoch)
        let later = merging[server].partitioningIndex { $0.lowerBound > instant }
        guard own != .yes, later > 0, merging[server][later - 1].contains(instant) else {
            return own
        }
        let decision = table.decision(epoch: epoch, server: server, column: column)
        let merged = known(decision.branches) { branch in
            branch.path.count > 1 || branch.rung == .forward || branch.rung == .noAddress
                || (branch.answer == .handlers && branch.path.count == 1)
        }
        return max(own, merged)
    }

    /// The same where the run may have sent the discovery request to another server.
    func listsAsAsked(_ server: Int, _ column: Int, at instant: Int64) -> Known {
        if entryIsRecorded { return lists(server, column, at: instant) }
        return listsAnywhere(column, at: instant)
    }

    /// What documents say where it is not known which server was asked.
    func listsAnywhere(_ column: Int, at instant: Int64) -> Known {
        let running = runningServers(at: instant)
        let answers = running.map { lists($0, column, at: instant) }
        guard let first = answers.first else { return .maybe }
        return answers.allSatisfy { $0 == first } ? first : .maybe
    }

    /// Whether a server had begun to stop, and not yet started again.
    func isDraining(_ server: Int, at instant: Int64) -> Bool {
        guard table.servers.indices.contains(server) else { return false }
        let processes = scenario.servers.first { $0.name == table.servers[server] }?.processes
        // A scenario need not name them in the order of time, so they are not searched by it.
        let current = processes?.filter { $0.startedAt <= instant }
            .max { $0.startedAt < $1.startedAt }
        return current?.stoppedAt.map { $0 <= instant } ?? false
    }

    func runningServers(at instant: Int64) -> [Int] {
        let epoch = table.epoch(at: instant)
        return table.servers.indices.filter { server in
            let decision = table.decision(
                epoch: epoch, server: server, column: RoutingTable.nonResourceColumn)
            return decision.branches.allSatisfy { $0.outcome != .unreachable }
        }
    }

    /// The servers that surely serve a column themselves.
    func servers(serving column: Int, at instant: Int64) -> [Int] {
        let epoch = table.epoch(at: instant)
        return table.servers.indices.filter { serves($0, column, epoch: epoch) == .yes }
    }

    /// When, within the recording, a request could surely get a wrong 404 for a column.
    func disputes(of column: Int) -> [Dispute] {
        disputesByColumn.indices.contains(column) ? disputesByColumn[column] : []
    }

    private func findDisputes(_ column: Int) -> [Dispute] {
        guard column != RoutingTable.nonResourceColumn, column != RoutingTable.unknownColumn else {
            return []
        }
        var result: [Dispute] = []
        for (epoch, start) in table.epochs.enumerated() {
            let end = epoch + 1 < table.epochs.count ? table.epochs[epoch + 1] : .max
            let from = max(start, firstAt)
            let until = min(end, lastAt)
            guard from < until else { continue }
            let refusing = table.servers.indices.filter {
                isWronglyRefused($0, column, epoch: epoch) == .yes
            }
            guard !refusing.isEmpty else { continue }
            let serving = table.servers.indices.filter {
                serves($0, column, epoch: epoch) == .yes
            }
            if let last = result.last, last.until == from, last.refusing == refusing,
                last.serving == serving
            {
                result[result.count - 1].until = until
            } else {
                result.append(
                    Dispute(from: from, until: until, refusing: refusing, serving: serving))
            }
        }
        return result
    }

    func name(_ server: Int) -> String {
        table.servers.indices.contains(server) ? table.servers[server] : "a server"
    }

    /// Whether a resource belongs to a custom or aggregated API that has only just appeared.
    ///
    /// Servers learn of a CRD each in its own time, within five seconds and a little.
    func isSettling(_ id: GroupVersionResource, at instant: Int64) -> Bool {
        scenario.extensions.contains { entry in
            entry.groupVersion == id.groupVersion && instant >= entry.from
                && instant - entry.from < Thresholds.settling
        }
    }
}

/// The thresholds of the rules, in nanoseconds; each is stated where its rule is explained.
public enum Thresholds {
    /// How long after its creation a custom resource may be unknown to a server.
    public static let settling: Int64 = 10_000_000_000
    /// How long servers must disagree before recorded objects count as exposed.
    public static let exposure: Int64 = 5_000_000_000
    /// How long a namespace may be Terminating before it counts as stuck.
    public static let terminating: Int64 = 30_000_000_000
    /// The longest pause within one sweep of the garbage collector, without owner references.
    public static let sweepPause: Int64 = 30_000_000_000
    /// How long a dependent must live on after a condemnation to count as a survivor.
    public static let survival: Int64 = 1_000_000_000
}
