import Analysis
import Arguments
import Configuration
import ControlPlane
import Judgments
import KubeAPI
import Output
import Planning
import Recording
import Report

extension Command {
    private static let scenarioFile = Flag(
        "scenario", short: "f", .text("FILE"),
        help: "Replay against this scenario; by default as recorded")
    private static let runName = Flag(
        "run", .text("NAME"),
        help: "Name of the run; a run of the same name is replaced (default: the scenario's)")
    private static let verdicts = Flag(
        "verdicts", .choice(["flagged", "all"]), fallback: "flagged",
        help: "Keep every verdict, or those that are not plainly local")
    private static let baseline = Flag(
        "baseline", .text("RUN|FILE"),
        help: "Leave out what this run, or a file of findings kept from before, has already")
    private static let settle = Flag(
        "mode", .choice(["auto", "as-recorded", "what-if"]), fallback: "auto",
        help: "Whether the scenario is the control plane that was recorded")

    private static let serverNames = Flag(
        "server", .text("NAME=NAME"), repeats: true,
        help:
            "A server's name in the scenario and in the recording; "
            + "nothing for one whose log is missing"
    )

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

                With --to the what-if needs no file: the recorded control plane is upgraded to \
                that release, in the given order, at the given time, with or without the proxy. \
                What the new release's own components will ask for is predicted beside it \
                (v_demand); no headline and no finding counts it.

                Of a recording with several clusters every one is replayed, one after the other, \
                each as if it were alone; --cluster names one. The exit status is that of the \
                worst.

                Prints a summary and the findings; with -o json, sarif and the like the findings \
                alone. The run is stored in the recording: v_run, v_verdict, v_finding, \
                v_exposure, v_agreement. The exit status is 3 where a finding is as grave \
                as --fail-on.
                """,
            arguments: [Argument("RECORDING", help: "a recording")],
            flags: [scenarioFile] + WhatIfFlags.all + [
                runName, Flags.cluster, verdicts, settle, serverNames, Flags.servers, Flags.clocks,
                WhatIfFlags.demand, baseline,
                Flags.failOn, Flags.evidence,
            ]
                + Flags.rowsOrResults,
            example: Example(
                "kubeskew replay incident.db --to 1.36 --with-proxy",
                "What an upgrade would do to the recorded clients with the proxy on:"))
    ) { context in
        var found: [(list: FindingList, verdict: RunVerdict)] = []
        var names: Names?
        let status = try context.eachCluster { clusters in
            try replay(clusters, context, &found, &names)
        }
        if !context.isForPerson { try context.print(found) }
        return status
    }

    private static func replay(
        _ clusters: Clusters, _ context: Context,
        _ found: inout [(list: FindingList, verdict: RunVerdict)], _ names: inout Names?
    ) throws -> ExitStatus {
        let path = context.arguments.required("RECORDING")
        let keepsAll = context.arguments.text(verdicts) == "all"
        guard
            let outline = try RecordedOutline(
                recordingAt: path, of: clusters, clocks: try context.clocks(), knowing: names)
        else {
            throw Failure("\(path) holds no request to replay")
        }
        names = outline.names
        let whatIf = try WhatIfFlags.question(context.arguments)
        let question =
            try whatIf.map { try hypothesis($0, context, outline) }
            ?? question(context, outline)
        let run = try Run(
            name: context.arguments.text(runName) ?? defaultName(question), question: question,
            outline: outline, assumptions: try assumptions(context), keepsAll: keepsAll)
        let summary = try run.concluded(startedAt: wallClockNanoseconds())
        let recording = try Recording(path: path, access: .read, of: clusters)
        let stored = try recording.knownRun(run.name)
        let verdict = try RunVerdict(stored, in: recording)
        let list = try FindingList(
            recording, run: stored,
            baseline: context.baseline(context.arguments.text(baseline), in: recording),
            withPlaces: context.resultFormat != nil)
        if context.isForPerson {
            try print(summary, verdict, list, context)
        } else {
            found.append((list, verdict))
            context.terminal.note(verdict.headline.sentence)
        }
        context.terminal.note(list.summary)
        return context.status(list, verdict)
    }

    /// What the user says of the control plane that no log shows.
    private static func assumptions(_ context: Context) throws -> Assumptions {
        var assumptions = Assumptions()
        assumptions.serverCount = context.arguments.integer(Flags.servers)
        assumptions.predictsDemand = context.arguments.text(WhatIfFlags.demand) == "components"
        for word in context.arguments.texts(serverNames) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw UsageError("--server takes NAME=NAME, not '\(word)'")
            }
            assumptions.serverNames[String(parts[0])] = String(parts[1])
        }
        return assumptions
    }

    /// For a person the verdict, the summary and then the findings.
    private static func print(
        _ summary: RunSummary, _ verdict: RunVerdict, _ list: FindingList, _ context: Context
    ) throws {
        context.printProse(verdict.text(paint: context.paint) + "\n")
        context.printProse(summary.text(paint: context.paint) + "\n")
        if !list.rows.isEmpty { try context.print(list, limit: 20) }
        context.output.flush()
    }

    /// The scenario that the flags of a what-if describe.
    private static func hypothesis(
        _ question: UpgradeQuestion, _ context: Context, _ outline: RecordedOutline
    ) throws -> Run.Question {
        guard context.arguments.text(scenarioFile) == nil else {
            throw UsageError("--scenario and --to exclude each other")
        }
        guard context.arguments.text(settle) != "as-recorded" else {
            throw UsageError("--to is a what-if: --mode as-recorded excludes it")
        }
        let (fleet, plan) = try UpgradeReading(outline).plan(question)
        for obstacle in fleet.obstacles(of: plan) { context.terminal.note(obstacle) }
        return .upgrade(fleet.scenario(of: plan, name: question.name(of: plan)))
    }

    private static func question(
        _ context: Context, _ outline: RecordedOutline
    ) throws -> Run.Question {
        guard let file = context.arguments.text(scenarioFile) else {
            guard context.arguments.text(settle) != "what-if" else {
                throw UsageError("--mode what-if needs a --scenario")
            }
            return .asRecorded
        }
        let reading = ScenarioFile.read(
            try WholeFile(file).bytes, fileName: file, origin: outline.firstAt,
            recorded: outline.recorded)
        complain(of: reading.problems)
        guard reading.isUsable else { throw Failure("\(file) cannot be used") }
        switch context.arguments.text(settle) {
        case "as-recorded": return .settled(reading.scenario, .asRecorded)
        case "what-if": return .settled(reading.scenario, .whatIf)
        default: return .scenario(reading.scenario)
        }
    }

    private static func defaultName(_ question: Run.Question) -> String {
        switch question {
        case .asRecorded: "as-recorded"
        case .scenario(let scenario), .settled(let scenario, _), .upgrade(let scenario):
            scenario.name.isEmpty ? "what-if" : scenario.name
        }
    }
}
