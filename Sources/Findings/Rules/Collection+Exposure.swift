import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Replay

/// Objects that nothing happened to, and something could have: their owner's kind was served by
/// some servers only, and nothing stood between the collector and the others.
///
/// The collector asks for an owner when it starts, or when a dependent changes: a restart of the
/// controller-manager in that time is enough (V4).
extension Collection {
    mutating func addExposed() {
        let disputed = disputedKinds()
        guard !disputed.isEmpty, speaksToSeveralServers else { return }
        var dependents: [OwnerKey: [Int]] = [:]
        var order: [OwnerKey] = []
        for row in run.graph.owners {
            guard let disputes = disputed[Kind(row.reference)],
                let owner = owner(of: row),
                disputes.contains(where: { isExposed(row, owner, during: $0) })
            else { continue }
            if dependents[owner] == nil { order.append(owner) }
            dependents[owner, default: []].append(Int(row.dependent))
        }
        for owner in order {
            guard let longest = disputed[kind(of: owner)]?.max(by: isShorter) else { continue }
            let left = (dependents[owner] ?? []).filter { !isTaken($0) }
            guard !left.isEmpty else { continue }
            let life = lives.life(of: owner, around: longest.from)
            addPossible(left, to: number(of: owner) ?? open(owner, life, []), exposed: longest)
        }
    }

    /// Whether the collector's discovery and its answers may come from different servers.
    ///
    /// What the one server does not know that a controller-manager speaks to, it does not ask for
    /// (V15). Of one that is not in the log nothing is known.
    private var speaksToSeveralServers: Bool {
        guard run.input.scenario.entry == .recorded else { return true }
        return Set(run.controllers.filter { run.role($0) != .other }.map(\.server)).count > 1
    }

    /// Whether anybody was seen to be refused wrongly: that a proxy left no trace proves nothing.
    private func isRefused(_ reference: OwnerReference, _ resource: UInt32) -> Bool {
        !run.isAsRecorded
            || run.judged.contains { entry in
                let asked = run.names.resources[entry.request.resource]
                return entry.verdict.outcome == .wrongNotFound && asked.group == reference.group
                    && entry.verdict.certainty == .certain && asked.resource == resource
            }
    }

    private struct Kind: Hashable {
        var group: UInt32
        var version: UInt32
        var kind: UInt32

        init(_ reference: OwnerReference) {
            group = reference.group
            version = reference.version
            kind = reference.kind
        }

        init(group: UInt32, version: UInt32, kind: UInt32) {
            self.group = group
            self.version = version
            self.kind = kind
        }
    }

    private func kind(of owner: OwnerKey) -> Kind {
        Kind(
            group: owner.group, version: owner.version,
            kind: run.graph.kinds.kind(group: owner.group, resource: owner.resource))
    }

    private func isShorter(
        _ left: ControlPlaneView.Dispute, _ right: ControlPlaneView.Dispute
    ) -> Bool {
        left.until - left.from < right.until - right.from
    }

    /// The kinds of owners about which servers disagreed for long enough.
    private func disputedKinds() -> [Kind: [ControlPlaneView.Dispute]] {
        var seen = Set<Kind>()
        var result: [Kind: [ControlPlaneView.Dispute]] = [:]
        for row in run.graph.owners where seen.insert(Kind(row.reference)).inserted {
            let reference = row.reference
            let resource = run.graph.kinds.resource(group: reference.group, kind: reference.kind)
            guard resource != 0, isRefused(reference, resource) else { continue }
            let id = GroupVersionResource(
                group: run.text(reference.group), version: run.text(reference.version),
                resource: run.text(resource))
            let disputes = run.control.disputes(of: run.control.column(id)).filter {
                $0.until - $0.from >= Thresholds.exposure && !$0.serving.isEmpty
            }
            if !disputes.isEmpty { result[Kind(reference)] = disputes }
        }
        return result
    }

    /// The owner that a reference names, where it is in the graph and the reference is valid.
    private func owner(of row: RecordedOwner) -> OwnerKey? {
        guard let object = run.graph.object(row.reference.uid) else { return nil }
        let owner = run.graph.objects[object]
        let namespace = run.graph.objects[Int(row.dependent)].namespace
        guard owner.name == row.reference.name, owner.group == row.reference.group,
            owner.namespace == 0 || owner.namespace == namespace
        else { return nil }
        return OwnerKey(
            group: row.reference.group, version: row.reference.version,
            resource: owner.resource, namespace: owner.namespace, name: owner.name,
            uid: row.reference.uid)
    }

    private func isExposed(
        _ row: RecordedOwner, _ owner: OwnerKey, during dispute: ControlPlaneView.Dispute
    ) -> Bool {
        let dependent = Int(row.dependent)
        guard !isTaken(dependent), let object = run.graph.object(owner.uid) else { return false }
        let from = max(
            dispute.from, run.graph.bornAt(dependent), run.graph.bornAt(object))
        let ends = [dependent, object].map { index in
            let object = run.graph.objects[index]
            return min(object.deleted ?? .max, object.deletionRequested ?? .max)
        }
        // What has come through, or gone for good reasons, is not exposed to the past.
        let until = run.isAsRecorded ? run.input.lastAt : from
        guard from < dispute.until, ends.allSatisfy({ $0 > until }) else { return false }
        let isLast = run.graph.references(of: dependent, at: from).contains {
            $0.reference.uid == owner.uid
        }
        return isLast && otherOwners(of: dependent, besides: owner, at: from) == .absent
    }
}
