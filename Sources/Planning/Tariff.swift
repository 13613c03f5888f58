import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Replay

/// What a request would pay, compiled from the routing table of one way to upgrade.
///
/// By the place of its server in the order, the class of its resource and its manner, over time
/// from the start of the upgrade. Shifting the upgrade shifts all of it, and two orders of servers
/// whose command lines are the same at the same places share one tariff.
struct Tariff: Sendable {
    /// A while in which something is paid; offsets from the start.
    ///
    /// Right 404s are kept too, for those who ask what becomes of one request.
    struct Span: Sendable {
        /// `.min` for "ever since", and `.max` for "ever after".
        var from: Int64
        var until: Int64
        var outcomes: OutcomeSet
        var toll: Toll
    }

    /// By place, class and manner.
    fileprivate(set) var spans: [[Span]] = []
    fileprivate let classCount: Int

    /// What may become of one request.
    func outcomes(at offset: Int64, place: Int, class number: Int) -> OutcomeSet {
        spans(place: place, class: number, manner: 0)
            .first { $0.from <= offset && offset < $0.until }?.outcomes ?? .local
    }

    func spans(place: Int, class number: Int, manner: Int) -> [Span] {
        spans[(place * classCount + number) * Manner.all.count + manner]
    }
}

/// The tariffs of every way to upgrade that is compared, and the classes of resources that they
/// tell apart: resources of one class pay the same always and everywhere.
struct Tariffs: Sendable {
    /// What decides a tariff: everything but the start and the names of the servers.
    struct Key: Hashable, Sendable {
        var members: [RollingUpgrade.Member]
        var pace: RollingUpgrade.Pace
        var proxy: ProxySetting
        var surge: Bool
        var goesBack: Bool
    }

    private(set) var tariffs: [Tariff] = []
    private var numbers: [Key: Int] = [:]
    /// By the recording's resource id.
    private(set) var classes: [Int] = []
    private(set) var classCount = 0
    /// By class: whether a request may get a wrong answer at all, not only none.
    private(set) var isDisputed: [Bool] = []
    /// Every instant at which some price changes, from the start of the upgrade; ascending.
    private(set) var offsets: [Int64] = []
    /// Every instant at which something changes, priced or not.
    private(set) var turns: [Int64] = []
    private let fleet: Fleet

    init(_ fleet: Fleet, _ plans: [Plan], _ names: Names) {
        self.fleet = fleet
        var compiled: [CompiledTariff] = []
        var rows = OutcomeRows()
        for plan in plans {
            let key = Tariffs.key(plan, fleet)
            guard numbers[key] == nil else { continue }
            numbers[key] = compiled.count
            compiled.append(CompiledTariff(plan, fleet, names, &rows))
        }
        (classes, classCount) = rows.classes(of: names.resources.count)
        let members = classes.firstIndices(of: classCount)
        tariffs = compiled.map { $0.tariff(rows, classMembers: members) }
        let edges = tariffs.flatMap { tariff in
            tariff.spans.joined().filter { !$0.toll.isNothing }.flatMap { [$0.from, $0.until] }
        }
        offsets = Set(edges).subtracting([.min, .max]).sorted()
        turns = Set(tariffs.flatMap { $0.spans.joined().flatMap { [$0.from, $0.until] } })
            .subtracting([.min, .max]).sorted()
        isDisputed = (0..<classCount).map { number in
            tariffs.contains { $0.disputes(number) }
        }
    }

    /// The tariff of a plan.
    func number(of plan: Plan) -> Int? { numbers[Tariffs.key(plan, fleet)] }

    private static func key(_ plan: Plan, _ fleet: Fleet) -> Key {
        let members = fleet.members(under: plan.proxy, surge: plan.surge)
        // Where peers are told apart by more than their command lines, every order is its own.
        let isPlain =
            Set(members.map(\.hostname)).count == members.count
            && members.allSatisfy { $0.address == nil }
            && fleet.loadBalancers.allSatisfy { Set($0.servers).count >= fleet.members.count }
        let others = members.indices.filter { !plan.order.contains($0) }
        let inOrder = (plan.order + others).map { number in
            var member = members[number]
            if isPlain {
                member.name = ""
                member.hostname = ""
            }
            return member
        }
        return Key(
            members: inOrder, pace: plan.pace, proxy: plan.proxy, surge: plan.surge,
            goesBack: plan.goesBack)
    }
}

