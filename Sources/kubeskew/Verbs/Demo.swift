import Analysis
import Arguments
import Glibc

extension Command {
    private static let folder = Flag(
        "folder", .text("DIR"),
        help: "Work in this folder, which is made, instead of a temporary one")

    static let demo = Command(
        usage: VerbUsage(
            "demo", summary: "Shows the bundled incident, from audit logs to a report",
            text: """
                Three API servers go from 1.35 to 1.36 one by one, without the Mixed Version \
                Proxy, \
                and the garbage collector deletes what it should not. The demo captures their \
                audit logs, finds what was deleted and why, and replays the same requests with the \
                proxy on.

                It runs the commands that it prints, in a folder of their own; each can be run \
                again there.
                """,
            flags: [folder],
            example: Example("kubeskew demo", "Everything, in some seconds:"))
    ) { context in
        let tour = try Tour(
            captures: try DemoCaptures.folder(environment: context.environment),
            folder: try demoFolder(context.arguments.text(folder), context.environment),
            output: context.output, paint: context.paint)
        try tour.run()
        return .done
    }

    private static func demoFolder(
        _ chosen: String?, _ environment: [String: String]
    ) throws -> String {
        if let chosen, !chosen.isEmpty {
            guard mkdir(chosen, 0o755) == 0 else {
                throw Failure("cannot make \(chosen): \(String(cString: strerror(errno)))")
            }
            return try DemoCaptures.absolute(chosen)
        }
        let base = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(base)/kubeskew-demo-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else {
            throw Failure(
                "cannot make a folder in \(base): \(String(cString: strerror(errno)))",
                hint: "Choose another with --folder DIR.")
        }
        return made
    }
}
