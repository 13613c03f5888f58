import Configuration
import ControlPlane
import Judgments
public import Recording

/// The control plane that a story is told against: a run's, or the one that explains the recording.
public struct ExplainedControlPlane {
    let table: RoutingTable
    let name: String
    private let run: StoredRun?

    public init(
        _ run: StoredRun?, recordingAt path: String, of clusters: Clusters = .only
    ) throws {
        self.run = run
        if let run {
            let scenario = try ScenarioFile.scenario(
                Array(run.scenario.utf8), fileName: "run \(run.name)", origin: run.firstAt)
            table = RoutingTable(scenario)
            name = "run \(run.name)"
        } else {
            guard let outline = try RecordedOutline(recordingAt: path, of: clusters) else {
                throw Failure("the recording holds no request")
            }
            table = RoutingTable(
                try ScenarioInference(outline, name: "as-recorded").scenario)
            name = "the control plane that explains the recording"
        }
    }

    /// The stored verdict in one sentence; a request without a row was plainly local.
    func verdict(of request: Int64, in recording: borrowing Recording) throws -> String? {
        guard let run else { return nil }
        guard let verdict = try recording.verdict(of: request, in: run) else {
            return "local: served where it arrived"
        }
        let others = verdict.alternatives.map(\.text).joined(separator: ",")
        return "\(verdict.outcome.text), \(verdict.certainty): \(verdict.reason)"
            + (others.isEmpty ? "" : "; also possible: \(others)")
    }
}
