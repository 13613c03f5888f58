import Bytes
import KubeAPI
public import Replay

/// Counts of recorded requests, summed once: every plan is priced on them.
///
/// A cell holds the requests of one client for one resource at one server, of one manner; what no
/// plan gives a wrong answer is told apart by class alone. Time is cut at every instant at which a
/// price of any plan changes, so that sums of whole bins are exact.
struct Load: Sendable {
    /// What pays the same in every plan: the requests of one class and manner at one server.
    struct Group: Sendable {
        var server: Int
        var classNumber: Int
        var manner: Int
        /// Ascending, each once; after `counts[i]` requests bin `bins[i]` is over.
        fileprivate(set) var bins: [UInt32] = []
        fileprivate(set) var counts: [Int] = []
        fileprivate(set) var cells: [Cell] = []

        /// The requests in a range of bins.
        func count(from: UInt32, until: UInt32) -> Int {
            sum(before: until) - sum(before: from)
        }

        private func sum(before bin: UInt32) -> Int {
            let place = bins.partitioningIndex { $0 >= bin }
            return place == 0 ? 0 : counts[place - 1]
        }
    }

    /// The requests of one client for one resource in a group; both 0 where nobody needs to know.
    struct Cell: Sendable {
        var resource: UInt32
        var client: UInt32
        /// When it was asked for last.
        var lastAt: Int64
        fileprivate var entries: [LoadEntry]

        var requests: Int { entries.reduce(0) { $0 + Int($1.count) } }

        func count(from: UInt32, until: UInt32) -> Int {
            let first = entries.partitioningIndex { $0.bin >= from }
            var sum = 0
            for entry in entries[first...] {
                guard entry.bin < until else { break }
                sum += Int(entry.count)
            }
            return sum
        }
    }

    private(set) var groups: [Group] = []
    private(set) var requests = 0

    init(_ parts: [LoadCounter], _ plan: LoadPlan) {
        requests = parts.reduce(0) { $0 + $1.requests }
        var cells: [CellKey: CellLoad] = [:]
        for part in parts { part.deliver(to: &cells) }
        var byGroup: [GroupKey: [Cell]] = [:]
        for (key, load) in cells {
            let group = GroupKey(
                server: key.server, classNumber: plan.classes[key.resource], manner: key.manner)
            byGroup[group, default: []].append(
                Cell(
                    resource: plan.isDetailed(key) ? key.resource : 0, client: key.client,
                    lastAt: load.lastAt, entries: sorted(load.entries)))
        }
        for (key, cells) in byGroup.sorted(by: { $0.key < $1.key }) {
            var group = Group(
                server: Int(key.server), classNumber: Int(key.classNumber),
                manner: Int(key.manner))
            group.cells = cells.sorted { ($0.resource, $0.client) < ($1.resource, $1.client) }
            var sum = 0
            for entry in sorted(cells.flatMap(\.entries)) {
                sum += Int(entry.count)
                group.bins.append(entry.bin)
                group.counts.append(sum)
            }
            groups.append(group)
        }
    }

    private struct GroupKey: Hashable, Comparable {
        var server: UInt16
        var classNumber: UInt32
        var manner: UInt8

        static func < (left: GroupKey, right: GroupKey) -> Bool {
            (left.server, left.classNumber, left.manner)
                < (right.server, right.classNumber, right.manner)
        }
    }
}

/// So many requests in a bin.
struct LoadEntry: Sendable, BitwiseCopyable {
    var bin: UInt32
    var count: UInt32
}

/// In the order of bins, each once.
///
/// Recordings are mostly in order, and then nothing is moved.
private func sorted(_ entries: [LoadEntry]) -> [LoadEntry] {
    let isInOrder = zip(entries, entries.dropFirst()).allSatisfy { $0.bin < $1.bin }
    if isInOrder { return entries }
    var result: [LoadEntry] = []
    for entry in entries.sorted(by: { $0.bin < $1.bin }) {
        if let last = result.last, last.bin == entry.bin {
            result[result.count - 1].count += entry.count
        } else {
            result.append(entry)
        }
    }
    return result
}

/// What parts deliver of one cell.
struct CellLoad: Sendable {
    var entries: [LoadEntry] = []
    var lastAt = Int64.min

    mutating func add(_ more: [LoadEntry], lastAt instant: Int64) {
        entries += more
        lastAt = max(lastAt, instant)
    }
}

struct CellKey: Hashable, Sendable, BitwiseCopyable {
    var server: UInt16
    var manner: UInt8
    /// Of a class without details, its first resource.
    var resource: UInt32
    var client: UInt32
}

