import Analysis
import Arguments
import Glibc
import Recording
import Report

extension Command {
    private static let runs = Flag(
        "run", .text("NAME"), repeats: true,
        help: "The run to show, the latest by default; two are put side by side")
    private static let html = Flag(
        "html", .text("FILE"), help: "The page to write; - for standard output")

    static let report = Command(
        usage: VerbUsage(
            "report", summary: "Writes a run as one self-contained page",
            text: """
                Writes one HTML file that holds everything it shows: the verdict in a sentence, \
                servers and wrong answers over time, each finding with the requests it rests on, \
                who is affected, and what was not seen. It loads nothing, works without scripts, \
                and prints.

                With two runs it shows what happened beside what would have.
                """,
            arguments: [Argument("RECORDING", help: "a recording with a run")],
            flags: [runs, html],
            example: Example(
                "kubeskew report incident.db --run as-recorded --run with-proxy --html report.html",
                "What happened beside what the proxy would have changed:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let names = context.arguments.texts(runs)
        guard let file = context.arguments.text(html), !file.isEmpty else {
            throw UsageError(
                "report needs --html FILE", hint: "Run 'kubeskew report --help' for its usage.")
        }
        guard names.count <= 2, Set(names).count == names.count else {
            throw UsageError(
                "report takes one run, or two that differ",
                hint: "Run 'kubeskew report --help' for its usage.")
        }
        let page = try ReportReading(path: path, madeAt: wallClockNanoseconds()).page(ofRuns: names)
        let bytes = page.rendered()
        if file == "-" {
            context.output.write(bytes)
            return .done
        }
        try writeFile(bytes, to: file)
        for run in page.runs { context.terminal.note("\(run.name): \(Headline(run).sentence)") }
        context.terminal.note("\(file): \(byteText(bytes.count))")
        return .done
    }
}

/// Writes a file whole or not at all: beside it first, then in its place.
func writeFile(_ bytes: [UInt8], to path: String) throws {
    func failure(_ code: Int32) -> Failure {
        Failure("cannot write \(path): \(String(cString: strerror(code)))")
    }
    // What is no plain file, such as /dev/stdout, is written to and not replaced.
    var status = stat()
    let isOther = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    let draft = isOther ? path : "\(path).\(getpid()).part"
    let flags = isOther ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL
    let descriptor = open(draft, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(errno) }
    let error = writeAll(bytes, to: descriptor)
    let closed = close(descriptor) == 0 ? 0 : errno
    guard error == 0, closed == 0 else {
        if !isOther { unlink(draft) }
        throw failure(error != 0 ? error : closed)
    }
    guard isOther || rename(draft, path) == 0 else {
        let reason = errno
        unlink(draft)
        throw failure(reason)
    }
}
