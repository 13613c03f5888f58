import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Output
public import Planning

// What a person reads of a comparison before the table, and after it.
extension PlanComparison {
    /// What was compared, what it comes down to, and what the target changes.
    public var introduction: String {
        var lines = [heading]
        lines += choiceLines
        lines += evidence.filter { $0.weight != .notes }.map {
            "\($0.kind.rawValue): \($0.sentence)"
        }
        lines.append("")
        lines += changes.enumerated().map { $0 == 0 ? $1 : "  \($1)" }
        if isSearch {
            lines.append(
                "Of the orders of \(fleet.members.count) servers a part was compared: every server "
                    + "at every place, forwards and backwards.")
        }
        return lines.map(displaySafe).joined(separator: "\n") + "\n"
    }

    /// What the target changes, the sum of it first.
    var changes: [String] { [sidesSentence] + removalLines + exposureLines + demandLines }

    var heading: String {
        let span = fleet.recorded.upperBound - fleet.recorded.lowerBound
        return "\(fleet.from) to \(fleet.to) on \(English.count(fleet.members.count, "server")): "
            + "\(English.count(ranking.compared, "plan")) priced on "
            + "\(English.count(priced.requests, "request")) over \(English.duration(span))"
    }

    /// The best plan, and what choosing it is worth.
    private var choiceLines: [String] {
        guard let best = ranking.rows.first else {
            return ["No plan fits into the recording: it is shorter than the upgrade takes."]
        }
        var lines = ["Best: \(words(best.plan)): \(words(best.toll))."]
        let suffering = clientsText(best.plan)
        if !suffering.isEmpty { lines.append("Who would suffer in it: \(suffering).") }
        lines += unpricedLines
        if let worst = ranking.rows.last, worst.rank > best.rank {
            lines.append("Worst: \(words(worst.plan)): \(words(worst.toll)).")
        }
        for (release, flags) in fleet.addedFlags(of: best.plan) where best.plan.proxy == .on {
            lines.append("Its proxy needs on \(release): \(flags.joined(separator: " "))")
        }
        if let end = endOfFreedom(in: best.plan) {
            lines.append(
                "Going back is free until \(RFC3339.moment(end.at)): then \(deed(end)), "
                    + "which \(fleet.from) \(end.what == .field ? "would drop" : "cannot show").")
        } else if !seesWrites {
            lines.append("Until when going back is free is unknown: no write was recorded.")
        } else {
            lines.append(
                "Going back stays free as far as was recorded: there, nobody wrote anything that "
                    + "only \(fleet.to) has.")
        }
        return lines
    }

    func deed(_ end: RollbackLimit.Use) -> String {
        end.what == .field
            ? "\(end.object) gets \(end.field)" : "the first \(end.resource) is written"
    }

    /// `cp-1, cp-2, cp-3 from 2026-… with the proxy on`.
    public func words(_ plan: Plan) -> String {
        let proxy =
            switch plan.proxy {
            case .asConfigured: "the proxy as it is configured"
            case .off: "the proxy off"
            case .on: "the proxy on"
            }
        return orderText(plan).split(separator: ",").joined(separator: ", ")
            + " from \(RFC3339.moment(plan.start)), \(proxy)"
            + (plan.surge ? ", with a server added first" : "")
    }

    /// `12 wrong 404s for certain, 3 perhaps; 2 namespaces lost`.
    public func words(_ toll: Toll) -> String {
        var parts = [
            "\(English.count(toll.wrong, "wrong 404")) for certain, \(toll.perhapsWrong) perhaps"
        ]
        let namespaces = toll.certain(.namespaces)
        if namespaces > 0 { parts.append("\(English.count(namespaces, "namespace")) lost") }
        if toll.possible(.namespaces) > 0 {
            parts.append("\(English.count(toll.possible(.namespaces), "namespace")) perhaps lost")
        }
        let owners = toll.certain(.owners)
        if owners > 0 { parts.append("\(English.count(owners, "owner")) taken for absent") }
        if toll.possible(.owners) > 0 {
            parts.append(
                "\(English.count(toll.possible(.owners), "owner")) perhaps taken for absent")
        }
        return parts.joined(separator: "; ")
    }

    // MARK: What the target changes

    private func isOneSided(_ resource: UInt32) -> Bool {
        sides.isOneSided(reading.names.groupVersionResource(resource))
    }

    /// The answer for a quiet recording, and the first sentence for any other.
    private var sidesSentence: String {
        let asked = priced.asking(for: isOneSided)
        let resources = Set(asked.map { reading.names.groupVersionResource($0.resource) })
        let clients = Set(asked.map { clientName($0.client) })
        var sentence =
            asked.isEmpty
            ? "Your clients ask for nothing that \(fleet.to) adds or removes"
            : "\(English.count(clients.count, "client")) ask\(clients.count == 1 ? "s" : "") for "
                + "\(English.count(resources.count, "resource")) that \(fleet.to) adds or removes"
        let demanded = demand.resources.count
        if demanded > 0 {
            sentence +=
                "; its own components will ask for \(English.count(demanded, "resource")) that "
                + "\(fleet.from) does not have (predicted, not recorded)"
        }
        let objects = exposed.reduce(0) { $0 + $1.objects }
        sentence +=
            "; \(objects == 0 ? "none" : "\(objects)") of your objects "
            + "\(objects == 1 ? "has an owner" : "have owners") of kinds that only one side serves"
        if objects > 0, asked.isEmpty {
            sentence +=
                ": none is collected wrongly as long as the controller-manager speaks to "
                + "one API server, or the proxy is on"
        }
        return sentence + "."
    }

    private static let shown = 8

    /// Who still asks for what the target removes.
    private var removalLines: [String] {
        let removed = Set(sides.removed)
        let asked = priced.asking {
            removed.contains(reading.names.groupVersionResource($0))
        }
        return limited(
            asked.map { entry in
                let id = reading.names.groupVersionResource(entry.resource)
                let instead = sides.replacement(of: id).map { "use \($0)" } ?? "nothing replaces it"
                return "\(id) goes with \(fleet.to): \(clientName(entry.client)) asked "
                    + "\(English.count(entry.requests, "time")), last "
                    + "\(RFC3339.moment(entry.lastAt)); \(instead)"
            })
    }

    private var exposureLines: [String] {
        limited(
            exposed.map { entry in
                "\(English.count(entry.objects, "object")) of "
                    + "\(English.count(entry.owners, "owner")) of kind \(entry.kind) "
                    + "(\(entry.groupVersion)), which only "
                    + "\(entry.isAdded ? "\(fleet.to)" : "\(fleet.from)") serves"
            })
    }

    private var demandLines: [String] {
        let byResource = Dictionary(grouping: demand.requests, by: \.resource)
        return limited(
            byResource.sorted { $0.key < $1.key }.map { resource, rows in
                var components: [String] = []
                for row in rows {
                    let text =
                        "\(row.component) (\(row.occasion); \(row.source), \(row.grade.rawValue))"
                    if !components.contains(text) { components.append(text) }
                }
                return "predicted: \(resource) from \(components.joined(separator: ", "))"
            })
    }

    private func limited(_ lines: [String]) -> [String] {
        let rest = lines.count - PlanComparison.shown
        guard rest > 0 else { return lines }
        return lines.prefix(PlanComparison.shown) + ["… and \(rest) more"]
    }
}
