import Analysis
import Arguments
import Capture
import Recording
import Report

extension Command {
    private static let runs = Flag(
        "run", .text("NAME"), repeats: true,
        help: "The run to show, by default the one as recorded; two are put side by side")
    private static let html = Flag(
        "html", .text("FILE"), help: "The page to write; - for standard output")
    private static let markdown = Flag(
        "markdown", .text("FILE"), help: "The same as Markdown, for a ticket; - for standard output"
    )
    private static let json = Flag(
        "json", .text("FILE"),
        help: "The same as JSON ('kubeskew schema report'); - for standard output")
    private static let digests = Flag(
        "digests", .none, help: "Name the inputs with their SHA-256, as the files are now")
    private static let print = Flag(
        "print", .choice(["short", "all"]), fallback: "short",
        help: "What the page puts on paper: a few pages, or every finding with its evidence")

    static let report = Command(
        usage: VerbUsage(
            "report", summary: "Writes a run as one self-contained page",
            text: """
                Writes one HTML file that holds everything it shows: the verdict in a sentence, \
                servers and wrong answers over time, each finding with the requests it rests on, \
                who is affected, what to restore, and what was not seen. It loads nothing, works \
                without scripts, and prints on a few pages.

                With two runs it shows what happened beside what would have, and what was changed.

                --markdown and --json write the same for a ticket and for programs. Flags such as \
                --namespace narrow the lists of findings, clients and objects; the verdict and the \
                figures stay those of the whole.
                """,
            arguments: [Argument("RECORDING", help: "a recording with a run")],
            flags: [runs, Flags.cluster, html, markdown, json, print, digests] + FilterFlags.all,
            example: Example(
                "kubeskew report incident.db --run as-recorded --run with-proxy --html report.html",
                "What happened beside what the proxy would have changed:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let names = context.arguments.texts(runs)
        let targets = [html, markdown, json].map { context.arguments.text($0) ?? "" }
        guard targets.contains(where: { !$0.isEmpty }) else {
            throw UsageError(
                "report needs --html FILE, --markdown FILE or --json FILE",
                hint: "Run 'kubeskew report --help' for its usage.")
        }
        guard names.count <= 2, Set(names).count == names.count else {
            throw UsageError(
                "report takes one run, or two that differ",
                hint: "Run 'kubeskew report --help' for its usage.")
        }
        guard targets.count(where: { $0 == "-" }) <= 1 else {
            throw UsageError("one report alone can go to standard output")
        }
        // Said before the work, not after.
        let outputs = try targets.map { file in
            try file.isEmpty || file == "-" ? nil : OutputFile(file, reading: [path])
        }
        var page = try context.page(of: path, names)
        page.printsAll = context.arguments.text(print) == "all"
        if context.arguments.isOn(digests) { page.addDigests() }
        let documents = [page.rendered, page.markdown, page.json]
        for ((target, output), document) in zip(zip(targets, outputs), documents)
        where !target.isEmpty {
            let bytes = document()
            guard let output else {
                context.output.write(bytes)
                continue
            }
            try output.write(bytes)
            try output.commit()
            context.terminal.note("\(target): \(byteText(bytes.count))")
        }
        for run in page.runs { context.terminal.note("\(run.name): \(Headline(run).sentence)") }
        return .done
    }
}

extension Context {
    fileprivate func page(of path: String, _ names: [String]) throws -> ReportPage {
        let filter = try FilterFlags.filter(
            self, in: try Recording(path: path, access: .read, of: clusters))
        return try ReportReading(path: path, of: clusters, madeAt: wallClockNanoseconds())
            .page(ofRuns: names, filter: filter)
    }
}

extension ReportPage {
    fileprivate mutating func addDigests() {
        let digests = InputDigests.sha256(of: inputs.map(\.name))
        for index in inputs.indices { inputs[index].sha256 = digests[inputs[index].name] }
    }
}
