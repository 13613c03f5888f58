import Bytes
import Analysis
import Arguments
import Capture
import Configuration
import ControlPlane
import Judgments
import Output
import Planning
import Report

extension Command {
    private static let starts = Flag(
        "start", .text("TIME|every:STEP"),
        help: "One start (10m, -1h, an instant), or a grid such as every:15m; by default a grid "
            + "that fits the recording")
    private static let window = Flag(
        "window", .text("HH:MM-HH:MM"), help: "Start within these hours, in UTC")
    private static let days = Flag(
        "days", .text("mon,tue"), help: "Start on these days of the week")
    private static let settles = Flag(
        "settle", .text("A,B"), repeats: true,
        help: "Pauses between a server's readiness and the next stop to compare")
    private static let proxies = Flag(
        "proxy", .text("A,B"), fallback: "as-configured,off,on",
        help: "Settings of the proxy to compare: as-configured, off, on")
    private static let surge = Flag(
        "surge", .none, help: "Compare with a server of the new release added first, too")
    private static let placement = Flag(
        "controller-manager", .choice(Placement.allCases.map(\.rawValue)), fallback: "as-recorded",
        help: "Which API servers the controller-manager speaks to: its node's, or a balancer's")
    private static let everyStart = Flag(
        "every-start", .none, help: "A row for every plan, not one for each way with its best start"
    )
    private static let top = Flag(
        "top", .integer(1...1_000_000), fallback: "10", help: "Print so many rows")
    private static let html = Flag(
        "html", .file("FILE"), help: "Write a page with the order by start map and the best plan")
    private static let scenarioOut = Flag(
        "scenario-out", .file("FILE"), help: "Write the best plan as a scenario for replay")
    static let plan = Command(
        usage: VerbUsage(
            "plan",
            summary: "Ranks orders, times and settings of an upgrade by what they would break",
            text: """
                Compares ways to upgrade the recorded control plane: every order of its servers \
                (up to six; a part of them beyond), starts over the whole recording, pauses \
                between servers, and the proxy off, as it is configured, and on. Each is priced \
                with the requests that were recorded: who would get a wrong 404, which namespaces \
                and owners would be lost. A plan's numbers are those that 'kubeskew replay' gives \
                for its scenario (--scenario-out).

                What cannot be undone ranks first: namespaces and owners, then wrong answers for \
                certain, then what is only possible. What the new release's own components will \
                ask is added as predicted, and never counted as recorded.

                The exit status is 3 where even the best plan has something as grave as \
                --fail-on, and 4 where it has not but the recording cannot carry that.
                """,
            arguments: [Argument("RECORDING", help: "a recording")],
            flags: [
                WhatIfFlags.to, WhatIfFlags.from, WhatIfFlags.order, starts, window, days,
                WhatIfFlags.down, WhatIfFlags.ready, settles, proxies, surge, placement,
                WhatIfFlags.flagsFrom, WhatIfFlags.demand, everyStart, top, html, scenarioOut,
                Flags.cluster, Flags.servers, Flags.failOn, Flags.evidence,
            ] + Flags.rowsOrResults,
            example: Example(
                "kubeskew plan week.db --to 1.36 --start every:15m --window 02:00-06:00",
                "The best way to upgrade at night:"))
    ) { context in
        let path = context.arguments.required("RECORDING")
        let options = try options(context)
        guard let outline = try RecordedOutline(recordingAt: path, of: context.clusters) else {
            throw Failure("\(path) holds no request")
        }
        let comparison = try PlanComparison(try UpgradeReading(outline), options)
        try print(comparison, context)
        guard let best = comparison.ranking.rows.first else {
            throw Failure(
                "no plan fits into the recording",
                hint: "Give a shorter --settle, or one --start.")
        }
        try writeFiles(comparison, best, outline, context)
        return status(comparison, best, context)
    }

