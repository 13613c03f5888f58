import Analysis
import Arguments
import AuditLog
import Capture
import Glibc
import Judgments
import Output
import Recording
import Report

extension Command {
    private static let recordingFile = Flag(
        "recording", short: "r", .text("FILE"),
        help: "Keep the recording here; by default in a temporary folder that is named")
    private static let html = Flag("html", .text("FILE"), help: "Write the report too")

    static let analyze = Command(
        usage: VerbUsage(
            "analyze", summary: "Says what an upgrade did to requests, straight from its logs",
            text: """
                Reads audit logs into a recording, replays it as recorded, and says first what \
                went wrong, that nothing did, or that this cannot be told and why; then what to \
                do next, with the commands that do it.

                'capture audit', 'replay', 'findings' and 'report' do the same step by step.
                """,
            arguments: [
                Argument(
                    "[SERVER=]LOG", .oneOrMore,
                    help: "a file, a folder or -, and the API server that wrote it")
            ],
            flags: [recordingFile, html, Flags.servers, Flags.clocks, Flags.failOn, Flags.evidence]
                + Flags.rowsOrResults,
            example: Example(
                "kubeskew analyze cp-1=audit-1.log.gz cp-2=audit-2.log.gz cp-3=audit-3.log.gz",
                "What the upgrade did:"))
    ) { context in
        let path = try context.arguments.text(recordingFile) ?? temporaryRecording()
        let inputs = context.arguments.arguments("[SERVER=]LOG").map { CaptureInput($0) }
        let summary = try captureLogs(inputs, into: path, CaptureOptions(), context)
        reportCapture(summary, path, context.terminal)
        if summary.isInterrupted { throw Interrupted() }
        guard
            let outline = try RecordedOutline(
                recordingAt: path, of: .named(""), clocks: try context.clocks())
        else {
            throw Failure(
                "the logs hold no audit record",
                hint: "See why: kubeskew query \(path) -e 'SELECT * FROM v_reject'")
        }
        var assumptions = Assumptions()
        assumptions.serverCount = context.arguments.integer(Flags.servers)
        let run = try Run(
            name: "as-recorded", question: .asRecorded, outline: outline, assumptions: assumptions,
            keepsAll: false)
        _ = try run.concluded(startedAt: wallClockNanoseconds())
        let page = context.arguments.text(html)
        if let page { try writeReport(of: path, to: page) }
        return try conclude(path, page, context)
    }

    /// The verdict, the gravest findings, and what to do next.
    private static func conclude(
        _ path: String, _ page: String?, _ context: Context
    ) throws -> ExitStatus {
        let recording = try Recording(path: path, access: .read, of: .named(""))
        let run = try recording.knownRun("as-recorded")
        let verdict = try RunVerdict(run, in: recording)
        let list = try FindingList(
            recording, run: run, withPlaces: context.resultFormat != nil)
        guard context.isForPerson else {
            try context.print([(list, verdict)])
            context.terminal.note(verdict.headline.sentence)
            context.terminal.note("the recording is \(path)")
            return context.status(list, verdict)
        }
        context.printProse(verdict.text(paint: context.paint) + "\n")
        if !list.rows.isEmpty {
            try context.print(list, limit: 10)
            context.output.write("\n")
        }
        context.output.write("What to do next:\n")
        for (command, reason) in next(path, page, list, verdict) {
            context.output.write(displaySafe("  \(command)") + "\n      \(reason)\n")
        }
        return context.status(list, verdict)
    }

    private static func next(
        _ path: String, _ page: String?, _ list: FindingList, _ verdict: RunVerdict
    ) -> [(command: String, reason: String)] {
        var steps: [(String, String)] = []
        if let first = list.rows.first {
            steps.append(
                ("kubeskew explain \(path) \(first.id)", "why the gravest finding is one"))
        }
        if verdict.state != .complete {
            steps.append(
                (
                    "kubeskew doctor \(path)",
                    "what is missing, and the audit policy that would have had it"
                ))
        }
        if page == nil {
            steps.append(
                ("kubeskew report \(path) --html report.html", "all of it as one page"))
        }
        steps.append(
            (
                "kubeskew scenario \(path) > what-if.yaml",
                "the control plane as recorded, to be changed and replayed with --scenario"
            ))
        return steps
    }

    private static func writeReport(of path: String, to file: String) throws {
        let page = try ReportReading(path: path, of: .named(""), madeAt: wallClockNanoseconds())
            .page(ofRuns: ["as-recorded"])
        let output = try OutputFile(file, reading: [path])
        try output.write(page.rendered())
        try output.commit()
    }

    private static func temporaryRecording() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/kubeskew-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template) else {
            throw Failure(
                "cannot make a folder in \(base): \(String(cString: strerror(errno)))",
                hint: "Say where the recording may be: -r FILE")
        }
        return String(cString: folder) + "/recording.db"
    }
}
