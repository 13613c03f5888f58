import Analysis
import Arguments
import Configuration
import ControlPlane
import Output
import Planning

extension Command {
    private static let validate = Flag(
        "check", .none, help: "Validate a scenario file and print its normal form")

    static let scenario = Command(
        usage: VerbUsage(
            "scenario", summary: "Prints the scenario of a recording, or checks a scenario file",
            text: """
                Prints the control plane that explains a recording, ready to edit: which server \
                ran which release when, its flags, the custom APIs that were seen, and as comments \
                what had to be assumed.

                With --to, prints the scenario of a what-if: the recorded control plane upgraded \
                to that release, as the other flags say; 'replay' takes the same flags.

                With --check, reads a scenario file with everything that is wrong in it: each \
                problem with its line and column, the key, what was expected and what was perhaps \
                meant. Servers that would not start with their flags are problems too, with \
                kube-apiserver's own message. A file without errors is printed in its normal form: \
                shorthand expanded, defaults written out, times as offsets. Warnings do not stop \
                it.
                """,
            arguments: [
                Argument(
                    "RECORDING",
                    help: "a recording; with --check a scenario file, - for standard input")
            ],
            flags: [validate, Flags.cluster, Flags.clocks] + WhatIfFlags.all,
            example: Example(
                "kubeskew scenario incident.db > incident.yaml",
                "The upgrade as it was recorded, to be changed and replayed:"),
            forms: ["RECORDING", "--check FILE"])
    ) { context in
        let path = context.arguments.required("RECORDING")
        if context.arguments.isOn(validate) { return try checkScenario(path, context) }
        guard
            let outline = try RecordedOutline(
                recordingAt: path, of: context.clusters, clocks: try context.clocks())
        else {
            throw Failure("\(path) holds no request")
        }
        let reading = try UpgradeReading(outline)
        var scenario = reading.asRecorded
        if let question = try WhatIfFlags.question(context.arguments) {
            let (fleet, plan) = try reading.plan(question)
            for obstacle in fleet.obstacles(of: plan) { context.terminal.note(obstacle) }
            scenario = fleet.scenario(of: plan, name: question.name(of: plan))
        }
        context.output.write(
            ScenarioFile.text(
                of: scenario, origin: .capture(outline.firstAt), notes: reading.notes))
        return .done
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
