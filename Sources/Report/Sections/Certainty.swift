import Judgments

extension ReportPage {
    /// What was not seen, and how sure the rest is: in sentences, the doubtful ones marked.
    func certainty(_ out: inout Markup) {
        out.raw("<section id=\"sure\">\n<h2>How sure this is</h2>\n<ul class=\"sentences\">\n")
        for sentence in certaintySentences {
            out.raw(sentence.isDoubt ? "<li class=\"doubt\">" : "<li>")
            out.text(sentence.text, atMost: 600)
            out.raw("</li>\n")
        }
        out.raw("</ul>\n</section>\n")
    }

    struct Sentence {
        var text: String
        var isDoubt = false
    }

    var certaintySentences: [Sentence] { coverageSentences + runs.flatMap(sentences) }

    private var coverageSentences: [Sentence] {
        var sentences: [Sentence] = []
        let servers = coverage.servers.map(\.name)
        sentences.append(
            Sentence(
                text: servers.isEmpty
                    ? "The recording holds no requests."
                    : "The recording holds the requests of \(English.list(servers, atMost: 8)).",
                isDoubt: servers.isEmpty))
        if !coverage.missingServers.isEmpty {
            sentences.append(
                Sentence(
                    text: "There is no log of \(English.list(coverage.missingServers, atMost: 8)): "
                        + "what clients asked there is not known, and hops through there are not "
                        + "seen.", isDoubt: true))
        }
        sentences += bodySentences
        let unfinished = coverage.servers.reduce(0) { $0 + $1.unfinished }
        if unfinished > 0 {
            sentences.append(
                Sentence(
                    text: "The answer to \(Wording.count(unfinished, "request")) was not recorded.",
                    isDoubt: true))
        }
        if coverage.rejects > 0 {
            sentences.append(
                Sentence(
                    text: "\(Wording.count(coverage.rejects, "line")) of the input could not be "
                        + "read; v_reject holds the first of them with reason and place.",
                    isDoubt: true))
        }
        if coverage.truncated > 0 {
            sentences.append(
                Sentence(
                    text: "\(Wording.count(coverage.truncated, "record")) came cut short.",
                    isDoubt: true))
        }
        return sentences
    }

    private var bodySentences: [Sentence] {
        let total = coverage.servers.reduce(0) { $0 + $1.requests }
        let withBodies = coverage.servers.reduce(0) { $0 + $1.request + $1.requestResponse }
        guard total > 0 else { return [] }
        if withBodies == 0, coverage.owners == 0 {
            return [
                Sentence(
                    text: "No record has a body (audit level Metadata), so owner references are "
                        + "not known: which objects hang on which owner follows from the order of "
                        + "requests alone, and deletions are graded possible.", isDoubt: true)
            ]
        }
        return [
            Sentence(
                text: "\(Wording.percent(withBodies, of: total)) of the records have bodies; they "
                    + "name \(Wording.count(coverage.objects, "object")) and "
                    + "\(Wording.count(coverage.owners, "owner reference")). An object that was "
                    + "neither written nor listed with its body in this time is not known.")
        ]
    }

    /// How far model and recording agree; nil for a what-if.
    private func agreement(of run: Run, start: String) -> Sentence? {
        let judged = run.figures.agreement.reduce(0) { $0 + $1.requests }
        let against = run.figures.agreement.filter { $0.recorded != $0.predicted }
            .reduce(0) { $0 + $1.requests }
        guard run.isAsRecorded, judged > 0 else { return nil }
        return Sentence(
            text: "\(start)model and recording agree on "
                + "\(Wording.percent(judged - against, of: judged)) of "
                + "\(Wording.count(judged, "request"))"
                + (against > 0 ? "; \(grouped(against)) contradict the model (v_agreement)." : "."),
            isDoubt: against > 0)
    }

    private func sentences(of run: Run) -> [Sentence] {
        let start = runs.count > 1 ? "\(label(of: run)): " : ""
        var sentences: [Sentence] = []
        if let agreement = agreement(of: run, start: start) { sentences.append(agreement) }
        sentences += run.evidence.map { one in
            Sentence(
                text: "\(start)\(one.summary): \(one.effect)"
                    + (one.remedy.isEmpty ? "." : ". To settle it: \(one.remedy)."),
                isDoubt: one.weight != .notes)
        }
        let possible = run.figures.outcomes.reduce(0) { $0 + $1.possible }
        sentences.append(
            Sentence(
                text: possible == 0
                    ? "\(start)no verdict is left open."
                    : "\(start)\(Wording.count(possible, "verdict")) of "
                        + "\(grouped(run.requests)) left open: caches of unknown age, or a random "
                        + "choice, allow more than one outcome. They are counted as possible.",
                isDoubt: possible > 0))
        let (certain, open) = run.figures.count(of: .unjudged)
        let unjudged = certain + open
        if unjudged > 0 {
            sentences.append(
                Sentence(
                    text: "\(start)\(Wording.count(unjudged, "request")) could not be judged: "
                        + "nothing is known of the API group, or of the server.", isDoubt: true))
        }
        if !run.isAsRecorded {
            sentences.append(
                Sentence(
                    text: "\(start)a prediction. It takes the requests as they were recorded; "
                        + "clients that would have behaved differently after another answer are "
                        + "not replayed.", isDoubt: true))
        }
        return sentences.map { sentence in
            Sentence(
                text: sentence.text.prefix(1).uppercased() + sentence.text.dropFirst(),
                isDoubt: sentence.isDoubt)
        }
    }
}
