import Arguments
import Capture
import Output

extension Command {
    static let merge = Command(
        usage: VerbUsage(
            "merge", summary: "Joins recordings",
            text: """
                Adds what other recordings hold to a recording: the same as capturing all of \
                their inputs at once, in any order. So each node's log, or each day's, can be \
                captured by itself, where it lies, and only the recordings travel.

                Clusters that were named by --cluster as they were captured stay apart: one \
                recording may hold a fleet. --cluster gives a name to what has none.

                Merging one twice adds nothing, and completes a merge that was stopped. Runs are \
                left out, since they say nothing of all of them together: replay again.
                """,
            arguments: [
                Argument("RECORDING", help: "the recording; made where there is none"),
                Argument("OTHER", .oneOrMore, help: "a recording that is added to it"),
            ],
            flags: [Flags.captured] + Flags.rows,
            example: Example(
                "kubeskew merge incident.db cp-1.db cp-2.db cp-3.db",
                "Three servers' recordings into one:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let others = context.arguments.arguments("OTHER")
        let cluster = try context.capturedCluster()
        let summary = try Interrupt.polled {
            try mergeRecordings(others, into: path, naming: cluster) { Interrupt.isRequested }
        }
        try context.printServers(summary)
        let recordings = summary.sources == 1 ? "1 recording" : "\(summary.sources) recordings"
        context.terminal.note(
            "\(recordings): \(summary.added) requests added to \(path), \(summary.merged) that are "
                + "in it")
        for warning in summary.warnings { context.terminal.warn(warning) }
        if summary.isInterrupted { throw Interrupted() }
        return .done
    }
}
