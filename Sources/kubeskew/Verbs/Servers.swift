import Analysis
import Arguments
import Output

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
                """,
            arguments: [Argument("RECORDING", help: "the recording to read")], flags: Flags.rows,
            example: Example("kubeskew servers upgrade.db", "The timeline of an upgrade:"))
    ) { context in
        let run = QueryRun(
            recordingPath: context.arguments.required("RECORDING"),
            query: QueryText(plain: timeline), settings: [], timeLimit: nil,
            wideColumns: ["from_ns", "until_ns", "start_seen", "ready_at"])
        try context.printRows(of: run)
        return .done
    }

    private static let timeline = """
        SELECT server, version, from_at, until_at, known_by, from_ns, until_ns, start_seen, ready_at
        FROM v_server
        UNION ALL
        SELECT name, NULL, NULL, NULL, 'its requests alone', NULL, NULL, 0, NULL FROM server
        WHERE id <> 0 AND id NOT IN (SELECT server FROM process)
        ORDER BY server, from_ns
        """
}
