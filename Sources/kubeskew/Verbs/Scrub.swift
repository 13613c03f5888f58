import Arguments
import Capture
import Scrub

extension Command {
    private static let copy = Flag(
        "output", short: "o", .file("FILE"), help: "The recording to write")

    static let scrub = Command(
        usage: VerbUsage(
            "scrub", summary: "Copies a recording with tokens in the place of names",
            text: """
                Writes a copy that can be given away: users, namespaces, objects, addresses, \
                clusters and inputs have tokens such as ns-3 in it, the same for the same name \
                throughout. Replayed, \
                it gives the same verdicts and findings. Bodies, runs and what rejects said are \
                left out.

                Kept are: kinds, groups and resources, names of custom resource definitions, users \
                and namespaces of the system, user agents, servers' names that are no addresses, \
                uids, times and discovery documents.
                """,
            arguments: [Argument("RECORDING", help: "the recording to copy")],
            flags: [copy],
            example: Example(
                "kubeskew scrub incident.db -o for-the-vendor.db",
                "A copy without names of yours:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        guard let target = context.arguments.text(copy), !target.isEmpty, target != "-" else {
            throw UsageError(
                "scrub needs -o FILE", hint: "Run 'kubeskew scrub --help' for its usage.")
        }
        let output = try OutputFile(target, reading: [path])
        guard let draft = output.draftPath else {
            throw UsageError("scrub writes a file, and \(target) is none")
        }
        try scrubRecording(path, into: draft)
        try output.commit()
        context.terminal.note("\(target): users, namespaces, objects and addresses are tokens")
        return .done
    }
}
