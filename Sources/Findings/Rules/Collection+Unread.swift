import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Replay

/// Deletes by a collector whose reads the log leaves out.
///
/// What it took for gone is not seen then. But a dependent that it deleted while its owner was
/// never deleted, and servers disagreed about the owner's kind, went for some such reason.
extension Collection {
    mutating func suspectUnreadDeletes() {
        guard run.input.isWhole, !actions.readsAtAll, !actions.allDeletes.isEmpty else { return }
        for row in run.graph.owners {
            let dependent = Int(row.dependent)
            guard !isTaken(dependent), let owner = livingOwner(of: row),
                let delete = actions.delete(of: dependent, from: .min, until: owner.life.until),
                isDisputed(row.reference, owner.key, before: delete.at),
                otherOwners(of: dependent, besides: owner.key, at: delete.at) == .absent
            else { continue }
            let number = number(of: owner.key) ?? open(owner.key, owner.life, [])
            addUnread(dependent, at: delete, to: number)
            note(
                "The log has no reads of the garbage collector: what made it take the owner for "
                    + "gone is not seen. The owner was never deleted.", on: number)
        }
    }

    /// The owner that a reference names, if it is in the recording and nothing ended it.
    private func livingOwner(of row: RecordedOwner) -> (key: OwnerKey, life: OwnerLife)? {
        guard let object = run.graph.object(row.reference.uid),
            Catalogue.isBuiltinGroup(run.text(row.reference.group))
        else { return nil }
        let owner = run.graph.objects[object]
        let key = OwnerKey(
            group: row.reference.group, version: row.reference.version,
            resource: owner.resource, namespace: owner.namespace, name: owner.name,
            uid: row.reference.uid)
        let life = lives.life(of: key, around: row.last)
        return life.proof == .uid && life.until == .max ? (key, life) : nil
    }

    private func isDisputed(
        _ reference: OwnerReference, _ owner: OwnerKey, before instant: Int64
    ) -> Bool {
        let isRefused = run.judged.contains { entry in
            let resource = run.names.resources[entry.request.resource]
            return entry.verdict.outcome == .wrongNotFound && entry.request.at <= instant
                && resource.group == owner.group && resource.resource == owner.resource
        }
        if isRefused { return true }
        let id = GroupVersionResource(
            group: run.text(owner.group), version: run.text(owner.version),
            resource: run.text(owner.resource))
        return run.control.disputes(of: run.control.column(id)).contains { $0.from <= instant }
    }
}
