import Judgments
import Bytes
import ControlPlane
import Findings
import KubeAPI
public import Output
import Replay

/// What a person reads first of a run: what was asked, what came out, who suffers, how sure it is.
public struct RunSummary: Sendable {
    private let run: Run
    private let tally: Tally
    private let exposures: [Exposure]
    private let rollback: RollbackLimit?
    private let demand: [PredictedRequest]

    init(
        _ run: Run, _ exposures: [Exposure], _ rollback: RollbackLimit?,
        _ demand: [PredictedRequest]
    ) {
        self.run = run
        self.exposures = exposures
        self.rollback = rollback
        self.demand = demand
        tally = run.tally
    }

    public func text(paint: Paint) -> String {
        var lines = [heading, ""]
        lines.append(outcomes(paint))
        lines += sufferers + exposure + predicted + goingBack + agreement + unknowns
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: String {
        let span = run.outline.lastAt - run.outline.firstAt
        let kind =
            run.mode == .asRecorded
            ? "as recorded" : "what if: \(displaySafe(run.scenario.name))"
        return "run \(displaySafe(run.name)), \(kind): \(English.count(tally.requests, "request")) "
            + "over \(English.duration(span)), "
            + "\(English.count(run.scenario.servers.count, "server"))\n"
            + run.scenario.servers.map { "  " + server($0) }.joined(separator: "\n")
    }

    private static let releasesShown = 8

    private func server(_ server: Scenario.Server) -> String {
        var releases: [String] = []
        for process in server.processes where releases.last != process.release.description {
            releases.append(process.release.description)
        }
        if let last = releases.last, releases.count > RunSummary.releasesShown {
            // A server that was replaced so often is several servers in one log.
            let shown = releases.prefix(RunSummary.releasesShown - 2)
            releases = shown + ["(\(releases.count - shown.count - 1) more)", last]
        }
        return "\(displaySafe(server.name)): \(releases.joined(separator: " → "))"
    }

    /// Outcomes down, servers across, and how many of each were only possible.
    private func outcomes(_ paint: Paint) -> String {
        let names = run.table.servers
        let shown = Outcome.allCases.filter { tally.total.count($0) > 0 }
        let columns =
            [Column("outcome", paint: RunSummary.styles)]
            + names.map { Column($0, .number) }
            + [Column("all", .number), Column("not certain", .number)]
        let rows = shown.map { outcome -> [Cell] in
            [.text(outcome.text)] + tally.servers.map { Cell($0.count(outcome)) } + [
                Cell(tally.total.count(outcome)),
                Cell(tally.total.possible[Int(outcome.rawValue)]),
            ]
        }
        var options = RowOptions(format: .table)
        options.usesColour = paint.isOn
        return (try? render(rows, columns: columns, options: options)) ?? ""
    }

    private static let styles: [String: Style] = [
        Outcome.wrongNotFound.text: .red, Outcome.looped.text: .red,
        Outcome.unavailable.text: .yellow, Outcome.unreachable.text: .yellow,
        Outcome.proxied.text: .green,
    ]

    /// The clients with most flagged requests.
    private var sufferers: [String] {
        let most = tally.sufferers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        guard !most.isEmpty else { return [] }
        let start =
            run.mode == .asRecorded
            ? "Who suffers most:" : "Who would suffer most, by the requests that were recorded:"
        return [start]
            + most.map { client, requests in
                "  \(English.count(requests, "request"))  \(displaySafe(name(of: client)))"
            } + [""]
    }

    /// How long a request could get a wrong 404, and for what: the window of the upgrade.
    private var exposure: [String] {
        guard !exposures.isEmpty else { return [] }
        let longest = exposures.sorted { ($1.length, $0.resource) < ($0.length, $1.resource) }
        return ["Where servers disagreed, and somebody asked:"]
            + longest.prefix(5).map { exposure in
                let clients = English.count(exposure.clients.count, "client")
                return displaySafe(
                    "  \(English.duration(exposure.length))  \(exposure.resource) from "
                        + "\(RFC3339.text(exposure.from)) to \(RFC3339.text(exposure.until)): "
                        + "refused by \(exposure.refusing.joined(separator: ", ")), asked for by "
                        + clients)
            } + (longest.count > 5 ? ["  … and \(longest.count - 5) more resources"] : []) + [""]
    }

    /// What the new release's components will ask, which nobody recorded.
    private var predicted: [String] {
        guard let first = demand.first else { return [] }
        let resources = Set(demand.map(\.resource))
        let refused = demand.filter { !$0.refusing.isEmpty }
        let sure = Set(refused.filter { $0.certainty == .certain }.map(\.resource))
        let perhaps = Set(refused.map(\.resource)).subtracting(sure)
        let outcome =
            refused.isEmpty
            ? run.limits.completeness.isComplete
                ? "none of it gets a wrong 404, as far as the controllers were recorded"
                : "what servers without a log answer is unknown"
            : "\(sure.count) of them get a wrong 404, \(perhaps.count) perhaps"
        let releases = run.scenario.servers.flatMap(\.processes).map(\.release)
        let old = releases.min().map { " that \($0) does not have" } ?? ""
        return [
            "Predicted, not recorded: from \(RFC3339.moment(first.at)) on the new release's "
                + "components ask for \(English.count(resources.count, "resource"))\(old); "
                + "\(outcome) (v_demand)", "",
        ]
    }

    /// The moment after which the older release would lose something.
    private var goingBack: [String] {
        guard let rollback, let end = rollback.end else { return [] }
        let what = end.what == .field ? "\(end.field) in \(end.resource)" : "\(end.resource)"
        return [
            displaySafe(
                "Going back to \(rollback.old) \(run.mode == .whatIf ? "would be" : "was") free "
                    + "until \(RFC3339.text(end.at)): then "
                    + "\(end.userAgent.isEmpty ? end.user : end.userAgent) stored \(what) "
                    + end.object), "",
        ]
    }

    private func name(of client: UInt32) -> String {
        let key = run.names.clients[client]
        let user = run.names.strings[key.user]
        let agent = run.names.strings[key.userAgent]
        return
            "\(agent.isEmpty ? "(no user agent)" : agent) as \(user.isEmpty ? "(unknown)" : user)"
    }

    private var agreement: [String] {
        guard run.mode == .asRecorded else { return [] }
        let rows = tally.agreement.rows
        let contradicting = rows.filter { $0.cell.recorded != $0.cell.predicted }
        let requests = contradicting.reduce(0) { $0 + $1.requests }
        let judged = rows.reduce(0) { $0 + $1.requests }
        guard judged > 0 else { return [] }
        return [
            "Model and recording agree on \(percent(judged - requests, of: judged)) "
                + "of \(English.count(judged, "request"))"
                + (requests == 0 ? "." : "; \(requests) contradict it (v_agreement).")
        ]
    }

    private var unknowns: [String] {
        var lines: [String] = []
        let possible = tally.total.possible.reduce(0, +)
        lines.append(
            "Certain: \(percent(tally.requests - possible, of: tally.requests)). "
                + (possible == 0
                    ? "Nothing is left open." : "\(English.count(possible, "verdict")) left open."))
        let unjudged = tally.total.count(.unjudged)
        if unjudged > 0 {
            lines.append(
                "\(English.count(unjudged, "request")) could not be judged: nothing is known of "
                    + "their API group, or the scenario lacks their server.")
        }
        return lines + run.notes.map { "Assumed: \(displaySafe($0))." }
    }

    private func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "100 %" }
        // Never round a miss away: 99.996 % is not 100 %.
        let hundredths = part * 10_000 / whole
        let text = "\(hundredths / 100)"
        let rest = hundredths % 100
        return rest == 0 ? "\(text) %" : "\(text).\(rest < 10 ? "0" : "")\(rest) %"
    }
}
