import Arguments
import ControlPlane
import Output

extension Command {
    private static let validate = Flag(
        "check", .none, help: "Validate a scenario file and print its normal form")

    static let scenario = Command(
        usage: VerbUsage(
            "scenario", summary: "Validates a scenario file and prints its normal form",
            text: """
                Reads a scenario file with everything that is wrong in it: each problem with its \
                line and column, the key, what was expected and what was perhaps meant. Servers \
                that would not start with their flags are problems too, with kube-apiserver's own \
                message.

                A file without errors is printed in its normal form: shorthand expanded, defaults \
                written out, times as offsets. Warnings do not stop it.
                """,
            arguments: [Argument("FILE", help: "a scenario file; - for standard input")],
            flags: [validate],
            example: Example(
                "kubeskew scenario --check rolling.yaml > full.yaml",
                "What an upgrade in shorthand stands for, ready to edit:"),
            forms: ["--check FILE"])
    ) { context in
        guard context.arguments.isOn(validate) else {
            throw UsageError(
                "a scenario file is read with --check",
                hint: "Run 'kubeskew scenario --help' for its usage.")
        }
        return try checkScenario(context.arguments.required("FILE"), context)
    }

    private static func checkScenario(_ path: String, _ context: Context) throws -> ExitStatus {
        let reading = ScenarioFile.read(
            try WholeFile(path).bytes, fileName: path, origin: nil)
        complain(of: reading.problems)
        guard reading.isUsable else {
            let errors = reading.problems.count { $0.severity == .error }
            throw Failure("\(path) has \(errors == 1 ? "an error" : "\(errors) errors")")
        }
        context.output.write(
            ScenarioFile.text(of: reading.scenario, origin: reading.origin))
        return .done
    }
}

/// Prints problems of a file, one line each, as compilers do.
func complain(of problems: [Problem]) {
    StandardError.write(problems.map { displaySafe($0.description) + "\n" }.joined())
}
