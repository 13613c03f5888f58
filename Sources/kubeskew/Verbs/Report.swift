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

    static let report = Command(
        usage: VerbUsage(
            "report", summary: "Writes a run as one self-contained page",
            text: """
                Writes one HTML file that holds everything it shows: the verdict in a sentence, \
                servers and wrong answers over time, each finding with the requests it rests on, \
                who is affected, and what was not seen. It loads nothing, works without scripts, \
                and prints.

                With two runs it shows what happened beside what would have.
                """,
            arguments: [Argument("RECORDING", help: "a recording with a run")],
            flags: [runs, html],
            example: Example(
                "kubeskew report incident.db --run as-recorded --run with-proxy --html report.html",
                "What happened beside what the proxy would have changed:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let names = context.arguments.texts(runs)
        guard let file = context.arguments.text(html), !file.isEmpty else {
            throw UsageError(
                "report needs --html FILE", hint: "Run 'kubeskew report --help' for its usage.")
        }
        guard names.count <= 2, Set(names).count == names.count else {
            throw UsageError(
                "report takes one run, or two that differ",
                hint: "Run 'kubeskew report --help' for its usage.")
        }
        // Said before the work, not after.
        let output = file == "-" ? nil : try OutputFile(file, reading: [path])
        let page = try ReportReading(path: path, madeAt: wallClockNanoseconds()).page(ofRuns: names)
        let bytes = page.rendered()
        guard let output else {
            context.output.write(bytes)
            return .done
        }
        try output.write(bytes)
        try output.commit()
        for run in page.runs { context.terminal.note("\(run.name): \(Headline(run).sentence)") }
        context.terminal.note("\(file): \(byteText(bytes.count))")
        return .done
    }
}
