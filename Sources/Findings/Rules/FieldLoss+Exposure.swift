import Bytes
import ControlPlane
import Judgments
import KubeAPI

// What may have been lost where no body tells: at level Metadata.
extension FieldLoss {
    private struct Group: Hashable {
        var resource: GroupVersionResource
        var server: UInt32
        var client: ClientIDs
        var old: Release
        var new: Release
    }

    /// One for the updates of one client through one server; objects are in its requests.
    func exposures(in run: RunView) -> [Finding] {
        let bounds = IDBounds(run.names)
        let exposures = run.input.fieldExposures.filter {
            bounds.hold($0.update) && bounds.hold($0.written)
        }
        let groups = Dictionary(grouping: exposures) { exposure in
            Group(
                resource: run.resources[Int(exposure.update.resource)],
                server: exposure.update.server,
                client: run.names.clients[exposure.update.client].anywhere, old: exposure.old,
                new: exposure.new)
        }
        return groups.compactMap { group, exposures in
            let fields = FieldLoss.fieldsAtRisk(group.resource, exposures, run)
            return fields.isEmpty ? nil : finding(group.resource, exposures, fields, run)
        }
    }

    /// What the new release added and an object could have had: of neighbours with default gates
    /// only what no gate held back, since a field comes one release before its gate is on.
    private static func fieldsAtRisk(
        _ resource: GroupVersionResource, _ exposures: [FieldExposure], _ run: RunView
    ) -> [Catalogue.Field] {
        guard let exposure = exposures.first else { return [] }
        let isFar = !exposure.old.mayRunBeside(exposure.new)
        let wentBack = exposures.contains { run.input.scenario.wentBack($0.update, run) }
        return (Catalogue.fieldNumbers[resource] ?? []).map { Catalogue.fields[$0] }.filter {
            guard $0.since > exposure.old, $0.since <= exposure.new else { return false }
            switch $0.stage {
            case .unnamed: return true
            case .gated where isFar || wentBack: return true
            case .gated, .alpha: return run.input.scenario.turnsOn($0.gate)
            }
        }
    }

    private func finding(
        _ resource: GroupVersionResource, _ exposures: [FieldExposure],
        _ fields: [Catalogue.Field], _ run: RunView
    ) -> Finding {
        let update = exposures[0].update
        let server = run.serverName(update)
        let agent = run.userAgent(update.client)
        var finding = Finding(
            .fieldLoss, .possible,
            subject: "\(resource) · \(server) · \(agent)")
        finding.group = resource.group
        finding.version = resource.version
        finding.resource = resource.resource
        finding.user = run.user(update.client)
        finding.userAgent = agent
        finding.server = server
        finding.requests = exposures.count
        for exposure in exposures {
            finding.cover(exposure.update.at)
            finding.evidence.append(.init(exposure.update.id, .lostBy))
            finding.evidence.append(.init(exposure.written.id, .request))
        }
        let objects = English.count(exposures.count, fields[0].kind)
        let through = Set(exposures.map { run.serverName($0.written) }).sorted()
        finding.summary =
            "\(objects) may have lost fields of \(exposures[0].new), such as "
            + "\(English.list(fields.map(\.path), atMost: 3)): "
            + "\(Phrases.client(user: finding.user, agent: agent)) updated "
            + "\(exposures.count == 1 ? "it" : "them") through \(server) (\(exposures[0].old)) "
            + "after \(English.list(through)) (\(exposures[0].new)) had taken a write; "
            + "no body was recorded"
        finding.notes = ["Whether there was such a field, only bodies could tell"]
        let silent = exposures.count {
            run.text($0.query).split(separator: "&").contains("fieldValidation=Ignore")
        }
        if silent > 0 {
            finding.notes.append("\(English.count(silent, "update")) asked for no warning")
        }
        return finding
    }
}

extension Scenario {
    /// Whether a server's command line turns on a gate.
    fileprivate func turnsOn(_ gate: String) -> Bool {
        guard !gate.isEmpty else { return false }
        return servers.contains { server in
            server.processes.contains { process in
                let values = ServerFlags(process.flags).values("feature-gates")
                return values.reduce(into: FeatureGates()) { $0.add($1) }[gate] == true
            }
        }
    }

    /// Whether the server of a request had run a later release before.
    func wentBack(_ request: RecordedRequest, _ run: RunView) -> Bool {
        let name = run.serverName(request)
        let processes = servers.first { $0.name == name }?.processes ?? []
        let earlier = processes.filter { $0.startedAt <= request.at }
        guard let now = earlier.last else { return false }
        return earlier.contains { $0.release > now.release }
    }
}
