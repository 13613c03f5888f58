import Analysis
import Arguments
import Judgments
import Output
import Recording

extension Command {
    static let compare = Command(
        usage: VerbUsage(
            "compare", summary: "Prints what one run flags and the other does not",
            text: """
                Joins the verdicts of two runs of a recording by request and prints, by client and \
                resource, those that only one of them flags: a wrong 404, a 503 of the proxy, a \
                loop, a server that does not run. What neither flags, and what both flag, is left \
                out.

                With --fail-on the exit status is 3 where the second run flags what the first does \
                not: a gate for a pipeline. Where it flags nothing more, but its evidence carries \
                no all-clear, it is 4, and what limits it goes to stderr.
                """,
            arguments: [
                Argument("RECORDING", help: "a recording"),
                Argument("RUN", help: "the run to compare with"),
                Argument("OTHER", help: "the run that is compared"),
            ],
            flags: [Flags.cluster, Flags.failOn, Flags.evidence] + Flags.rowsOrResults,
            example: Example(
                "kubeskew compare incident.db as-recorded with-proxy",
                "What the proxy would have saved:"),
            forms: ["RECORDING RUN RUN [FLAGS]"])
    ) { context in
        let recording = try Recording(
            path: context.arguments.required("RECORDING"), access: .read, of: context.clusters)
        try recording.beginReading()
        let first = try recording.knownRun(context.arguments.required("RUN"))
        let second = try recording.knownRun(context.arguments.required("OTHER"))
        let runs = [first.name, second.name]
        let differences = try recording.differences(first, second)
        if let format = context.resultFormat {
            context.output.write(
                render(
                    differences.map { $0.result(of: runs) }, from: RunDifference.source,
                    as: format))
        } else {
            try context.printRows(
                differences.map { $0.row(of: runs) }, columns: RunDifference.columns)
        }
        guard context.arguments.text(Flags.failOn) != "none" else { return .done }
        if differences.contains(where: \.isFlaggedBySecond) { return .findings }
        let verdict = try RunVerdict(second, in: recording)
        for one in verdict.evidence where one.weight == .blocks {
            context.terminal.note("run \(second.name): \(one.kind.rawValue): \(one.sentence)")
        }
        return context.status(verdict.state)
    }
}
