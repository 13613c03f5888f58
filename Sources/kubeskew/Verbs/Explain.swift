import Arguments
import Findings
import Output
import Recording
import SQLiteKit

extension Command {
    static let explain = Command(
        usage: VerbUsage(
            "explain", summary: "Says why: of a request, a finding, or a kind of finding",
            text: """
                Tells one request's story: where it arrived, what that server held at that instant \
                and since when, each rung of the ladder that it passed, where it went, what came \
                back, what the other servers would have answered, and which facts this rests on.

                ID is a request id, an audit id or a finding id, as queries and reports print \
                them. A finding's story is its requests. With a kind of finding, such as wrong-gc, \
                and no recording, prints what makes it, what shows it, what to do about it and \
                what it cannot see.
                """,
            arguments: [
                Argument("RECORDING", help: "a recording; or a kind of finding alone"),
                Argument("ID", .optional, help: "a request id, an audit id or a finding id"),
            ],
            flags: [Flags.run],
            example: Example(
                "kubeskew explain incident.db 4186",
                "Why request 4186 was answered as it was:"),
            forms: ["RECORDING ID [FLAGS]", "KIND"])
    ) { context in
        let first = context.arguments.required("RECORDING")
        guard let id = context.arguments.argument("ID") else {
            context.output.write(try pageText(of: first, context.paint))
            return .done
        }
        let recording = try Recording(path: first, access: .read)
        let run = try? RunLookup(context.arguments.text(Flags.run), in: recording)
        if context.arguments.isGiven(Flags.run), run == nil {
            _ = try RunLookup(context.arguments.text(Flags.run), in: recording)
        }
        if let finding = try ExplainedFinding(id, in: recording, run: run?.name) {
            context.output.write(finding.text(context.paint))
            return .done
        }
        let requests = try ExplainedRequest.find(id, in: recording)
        guard !requests.isEmpty else {
            throw Failure(
                "'\(id)' is no request, audit id or finding of \(first)",
                hint:
                    "Ids are the first column of 'kubeskew query \(first) -e \"SELECT request_id, audit_id, * FROM v_request\"'."
            )
        }
        let control = try ExplainedControlPlane(run, in: recording)
        for request in requests {
            context.output.write(RequestStory(request, control).text(context.paint))
        }
        return .done
    }

    /// A rule's page: the documentation that each rule carries.
    private static func pageText(of kind: String, _ paint: Paint) throws -> String {
        guard let known = Finding.Kind(rawValue: kind), let page = RuleBook.page(known) else {
            let kinds = RuleBook.pages.map(\.kind.rawValue)
            let near = nearestName(to: kind, among: kinds).map { "Did you mean '\($0)'?" }
            throw UsageError(
                "'\(kind)' is no kind of finding, and no ID is given",
                hint: near ?? "Kinds: \(kinds.joined(separator: ", "))")
        }
        var text = paint(.bold, "\(page.kind.rawValue): \(page.title)") + "\n"
        for (title, body) in [
            ("What makes it", page.cause), ("What shows it", page.evidence),
            ("What to do", page.advice), ("What it cannot see", page.blindness),
        ] {
            text += "\n" + paint(.bold, title) + "\n" + wrapped(body, indent: "  ")
        }
        return text + factsText(page.facts, paint)
    }
}

/// The meaning of fact numbers, a line each.
func factsText(_ numbers: [String], _ paint: Paint) -> String {
    let known = numbers.compactMap { number in
        factMeaning(number).map { wrapped("\(number)  \($0)", indent: "  ", hanging: "        ") }
    }
    guard !known.isEmpty else { return "" }
    return "\n" + paint(.bold, "Which rests on") + "\n" + known.joined()
}

/// Text in lines of at most 88 columns.
func wrapped(_ text: String, indent: String, hanging: String? = nil) -> String {
    var lines: [String] = []
    var line = indent
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        if line.count + 1 + word.count > 88, line.contains(where: { $0 != " " }) {
            lines.append(line)
            line = hanging ?? indent
        }
        line += line.last == " " || line.isEmpty ? String(word) : " \(word)"
    }
    return (lines + [line]).joined(separator: "\n") + "\n"
}
