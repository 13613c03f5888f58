import ControlPlane
import Findings
import Judgments
import Planning

/// The best plan, replayed: what limits it, and what its price leaves out.
///
/// A price is a sum over single answers. What one pass of a controller leaves for the next, and
/// what a write through an older server loses, takes a whole run to know.
struct PlanReplay: Sendable {
    let evidence: [Evidence]
    /// Findings of what cannot be undone, the gravest first.
    let losses: [Finding]

    init(
        _ outline: RecordedOutline, _ scenario: Scenario, _ options: PlanComparison.Options
    ) throws {
        var assumptions = Assumptions()
        assumptions.serverCount = options.serverCount
        let run = try Run(
            name: scenario.name, question: .upgrade(scenario), outline: outline,
            assumptions: assumptions, keepsAll: false)
        let input = try run.findingsInput()
        evidence = try run.evidence(input)
        losses = Conclusions(input).findings.filter { $0.kind.isLoss }
    }
}

extension PlanComparison {
    /// What a replay of the best plan loses and its price does not have, or not as surely.
    var unpriced: [Finding] {
        guard let replayed, let best = ranking.rows.first else { return [] }
        let losses = priced.losses(of: best.plan)
        return replayed.losses.filter { finding in
            !losses.contains { stake, isCertain in
                finding.isLoss(of: stake) && (isCertain || finding.grade == .possible)
            }
        }
    }

    /// The same in sentences.
    var unpricedLines: [String] {
        let all = unpriced
        let rest = all.count > 3 ? ["\(all.count - 3) more of that sort."] : []
        return all.prefix(3).map { "A replay of it shows more: \($0.summary)." } + rest
    }
}

extension Finding {
    /// Owners go by other names in a price: one of them stands for all.
    fileprivate func isLoss(of stake: Stake) -> Bool {
        switch kind {
        case .namespaceLeak: stake.kind == .namespace && stake.name == namespace
        case .wrongCollection: stake.kind == .owner
        default: false
        }
    }
}

extension Finding.Kind {
    /// Something is gone that nobody asked to remove.
    fileprivate var isLoss: Bool {
        switch self {
        case .wrongCollection, .namespaceLeak, .fieldLoss: true
        case .loop, .wrongNotFound, .wrongUnavailable, .namespaceStuck, .stuckStart,
            .watchListRefused, .partialDiscovery, .unprotected:
            false
        }
    }
}
