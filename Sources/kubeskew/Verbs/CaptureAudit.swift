import Judgments
import Analysis
import Arguments
import AuditLog
import Bytes
import Capture
import Configuration
import Glibc
import Output

extension Command {
    private static let bodies = Flag(
        "bodies", .choice(["graph", "all"]), fallback: "graph",
        help: "Keep of bodies what ties objects together, or all but what may be secret")
    private static let bodyLimit = Flag(
        "body-limit", .size, fallback: "1MiB", help: "With --bodies all: drop longer bodies")

    private static let part = Flag(
        "part", .none,
        help: "It is a part of a bigger capture: what needs all of it is left to merge")

    private static let list = Flag(
        "inputs", .file("FILE"),
        help: "Reads the inputs that FILE lists, or -: lines of SERVER, PATH and perhaps the NAME "
            + "to remember and the CLUSTER, with tabs between them")

    static let captureAudit = Command(
        usage: VerbUsage(
            "capture audit", summary: "Reads audit logs into a recording",
            text: """
                Reads audit logs of API servers, in whatever form a platform exports them: JSON \
                Lines, arrays and lists, EKS, GKE, AKS and OpenShift exports, CRI, Loki, Elastic, \
                Splunk and Fluent Bit records; plain, gzip, zstd, xz or tar, told by content. \
                Folders are read with what is below them, - is standard input.

                Which server wrote a log decides much. SERVER= says so; otherwise the log itself, \
                its stream, node or file name has to tell, and where two servers cannot be told \
                apart a warning says so.

                A request is kept once for each server it passed. The same command again adds \
                nothing, and completes a capture that was stopped. No token, Secret or ConfigMap \
                value is stored.

                --part reads a part of a bigger capture, such as some days of one server, and \
                leaves to merge what needs all of it: which records show one request, and which \
                processes each server ran. Nothing is said of a part by itself.

                --cluster names the cluster. One recording may hold several, which are replayed \
                one by one; servers of one name in two clusters are two servers.

                --bodies all keeps request and response bodies too, in the view v_body. Secrets, \
                tokens, reviews and certificate requests are left out whole; of the rest, data \
                of ConfigMaps, values of environment variables, commands, annotations that hold \
                documents, and fields named like a password or a key. A secret in a field of an \
                innocent name stays: look before you pass such a recording on.
                """,
            arguments: [
                Argument("RECORDING", help: "the recording; made where there is none"),
                Argument(
                    "[SERVER=]INPUT", .any,
                    help: "a file, a folder or -, and the API server that wrote it"),
            ],
            flags: [bodies, bodyLimit, list, part, Flags.captured] + Flags.rows,
            example: Example(
                "kubeskew capture audit incident.db cp-1=audit-1.log.gz cp-2=audit-2.log.gz",
                "Two servers' logs into one recording:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let words = context.arguments.arguments("[SERVER=]INPUT")
        try GivenFiles(context).checkTarget(path, inputs: words)
        var inputs = words.map { CaptureInput($0) }
        let listing = context.arguments.text(list)
        if let listing { inputs += try listed(listing) }
        guard !inputs.isEmpty else {
            throw UsageError(
                "capture audit needs an INPUT, or --inputs FILE",
                hint: "Run 'kubeskew capture audit --help' for its usage.")
        }
        let readers = inputs.count(where: { $0.path == "-" }) + (listing == "-" ? 1 : 0)
        guard readers <= 1 else {
            throw UsageError("standard input can be read once only")
        }
        var options = CaptureOptions()
        if context.arguments.text(bodies) == "all" {
            options.bodies = .all(longest: context.arguments.integer(bodyLimit) ?? 1 << 20)
        }
        options.isPart = context.arguments.isOn(part)
        options.cluster = try context.capturedCluster()
        let summary = try captureLogs(inputs, into: path, options, context)
        try context.printServers(summary)
        reportCapture(summary, path, context.terminal)
        if options.isPart {
            context.terminal.note("it is a part: merge it with the others before it is asked")
        }
        if summary.isInterrupted { throw Interrupted() }
        return summary.added + summary.merged == 0 && summary.rejects > 0 ? .failed : .done
    }

    private static func listed(_ file: String) throws -> [CaptureInput] {
        let text = String(decoding: try WholeFile(file).bytes, as: UTF8.self)
        do throws(Manifest.Problem) {
            return try Manifest.inputs(of: text)
        } catch {
            throw Failure("\(file): \(error)")
        }
    }

    /// Reads logs into a recording, with a progress bar; Ctrl-C ends it soundly.
    static func captureLogs(
        _ inputs: [CaptureInput], into path: String, _ options: CaptureOptions,
        _ context: Context
    ) throws -> CaptureSummary {
        let files = GivenFiles(context)
        try files.checkLogs(inputs)
        let isNew = access(path, F_OK) != 0
        var options = options
        options.isInterrupted = { Interrupt.isRequested }
        var bar: ProgressBar?
        defer { bar?.finish() }
        let summary = try Interrupt.polled {
            try Capture.captureAudit(inputs: inputs, into: path, options: options) { progress in
                if bar == nil {
                    bar = ProgressBar(
                        "reading", total: progress.bytesTotal, terminal: context.terminal)
                }
                bar?.update(done: progress.bytesRead, detail: "\(progress.requests) records")
            }
        }
        if isNew, !summary.isInterrupted, summary.isEmpty {
            unlink(path)
            throw Failure(
                "there is no audit record in \(inputs.map(\.path).joined(separator: ", "))")
        }
        return summary
    }

    /// What a person should know of a capture.
    static func reportCapture(_ summary: CaptureSummary, _ path: String, _ terminal: Terminal) {
        let sources = summary.sources == 1 ? "1 log" : "\(summary.sources) logs"
        terminal.note(
            "\(sources), \(byteText(summary.bytesRead)): "
                + "\(summary.added) requests added to \(path), "
                + "\(summary.merged) more records of requests that are in it")
        if let span = summary.span {
            terminal.note(
                "from \(RFC3339.text(span.lowerBound)) to \(RFC3339.text(span.upperBound))")
        }
        if summary.rejects > 0 {
            terminal.warn(
                "\(English.count(summary.rejects, "record")) could not be read; "
                    + "`query RECORDING -e 'SELECT * FROM "
                    + "v_reject'` shows the first of each file")
        }
        let bodies = summary.bodies
        if bodies != BodyCounts() {
            terminal.note(
                "\(bodies.kept) bodies kept without what may be secret; "
                    + "\(bodies.withheld) left out "
                    + "whole, \(bodies.tooLong) too long, \(bodies.unreadable) not readable")
        }
        for sentence in summary.coverage { terminal.note(sentence) }
        for sentence in summary.warnings { terminal.warn(sentence) }
    }
}
