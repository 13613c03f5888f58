import Bytes
import Analysis
import Arguments
import Findings
import Judgments
import Output
import Recording

extension Command {
    private static let format = Flag(
        "output", short: "o", .choice(["text", "json", "markdown"]), fallback: "text",
        help: "For a person, a program, or a ticket")

    static let explain = Command(
        usage: VerbUsage(
            "explain", summary: "Says why: of a request, a finding, or a kind of finding",
            text: """
                Tells one request's story: where it arrived, what that server held at that instant \
                and since when, each rung of the ladder that it passed, where it went, what came \
                back, what the other servers would have answered, and which facts this rests on.

                ID is a request id, an audit id or a finding id, as queries and reports print \
                them; of a finding's and an audit id its beginning will do, where it is the only \
                one. A finding's story is its requests. With a kind of finding, such as wrong-gc, \
                and no recording, prints what makes it, what shows it, what to do about it and \
                what it cannot see.
                """,
            arguments: [
                Argument("RECORDING", help: "a recording; or a kind of finding alone"),
                Argument("ID", .optional, help: "a request id, an audit id or a finding id"),
            ],
            flags: [Flags.run, Flags.cluster, format] + FilterFlags.all,
            example: Example(
                "kubeskew explain incident.db 4186",
                "Why request 4186 was answered as it was:"),
            forms: ["RECORDING ID [FLAGS]", "KIND"])
    ) { context in
        let first = context.arguments.required("RECORDING")
        guard let id = context.arguments.argument("ID") else {
            context.printProse(try rulePage(of: first).text(context.paint))
            return .done
        }
        let recording = try Recording(path: first, access: .read, of: context.clusters)
        try recording.beginReading()
        let run =
            context.arguments.isGiven(Flags.run)
            ? try recording.knownRun(context.arguments.text(Flags.run))
            : try recording.storedRun(nil)
        if let run, !context.arguments.isGiven(Flags.run) {
            context.terminal.note("run \(run.name), \(run.mode.words)")
        }
        if let run,
            let finding = try recording.findingID(id, ofRun: run).flatMap({
                try recording.findingCase($0, of: run)
            })
        {
            return try explain(finding, run, recording, context)
        }
        let requests = try recording.requests(named: id)
        guard !requests.isEmpty else {
            let begun = try run.map { try recording.findingIDs(beginning: id, ofRun: $0) } ?? []
            throw unknown(id, in: first, begun)
        }
        let control = try ExplainedControlPlane(run, recordingAt: first, of: context.clusters)
        let stories = try requests.map { try RequestStory($0, control, in: recording) }
        switch context.arguments.text(format) {
        case "json":
            context.output.write(JSONDocument.array(stories.map(\.document)).rendered() + "\n")
        case "markdown": context.output.write(stories.map(\.markdown).joined(separator: "\n"))
        default: for story in stories { context.printProse(story.text(context.paint)) }
        }
        return .done
    }

    /// - Parameter begun: findings whose ids begin so; none or several.
    private static func unknown(_ id: String, in path: String, _ begun: [String]) -> Failure {
        if begun.count > 1 {
            let kind = Finding.Kind(rawValue: id).map {
                " 'kubeskew explain \($0.rawValue)' says what findings of this kind are."
            }
            return Failure(
                "several findings begin with '\(id)': \(begun.joined(separator: ", "))",
                hint: "Give more of the one that is meant.\(kind ?? "")")
        }
        return Failure(
            "'\(id)' is no request, audit id or finding of \(path)",
            hint: "Ids are the first column of 'kubeskew findings \(path)' and of "
                + "'kubeskew query \(path) "
                + "-e \"SELECT request_id, audit_id, * FROM v_request\"'.")
    }

    private static func explain(
        _ found: FindingCase, _ run: StoredRun, _ recording: borrowing Recording,
        _ context: Context
    ) throws -> ExitStatus {
        let filter = try FilterFlags.filter(context, in: recording)
        var finding = found
        finding.exhibits.removeAll { !filter.allows($0) }
        switch context.arguments.text(format) {
        case "json": context.output.write(finding.document(run: run.name).rendered() + "\n")
        case "markdown": context.output.write(finding.markdown(run: run.name))
        default: context.printProse(finding.text(run: run.name, context.paint))
        }
        return .done
    }

    private static func rulePage(of kind: String) throws -> RulePage {
        guard let known = Finding.Kind(rawValue: kind), let page = RuleBook.page(known) else {
            let kinds = RuleBook.pages.map(\.kind.rawValue)
            let near = nearestName(to: kind, among: kinds).map { "Did you mean '\($0)'?" }
            throw UsageError(
                "'\(kind)' is no kind of finding, and no ID is given",
                hint: near ?? "Kinds: \(kinds.joined(separator: ", "))")
        }
        return page
    }
}
