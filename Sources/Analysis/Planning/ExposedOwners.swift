import Bytes
import ControlPlane
public import KubeAPI
import Planning
import Recording

/// Recorded objects whose owners are of a kind that only one side of the upgrade serves.
public struct ExposedOwners: Sendable, Equatable {
    /// The owners' group and version, and their kind.
    public var groupVersion: GroupVersion
    public var kind: String
    /// The new servers have it, the old ones do not; otherwise the other way round.
    public var isAdded: Bool
    public var owners: Int
    public var objects: Int

    static func all(
        _ objects: RecordedObjects, _ names: Names, _ sides: Sides
    ) -> [ExposedOwners] {
        var found: [String: (exposed: ExposedOwners, owners: Set<UniqueID>, objects: Set<Int32>)] =
            [:]
        let kinds = ExposedOwners.kinds(sides)
        for owner in objects.owners {
            let reference = owner.reference
            let version = GroupVersion(
                group: names.strings[reference.group], version: names.strings[reference.version])
            let kind = names.strings[reference.kind]
            let key = "\(version) \(kind)"
            guard let isAdded = kinds[key],
                objects.objects[Int(owner.dependent)].deleted == nil
            else { continue }
            let exposed = ExposedOwners(
                groupVersion: version, kind: kind, isAdded: isAdded, owners: 0, objects: 0)
            found[key, default: (exposed, [], [])].owners.insert(reference.uid)
            found[key]?.objects.insert(owner.dependent)
        }
        return found.sorted { $0.key < $1.key }.map { _, entry in
            var exposed = entry.exposed
            exposed.owners = entry.owners.count
            exposed.objects = entry.objects.count
            return exposed
        }
    }

    private static func kinds(_ sides: Sides) -> [String: Bool] {
        var kinds: [String: Bool] = [:]
        for (list, isAdded) in [(sides.added, true), (sides.removed, false)] {
            for id in list {
                for release in Release.all {
                    guard let kind = Catalogue.resource(id, in: release)?.kind else {
                        continue
                    }
                    kinds["\(id.groupVersion) \(kind)"] = isAdded
                }
            }
        }
        return kinds
    }
}
