import Judgments
import Bytes
import ControlPlane
import KubeAPI
public import Output
public import Recording

/// One request's story, as `explain` tells it.
public struct RequestStory {
    let request: RequestWords
    let control: ExplainedControlPlane
    let explanation: Explanation?
    /// Where discovery was asked for.
    private let discovery: DiscoveryStory?
    /// What the run said of it.
    let verdict: String?
    var table: RoutingTable { control.table }

    public init(
        _ request: RequestWords, _ control: ExplainedControlPlane, in recording: borrowing Recording
    ) throws {
        self.request = request
        self.control = control
        verdict = try control.verdict(of: request.id, in: recording)
        let server = control.table.server(named: request.server)
        discovery =
            request.resource == nil
            ? server.flatMap {
                DiscoveryStory(control.table, server: $0, path: request.path, at: request.at)
            } : nil
        explanation = server.map { server in
            control.table.explanation(
                at: request.at, server: server, resource: request.resource,
                header: request.header)
        }
    }

    public func text(_ paint: Paint) -> String {
        var text = heading(paint)
        guard let explanation else {
            return text + "\n\(control.name) does not have the server \(request.server).\n"
        }
        text += section("What \(displaySafe(request.server)) and its peers held", paint)
        text += explanation.holdings.map(holding).joined()
        text += section("The ladder, rung by rung", paint)
        text += explanation.steps.map { step($0, paint) }.joined()
        text += section("What the model says", paint) + decision(explanation)
        if let discovery {
            text += section(displaySafe(discovery.title), paint)
            for line in discovery.lines {
                text += wrapped(displaySafe(line), indent: "  ", hanging: "    ")
            }
        }
        text += section("What the other servers would have answered", paint)
        text += explanation.others.map(other).joined()
        return text + factsText(facts(of: explanation), paint)
    }

    private func heading(_ paint: Paint) -> String {
        var lines = [
            paint(
                .bold, displaySafe("request \(request.id): \(request.verb) \(request.path)")),
            "  at \(instantText(request.at)) on \(displaySafe(request.server)), "
                + "audit id \(displaySafe(request.auditID))"
                + (request.source.isEmpty ? "" : ", \(displaySafe(request.place))"),
            "  by \(displaySafe(request.client))",
            "  answered \(answer(request.status, request.notFound))",
        ]
        for pass in request.passes {
            lines.append(
                "  then at \(instantText(pass.at)) on \(displaySafe(pass.server)), which answered "
                    + answer(pass.status, pass.notFound))
        }
        if let verdict {
            lines.append("  \(displaySafe(control.name)): \(displaySafe(verdict))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The status with the shape of a 404, such as `404 (route)`.
    private func answer(_ status: Int64?, _ notFound: String) -> String {
        guard let status else { return "no answer was seen" }
        return notFound.isEmpty ? "\(status)" : "\(status) (\(notFound))"
    }

    private func section(_ title: String, _ paint: Paint) -> String {
        "\n" + paint(.bold, title) + "\n"
    }

    private func holding(_ holding: Explanation.Holding) -> String {
        let since = holding.since == .min ? "always" : "since \(RFC3339.text(holding.since))"
        let facts = holding.facts.isEmpty ? "" : " (\(holding.facts.joined(separator: ", ")))"
        return wrapped(
            displaySafe("\(holding.text), \(since)\(facts)"), indent: "  ", hanging: "    ")
    }

    private func step(_ step: Explanation.Step, _ paint: Paint) -> String {
        let mark =
            switch step.applies {
            case .yes: paint(.green, "→")
            case .maybe: paint(.yellow, "?")
            case .no: paint(.dim, "·")
            }
        let facts = step.facts.isEmpty ? "" : " (\(step.facts.joined(separator: ", ")))"
        return "  \(mark) \(displaySafe(step.text))\(facts)\n"
    }

    private func decision(_ explanation: Explanation) -> String {
        var text = explanation.decision.branches.map { "  \(branch($0))\n" }.joined()
        for reason in explanation.decision.reasons {
            text += wrapped(
                displaySafe("because " + reason.text { table.servers[$0] }), indent: "    ")
        }
        let serving = explanation.servedBy.map { table.servers[$0] }.joined(separator: ", ")
        if request.resource != nil {
            text +=
                "  Served at that instant by: "
                + "\(serving.isEmpty ? "nobody" : displaySafe(serving))\n"
        }
        for counter in explanation.counters {
            text += displaySafe("  Counted by \(request.server) as: \(counter)") + "\n"
        }
        return text
    }

    func branch(_ branch: Branch) -> String {
        let path = branch.path.map { table.servers[$0] }.joined(separator: ">")
        let status = branch.answer.status.map { ", \($0)" } ?? ""
        return displaySafe("\(branch.outcome.text) by way of \(path)\(status)")
    }

    private func other(_ other: Explanation.Alternative) -> String {
        let outcomes = other.decision.branches.map(branch).joined(separator: ", or ")
        return "  \(displaySafe(table.servers[other.server])): \(outcomes)\n"
    }

    func facts(of explanation: Explanation) -> [String] {
        let all =
            explanation.steps.filter { $0.applies != .no }.flatMap(\.facts)
            + explanation.decision.reasons.flatMap(\.facts)
        var seen: Set<String> = []
        return all.filter { seen.insert($0).inserted }
    }
}

extension RequestWords {
    /// `audit-cp-1.log.gz:4186`.
    var place: String { position.map { "\(source):\($0)" } ?? source }

    fileprivate var header: PeerProxiedHeader {
        if flags.contains(.peerProxiedHeader) { return .guarding }
        return flags.contains(.peerProxiedHeaderSpoofed) ? .spoofed : .absent
    }
}
