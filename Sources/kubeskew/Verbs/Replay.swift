import Arguments
import ControlPlane
import Findings
import Glibc
import Output
import Recording
import Replay

extension Command {
    private static let scenarioFile = Flag(
        "scenario", .text("FILE"), help: "Replay against this scenario; by default as recorded")
    private static let runName = Flag(
        "run", .text("NAME"),
        help: "Name of the run; a run of the same name is replaced (default: the scenario's)")
    private static let verdicts = Flag(
        "verdicts", .choice(["flagged", "all"]), fallback: "flagged",
        help: "Keep every verdict, or those that are not plainly local")
    private static let settle = Flag(
        "mode", .choice(["auto", "as-recorded", "what-if"]), fallback: "auto",
        help: "Whether the scenario is the control plane that was recorded")

    static let replay = Command(
        usage: VerbUsage(
            "replay", summary: "Replays a recording against a model of the control plane",
            text: """
                Judges every recorded request: served where it arrived, forwarded to a peer, a \
                wrong 404, a right one, 503, looped, unreachable. Without --scenario against the \
                control plane that explains the recording, inferred from it ('kubeskew scenario \
                RECORDING' prints it); with --scenario against another one.

                Where the model allows several outcomes, a run as recorded lets the recording \
                decide; a what-if keeps them all and says 'possible'. A scenario that agrees with \
                the recording is taken as recorded, unless --mode says otherwise.

                The run is stored in the recording: v_run, v_verdict, v_finding, v_agreement.
                """,
            arguments: [Argument("RECORDING", help: "a recording")],
            flags: [scenarioFile, runName, verdicts, settle, Flags.failOn] + Flags.rowsOrResults,
            example: Example(
                "kubeskew replay incident.db --scenario with-proxy.yaml",
                "What the proxy would have changed:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let keepsAll = context.arguments.text(verdicts) == "all"
        let question = try question(context, recordingPath: path)
        let run = try ReplayRun(
            recordingPath: path, name: context.arguments.text(runName) ?? defaultName(question),
            question: question, keepsAll: keepsAll)
        let findings = try run.conclusions().findings
        try run.store(findings, startedAt: wallClock(), keepsAll: keepsAll)
        context.output.write(RunSummary(run).text(paint: context.paint))
        return .done
    }

    private static func question(
        _ context: Context, recordingPath: String
    ) throws -> ReplayRun.Question {
        guard let file = context.arguments.text(scenarioFile) else {
            guard context.arguments.text(settle) != "what-if" else {
                throw UsageError("--mode what-if needs a --scenario")
            }
            return .asRecorded
        }
        let first = try RecordedSpan(Recording(path: recordingPath, access: .read))?.firstAt
        let reading = ScenarioFile.read(try WholeFile(file).bytes, fileName: file, origin: first)
        complain(of: reading.problems)
        guard reading.isUsable else { throw Failure("\(file) cannot be used") }
        switch context.arguments.text(settle) {
        case "as-recorded": return .settled(reading.scenario, .asRecorded)
        case "what-if": return .settled(reading.scenario, .whatIf)
        default: return .scenario(reading.scenario)
        }
    }

    private static func defaultName(_ question: ReplayRun.Question) -> String {
        switch question {
        case .asRecorded: "as-recorded"
        case .scenario(let scenario), .settled(let scenario, _):
            scenario.name.isEmpty ? "what-if" : scenario.name
        }
    }

    private static func wallClock() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
