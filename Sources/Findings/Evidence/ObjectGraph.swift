import Bytes
import ControlPlane
import KubeAPI

/// The recorded objects with the look-ups that rules need: by uid, by owner, by name.
///
/// Built once per run from a million objects: sorted arrays of indices, no dictionary of texts. It
/// says what the recording shows, not whether that is right.
struct ObjectGraph: Sendable {
    let objects: [RecordedObject]
    let owners: [RecordedOwner]
    let finalizers: [RecordedFinalizer]
    let kinds: KindTable
    private let byUID: RowIndex
    private let byNamespace: RowIndex
    private let byName: RowIndex
    /// Of `owners`, by the owner's uid and by its name.
    private let byOwner: RowIndex
    private let byOwnerName: RowIndex

    init(_ source: RecordedObjects, names: Names, scenario: Scenario) {
        let bounds = IDBounds(names)
        let source = Self.sound(source, bounds)
        var objects = source.objects
        kinds = KindTable(source, names, scenario)
        for index in objects.indices where objects[index].resource == 0 {
            objects[index].resource = kinds.resource(
                group: objects[index].group, kind: objects[index].kind)
        }
        self.objects = objects
        owners = source.owners.sorted { $0.dependent < $1.dependent }
        finalizers = source.finalizers.sorted { $0.object < $1.object }
        byUID = RowIndex(objects.lazy.map { $0.uid.folded })
        byNamespace = RowIndex(objects.lazy.map(\.namespace))
        byName = RowIndex(objects.lazy.map(\.name))
        byOwner = RowIndex(owners.lazy.map { $0.reference.uid.folded })
        byOwnerName = RowIndex(owners.lazy.map(\.reference.name))
    }

    /// Without rows of a damaged recording; references to objects that are not there go too.
    private static func sound(_ source: RecordedObjects, _ bounds: IDBounds) -> RecordedObjects {
        var result = source
        // An object that cannot be named stays as a row, so that the others keep their numbers.
        for index in source.objects.indices where !bounds.hold(source.objects[index]) {
            let row = source.objects[index]
            result.objects[index] = RecordedObject(uid: .none, first: row.first, last: row.last)
        }
        let count = source.objects.count
        result.owners.removeAll { !bounds.hold($0, of: count) }
        result.finalizers.removeAll { $0.object < 0 || Int($0.object) >= count }
        return result
    }

    /// The object of a uid.
    func object(_ uid: UniqueID) -> Int? {
        byUID.rows(uid.folded).first { objects[$0].uid == uid }
    }

    /// Indices in `owners` of the references to an owner's uid.
    func references(to uid: UniqueID) -> [Int] {
        byOwner.rows(uid.folded).filter { owners[$0].reference.uid == uid }
    }

    /// Indices in `owners` of the references to owners of a name.
    func references(toName name: UInt32) -> [Int] { byOwnerName.rows(name) }

    func objects(inNamespace namespace: UInt32) -> [Int] { byNamespace.rows(namespace) }

    func objects(named name: UInt32) -> [Int] { byName.rows(name) }

    /// The references of a dependent, whenever they were seen.
    func references(of object: Int) -> ArraySlice<RecordedOwner> {
        let start = owners.partitioningIndex { $0.dependent >= object }
        let end = owners.partitioningIndex { $0.dependent > object }
        return owners[start..<end]
    }

    /// The references of a dependent at an instant: those of the last observation before it.
    func references(of object: Int, at instant: Int64) -> [RecordedOwner] {
        let all = references(of: object)
        let known = all.filter { $0.first <= instant }
        guard let newest = known.map({ min($0.last, instant) }).max() else {
            // Seen too late: what was seen first held before, for an object that was there.
            let earliest = all.map(\.first).min()
            return all.filter { $0.first == earliest }
        }
        return known.filter { $0.last >= newest }
    }

