import Bytes
import ControlPlane
import Recording

/// The servers of a scenario against those of a recording, which have to be the same.
///
/// A request to a server that the scenario lacks cannot be judged, and a server that the recording
/// lacks was perhaps never there: either way an all-clear would be false.
struct ServerMatch: Sendable {
    let scenario: Scenario
    /// Servers of the scenario whose log is not in the recording, as the user says.
    let absent: [String]

    init(_ given: Scenario, recorded: [String], _ assumptions: Assumptions) throws {
        let named = Set(given.servers.map(\.name))
        var names: [String: String] = [:]
        var absent: [String] = []
        for (one, other) in assumptions.serverNames.sorted(by: { $0.key < $1.key }) {
            if other.isEmpty, named.contains(one) {
                absent.append(one)
            } else if named.contains(one) {
                names[one] = other
            } else if named.contains(other), recorded.contains(one) {
                names[other] = one
            } else {
                throw Failure("--server \(one)=\(other): the scenario has neither of them")
            }
        }
        scenario = given.renamed(names)
        self.absent = absent
        let now = scenario.servers.map(\.name)
        guard Set(now).count == now.count else {
            throw Failure("--server gives two servers of the scenario the same name")
        }
        // Where entries are drawn anew, the recording's servers are not asked.
        guard scenario.entry == .recorded else { return }
        let lacking = now.filter { !recorded.contains($0) && !absent.contains($0) }
        let foreign = recorded.filter { !now.contains($0) && !$0.contains("/") }
        guard lacking.isEmpty, foreign.isEmpty else {
            throw ServerMatch.failure(lacking, foreign)
        }
    }

    private static func failure(_ lacking: [String], _ foreign: [String]) -> Failure {
        var sentences: [String] = []
        if !lacking.isEmpty {
            sentences.append(
                "the recording has no request at \(lacking.joined(separator: ", "))")
        }
        if !foreign.isEmpty {
            let names = foreign.map { $0.isEmpty ? "servers that it does not name" : $0 }
            sentences.append("the scenario lacks \(names.joined(separator: ", "))")
        }
        let hint =
            if let one = lacking.first, let other = foreign.first, !other.isEmpty {
                "If they are the same, say so: --server \(one)=\(other)"
            } else if let one = lacking.first {
                "Capture its log too, or say that it is missing: --server \(one)="
            } else {
                "Add it to the scenario; 'kubeskew scenario RECORDING' prints what was recorded."
            }
        return Failure(
            "the scenario's servers are not the recording's: "
                + sentences.joined(separator: ", and "), hint: hint)
    }
}