extension Tariff {
    /// Whether a class of resources may get a wrong answer.
    fileprivate func disputes(_ number: Int) -> Bool {
        spans.indices.contains { index in
            index / Manner.all.count % classCount == number
                && spans[index].contains {
                    !$0.toll.isNothing && $0.outcomes != .unreachable
                }
        }
    }
}

extension [Int] {
    /// The first index of each of the numbers below `count`.
    fileprivate func firstIndices(of count: Int) -> [Int] {
        var result = [Int](repeating: 0, count: count)
        for index in indices.reversed() { result[self[index]] = index }
        return result
    }
}

/// Rows of outcomes by resource id, each kept once: what classes are made from.
private struct OutcomeRows {
    private(set) var rows: [[UInt8]] = []
    private var numbers: [[UInt8]: Int32] = [:]

    mutating func number(_ row: [UInt8]) -> Int32 {
        if let number = numbers[row] { return number }
        let number = Int32(rows.count)
        numbers[row] = number
        rows.append(row)
        return number
    }

    /// Resources with the same outcome in every row are of one class.
    func classes(of count: Int) -> (numbers: [Int], count: Int) {
        var numbers = [Int](repeating: 0, count: count)
        var found = 1
        for row in rows {
            var next: [Int: Int] = [:]
            for index in 0..<count {
                let key = numbers[index] << 8 | Int(row[index])
                let number = next[key] ?? next.count
                next[key] = number
                numbers[index] = number
            }
            found = next.count
        }
        return (numbers, count == 0 ? 0 : found)
    }
}

/// The outcomes of one table, as rows.
private struct CompiledTariff {
    /// When each epoch begins, from the start of the upgrade; the first is `.min`.
    let epochs: [Int64]
    private let places: Int
    /// By epoch, place and header.
    private var rows: [Int32] = []

    init(_ plan: Plan, _ fleet: Fleet, _ names: Names, _ known: inout OutcomeRows) {
        var plan = plan
        plan.start = 0
        let table = RoutingTable(fleet.scenario(of: plan))
        let columns = (0..<names.resources.count).map { id in
            id == 0
                ? RoutingTable.nonResourceColumn
                : table.column(for: names.groupVersionResource(UInt32(id)))
                    ?? RoutingTable.unknownColumn
        }
        let outcomes = CompiledTariff.outcomes(table)
        let others = fleet.members.indices.filter { !plan.order.contains($0) }
        let order = plan.order + others
        places = order.count
        epochs = table.epochs
        for epoch in epochs.indices {
            for server in order {
                for header in PeerProxiedHeader.allCases {
                    rows.append(
                        known.number(
                            columns.map { column in
                                outcomes[
                                    table.grid.decisionNumber(
                                        epoch: epoch, server: server, column: column,
                                        header: header)]
                            }))
                }
            }
        }
    }

    /// By number of decision: what may become of a request that reached its server.
    private static func outcomes(_ table: RoutingTable) -> [UInt8] {
        table.decisions.map { OutcomeSet($0.reached.outcomes).bits }
    }

    /// The spans in which something is paid; `classMembers` has one resource of each class.
    func tariff(_ known: OutcomeRows, classMembers: [Int]) -> Tariff {
        var tariff = Tariff(classCount: classMembers.count)
        for place in 0..<places {
            for resource in classMembers {
                for manner in Manner.all {
                    tariff.spans.append(spans(known, place, resource, manner))
                }
            }
        }
        return tariff
    }

    private func spans(
        _ known: OutcomeRows, _ place: Int, _ resource: Int, _ manner: Manner
    ) -> [Tariff.Span] {
        var spans: [Tariff.Span] = []
        var last: OutcomeSet?
        for (epoch, start) in epochs.enumerated() {
            let row = rows[(epoch * places + place) * 3 + Int(manner.header.rawValue)]
            var outcomes = OutcomeSet(bits: known.rows[Int(row)][resource])
            if manner.isRefused, outcomes != .unreachable { outcomes = .local }
            guard outcomes != last else { continue }
            if last != nil { spans[spans.count - 1].until = start }
            spans.append(
                Tariff.Span(
                    from: start, until: .max, outcomes: outcomes, toll: Toll(of: outcomes)))
            last = outcomes
        }
        return spans.filter { !$0.toll.isNothing || $0.outcomes.contains(.rightNotFound) }
    }
}
