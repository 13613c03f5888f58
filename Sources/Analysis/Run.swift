public import Judgments
import Bytes
public import ControlPlane
import Findings
import KubeAPI
import Planning
import Recording
import Replay

/// One run: a recording replayed against a scenario; the main flow of the way out.
///
/// From the recording its outline, from the question a scenario, from the scenario the table, from
/// table and requests the verdicts (`Judging/`), from verdicts and objects the findings, and all of
/// it back into the recording as rows (`Runs/`).
public struct Run: Sendable {
    /// What to replay against.
    public enum Question: Sendable {
        /// The scenario that explains the recording, inferred from it.
        case asRecorded
        /// A scenario of the user's: as recorded where it is the one that was recorded.
        case scenario(Scenario)
        /// The recorded control plane with an upgrade of it: which servers there were, it takes
        /// from the recording, so that a missing log is as much of a gap as in a run as recorded.
        case upgrade(Scenario)
        /// The same as a scenario of the user's, with the mode settled by a flag.
        case settled(Scenario, RunMode)
    }

    public let name: String
    let question: Question
    /// What the recording leaves out.
    let limits: RecordingLimits
    let scenario: Scenario
    let mode: RunMode
    let notes: [String]
    var names: Names { outline.names }
    let table: RoutingTable
    let judged: JudgedRequests
    let outline: RecordedOutline
    /// Every server's log may be taken to be in the recording.
    let isWhole: Bool
    private let predictsDemand: Bool
    /// Whether plainly local requests are rows of the run too.
    let keepsAll: Bool

    /// Judges every request of a recording.
    public init(
        name: String, question: Question, outline: RecordedOutline,
        assumptions: Assumptions = Assumptions(), keepsAll: Bool
    ) throws {
        self.question = question
        self.outline = outline
        self.name = name
        self.keepsAll = keepsAll
        predictsDemand = assumptions.predictsDemand
        let names = outline.names
        var limits = try RecordingLimits(outline)
        let assumed: [String]
        var circumstances = Circumstances.told
        var witnesses = Witnesses()
        switch question {
        case .asRecorded:
            let account = try RecordedAccount(outline)
            limits.silences = Silence.all(account.evidence)
            let inferred = ScenarioInference(account.evidence, name: name)
            circumstances = Circumstances(
                account.evidence, servers: assumptions.serverCount)
            limits.completeness = circumstances.completeness
            witnesses = account.witnesses
            scenario = inferred.scenario
            assumed = inferred.notes
        case .scenario(let given), .settled(let given, _), .upgrade(let given):
            let match = try ServerMatch(given, recorded: limits.recorded, assumptions)
            var completed = match.scenario
            assumed = try RecordedDocuments.complete(&completed, outline)
            scenario = completed
            limits.absent = match.absent
            limits.completeness = try Run.completeness(question, outline, assumptions)
        }
        self.limits = limits
        isWhole = circumstances.completeness.isComplete
        table = RoutingTable(scenario)
        let replay = Replay(
            table: table, scenario: scenario, modes: Run.modes(for: question), names: names,
            loopbackClients: Set(names.loopbackClients),
            circumstances: circumstances, witnesses: witnesses)
        let interest = RuleInterest(
            FindingsInput(
                names: names, table: table, scenario: scenario, mode: .asRecorded,
                firstAt: outline.firstAt, lastAt: outline.lastAt))
        judged = try JudgedRequests(outline, replay, interest, keepsAll: keepsAll)
        let differences = ScenarioFit.differences(
            scenario, limits.processes, in: outline.firstAt...outline.lastAt)
        mode = Run.mode(for: question, scenario, judged.tallies, differences)
        notes = assumed + Run.notes(on: mode, differences, judged.tallies, scenario)
    }

    /// Draws the findings from the verdicts, stores the run in place of one of the same name, and
    /// sums it up.
    ///
    /// - Parameter startedAt: the clock's instant, which is no part of what was found.
    public func concluded(startedAt: Int64) throws -> RunSummary {
        let input = try findingsInput()
        let conclusions = Meanwhile { Conclusions(input) }
        let demand = demand(input)
        let evidence = try evidence(input)
        // Nothing is stored beside a reader of the same file that waits for it.
        outline.snapshot.end()
        return try store(conclusions, evidence, demand, startedAt: startedAt)
    }

    var tally: Tally { judged.tallies[mode] }

    /// What the new release's components will ask in a what-if.
    private func demand(_ input: FindingsInput) -> [PredictedRequest] {
        guard mode == .whatIf, predictsDemand else { return [] }
        return PredictedDemand.requests(
            in: scenario, table, recorded: outline.firstAt...outline.lastAt,
            reachesOthers: input.managerReachesOthers)
    }

    /// A scenario file says which servers there were; an upgrade of the recorded ones does not.
    private static func completeness(
        _ question: Question, _ outline: RecordedOutline, _ assumptions: Assumptions
    ) throws -> Completeness {
        guard case .upgrade = question else { return .told }
        return Circumstances(
            try RecordedEvidence(outline), servers: assumptions.serverCount
        ).completeness
    }

    private static func modes(for question: Question) -> Set<RunMode> {
        switch question {
        case .asRecorded: [.asRecorded]
        case .scenario: [.asRecorded, .whatIf]
        case .upgrade: [.whatIf]
        case .settled(_, let mode): [mode]
        }
    }

    /// Why a scenario is another control plane than the recorded one, as far as that shows.
    private static func notes(
        on mode: RunMode, _ differences: [String], _ tallies: Tallies, _ scenario: Scenario
    ) -> [String] {
        guard mode == .whatIf else { return [] }
        let contested = tallies.asRecorded.agreement.contested
        var reasons = Array(differences.prefix(3))
        if reasons.isEmpty, scenario.entry == .recorded, contested.contradicting > 0 {
            let all = contested.agreeing + contested.contradicting
            reasons = [
                "of \(all) recorded answers about whole resources, \(contested.contradicting) "
                    + "contradict the scenario"
            ]
        }
        return reasons.map { "this is a what-if, since \($0)" }
    }

    /// A scenario is the recorded one where the recording agrees with it wherever they could
    /// differ: in the servers' releases and starts, and in what they answered.
    private static func mode(
        for question: Question, _ scenario: Scenario, _ tallies: Tallies, _ differences: [String]
    ) -> RunMode {
        switch question {
        case .asRecorded: return .asRecorded
        case .upgrade: return .whatIf
        case .settled(_, let mode): return mode
        case .scenario:
            guard scenario.entry == .recorded, differences.isEmpty else { return .whatIf }
            let (agreeing, contradicting) = tallies.asRecorded.agreement.contested
            return contradicting * 50 <= agreeing ? .asRecorded : .whatIf
        }
    }
}
