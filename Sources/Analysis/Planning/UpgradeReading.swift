public import ControlPlane
public import KubeAPI
public import Planning

/// A recording as one asks about its upgrade: the control plane that explains it, and its times.
public struct UpgradeReading: Sendable {
    let outline: RecordedOutline
    public let names: Names
    public let asRecorded: Scenario
    /// What had to be assumed to explain the recording.
    public let notes: [String]
    private let evidence: RecordedEvidence

    public init(_ outline: RecordedOutline) throws {
        self.outline = outline
        names = outline.names
        evidence = try RecordedEvidence(outline)
        let inferred = ScenarioInference(evidence, name: "as-recorded")
        asRecorded = inferred.scenario
        notes = inferred.notes
    }

    /// - Parameter told: how many servers there were, as a person says.
    func completeness(servers told: Int?) -> Completeness {
        Circumstances(evidence, servers: told).completeness
    }

    public var recorded: ClosedRange<Int64> {
        outline.firstAt...max(outline.firstAt, outline.lastAt)
    }

    /// The control plane that is asked about, and the plan that the question describes.
    public func plan(
        _ question: UpgradeQuestion
    ) throws -> (fleet: Fleet, plan: Plan) {
        do throws(UpgradeQuestion.Problem) {
            let fleet = try question.fleet(asRecorded: asRecorded, recorded: recorded)
            return (fleet, try question.plan(in: fleet, asRecorded: asRecorded))
        } catch {
            throw Failure(UpgradeReading.text(of: error))
        }
    }

    static func text(of problem: UpgradeQuestion.Problem) -> String {
        switch problem {
        case .fleet(.alreadyThere(let release)):
            "the recording shows no server below \(release): say with --from what is upgraded"
        case .fleet(.noServer): "the recording shows no server"
        case .fleet(.notAnUpgrade(let from, let to)): "from \(from) to \(to) is no upgrade"
        case .unknownServer(let name, let known):
            "the recording has no server '\(name)' for --order: it has "
                + known.joined(separator: ", ")
        case .namedTwice(let name): "--order names '\(name)' twice"
        }
    }
}

extension UpgradeQuestion {
    /// What to call the scenario, and so the run, of a what-if.
    public func name(of plan: Plan) -> String {
        let proxy =
            switch plan.proxy {
            case .asConfigured: ""
            case .off: "-without-proxy"
            case .on: "-with-proxy"
            }
        return "to-\(to)\(proxy)\(plan.goesBack ? "-and-back" : "")"
    }
}
