import Analysis
import Arguments
import Configuration
import ControlPlane
import Output
import Recording

extension Command {
    private static let policy = Flag(
        "policy", .text("FILE"), help: "Judge this audit policy instead of a recording")
    private static let suggest = Flag(
        "suggest", .none, help: "Print the audit policy that answers everything, and nothing else")

    static let doctor = Command(
        usage: VerbUsage(
            "doctor",
            summary: "Says what a recording, or an audit policy, can and cannot answer",
            text: """
                Goes through what people ask after an upgrade (which requests got a wrong answer, \
                what the garbage collector asked before it deleted, who owns what) and says of \
                each whether the recording can answer it, and if not, what is missing: a server's \
                log, a sort of requests, bodies. Below stands the smallest audit policy that \
                would have answered everything, ready to use.

                With --policy judges an audit policy before the upgrade, by sample requests, with \
                the line of the rule that leaves something out.

                The exit status is 4 where the evidence could not carry an all-clear.
                """,
            arguments: [Argument("RECORDING", .optional, help: "a recording")],
            flags: [policy, suggest, Flags.cluster, Flags.servers, Flags.evidence] + Flags.rows,
            example: Example(
                "kubeskew doctor --policy /etc/kubernetes/audit-policy.yaml",
                "Whether the next upgrade could be judged:"),
            forms: ["RECORDING [FLAGS]", "--policy FILE [FLAGS]", "--suggest"])
    ) { context in
        if context.arguments.isOn(suggest) {
            context.output.write(AuditPolicy.smallest)
            return .done
        }
        guard context.arguments.text(policy) == nil, context.arguments.argument("RECORDING") != nil
        else { return try examine(.only, context) }
        return try context.eachCluster { try examine($0, context) }
    }

    private static func examine(_ clusters: Clusters, _ context: Context) throws -> ExitStatus {
        let doctor = try diagnosis(clusters, context)
        try context.printRows(doctor.rows.map(doctor.cells), columns: Doctor.columns)
        guard context.isForPerson else {
            return context.status(doctor.state)
        }
        let sentences = doctor.sentences.map { "\n" + displaySafe($0) + "\n" }.joined()
        context.printProse(sentences)
        if doctor.rows.contains(where: { $0.answer != .yes }) {
            context.output.write("\n" + AuditPolicy.smallest)
        }
        return context.status(doctor.state)
    }

    private static func diagnosis(_ clusters: Clusters, _ context: Context) throws -> Doctor {
        guard let file = context.arguments.text(policy) else {
            guard let path = context.arguments.argument("RECORDING") else {
                throw UsageError(
                    "doctor needs a recording, or --policy FILE",
                    hint: "Run 'kubeskew doctor --help' for its usage.")
            }
            guard let outline = try RecordedOutline(recordingAt: path, of: clusters) else {
                throw Failure("\(path) holds no request")
            }
            return try Doctor(outline, servers: context.arguments.integer(Flags.servers))
        }
        let reading = AuditPolicy.read(try WholeFile(file).bytes, fileName: file)
        complain(of: reading.problems)
        guard reading.isUsable else { throw Failure("\(file) cannot be used") }
        return Doctor(reading.policy)
    }
}
