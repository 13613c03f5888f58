import ControlPlane
public import KubeAPI

/// Plans in the order in which one would choose them.
///
/// What cannot be undone comes first: namespaces and owners lost for certain, then wrong answers
/// for certain, then all that is only possible, then what clients can wait out.
public struct Ranking: Sendable {
    public struct Row: Sendable {
        /// From 1; plans that cost the same share a rank.
        public var rank: Int
        public var plan: Plan
        public var toll: Toll
    }

    public let rows: [Row]
    /// How many plans were compared.
    public let compared: Int

    /// - Parameter everyStart: each plan is a row; otherwise each way to upgrade is one, with the
    ///   start that suits it best.
    public init(_ priced: PricedPlans, everyStart: Bool) {
        let plans = priced.pricing.plans
        compared = plans.count
        let costs = priced.tolls.map(Ranking.cost)
        var indices = Array(plans.indices)
        if !everyStart {
            var best: [Plan: Int] = [:]
            for index in indices {
                var way = plans[index]
                way.start = 0
                if let other = best[way], costs[other] <= costs[index] { continue }
                best[way] = index
            }
            indices = best.values.sorted()
        }
        indices.sort { (costs[$0], $0) < (costs[$1], $1) }
        var rows: [Row] = []
        var last: Cost?
        for (place, index) in indices.enumerated() {
            let rank = costs[index] == last ? rows[rows.count - 1].rank : place + 1
            rows.append(Row(rank: rank, plan: plans[index], toll: priced.tolls[index]))
            last = costs[index]
        }
        self.rows = rows
    }

    /// What a plan is ranked by, the gravest first.
    private struct Cost: Comparable {
        var parts: [Int]

        static func < (left: Cost, right: Cost) -> Bool {
            left.parts.lexicographicallyPrecedes(right.parts)
        }
    }

    private static func cost(_ toll: Toll) -> Cost {
        Cost(parts: [
            toll.certain(.namespaces) + toll.certain(.owners), toll.wrong,
            toll.possible(.namespaces) + toll.possible(.owners), toll.perhapsWrong,
            toll.certain(.unavailable), toll.possible(.unavailable), toll.certain(.unreachable),
            toll.possible(.unreachable),
        ])
    }
}

extension Fleet {
    /// What stands in the way of a plan, as sentences.
    public func obstacles(of plan: Plan) -> [String] {
        var found: [String] = []
        let between = Release.all.count { $0 > from && $0 < to }
        if between > 0 {
            found.append(
                "\(from) to \(to) skips \(between) minor release\(between == 1 ? "" : "s"): "
                    + "API servers go one at a time")
        }
        if plan.proxy == .on {
            for release in [from, to] where !release.has(.proxy) {
                found.append("\(release) has no proxy")
            }
        }
        let scenario = scenario(of: plan)
        for server in scenario.servers {
            for process in server.processes {
                let activation = Activation(process, of: server, in: scenario)
                guard let refusal = activation.refusals.first else { continue }
                found.append(
                    "\(server.name) would not start as \(process.release): \(refusal.text)")
            }
        }
        var once: [String] = []
        for text in found where !once.contains(text) { once.append(text) }
        return once
    }

    /// The flags that a plan sets beside those that the servers have, by release.
    public func addedFlags(of plan: Plan) -> [(release: Release, flags: [String])] {
        guard let member = members.first else { return [] }
        let pairs = [(from, member.flagsBefore), (to, member.flagsAfter)]
        return pairs.compactMap { release, flags in
            let added = plan.proxy.added(to: flags, of: release)
            return added.isEmpty ? nil : (release, added)
        }
    }
}
