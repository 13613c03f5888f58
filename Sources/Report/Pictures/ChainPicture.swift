import Judgments

/// From cause to effect in a few steps: owner, 404 at a server, deletions.
///
/// A column, so that it is as readable on a phone as beside the evidence.
struct ChainPicture: Picture {
    enum Mark: String { case alive, neutral, wrong, gone }

    struct Step {
        var mark: Mark
        var at: Int64?
        var title: String
        var detail: String
    }

    let steps: [Step]

    private static let width = 404.0
    private static let stepHeight = 60.0

    func draw(_ out: inout Markup) {
        guard steps.count > 1 else { return }
        let height = Double(steps.count) * ChainPicture.stepHeight - 4
        out.raw("<svg class=\"chain\" role=\"img\"")
        out.attribute("viewBox", "0 0 \(decimal(ChainPicture.width)) \(decimal(height))")
        out.attribute("width", ChainPicture.width)
        out.attribute("height", height)
        let told = steps.map { $0.title }.joined(separator: ", then ")
        out.attribute("aria-label", told, atMost: 400)
        out.raw(">\n")
        for (index, step) in steps.enumerated() {
            let top = Double(index) * ChainPicture.stepHeight
            if index + 1 < steps.count { arrow(top, &out) }
            draw(step, top: top, &out)
        }
        out.raw("</svg>\n")
    }

    private func arrow(_ top: Double, _ out: inout Markup) {
        let end = top + ChainPicture.stepHeight
        out.raw("<path class=\"link\"")
        out.attribute(
            "d", "M10 \(decimal(top + 22))V\(decimal(end - 3))M6 \(decimal(end - 8))l4 5l4 -5")
        out.raw("/>\n")
    }

    private func draw(_ step: Step, top: Double, _ out: inout Markup) {
        out.raw("<g>")
        out.raw("<path")
        out.attribute("class", "mark-\(step.mark.rawValue)")
        switch step.mark {
        case .alive, .neutral:
            out.attribute("d", "M10 \(decimal(top + 4))a6 6 0 1 1 -.1 0z")
        case .wrong:
            out.attribute(
                "d",
                "M4.5 \(decimal(top + 4.5))l11 11M15.5 \(decimal(top + 4.5))l-11 11")
        case .gone: out.attribute("d", "M3 \(decimal(top + 4))h14l-7 13z")
        }
        out.raw("/>")
        let clock = step.at.map { Wording.clockWithMilliseconds($0) } ?? ""
        let titleRoom = clock.isEmpty ? 46 : 33
        text(clipped(step.title, to: titleRoom), x: 28, y: top + 14, "chain-title", &out)
        if !clock.isEmpty {
            text(clock, x: ChainPicture.width - 1, y: top + 14, "chain-time", &out)
        }
        if !step.detail.isEmpty {
            text(clipped(step.detail, to: 54), x: 28, y: top + 32, "chain-detail", &out)
        }
        out.element("title", "\(step.title). \(step.detail)")
        out.raw("</g>\n")
    }
}

extension ChainPicture {
    /// The chain that a finding's evidence tells; without steps where it tells none.
    init(_ item: FindingCase) {
        switch item.finding.kind {
        case .wrongCollection: steps = ChainPicture.collection(item)
        case .namespaceLeak, .namespaceStuck: steps = ChainPicture.namespace(item)
        case .loop: steps = ChainPicture.loop(item)
        case .wrongNotFound: steps = ChainPicture.client(item, got: 404)
        case .wrongUnavailable: steps = ChainPicture.client(item, got: 503)
        case .fieldLoss: steps = ChainPicture.field(item)
        case .stuckStart, .watchListRefused, .partialDiscovery, .unprotected: steps = []
        }
    }

