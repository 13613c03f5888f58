import ControlPlane
import Judgments
import KubeAPI

/// Fields that an object lost on its way through somebody who does not know them.
struct FieldLoss: Rule {
    static let page = RulePage(
        kind: .fieldLoss,
        title: "A write took away a field that the object had",
        cause: """
            A server decodes every object into its own types. What is written through an older \
            server loses the fields that this server does not know, whether the client sent them \
            or not; a client of an older library drops them from what it read. The proxy does not \
            help: both servers serve the resource.
            """,
        evidence: """
            At level RequestResponse: the answer of one request has the field, and the answer to a \
            later write of the same object has it no more. Where the write's own body has it, the \
            server dropped it; where an update's body lacks it, the client did. At level \
            Metadata an object that was written through a newer server and then updated through an \
            older one may have lost what the newer one added: one possible finding for each \
            client, server and resource.
            """,
        advice: """
            Write the object again, with the field, through a server that knows it. Until the last \
            server is upgraded, use no field that the old release does not know, and turn on no \
            gate for one; before a rollback take out what the old release would lose. Bring \
            clients up to date that drop fields. kubectl's --validate=strict \
            (fieldValidation=Strict) refuses what a server would drop.
            """,
        blindness: """
            Without bodies nobody can tell that there was a field; packets and lists are not \
            looked at. Where no body is, neighbouring releases count only for fields that no \
            gate holds back, others where a gate is turned on, a release was skipped or a server \
            went back. Fields of custom resources, of unstable versions, and deep twins of a \
            listed path are not in the table (`catalog --diff`). A client of unknown release \
            that drops a field may have meant to: such a loss is only possible.
            """,
        facts: ["F11.1", "F11.2"])

    func findings(in run: RunView) -> [Finding] {
        losses(in: run) + exposures(in: run)
    }

    private func losses(in run: RunView) -> [Finding] {
        guard !run.input.fields.isEmpty else { return [] }
        let lives = FieldLives(run)
        return lives.losses.reduce(into: [String: Finding]()) { found, loss in
            let finding = finding(loss, lives, run)
            // The first loss of a field of an object stands for those that follow.
            found[finding.subject] = found[finding.subject] ?? finding
        }.values.map(\.self)
    }

    private func finding(_ loss: FieldLives.Loss, _ lives: FieldLives, _ run: RunView) -> Finding {
        let write = loss.write
        let namespace = run.text(write.request.namespace)
        let name = run.text(write.name)
        let object = "\(loss.field.kind) \(namespace.isEmpty ? name : "\(namespace)/\(name)")"
        var finding = Finding(
            .fieldLoss, loss.isCertain ? run.grade : .possible,
            subject: "\(object) · \(loss.resource.groupVersion) · \(loss.field.path)")
        finding.group = loss.resource.group
        finding.version = loss.resource.version
        finding.resource = loss.resource.resource
        finding.namespace = namespace
        finding.user = run.user(write.request.client)
        finding.userAgent = run.userAgent(write.request.client)
        finding.server = run.serverName(write.request)
        finding.requests = 1
        finding.cover(write.request.at)
        finding.evidence = [.init(write.request.id, .lostBy)]
        if let shown = loss.shown {
            finding.cover(shown.request.at)
            finding.evidence.append(.init(shown.request.id, .hadField))
        }
        finding.summary = summary(loss, object, lives, run)
        finding.notes = notes(loss, lives, run)
        return finding
    }

    private func summary(
        _ loss: FieldLives.Loss, _ object: String, _ lives: FieldLives, _ run: RunView
    ) -> String {
        let write = loss.write
        let client = Phrases.client(
            user: run.user(write.request.client), agent: run.userAgent(write.request.client))
        let place = place(write, lives, run)
        let lost = run.isAsRecorded ? "lost" : "would lose"
        let how: String
        switch loss.dropper {
        case .server where loss.isKnownThere == false:
            how = "\(client) wrote it through \(place), which does not know the field and drops it"
        case .server:
            how = "\(client) sent it to \(place), whose answer has it no more"
        case .client:
            how = "\(client) sent it back to \(place) without the field"
        }
        let before = loss.shown.map { "; \(self.place($0, lives, run)) had shown it" } ?? ""
        return "\(object) \(lost) \(loss.field.path) (since \(loss.field.since)): \(how)\(before)"
    }

    /// `cp-1 (1.36)`.
    private func place(
        _ seen: RecordedFields, _ lives: FieldLives, _ run: RunView
    ) -> String {
        let name = run.serverName(seen.request)
        let server = name.isEmpty ? "a server" : name
        return lives.release(of: seen).map { "\(server) (\($0))" } ?? server
    }

    // MARK: Why, and who was told

    private func notes(_ loss: FieldLives.Loss, _ lives: FieldLives, _ run: RunView) -> [String] {
        var notes = [
            loss.dropper == .server ? "The server dropped it" : "The client dropped it"
        ]
        if loss.dropper == .client, loss.isKnownThere == false {
            notes[0] += "; the server does not know the field either, and would have dropped it"
        }
        notes.append(circumstance(loss, lives, run))
        if loss.dropper == .server, loss.isKnownThere == false, loss.write.sent != nil {
            notes.append(validation(run.text(loss.write.query)))
        }
        return notes.filter { !$0.isEmpty }
    }

    /// Neighbours with default gates are mostly safe: a field comes one release before its gate.
    private func circumstance(
        _ loss: FieldLives.Loss, _ lives: FieldLives, _ run: RunView
    ) -> String {
        guard loss.isKnownThere == false, let old = lives.release(of: loss.write) else {
            return ""
        }
        if run.input.scenario.wentBack(loss.write.request, run) {
            return "The server had been rolled back to \(old)"
        }
        if !old.mayRunBeside(loss.field.since) {
            return "Between \(old) and \(loss.field.since), which has the field, a release lies"
        }
        switch loss.field.stage {
        case .alpha: return "Its gate is alpha: somebody turned it on (\(loss.field.gate))"
        case .gated: return "Its gate is \(loss.field.gate)"
        case .unnamed: return "Its description names no gate that would have held it back"
        }
    }

    private func validation(_ query: String) -> String {
        let options = query.split(separator: "&")
        if options.contains("fieldValidation=Ignore") { return "Nobody was warned" }
        if options.contains("fieldValidation=Strict") {
            return "The request asked for strict validation, which should have refused it"
        }
        return "The server warned the client, as it does unless told otherwise"
    }
}