    private static func options(_ context: Context) throws -> PlanComparison.Options {
        let arguments = context.arguments
        guard let text = arguments.text(WhatIfFlags.to) else {
            throw UsageError("plan needs --to RELEASE")
        }
        var question = UpgradeQuestion(to: try WhatIfFlags.release(text, WhatIfFlags.to))
        try WhatIfFlags.read(into: &question, arguments)
        var options = PlanComparison.Options(question)
        let grid = arguments.text(starts).flatMap {
            $0.hasPrefix("every:") ? String($0.dropFirst(6)) : nil
        }
        if let text = arguments.text(starts), grid == nil {
            options.question.start = try WhatIfFlags.start(of: text)
        }
        options.starts = try StartWords.starts(
            every: grid, window: arguments.text(window), days: arguments.text(days))
        options.settles = try list(arguments.texts(settles)).map { text in
            guard let pause = DurationText.nanoseconds(text), pause >= 0 else {
                throw UsageError("--settle takes durations such as 5m, not '\(text)'")
            }
            return pause
        }
        options.proxies = try list([arguments.text(proxies) ?? ""]).map { text in
            guard let setting = ProxySetting(rawValue: text) else {
                throw UsageError("--proxy takes as-configured, off and on, not '\(text)'")
            }
            return setting
        }
        options.surges = arguments.isOn(surge) ? [false, true] : [false]
        options.everyStart = arguments.isOn(everyStart)
        options.predictsDemand = arguments.text(WhatIfFlags.demand) == "components"
        options.serverCount = arguments.integer(Flags.servers)
        options.placement =
            arguments.text(placement).flatMap(Placement.init(rawValue:)) ?? .asRecorded
        return options
    }

    private static func list(_ texts: [String]) -> [String] {
        texts.flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// For a person what it comes down to and then the table; for a program the rows alone.
    private static func print(_ comparison: PlanComparison, _ context: Context) throws {
        let rows = comparison.ranking.rows.prefix(context.arguments.integer(top) ?? 10)
        if let format = context.resultFormat {
            let results = rows.first.map(comparison.results) ?? []
            return context.output.write(
                render(
                    results, from: PlanComparison.source, limits: comparison.limits, as: format))
        }
        if context.isForPerson {
            context.printProse(comparison.introduction + "\n")
        }
        try context.printRows(rows.map(comparison.cells), columns: PlanComparison.columns)
    }

    private static func writeFiles(
        _ comparison: PlanComparison, _ best: Ranking.Row, _ outline: RecordedOutline,
        _ context: Context
    ) throws {
        let recording = context.arguments.required("RECORDING")
        if let file = context.arguments.text(html) {
            let page = PlanPage(comparison, recording: recording, madeAt: wallClockNanoseconds())
            let output = try OutputFile(file, reading: [recording])
            try output.write(page.rendered())
            try output.commit()
            context.terminal.note("\(file): the page")
        }
        if let file = context.arguments.text(scenarioOut) {
            let text = ScenarioFile.text(
                of: comparison.fleet.scenario(of: best.plan), origin: .capture(outline.firstAt),
                notes: ["the best plan: \(comparison.words(best.plan))"])
            let output = try OutputFile(file, reading: [recording])
            try output.write(Array(text.utf8))
            try output.commit()
            context.terminal.note("\(file): replay it with --mode what-if")
        }
    }

    private static func status(
        _ comparison: PlanComparison, _ best: Ranking.Row, _ context: Context
    ) -> ExitStatus {
        let threshold: RuleResult.Level? =
            switch context.arguments.text(Flags.failOn) ?? "error" {
            case "none": nil
            case "error": .error
            case "warning": .warning
            default: .note
            }
        guard let threshold else { return .done }
        let results = comparison.results(best)
        let order = RuleResult.Level.allCases
        let isReached = results.contains {
            (order.firstIndex(of: $0.level) ?? 0) <= (order.firstIndex(of: threshold) ?? 0)
        }
        return isReached ? .findings : context.status(EvidenceState(comparison.evidence))
    }
}
