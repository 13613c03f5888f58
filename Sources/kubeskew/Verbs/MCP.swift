import Analysis
import Arguments
import Glibc
import Recording

extension Command {
    static let mcp = Command(
        usage: VerbUsage(
            "mcp", summary: "Lets a language model ask a recording, by tools over stdio",
            text: """
                Speaks the Model Context Protocol on standard input and output: tools for the \
                verdict, findings, explanations, servers, a timeline and the queries by name. \
                All of them read and none writes; answers are small and carry ids. The recording \
                must have a run ('kubeskew replay').
                """,
            arguments: [Argument("RECORDING", help: "a recording with a run")],
            flags: [Flags.cluster],
            example: Example(
                "claude mcp add upgrade -- kubeskew mcp /data/incident.db",
                "One client's way to add it; others take the same command:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        // Told now, not to the model.
        _ = try Recording(path: path, access: .read, of: context.clusters).knownRun(nil)
        let session = ProtocolSession(tools: RecordingTools(path: path, clusters: context.clusters))
        context.terminal.note("\(path) is served to one client on standard input and output")
        while let line = readLine(strippingNewline: true) {
            guard !line.isEmpty, let answer = session.answer(to: Array(line.utf8)) else {
                continue
            }
            context.output.write(answer + "\n")
            guard context.output.flush(), !context.output.isClosed else { break }
        }
        return .done
    }
}
