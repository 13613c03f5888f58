import Bytes
import Analysis
import Arguments
import Glibc
import Output
import Recording

/// How the process ends; scripts rely on these.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case wrongUsage = 2
    /// There are findings at or above `--fail-on`.
    case findings = 3
    /// No such finding, and the evidence does not carry an all-clear.
    case insufficientEvidence = 4
    case interrupted = 130
}

/// A verb stops here because Ctrl-C was pressed and everything is left sound.
struct Interrupted: Error {}

/// From the words of a command line to an exit status: the one place that knows every error.
enum Program {
    static func run(arguments: [String], environment: [String: String]) -> ExitStatus {
        let interface = interface(named: arguments.first ?? "kubeskew")
        let output = StandardOutput()
        var words = Array(arguments.dropFirst())
        // Every other tool answers to `--version`.
        if words == ["--version"] { words = ["version"] }
        let status = run(words, of: interface, environment: environment, output: output)
        guard output.flush() else {
            complain("cannot write to standard output: \(output.failureReason)", hint: nil)
            return .failed
        }
        return status
    }

    /// The name that a person types: `kubectl skew` for a plugin installed as `kubectl-skew`.
    private static func interface(named path: String) -> CommandInterface {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return commandInterface(name: file.hasPrefix("kubectl-") ? "kubectl skew" : "kubeskew")
    }

    private static func run(
        _ words: [String], of interface: CommandInterface, environment: [String: String],
        output: StandardOutput
    ) -> ExitStatus {
        do {
            guard !words.isEmpty else {
                let help = try interface.help([], width: Terminal.width(of: STDERR_FILENO) ?? 80)
                StandardError.write(help)
                return .wrongUsage
            }
            switch try interface.parse(words, environment: environment) {
            case .help(let path):
                output.write(
                    try interface.help(path, width: Terminal.width(of: STDOUT_FILENO) ?? 80))
                return .done
            case .run(let arguments):
                let context = Context(
                    arguments: arguments, interface: interface, environment: environment,
                    output: output)
                try GivenFiles(context).checkRecording()
                warnOfUnfinished(arguments, context.terminal)
                return try command(for: arguments.verb).run(context)
            }
        } catch {
            return report(error)
        }
    }

    /// Whatever is said of a recording whose capture was cut short, or is a part of another, that
    /// comes first.
    private static func warnOfUnfinished(_ arguments: ParsedArguments, _ terminal: Terminal) {
        guard arguments.verb.path.first != "capture",
            arguments.verb.arguments.contains(where: { $0.name == "RECORDING" }),
            let path = arguments.argument("RECORDING"), access(path, R_OK) == 0,
            let recording = try? Recording(path: path, access: .read, of: .all)
        else { return }
        if (try? recording.isIncomplete()) == true {
            terminal.warn(
                "\(path) is incomplete: a capture into it was cut short, or is still going on; the "
                    + "same capture again completes it")
        }
        if arguments.verb.path != ["merge"], (try? recording.isPart()) == true {
            terminal.warn(
                "\(path) is a part of a bigger capture: forwarded requests are not joined, and "
                    + "servers not told apart; merge it with the other parts first")
        }
    }

    private static func command(for verb: VerbUsage) -> Command {
        guard let command = commands.first(where: { $0.usage.path == verb.path }) else {
            preconditionFailure("\(verb.name) has no command")
        }
        return command
    }

    static func report(_ error: any Error) -> ExitStatus {
        switch error {
        case is Interrupted:
            complain("interrupted", hint: nil)
            return .interrupted
        case let error as UsageError:
            complain(error.message, hint: error.hint)
            return .wrongUsage
        case RecordingError.severalClusters, RecordingError.noSuchCluster:
            complain("\(error)", hint: nil)
            return .wrongUsage
        case let error as BadTemplate:
            complain(error.message, hint: nil)
            return .wrongUsage
        case let error as UnknownColumn:
            let meant = nearestName(to: error.name, among: error.known)
            let question = meant.map { "; did you mean \($0)?" } ?? ""
            complain(
                "there is no column '\(error.name)'\(question)",
                hint: "Columns: \(error.known.joined(separator: ", "))")
            return .wrongUsage
        case let error as Failure:
            complain(error.message, hint: error.hint)
        default:
            complain("\(error)", hint: nil)
        }
        return .failed
    }

    private static func complain(_ message: String, hint: String?) {
        // A hint may be a few lines of ours, such as an excerpt with a mark under it.
        let hints = (hint ?? "").split(separator: "\n").map(String.init)
        let lines = ["kubeskew: \(message)"] + hints
        StandardError.write(lines.map { displaySafe($0) + "\n" }.joined())
    }
}

/// An error in the words that `Program` would print, its hint behind it.
func words(of error: any Error) -> String {
    switch error {
    case let error as UsageError: [error.message, error.hint ?? ""].joined(separator: "\n")
    case let error as Failure: [error.message, error.hint ?? ""].joined(separator: "\n")
    default: "\(error)"
    }
}
