import Bytes
import ControlPlane
import Findings
import KubeAPI
import Recording
import Replay

/// One run: a recording replayed against a scenario and stored; the main flow of `replay`.
struct ReplayRun {
    /// What to replay against.
    enum Question {
        /// The scenario that explains the recording, inferred from it.
        case asRecorded
        /// A scenario of the user's: as recorded where it is the one that was recorded.
        case scenario(Scenario)
        /// The same, with the mode settled by a flag.
        case settled(Scenario, Replay.Mode)
    }

    let name: String
    let scenario: Scenario
    let mode: Replay.Mode
    let notes: [String]
    let names: Names
    let table: RoutingTable
    let judged: JudgedRequests
    let outline: RecordedOutline

    init(
        name: String, question: Question, outline: RecordedOutline, keepsAll: Bool
    ) throws {
        self.outline = outline
        self.name = name
        let recording = try Recording(path: outline.path, access: .read)
        names = try recording.names()
        switch question {
        case .asRecorded:
            let inferred = ScenarioInference(
                try RecordedEvidence(recording, outline, names), name: name)
            scenario = inferred.scenario
            notes = inferred.notes
        case .scenario(let given), .settled(let given, _):
            scenario = given
            notes = []
        }
        table = RoutingTable(scenario)
        let replay = Replay(
            table: table, scenario: scenario, modes: ReplayRun.modes(for: question), names: names,
            loopbackClients: Set(names.clients(ofUser: "system:apiserver")))
        let interest = RuleInterest(
            FindingsInput(
                names: names, table: table, scenario: scenario, mode: .asRecorded,
                firstAt: outline.firstAt, lastAt: outline.lastAt))
        judged = try JudgedRequests(outline, replay, interest, keepsAll: keepsAll)
        mode = ReplayRun.mode(for: question, scenario, judged.tallies)
    }

    var tally: Tally { judged.tallies[mode] }

    private static func modes(for question: Question) -> Set<Replay.Mode> {
        switch question {
        case .asRecorded: [.asRecorded]
        case .scenario: [.asRecorded, .whatIf]
        case .settled(_, let mode): [mode]
        }
    }

    /// A scenario is the recorded one where the recording agrees with it wherever they could differ.
    private static func mode(
        for question: Question, _ scenario: Scenario, _ tallies: Tallies
    ) -> Replay.Mode {
        switch question {
        case .asRecorded: return .asRecorded
        case .settled(_, let mode): return mode
        case .scenario:
            guard scenario.entry == .recorded else { return .whatIf }
            let (agreeing, contradicting) = tallies.asRecorded.agreement.contested
            return contradicting * 50 <= agreeing ? .asRecorded : .whatIf
        }
    }
}
