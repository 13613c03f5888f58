import Bytes
import ControlPlane
import Judgments
import Output
import Planning
public import Report

// A comparison as a page.
extension PlanPage {
    /// Rows of the table below the pictures.
    private static let mostRows = 100
    /// Rows and columns of a heat map; columns stand for several starts where there are more.
    fileprivate static let mostOrders = 24
    fileprivate static let mostStarts = 144

    public init(_ comparison: PlanComparison, recording path: String, madeAt: Int64) {
        self.init()
        recording = path
        toolVersion = Analysis.toolVersion
        self.madeAt = madeAt
        command =
            "kubeskew plan \(path) --to \(comparison.fleet.to) --scenario-out plan.yaml"
        lede = comparison.heading + "."
        evidence = comparison.evidence
        headline = PlanPage.headline(comparison)
        changes = comparison.unpricedLines + comparison.changes
        let shown = PlanComparison.columns.enumerated().filter {
            !$1.isWide || PlanPage.further.contains($1.name)
        }
        columns = shown.map(\.element)
        rows = comparison.ranking.rows.prefix(PlanPage.mostRows).map { row in
            let cells = comparison.cells(row)
            return shown.map { cells[$0.offset] }
        }
        guard let best = comparison.ranking.rows.first else { return }
        chosen = Chosen(best, comparison)
        let compared = Set(comparison.priced.pricing.plans.map(\.proxy))
        maps = ProxySetting.allCases.filter(compared.contains).map { proxy in
            HeatMap(comparison, like: best.plan, proxy)
        }
    }

    /// Columns beside those of a terminal.
    private static let further: Set = ["perhaps_wrong", "clients"]

    private static func headline(_ comparison: PlanComparison) -> Headline {
        guard let best = comparison.ranking.rows.first else {
            return Headline(
                mood: .doubtful,
                sentence: "No plan fits into the recording: it is shorter than the upgrade takes.")
        }
        let isSure = EvidenceState(comparison.evidence) != .insufficient
        let costs = "\(comparison.words(best.plan)): \(comparison.words(best.toll))."
        let losses = comparison.unpriced
        let mood: Headline.Mood =
            best.toll.wrong + best.toll.lost > 0 || losses.contains { $0.severity == .error }
            ? .bad
            : best.toll.perhapsWrong > 0 || !losses.isEmpty || !isSure ? .doubtful : .good
        return Headline(mood: mood, sentence: "Best: \(costs)")
    }
}

extension PlanPage.Chosen {
    fileprivate init(_ row: Ranking.Row, _ comparison: PlanComparison) {
        self.init()
        let plan = row.plan
        let fleet = comparison.fleet
        let length = fleet.upgrade(of: plan).length
        let margin = max(length / 8, 10 * 1_000_000_000)
        words = comparison.words(plan)
        from = plan.start &- margin
        until = plan.start &+ length &+ margin
        lanes = fleet.scenario(of: plan).servers.map(ReportPage.Lane.init)
        facts = [
            ("starts", RFC3339.moment(plan.start)),
            ("takes", English.duration(length)),
            ("costs", comparison.words(row.toll)),
        ]
        for (release, flags) in fleet.addedFlags(of: plan) {
            facts.append(("\(release) needs", flags.joined(separator: " ")))
        }
        facts.append(("going back", goingBack(plan, comparison)))
        facts += fleet.obstacles(of: plan).map { ("blocked by", $0) }
        clients = comparison.clients(plan).map { client in
            PlanPage.Client(
                name: client.name, wrong: client.wrong, perhapsWrong: client.perhapsWrong,
                servers: client.servers, resources: client.resources)
        }
    }

    private func goingBack(_ plan: Plan, _ comparison: PlanComparison) -> String {
        guard let end = comparison.endOfFreedom(in: plan) else {
            guard comparison.seesWrites else { return "unknown: no write was recorded" }
            return "stays free, as far as was recorded: nobody wrote what only "
                + "\(comparison.fleet.to) has"
        }
        return "is free until \(RFC3339.moment(end.at)): then \(comparison.deed(end))"
    }
}

extension PlanPage.HeatMap {
    /// The plans that differ from the best one in order and start alone, under one setting.
    fileprivate init(_ comparison: PlanComparison, like best: Plan, _ proxy: ProxySetting) {
        self.init()
        title =
            switch proxy {
            case .asConfigured: "The proxy as it is configured"
            case .off: "The proxy off"
            case .on: "The proxy on"
            }
        var byOrder: [[Int]: [Int64: Toll]] = [:]
        for (plan, toll) in zip(comparison.priced.pricing.plans, comparison.priced.tolls)
        where plan.proxy == proxy && plan.pace == best.pace && plan.surge == best.surge {
            byOrder[plan.order, default: [:]][plan.start] = toll
        }
        let all = Set(byOrder.values.flatMap(\.keys)).sorted()
        startsPerColumn = max(1, (all.count + PlanPage.mostStarts - 1) / PlanPage.mostStarts)
        let columns = stride(from: 0, to: all.count, by: startsPerColumn).map {
            all[$0..<min(all.count, $0 + startsPerColumn)]
        }
        starts = columns.compactMap(\.first)
        let rows = byOrder.map { order, tolls in
            (
                order: order,
                tiles: columns.map { PlanPage.Tile(bestOf: $0.compactMap { tolls[$0] }) }
            )
        }.sorted { Cost($0.tiles, $0.order) < Cost($1.tiles, $1.order) }
        ordersLeftOut = max(0, rows.count - PlanPage.mostOrders)
        let shown = rows.prefix(PlanPage.mostOrders)
        orders = shown.map { row in
            row.order.map(comparison.serverName).joined(separator: ", ")
        }
        tiles = shown.map(\.tiles)
    }

    /// Orders by what they cost at their best start, then in sum.
    private struct Cost: Comparable {
        var lost: Int
        var wrong: Int
        var sum: Int
        var order: [Int]

        init(_ tiles: [PlanPage.Tile], _ order: [Int]) {
            lost = tiles.map(\.lost).min() ?? 0
            wrong = tiles.map(\.wrong).min() ?? 0
            sum = tiles.reduce(0) { $0 + $1.wrong + $1.perhapsWrong }
            self.order = order
        }

        static func < (left: Cost, right: Cost) -> Bool {
            if (left.lost, left.wrong, left.sum) != (right.lost, right.wrong, right.sum) {
                return (left.lost, left.wrong, left.sum) < (right.lost, right.wrong, right.sum)
            }
            return left.order.lexicographicallyPrecedes(right.order)
        }
    }
}

extension PlanPage.Tile {
    /// The cheapest of several starts.
    fileprivate init(bestOf tolls: [Toll]) {
        let best = tolls.min {
            ($0.lost, $0.wrong, $0.perhapsWrong) < ($1.lost, $1.wrong, $1.perhapsWrong)
        }
        self.init(
            wrong: best?.wrong ?? 0, perhapsWrong: best?.perhapsWrong ?? 0, lost: best?.lost ?? 0)
    }
}
