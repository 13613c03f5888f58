import Judgments

/// The verdict on a run in a sentence or two, one of three: what went wrong, what was lost first;
/// that nothing did, and that the evidence carries that; or that this cannot be told, and why.
///
/// Used by the page, and by verbs that say the same on a terminal.
public struct Headline: Sendable, Equatable {
    public enum Mood: String, Sendable { case bad, doubtful, good }

    public var mood: Mood
    public var sentence: String

    public init(mood: Mood, sentence: String) {
        self.mood = mood
        self.sentence = sentence
    }

    public init(_ run: ReportPage.Run) {
        let words = Words(run: run)
        let losses = words.losses
        let failures = words.failures
        if let first = losses.first {
            mood = .bad
            sentence = capitalised(first + (losses.count > 1 ? "; " + losses[1] : "") + ".")
        } else if !failures.isEmpty {
            mood = .bad
            let start =
                run.isAsRecorded ? "no object was lost, but " : "no object would be lost, but "
            sentence = capitalised(start + English.list(failures) + words.retries + ".")
        } else if let doubt = words.doubt {
            mood = .doubtful
            sentence = doubt
        } else if let risk = words.risk {
            mood = .doubtful
            sentence = capitalised(risk + ".")
        } else {
            mood = .good
            sentence = words.nothing
        }
    }
}

private func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
}

private struct Words {
    let run: ReportPage.Run

    private func count(of outcome: Outcome) -> Int { run.figures.count(of: outcome).certain }

    /// What is gone, or would be.
    var losses: [String] {
        var parts: [String] = []
        let victims = run.figures.victims.filter { $0.grade != .possible }
        let total = victims.reduce(0) { $0 + $1.count }
        if total > 0 {
            parts.append(
                "\(objects(victims, total)) \(was(total)) deleted because \(servers) "
                    + "\(run.isAsRecorded ? "answered" : "would answer") 404 for \(owners)")
        }
        let leaked = run.figures.leakedNamespaces.sure
        if leaked > 0 {
            parts.append(
                "\(Wording.count(leaked, "namespace")) \(was(leaked)) removed "
                    + "with objects still in \(leaked == 1 ? "it" : "them")")
        }
        let fields = run.figures.findings.filter { $0.kind == .fieldLoss && $0.grade != .possible }
            .reduce(0) { $0 + $1.findings }
        if fields > 0 {
            parts.append(
                "\(Wording.count(fields, "field")) \(was(fields)) lost from objects that went "
                    + "through an older server or client")
        }
        return parts
    }

    private func was(_ count: Int) -> String {
        run.isAsRecorded ? (count == 1 ? "was" : "were") : "would be"
    }

    private func objects(_ victims: [VictimCount], _ total: Int) -> String {
        let kinds = Set(victims.map(\.kind))
        guard kinds.count <= 3, !kinds.contains("") else { return Wording.count(total, "object") }
        return English.list(
            kinds.sorted().map { kind in
                Wording.count(
                    victims.filter { $0.kind == kind }.reduce(0) { $0 + $1.count }, kind)
            })
    }

    private var servers: String {
        let names = run.figures.condemningServers
        return names.isEmpty ? "a server" : English.list(names)
    }

    private var owners: String {
        let all = run.figures.owners
        let total = all.reduce(0) { $0 + $1.count }
        guard all.count == 1, let one = all.first, !one.kind.isEmpty else {
            return total == 1 ? "an owner that existed" : "owners that existed"
        }
        return total == 1
            ? "their owner, a \(one.kind) that existed"
            : "their owners, \(grouped(total)) \(English.plural(one.kind)) that existed"
    }

