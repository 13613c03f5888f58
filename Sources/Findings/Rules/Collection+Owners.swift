import Bytes
import ControlPlane
import KubeAPI

/// Whether anything but the owner in question keeps a dependent alive (F6.14, F6.16).
extension Collection {
    enum OtherOwners: Sendable {
        /// One at least is there, so that the collector only takes references away.
        case solid
        /// None, or all of them are gone or condemned as well.
        case absent
        /// The recording does not show what became of one.
        case unknown
    }

    func otherOwners(
        of dependent: Int, besides owner: OwnerKey, at instant: Int64
    ) -> OtherOwners {
        var result = OtherOwners.absent
        for row in run.graph.references(of: dependent, at: instant)
        where row.reference.uid != owner.uid {
            switch state(of: row.reference, from: dependent, at: instant) {
            case .solid: return .solid
            case .unknown: result = .unknown
            case .absent: break
            }
        }
        return result
    }

    func hasOtherSolidOwner(
        _ dependent: Int, besides owner: OwnerKey, at instant: Int64
    ) -> Bool {
        otherOwners(of: dependent, besides: owner, at: instant) == .solid
    }

    private func state(
        of reference: OwnerReference, from dependent: Int, at instant: Int64
    ) -> OtherOwners {
        guard let object = run.graph.object(reference.uid) else { return .unknown }
        let row = run.graph.objects[object]
        let namespace = run.graph.objects[dependent].namespace
        guard row.name == reference.name, row.group == reference.group,
            row.namespace == 0 || row.namespace == namespace
        else { return .absent }
        guard run.graph.isAlive(object, at: instant), !isTaken(object) else { return .absent }
        return isCondemned(reference, row, at: instant) ? .absent : .solid
    }

    private func isCondemned(
        _ reference: OwnerReference, _ row: RecordedObject, at instant: Int64
    ) -> Bool {
        let key = Coordinates(
            group: reference.group, version: reference.version, resource: row.resource,
            namespace: row.namespace, name: row.name)
        return condemnations.all[key]?.contains { $0.at <= instant + Thresholds.survival } ?? false
    }
}