    /// Whether an object had a finalizer when it was last seen.
    func hasFinalizers(_ object: Int) -> Bool {
        let start = finalizers.partitioningIndex { $0.object >= object }
        let end = finalizers.partitioningIndex { $0.object > object }
        let last = finalizers[start..<end].map(\.last).max()
        return last.map { $0 >= objects[object].last } ?? false
    }

    /// Whether an object was there at an instant, as far as anything shows.
    func isAlive(_ object: Int, at instant: Int64) -> Bool {
        bornAt(object) <= instant && instant < (objects[object].deleted ?? .max)
    }

    /// When it was created; the beginning of time where that is not in the recording.
    func bornAt(_ object: Int) -> Int64 { objects[object].created ?? .min }
}

/// Row numbers by a key of 32 bits: sorted integers, in the order of the rows where keys are equal.
private struct RowIndex: Sendable {
    private let entries: [UInt64]

    init(_ keys: some Sequence<UInt32>) {
        entries = keys.enumerated().map { UInt64($1) << 32 | UInt64(UInt32(clamping: $0)) }.sorted()
    }

    func rows(_ key: UInt32) -> [Int] {
        let start = entries.partitioningIndex { $0 >> 32 >= UInt64(key) }
        return entries[start...].prefix { $0 >> 32 == UInt64(key) }.map {
            Int($0 & 0xFFFF_FFFF)
        }
    }
}

extension UniqueID {
    fileprivate var folded: UInt32 {
        let mixed = high ^ (low &* 0x9E37_79B9_7F4A_7C15)
        return UInt32(truncatingIfNeeded: mixed ^ (mixed >> 32))
    }
}

/// Which resource a kind is, as objects of the recording and the catalogue say it.
struct KindTable: Sendable {
    private struct Key: Hashable, Sendable {
        var group: UInt32
        var word: UInt32
    }

    private var resources: [Key: UInt32] = [:]
    private var kinds: [Key: UInt32] = [:]

    init(_ source: RecordedObjects, _ names: Names, _ scenario: Scenario) {
        for entry in scenario.extensions {
            for resource in entry.resources {
                add(entry.groupVersion.group, resource, names)
            }
        }
        var unknown = Set<Key>()
        for object in source.objects where object.kind != 0 {
            let key = Key(group: object.group, word: object.kind)
            if object.resource == 0 {
                unknown.insert(key)
            } else if resources[key] == nil {
                resources[key] = object.resource
                kinds[Key(group: object.group, word: object.resource)] = object.kind
            }
        }
        for owner in source.owners {
            unknown.insert(Key(group: owner.reference.group, word: owner.reference.kind))
        }
        for key in unknown where resources[key] == nil {
            guard let resource = Self.builtin(key, names) else { continue }
            resources[key] = resource
            if kinds[Key(group: key.group, word: resource)] == nil {
                kinds[Key(group: key.group, word: resource)] = key.word
            }
        }
    }

    private mutating func add(
        _ group: String, _ resource: Scenario.Extension.Resource, _ names: Names
    ) {
        guard let group = names.strings.find(group), let kind = names.strings.find(resource.kind),
            let plural = names.strings.find(resource.name)
        else { return }
        resources[Key(group: group, word: kind)] = plural
        kinds[Key(group: group, word: plural)] = kind
    }

    /// What the newest release that has the kind calls it, where the recording has the word too.
    private static func builtin(_ key: Key, _ names: Names) -> UInt32? {
        let group = names.strings[key.group]
        let kind = names.strings[key.word]
        for release in Release.all.reversed() {
            let found = Catalogue.resources(in: release).first {
                $0.id.group == group && $0.kind == kind
            }
            if let found { return names.strings.find(found.id.resource) }
        }
        return nil
    }

    /// The id of the plural; 0 where nothing tells it.
    func resource(group: UInt32, kind: UInt32) -> UInt32 {
        resources[Key(group: group, word: kind)] ?? 0
    }

    /// The id of the kind; 0 where nothing tells it.
    func kind(group: UInt32, resource: UInt32) -> UInt32 {
        kinds[Key(group: group, word: resource)] ?? 0
    }
}
