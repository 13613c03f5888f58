import Analysis
import Arguments
import Capture
import Glibc
import Output

extension Command {
    private static let interface = Flag(
        "interface", short: "i", .text("IF"), help: "The network interface, such as eth0 or any")
    private static let filter = Flag(
        "filter", .text("BPF"), help: "Which packets, in the language of tcpdump")
    private static let duration = Flag(
        "duration", .duration, help: "How long to capture; until interrupted by default")
    private static let write = Flag(
        "write", .file("FILE.pcapng"), help: "Write the packets to a file, too")

    static let captureLive = Command(
        usage: VerbUsage(
            "capture live", summary: "Records from a network interface",
            text: """
                Reads requests off an interface as they pass, like capture pcap, until --duration \
                is over or a signal stops it. The key log is followed as it grows. What the kernel \
                dropped is counted and kept.

                Without --duration, SIGINT and SIGTERM are its normal end: the status is 0. With \
                --duration they cut it short: the status is 130, and what was read is kept.

                Capturing takes privileges; as root once: setcap cap_net_raw,cap_net_admin=eip \
                with the path of this program.
                """,
            arguments: [Argument("RECORDING", help: "the recording; made where there is none")],
            flags: [
                interface, filter, PacketVerb.keyLog, PacketVerb.server, Flags.captured, duration,
                write,
            ] + Flags.rows,
            example: Example(
                "kubeskew capture live incident.db --interface any --filter 'port 6443' "
                    + "--keylog keys.log --duration 60s",
                "A minute of an API server's traffic:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        guard let name = context.arguments.text(interface) else {
            throw UsageError("capture live needs --interface")
        }
        var live = LiveOptions(interface: name)
        live.filter = context.arguments.text(filter)
        live.duration = context.arguments.nanoseconds(duration)
        live.output = context.arguments.text(write)
        live.program = runningProgram()
        let options = try PacketVerb.options(context)
        let summary = try Interrupt.polled {
            defer { context.terminal.clear() }
            return try Capture.captureLive(live, into: path, options: options) { progress in
                context.terminal.draw(
                    "\(progress.packets) packets  \(byteText(progress.bytesRead))  "
                        + "\(progress.requests) requests  \(progress.dropped) dropped")
            }
        }
        try PacketVerb.report(summary, path, context)
        // Interrupting is how an unlimited capture ends: that is no failure.
        if summary.isInterrupted, live.duration != nil { throw Interrupted() }
        return .done
    }
}

/// The path of this program, for setcap.
private func runningProgram() -> String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &path, path.count - 1)
    guard length > 0 else { return "kubeskew" }
    return String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
