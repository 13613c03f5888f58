import Bytes
import ControlPlane
import Findings
import KubeAPI
import Recording
import Replay

/// Who answered when for the resources that somebody was refused, and what only discovery can have
/// told who asked for it: one scan, where anything was refused at all.
struct RecordedWitnesses: Sendable {
    private(set) var witnesses = Witnesses()
    /// Built-in resources that controllers were refused before anybody here had answered for them.
    private(set) var foundElsewhere: Set<GroupVersionResource> = []

    /// A refused request of a controller that reads discovery before it asks.
    private struct Refusal: Sendable {
        var resource: UInt32
        var at: Int64
    }

    /// What a thread finds in a range of rows.
    private struct Part: Sendable {
        var witnesses = Witnesses()
        var refusals: [Refusal] = []
    }

    init(_ outline: RecordedOutline, refused: Set<GroupVersionResource>) throws {
        guard !refused.isEmpty else { return }
        let names = outline.names
        let resources = (0..<UInt32(names.resources.count)).map(names.groupVersionResource)
        let wholes = Witnesses.wholes(resources)
        let wanted = IDSet(
            resources.indices.filter { refused.contains(resources[$0]) }.map(UInt32.init))
        let controllers = IDSet(ControllerRoles(names).readers)
        let origins = outline.passes.map(\.origin).sorted()
        let parts = try outline.inRanges { recording, ids throws(RecordingError) in
            var part = Part()
            try RequestScan.forEachAnswer(in: ids, on: recording) { row in
                guard wanted.contains(row.resource) else { return }
                let resource = wholes[Int(row.resource)]
                let at = outline.clocks.corrected(row.at, of: row.server)
                if row.notFound.isRouteLevel {
                    if controllers.contains(row.client) {
                        part.refusals.append(Refusal(resource: resource, at: at))
                    }
                } else if row.kind == .served, !origins.holds(row.id) {
                    part.witnesses.add(
                        Witnesses.Place(server: row.server, resource: resource), at: at)
                }
            }
            return part
        }
        for part in parts { witnesses.add(part.witnesses) }
        witnesses.settle()
        let servers = (0..<UInt32(names.servers.count))
        for refusal in parts.flatMap(\.refusals) {
            let id = resources[Int(refusal.resource)]
            guard Catalogue.isBuiltinGroup(id.group),
                !witnesses.answered(refusal.resource, before: refusal.at, by: servers)
            else { continue }
            foundElsewhere.insert(id)
        }
    }
}

extension [Int64] {
    /// Whether a value is among those of an ascending list.
    fileprivate func holds(_ value: Int64) -> Bool {
        guard !isEmpty else { return false }
        let place = partitioningIndex { $0 >= value }
        return place < count && self[place] == value
    }
}
