import Analysis
import Arguments
import Judgments
import Output
import Recording
import Report

extension Command {
    private static let kind = Flag(
        "kind", .choice(Finding.Kind.allCases.map(\.rawValue)), repeats: true,
        help: "List findings of this kind only; several may be given")
    private static let baseline = Flag(
        "baseline", .text("RUN|FILE"),
        help: "Leave out what this run, or a file of findings kept from before, has already")

    static let findings = Command(
        usage: VerbUsage(
            "findings", summary: "Lists the findings of a run",
            text: """
                Prints what 'replay' found: objects deleted by mistake, namespaces removed too \
                early, clients that got wrong answers, requests that went round. The gravest come \
                first. A finding is 'observed' where the recording itself shows it, 'predicted' \
                where it follows from recorded requests, 'possible' where it could have happened.

                A finding keeps its id from run to run, so that --baseline can leave out what is \
                known: the name of another run, a file of '-o sarif' or '-o json', or a list of \
                ids. Whatever is left out, by --baseline or by flags such as --namespace, does \
                not count for --fail-on.

                'kubeskew explain RECORDING ID' says why, 'kubeskew report' draws it.
                """,
            arguments: [Argument("RECORDING", help: "a recording with a run")],
            flags: [Flags.run, Flags.cluster, kind] + FilterFlags.all
                + [baseline, Flags.failOn, Flags.evidence] + Flags.rowsOrResults,
            example: Example(
                "kubeskew findings incident.db --kind wrong-gc",
                "What the garbage collector deleted by mistake:"))
    ) { context in
        var found: [(list: FindingList, verdict: RunVerdict)] = []
        let status = try context.eachCluster { clusters in
            try list(clusters, context, &found)
        }
        if !context.isForPerson { try context.print(found) }
        return status
    }

    private static func list(
        _ clusters: Clusters, _ context: Context,
        _ found: inout [(list: FindingList, verdict: RunVerdict)]
    ) throws -> ExitStatus {
        let arguments = context.arguments
        let recording = try Recording(
            path: arguments.required("RECORDING"), access: .read, of: clusters)
        try recording.beginReading()
        let run = try context.run(in: recording)
        let verdict = try RunVerdict(run, in: recording)
        let list = try FindingList(
            recording, run: run,
            kinds: Set(arguments.texts(kind).compactMap(Finding.Kind.init(rawValue:))),
            baseline: context.baseline(arguments.text(baseline), in: recording),
            filter: FilterFlags.filter(context, in: recording),
            withPlaces: context.resultFormat != nil)
        if context.isForPerson {
            try context.print(list)
            context.output.flush()
            context.terminal.note(list.summary)
        } else {
            found.append((list, verdict))
        }
        if verdict.state == .insufficient { context.terminal.note(verdict.headline.sentence) }
        return context.status(list, verdict)
    }
}
