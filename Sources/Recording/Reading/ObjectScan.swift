import Bytes
public import KubeAPI
import SQLiteKit

/// Every object of a recording with its owners and finalizers, as integers.
///
/// For the rules about consequences, which follow owner references in all directions; a million
/// objects take some hundred megabytes.
extension Recording {
    public func recordedObjects() throws(RecordingError) -> RecordedObjects {
        try run { connection throws(SQLiteError) in
            var result = RecordedObjects()
            let ids = try readObjects(connection, into: &result)
            try readOwners(connection, ids, into: &result)
            try readFinalizers(connection, ids, into: &result)
            return result
        }
    }
}

/// Returns the ids of the rows, ascending: what the other tables name objects by.
private func readObjects(
    _ connection: borrowing Connection, into result: inout RecordedObjects
) throws(SQLiteError) -> [Int64] {
    var select = try connection.prepare(
        """
        SELECT id, uid, api_group, api_version, kind, resource, namespace, name, first_ns, last_ns,
            created_ns, deleted_ns, deletion_requested_ns FROM object ORDER BY id
        """)
    let ceiling = try Ceilings(connection).strings
    var ids: [Int64] = []
    var oddIDs = Interner()
    while try select.step() {
        let uid = select.withText(1) { UniqueID($0, in: &oddIDs) }
        var object = RecordedObject(uid: uid, first: select.instant(8), last: select.instant(9))
        object.group = select.id(2, ceiling)
        object.version = select.id(3, ceiling)
        object.kind = select.id(4, ceiling)
        object.resource = select.id(5, ceiling)
        object.namespace = select.id(6, ceiling)
        object.name = select.id(7, ceiling)
        object.created = select.optionalInstant(10)
        object.deleted = select.optionalInstant(11)
        object.deletionRequested = select.optionalInstant(12)
        ids.append(select.integer(0))
        result.objects.append(object)
    }
    result.oddIDs = oddIDs
    return ids
}

private func readOwners(
    _ connection: borrowing Connection, _ ids: [Int64], into result: inout RecordedObjects
) throws(SQLiteError) {
    var select = try connection.prepare(
        """
        SELECT dependent, uid, api_group, api_version, kind, name, controller, blocks_deletion,
            first_ns, last_ns FROM owner ORDER BY dependent, uid
        """)
    let ceiling = try Ceilings(connection).strings
    var oddIDs = result.oddIDs
    while try select.step() {
        guard let dependent = index(of: select.integer(0), in: ids) else { continue }
        let uid = select.withText(1) { UniqueID($0, in: &oddIDs) }
        let reference = OwnerReference(
            group: select.id(2, ceiling), version: select.id(3, ceiling),
            kind: select.id(4, ceiling), name: select.id(5, ceiling), uid: uid,
            isController: select.integer(6) != 0,
            blocksDeletion: select.integer(7) != 0)
        result.owners.append(
            RecordedOwner(
                dependent: dependent, reference: reference, first: select.instant(8),
                last: select.instant(9)))
    }
    result.oddIDs = oddIDs
}

private func readFinalizers(
    _ connection: borrowing Connection, _ ids: [Int64], into result: inout RecordedObjects
) throws(SQLiteError) {
    var select = try connection.prepare(
        "SELECT object, finalizer, first_ns, last_ns FROM finalizer ORDER BY object, finalizer")
    let ceiling = try Ceilings(connection).strings
    while try select.step() {
        guard let object = index(of: select.integer(0), in: ids) else { continue }
        result.finalizers.append(
            RecordedFinalizer(
                object: object, finalizer: select.id(1, ceiling), first: select.instant(2),
                last: select.instant(3)))
    }
}

private func index(of id: Int64, in ids: [Int64]) -> Int32? {
    let place = ids.partitioningIndex { $0 >= id }
    return place < ids.count && ids[place] == id ? Int32(exactly: place) : nil
}
