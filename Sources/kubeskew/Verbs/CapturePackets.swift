import Analysis
import Arguments
import Bytes
import Capture
import Glibc
import KubeAPI
import Output
import Wire

/// What `capture pcap` and `capture live` have in common.
enum PacketVerb {
    static let keyLog = Flag(
        "keylog", .file("FILE"),
        help: "An NSS key log with the secrets of TLS connections (SSLKEYLOGFILE)")
    static let server = Flag(
        "server", .text("NAME=IP:PORT"), repeats: true,
        help: "The API server that listens at an address; may be given again")

    static func options(_ context: Context) throws -> PacketOptions {
        var options = PacketOptions()
        options.keyLog = context.arguments.text(keyLog)
        options.isInterrupted = { Interrupt.isRequested }
        options.cluster = try context.capturedCluster()
        for word in context.arguments.texts(server) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, ServerName.isValid(String(parts[0])),
                let endpoint = Endpoint(String(parts[1]))
            else {
                throw UsageError(
                    "--server takes a name and an address such as cp-1=10.0.0.1:6443 or "
                        + "cp-1=[fd00::1]:6443, not '\(word)'")
            }
            options.servers.add(String(parts[0]), at: endpoint)
        }
        return options
    }

    /// Prints the table of servers, and says the rest on standard error.
    static func report(_ summary: PacketSummary, _ path: String, _ context: Context) throws {
        try context.printRows(
            summary.requestsByServer.map { [Cell($0.server), Cell($0.requests)] },
            columns: [Column("server"), Column("requests", .number)])
        let terminal = context.terminal
        let wire = summary.wire
        terminal.note(
            "\(wire.packets.packets) packets, \(byteText(wire.packets.bytes)), "
                + "\(wire.tcp.connections) connections: \(summary.added) requests added to "
                + "\(path), \(summary.merged) more records of requests that are in it")
        if wire.decryptedConnections + wire.undecryptableConnections > 0 {
            terminal.note(
                "\(wire.decryptedConnections) TLS connections decrypted with \(summary.keys) "
                    + "secrets")
        }
        if let span = summary.span {
            terminal.note(
                "from \(RFC3339.text(span.lowerBound)) to \(RFC3339.text(span.upperBound))")
        }
        let http = wire.http
        let opaque = [
            (http.protobufBodies, "protobuf"), (http.cborBodies, "CBOR"), (http.yamlBodies, "YAML"),
            (http.otherBodies, "other"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !opaque.isEmpty {
            terminal.note(
                "bodies whose objects are not read: \(opaque.joined(separator: ", "))")
        }
        for sentence in summary.warnings { terminal.warn(sentence) }
        for connection in summary.undecryptable.prefix(20) {
            terminal.note("  \(connection.description)")
        }
        if summary.undecryptable.count > 20 {
            terminal.note("  and \(summary.undecryptable.count - 20) more")
        }
    }
}

extension Command {
    static let capturePcap = Command(
        usage: VerbUsage(
            "capture pcap", summary: "Reads capture files into a recording",
            text: """
                Reads pcap and pcapng files, plain or packed with gzip, zstd or xz, and takes the \
                requests out of them: HTTP/1.1 and HTTP/2, in plain text or inside of TLS 1.2 and \
                1.3. TLS is opened with a key log, or with the secrets that a pcapng file holds; \
                connections without keys are listed. Several files are read in the order in which \
                they began, as one capture.

                --server says which API server listens where; other servers go by their address. \
                An audit log of the same time may be in the same recording: what both saw is kept \
                once.
                """,
            arguments: [
                Argument("RECORDING", help: "the recording; made where there is none"),
                Argument("FILE", .oneOrMore, help: "a capture file, or -"),
            ],
            flags: [PacketVerb.keyLog, PacketVerb.server, Flags.captured] + Flags.rows,
            example: Example(
                "kubeskew capture pcap incident.db traffic.pcapng --server cp-1=10.0.0.1:6443",
                "What was on the wire, with the keys in the file:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let files = context.arguments.arguments("FILE")
        guard files.count(where: { $0 == "-" }) <= 1 else {
            throw UsageError("standard input can be read once only")
        }
        let options = try PacketVerb.options(context)
        try GivenFiles(context).checkTarget(path, inputs: files)
        try GivenFiles(context).checkPackets(files)
        let summary = try Interrupt.polled {
            var bar: ProgressBar?
            defer { bar?.finish() }
            return try capturePackets(files: files, into: path, options: options) { progress in
                if bar == nil {
                    bar = ProgressBar(
                        "reading", total: progress.bytesTotal, terminal: context.terminal)
                }
                bar?.update(done: progress.bytesRead, detail: "\(progress.requests) requests")
            }
        }
        try PacketVerb.report(summary, path, context)
        if summary.isInterrupted { throw Interrupted() }
        return summary.wire.packets.packets == 0 && summary.rejects > 0 ? .failed : .done
    }
}