    /// Steps as they came; one of unknown time stays behind the step before it.
    private static func inOrder(_ steps: [Step]) -> [Step] {
        var last = Int64.min
        let timed = steps.map { step -> (at: Int64, step: Step) in
            last = step.at ?? last
            return (last, step)
        }
        return timed.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element.step)
    }

    /// The last proof that the owner was there before it was taken for gone; else the first.
    private static func proof(_ item: FindingCase) -> Exhibit? {
        let condemned = item.first(.condemnedBy)?.at ?? .max
        let proofs = item.exhibits.filter { $0.role == .provesAlive }
        return proofs.filter { $0.at < condemned }.max { $0.at < $1.at }
            ?? item.first(.provesAlive)
    }

    private static func field(_ item: FindingCase) -> [Step] {
        let shown = item.first(.hadField).map {
            Step(
                mark: .alive, at: $0.at, title: "The field was there",
                detail: "shown by \($0.server): \($0.verb) \($0.status)")
        }
        let lost = item.first(.lostBy).map {
            Step(
                mark: .gone, at: $0.at, title: "\($0.verb) at \($0.server)",
                detail: "the answer has it no more")
        }
        return [shown, lost].compactMap(\.self)
    }

    private static func collection(_ item: FindingCase) -> [Step] {
        let finding = item.finding
        var steps: [Step] = []
        let owner = finding.owner
        if !owner.name.isEmpty || !owner.kind.isEmpty {
            let proof = proof(item)
            let isLater = (proof?.at ?? .min) > (item.first(.condemnedBy)?.at ?? .max)
            let name = owner.namespace.isEmpty ? owner.name : "\(owner.namespace)/\(owner.name)"
            steps.append(
                Step(
                    mark: .alive, at: proof?.at, title: "\(owner.kind) \(name)",
                    detail: proof.map {
                        "\(isLater ? "still alive" : "alive"): \($0.verb) \($0.status) "
                            + "at \($0.server)"
                    }
                        ?? "the owner; nothing shows that it was deleted"))
        }
        if let wrong = item.first(.condemnedBy) {
            let others = item.count(.condemnedBy) - 1
            steps.append(
                Step(
                    mark: .wrong, at: wrong.at, title: "404 at \(wrong.server)",
                    detail: "the collector asked a server without this API"
                        + (others > 0 ? ", \(others + 1) times" : "")))
        }
        guard item.victimCount > 0 else { return inOrder(steps) }
        let deleted = finding.victims.compactMap(\.deletedAt).min()
        let word = finding.grade == .observed ? "deleted" : "condemned"
        let kinds = Set(
            finding.victims.map {
                resourcePath($0.object.group, $0.object.version, $0.object.resource)
            })
        let resources = kinds.sorted().map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        steps.append(
            Step(
                mark: .gone, at: deleted,
                title: "\(grouped(item.victimCount)) "
                    + "\(resources.count == 1 ? resources[0] : "objects") \(word)",
                detail: item.first(.delete).map { "DELETE \($0.status) at \($0.server)" }
                    ?? "\(finding.grade.rawValue): no DELETE of them is recorded"))
        return inOrder(steps)
    }

    private static func namespace(_ item: FindingCase) -> [Step] {
        let finding = item.finding
        var steps: [Step] = []
        if let asked = item.first(.asked) {
            steps.append(
                Step(
                    mark: .neutral, at: asked.at, title: "deletion of \(finding.namespace)",
                    detail: "\(asked.verb) \(asked.status) at \(asked.server)"))
        } else {
            steps.append(
                Step(
                    mark: .neutral, at: nil, title: "namespace \(finding.namespace)",
                    detail: "was to be deleted"))
        }
        if let empty = item.first(.takenForEmpty) {
            steps.append(
                Step(
                    mark: .wrong, at: empty.at, title: "404 at \(empty.server)",
                    detail: "taken for: there is nothing of that kind"))
        } else if let document = item.first(.discovery) {
            steps.append(
                Step(
                    mark: .wrong, at: document.at, title: "discovery from \(document.server)",
                    detail: "without \(finding.risks.first.map(path) ?? "the resource")"))
        }
        if let blocked = item.first(.blockedBy) {
            steps.append(
                Step(
                    mark: .wrong, at: blocked.at, title: "\(blocked.status) at \(blocked.server)",
                    detail: "the controller cannot go on"))
        }
        if let end = item.first(.finalize) {
            steps.append(
                Step(
                    mark: .gone, at: end.at, title: "namespace removed",
                    detail: "finalized at \(end.server) with objects left"))
        }
        return inOrder(steps)
    }

    private static func loop(_ item: FindingCase) -> [Step] {
        guard let first = item.exhibits.first else { return [] }
        let servers = first.servers.split(separator: ">").map(String.init)
        var seen: Set<String> = []
        return servers.prefix(6).enumerated().map { index, server in
            let isBack = !seen.insert(server).inserted
            let isLast = index == servers.count - 1
            let answer = isLast && first.status > 0 ? "answered \(first.status)" : "forwarded it"
            return Step(
                mark: isBack ? .wrong : .neutral, at: index == 0 ? first.at : nil, title: server,
                detail: isBack ? "here again; \(answer)" : answer)
        }
    }

    private static func client(_ item: FindingCase, got status: Int) -> [Step] {
        guard let first = item.exhibits.first else { return [] }
        let finding = item.finding
        let agent = finding.userAgent.isEmpty ? finding.user : finding.userAgent
        var steps = [
            Step(
                mark: .neutral, at: first.at, title: agent,
                detail: "\(first.verb) "
                    + resourcePath(finding.group, finding.version, finding.resource)),
            Step(
                mark: .wrong, at: nil, title: "\(status) at \(finding.server)",
                detail: first.notFound.isEmpty
                    ? "the peer that serves it was not reached"
                    : "of shape \(first.notFound): the server lacks this API"),
        ]
        if finding.requests > 1 {
            steps.append(
                Step(
                    mark: .wrong, at: finding.lastAt,
                    title: "and \(grouped(finding.requests - 1)) more",
                    detail: "until it stopped asking, or got through"))
        }
        return steps
    }

    private static func path(_ risk: Finding.NamespaceRisk) -> String {
        resourcePath(risk.group, risk.version, risk.resource)
    }
}

extension FindingCase {
    fileprivate func first(_ role: Finding.Evidence.Role) -> Exhibit? {
        exhibits.filter { $0.role == role }.min { $0.at < $1.at }
    }

    fileprivate func count(_ role: Finding.Evidence.Role) -> Int {
        roles.filter { $0.role == role }.reduce(0) { $0 + $1.requests }
    }
}