    /// Who got wrong answers and how often; in a what-if only who, where they would ask again.
    var failures: [String] {
        var parts: [String] = []
        let would = run.isAsRecorded ? "got" : "would get"
        let goes = run.isAsRecorded ? "went" : "would go"
        for (outcome, once, often) in [
            (Outcome.wrongNotFound, "\(would) a wrong 404", "\(would) wrong 404s"),
            (.unavailable, "\(would) a 503 from the proxy", "\(would) 503s from the proxy"),
            (.looped, "\(goes) round in a loop", "would have requests go round in a loop"),
        ] where count(of: outcome) > 0 {
            let clients = Wording.count(max(1, run.figures.clients(of: outcome).count), "client")
            parts.append(
                isAskedAgain(outcome)
                    ? "\(clients) \(often)"
                    : "\(Wording.count(count(of: outcome), "request")) of \(clients) \(once)")
        }
        let stuck = run.figures.stuckNamespaces.sure
        if stuck > 0 {
            parts.append(
                "\(Wording.count(stuck, "namespace")) "
                    + "\(run.isAsRecorded ? "could" : "would") not be removed")
        }
        return parts
    }

    /// Who was not refused in the recording did not ask again in it.
    private func isAskedAgain(_ outcome: Outcome) -> Bool {
        !run.isAsRecorded && run.figures.clients(of: outcome).isAskedAgain
    }

    /// That a what-if does not say how often clients would be refused.
    var retries: String {
        [.wrongNotFound, .unavailable, .looped].contains(where: isAskedAgain)
            ? "; how often is not predicted, because who lists and watches asks again until it is "
                + "answered" : ""
    }

    /// Why it cannot be told, where the evidence does not carry an all-clear.
    var doubt: String? {
        let reasons = run.evidence.filter { $0.weight == .blocks }
        guard let first = reasons.first else { return nil }
        let start =
            "Cannot tell whether anything \(run.isAsRecorded ? "went" : "would go") wrong: "
        let settling = reasons.prefix(3).map(\.remedy).first { !$0.isEmpty }
        let rest = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        return start
            + ([first] + reasons.dropFirst().prefix(2)).map(\.summary).joined(separator: "; ")
            + rest + "." + (settling.map { " To settle it: \($0)." } ?? "")
    }

    /// What may have gone wrong where nothing surely did.
    var risk: String? {
        let victims = run.figures.victims.reduce(0) { $0 + $1.count }
        // In a what-if servers that stop may answer 503; the evidence has a line for it.
        let outcomes: [Outcome] =
            [.wrongNotFound, .looped] + (run.isAsRecorded ? [.unavailable] : [])
        let requests = outcomes.reduce(0) { $0 + run.figures.count(of: $1).possible }
        let namespaces = run.figures.leakedNamespaces.possible
        var parts: [String] = []
        if victims > 0 {
            parts.append("\(Wording.count(victims, "object")) could have been deleted")
        }
        if namespaces > 0 {
            parts.append(
                "\(Wording.count(namespaces, "namespace")) could have been removed too early")
        }
        if requests > 0 {
            let may = run.isAsRecorded ? "may have got" : "may get"
            parts.append("\(Wording.count(requests, "request")) \(may) a wrong answer")
        }
        guard !parts.isEmpty else { return nil }
        return "nothing surely \(run.isAsRecorded ? "went" : "goes") wrong, but "
            + English.list(parts)
    }

    /// The all-clear; where something weakens the evidence, it is one for what is certain alone.
    var nothing: String {
        let requests = Wording.count(run.requests, "request")
        let weakness = run.evidence.first { $0.weight == .weakens }?.summary
        let reach = weakness == nil ? "" : " for certain"
        let carried =
            weakness.map { "; not all is certain: \($0)." }
            ?? ", and the evidence carries that."
        return run.isAsRecorded
            ? "Nothing went wrong\(reach): none of \(requests) got a wrong 404, a 503 of the "
                + "proxy or a loop\(carried)"
            : "Nothing would go wrong\(reach): none of \(requests) would get a wrong 404, a 503 "
                + "of the proxy or a loop\(carried)"
    }
}
