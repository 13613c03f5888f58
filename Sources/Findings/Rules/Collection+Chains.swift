import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// Deletes whose objects the recording does not hold: a log of level Metadata names no owners.
///
/// What is left is the chain: a wrong 404 for something that is seen alive, and deletes by the
/// collector right after it. Which of several owners an object had is not in the log, so it is
/// listed under each; and where the collector found an owner rightly gone meanwhile, the delete
/// may follow from that.
extension Collection {
    mutating func followWithoutReferences() {
        let living = livingSuspects()
        guard !living.isEmpty else { return }
        var sweepEnd = Int64.min
        for position in actions.allDeletes {
            let delete = run.controllers[position]
            guard !isKnown(delete) else { continue }
            let fitting = suspects(for: delete, among: living, sweepEnd: sweepEnd)
            guard let latest = fitting.map(\.asked).max() else { continue }
            sweepEnd = delete.at
            let absence = actions.lastAbsence(before: delete)
            // The last owner that it asked for was rightly gone: so was what it deleted.
            if let absence, absence > latest { continue }
            let isClear = absence.map { latest - $0 > Thresholds.sweepPause } ?? true
            for one in fitting {
                blame(
                    one.suspect, for: delete, isAlone: fitting.count == 1, isClear: isClear)
            }
        }
    }

    private struct Suspect {
        var key: Coordinates
        var condemned: [Condemnation]
        var life: OwnerLife
    }

    /// What was condemned while by its name it was alive, and is no owner in the graph.
    private func livingSuspects() -> [Suspect] {
        condemnations.order.compactMap { key in
            guard let condemned = condemnations.all[key], let first = condemned.first else {
                return nil
            }
            let owner = OwnerKey(
                group: key.group, version: key.version, resource: key.resource,
                namespace: key.namespace, name: key.name, uid: .none)
            var life = lives.life(of: owner, around: first.at)
            if life.proof == .none { life = lifeByName(key, at: first.at) }
            let valid = Self.valid(condemned, life)
            return valid.isEmpty ? nil : Suspect(key: key, condemned: valid, life: life)
        }
    }

    /// The life of whatever object of the graph bears the name.
    private func lifeByName(_ key: Coordinates, at instant: Int64) -> OwnerLife {
        for object in run.graph.objects(named: key.name) {
            let row = run.graph.objects[object]
            guard row.group == key.group, row.resource == key.resource,
                row.namespace == key.namespace, run.graph.isAlive(object, at: instant)
            else { continue }
            return lives.life(
                of: OwnerKey(
                    group: key.group, version: key.version, resource: key.resource,
                    namespace: key.namespace, name: key.name, uid: row.uid), around: instant)
        }
        return OwnerLife(proof: .none, from: .min, until: .max)
    }

    /// Those that were condemned shortly before a delete, each with its last 404.
    private func suspects(
        for delete: RecordedRequest, among living: [Suspect], sweepEnd: Int64
    ) -> [(suspect: Suspect, asked: Int64)] {
        let asked = living.compactMap { suspect -> (suspect: Suspect, asked: Int64)? in
            let isInReach = suspect.key.namespace == 0 || suspect.key.namespace == delete.namespace
            guard isInReach, delete.at < suspect.life.until,
                let last = suspect.condemned.last(where: { $0.at <= delete.at })
            else { return nil }
            return (suspect, last.at)
        }
        guard let latest = asked.map(\.asked).max(),
            delete.at - max(latest, sweepEnd) <= Thresholds.sweepPause
        else { return [] }
        return asked
    }

    /// Whether the graph knows the object's owners: then they have decided already.
    private func isKnown(_ delete: RecordedRequest) -> Bool {
        let resource = run.names.resources[delete.resource]
        return run.graph.objects(named: delete.name).contains { object in
            let row = run.graph.objects[object]
            return row.group == resource.group && row.resource == resource.resource
                && row.namespace == delete.namespace
                && !run.graph.references(of: object).isEmpty
        }
    }

    // MARK: In another control plane