/// What a count needs to know of the plans: who is where, which class is which, where time is cut.
struct LoadPlan: Sendable {
    /// By the recording's server id: the member of the fleet, or -1.
    let servers: [Int]
    /// By resource id.
    let classes: ResourceClasses
    /// Clients that are servers themselves: they ask only for what their server serves.
    let ownClients: Set<UInt32>
    /// The instants at which a price changes, ascending.
    let edges: [Int64]

    struct ResourceClasses: Sendable {
        let numbers: [UInt32]
        /// By resource id: itself where details matter, else the first resource of its class.
        let details: [UInt32]

        subscript(resource: UInt32) -> UInt32 { numbers[Int(resource)] }
    }

    init(
        servers: [Int], classes: [Int], isDisputed: [Bool], ownClients: Set<UInt32>,
        edges: [Int64]
    ) {
        self.servers = servers
        self.ownClients = ownClients
        self.edges = edges
        var first: [Int: UInt32] = [:]
        var details: [UInt32] = []
        for (resource, number) in classes.enumerated() {
            let resource = UInt32(resource)
            if first[number] == nil { first[number] = resource }
            details.append(isDisputed[number] ? resource : first[number] ?? resource)
        }
        self.classes = ResourceClasses(numbers: classes.map(UInt32.init), details: details)
        isDisputedClass = isDisputed
    }

    private let isDisputedClass: [Bool]

    fileprivate func isDetailed(_ key: CellKey) -> Bool {
        isDisputedClass[Int(classes[key.resource])]
    }

    func isDisputed(_ resource: UInt32) -> Bool { isDisputedClass[Int(classes[resource])] }

    /// The bin of an instant: the number of edges that lie at or before it.
    func bin(of instant: Int64) -> UInt32 {
        UInt32(edges.partitioningIndex { $0 > instant })
    }
}

/// Counts the requests of one part of a recording; parts are joined in a `Load`.
public struct LoadCounter: Sendable {
    private let plan: LoadPlan
    private var cellNumbers: [CellKey: Int32] = [:]
    private var cells: [(key: CellKey, last: Int, lastAt: Int64)] = []
    /// The cell of each entry, and the entry: those of a cell follow each other in time.
    private var places: [Int32] = []
    private var entries: [LoadEntry] = []
    private(set) var requests = 0
    /// The bin of the last request, and the instants that it covers.
    private var bin: UInt32 = 0
    private var binFrom = Int64.max
    private var binUntil = Int64.min
    /// The cell of the last request: often that of the next.
    private var lastKey: CellKey?
    private var lastCell: Int32 = 0

    init(_ plan: LoadPlan) { self.plan = plan }

    /// Takes one recorded request, at the first server that it reached.
    public mutating func receive(_ subject: Replay.Subject, isForwarded: Bool) {
        requests += 1
        let server = plan.servers[Int(subject.server)]
        guard server >= 0, !plan.ownClients.contains(subject.client) else { return }
        let manner = Manner(
            status: subject.status, flags: subject.flags, isForwarded: isForwarded)
        let isDisputed = plan.isDisputed(subject.resource)
        let key = CellKey(
            server: UInt16(truncatingIfNeeded: server),
            manner: UInt8(truncatingIfNeeded: manner.number),
            resource: plan.classes.details[Int(subject.resource)],
            client: isDisputed ? subject.client : 0)
        if subject.at < binFrom || subject.at >= binUntil { move(to: subject.at) }
        let cell = cell(key)
        count(in: cell, at: subject.at)
    }

    private mutating func cell(_ key: CellKey) -> Int32 {
        if key == lastKey { return lastCell }
        lastKey = key
        if let number = cellNumbers[key] {
            lastCell = number
        } else {
            lastCell = Int32(truncatingIfNeeded: cells.count)
            cellNumbers[key] = lastCell
            cells.append((key, -1, .min))
        }
        return lastCell
    }

    private mutating func count(in cell: Int32, at instant: Int64) {
        let last = cells[Int(cell)].last
        cells[Int(cell)].lastAt = max(cells[Int(cell)].lastAt, instant)
        if last >= 0, entries[last].bin == bin {
            entries[last].count &+= 1
            return
        }
        cells[Int(cell)].last = entries.count
        places.append(cell)
        entries.append(LoadEntry(bin: bin, count: 1))
    }

    private mutating func move(to instant: Int64) {
        bin = plan.bin(of: instant)
        binFrom = bin == 0 ? .min : plan.edges[Int(bin) - 1]
        binUntil = Int(bin) < plan.edges.count ? plan.edges[Int(bin)] : .max
    }

    fileprivate func deliver(to all: inout [CellKey: CellLoad]) {
        var own = [[LoadEntry]](repeating: [], count: cells.count)
        for (cell, entry) in zip(places, entries) { own[Int(cell)].append(entry) }
        for (cell, entries) in zip(cells, own) {
            all[cell.key, default: CellLoad()].add(entries, lastAt: cell.lastAt)
        }
    }
}
