import Analysis
import Arguments
import Recording

extension Command {
    static let servers = Command(
        usage: VerbUsage(
            "servers", summary: "Says which server ran which version when, and how that is known",
            text: """
                Prints a row for each process of an API server that the recording shows: from the \
                server's requests to itself, which carry its version, from what it asks as it \
                starts, and from gaps. Where no start was seen, from_at is when the process was \
                first seen, and start_seen is 0; until_at is empty where no end was seen. A server \
                without a version was only seen to answer.

                clock is by how much a server's clock was ahead of the others', found by which \
                revisions its writes made and used. From a second on a replay corrects it; say \
                with --clock what it really was.
                """,
            arguments: [Argument("RECORDING", help: "the recording to read")],
            flags: [Flags.cluster, Flags.clocks] + Flags.rows,
            example: Example("kubeskew servers upgrade.db", "The timeline of an upgrade:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        var clocks: [String: [String: String]] = [:]
        for cluster in try context.clusters(in: path) {
            guard
                let outline = try RecordedOutline(
                    recordingAt: path, of: cluster, clocks: try context.clocks())
            else { continue }
            clocks[outline.cluster] = outline.clockTexts
        }
        let run = QueryRun(
            recordingPath: path, of: context.clustersOrAll,
            query: QueryText(plain: Recording.serverTimeline(clocks: clocks)),
            settings: [], timeLimit: nil,
            wideColumns: ["from_ns", "until_ns", "start_seen", "ready_at", "cluster"])
        try context.printRows(of: run)
        return .done
    }
}