    /// What the collector had just looked at when it asked for an owner that this run condemns.
    ///
    /// It reads a dependent, then the owners that the dependent names: the order is all there is.
    mutating func predictWithoutReferences() {
        let suspects = livingSuspects()
        for suspect in suspects where !hasReferences(suspect.key) {
            let reads = suspect.condemned.flatMap { actions.readsBefore($0.request) }
            var seen = Set<Coordinates>()
            let dependents = reads.filter { read in
                let key = coordinates(of: read)
                return condemnations.all[key] == nil && seen.insert(key).inserted
                    && !isKnown(read)
            }
            guard !dependents.isEmpty else { continue }
            let number = open(ownerKey(of: suspect), suspect.life, suspect.condemned)
            for read in dependents {
                add(
                    unreferenced: .init(
                        identity(of: read), deletedAt: nil, grade: .possible), by: nil, to: number)
            }
            note(
                "The log holds no owner references: that these objects depend on it shows in the "
                    + "order of the collector's reads alone.", on: number)
        }
    }

    private func hasReferences(_ key: Coordinates) -> Bool {
        run.graph.references(toName: key.name).contains { index in
            let reference = run.graph.owners[index].reference
            return reference.group == key.group
                && run.graph.kinds.resource(group: reference.group, kind: reference.kind)
                    == key.resource
        }
    }

    private func coordinates(of request: RecordedRequest) -> Coordinates {
        let resource = run.names.resources[request.resource]
        return Coordinates(
            group: resource.group, version: resource.version, resource: resource.resource,
            namespace: request.namespace, name: request.name)
    }

    // MARK: What both need

    private func ownerKey(of suspect: Suspect) -> OwnerKey {
        OwnerKey(
            group: suspect.key.group, version: suspect.key.version,
            resource: suspect.key.resource, namespace: suspect.key.namespace,
            name: suspect.key.name,
            uid: suspect.life.object.map { run.graph.objects[$0].uid } ?? .none)
    }

    /// What a request names, as far as a log without bodies tells it.
    private func identity(of request: RecordedRequest) -> Finding.Identity {
        let resource = run.names.resources[request.resource]
        var identity = Finding.Identity()
        identity.group = run.text(resource.group)
        identity.version = run.text(resource.version)
        identity.resource = run.text(resource.resource)
        identity.kind = run.kind(group: resource.group, resource: resource.resource)
        identity.namespace = run.text(request.namespace)
        identity.name = run.text(request.name)
        let precondition = run.deletion(of: request.id)?.uid ?? .none
        let uid = precondition == .none ? uidOfAnswer(request) : precondition
        identity.uid = uid.text(in: run.input.objects.oddIDs)
        return identity
    }

    /// The uid that the answer to a delete names.
    private func uidOfAnswer(_ request: RecordedRequest) -> UniqueID {
        guard request.verb == .delete else { return .none }
        let resource = run.names.resources[request.resource]
        let end = run.endOf(request)
        return run.graph.objects(named: request.name).lazy.map { run.graph.objects[$0] }
            .first { row in
                let gone = row.deleted ?? row.deletionRequested ?? .min
                return row.group == resource.group && row.resource == resource.resource
                    && row.namespace == request.namespace && gone >= request.at
                    && gone <= end
            }?.uid ?? .none
    }

    private mutating func blame(
        _ suspect: Suspect, for delete: RecordedRequest, isAlone: Bool, isClear: Bool
    ) {
        let number = open(ownerKey(of: suspect), suspect.life, suspect.condemned)
        let isWrong = suspect.condemned.contains {
            $0.at <= delete.at && ($0.strength == .certain || suspect.life.isSeenAfter)
        }
        add(
            unreferenced: .init(
                identity(of: delete), deletedAt: delete.at,
                grade: isWrong && isClear ? .predicted : .possible),
            by: delete, to: number)
        note(
            isAlone
                ? "The log holds no owner references: that these deletes follow from the 404 shows "
                    + "in their order alone."
                : "The log holds no owner references, and several owners got a wrong 404: a "
                    + "deleted object is listed under each that it may have had.", on: number)
        if !isClear {
            note(
                "The collector found other owners rightly gone meanwhile; some of these deletes "
                    + "may follow from that.", on: number)
        }
    }
}
