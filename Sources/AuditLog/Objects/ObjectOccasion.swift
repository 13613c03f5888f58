import Bytes
import CSimdjson
import KubeAPI

/// What a request says of any object in its bodies.
struct ObjectOccasion {
    var request: Request
    /// Of the request in `Traffic.requests`.
    var index: Int
    var at: Int64
    var group: UInt32
    var version: UInt32
    var resource: UInt32
    /// Objects of a list may leave their kind to the list.
    var kind: UInt32 = 0
    var isNamespaces = false
    var isPods = false
    /// Its objects are tokens, called by what they are.
    var hidesNames = false
    /// The body is the one object that the request names.
    var isSingle = true
    var propagation = Deletion.Propagation.none
    /// A watch event says it outright.
    var state: ObjectObservation.State?
    var repairsText: Bool

    init(
        request: Request, index: Int, at: Int64, group: UInt32, version: UInt32, resource: UInt32,
        repairsText: Bool
    ) {
        self.request = request
        self.index = index
        self.at = at
        self.group = group
        self.version = version
        self.resource = resource
        self.repairsText = repairsText
    }

    /// The namespace of an object that does not say its own; a namespace itself has none.
    var namespace: UInt32 { isNamespaces ? 0 : request.namespace }

    /// Takes the kind of objects from that of their list.
    mutating func adopt(listKind: ByteRun, _ apiVersion: ByteRun, _ names: inout Names) {
        let suffix = 4
        guard listKind.count > suffix,
            listKind.run(listKind.count - suffix..<listKind.count).equals("List"),
            !listKind.equals("PartialObjectMetadataList")
        else { return }
        kind = names.strings.intern(repairing: listKind.run(0..<listKind.count - suffix))
        guard let (listGroup, listVersion) = apiVersion.groupAndVersion else { return }
        group = names.strings.intern(repairing: listGroup)
        version = names.strings.intern(repairing: listVersion)
    }
}

extension ByteRun {
    /// The two parts of an `apiVersion`; nil where there is none that clients could name.
    var groupAndVersion: (group: ByteRun, version: ByteRun)? {
        guard !isEmpty else { return nil }
        let slash = find(ASCII.slash)
        if slash == count { return (ByteRun(start: nil, count: 0), self) }
        let version = run(slash + 1..<count)
        return version.equals("__internal") ? nil : (run(0..<slash), version)
    }

    /// What a watch event says of its object; nil for bookmarks and errors.
    var watchState: ObjectObservation.State? {
        equals("DELETED") ? .deleted : equals("ADDED") || equals("MODIFIED") ? .seen : nil
    }

    var propagation: Deletion.Propagation {
        equals("Background")
            ? .background
            : equals("Foreground") ? .foreground : equals("Orphan") ? .orphan : .none
    }

    /// The query form of `orphanDependents`.
    var orphans: Deletion.Propagation {
        equals("true") || equals("1") ? .orphan : .background
    }
}

extension CSJValue {
    /// No array, or one with nothing in it.
    var isEmptyArray: Bool { kind != .array || after == token + 2 }
}

extension Interner {
    /// Whether a text is exactly this word.
    func holds(_ word: StaticString, at id: UInt32) -> Bool {
        withBytes(of: id) { $0.equals(word) }
    }

    /// Whether the bodies of a subresource are the object itself, not something about it.
    func bearsObject(_ subresource: UInt32) -> Bool {
        subresource == 0
            || withBytes(of: subresource) {
                $0.equals("status") || $0.equals("finalize") || $0.equals("approval")
                    || $0.equals("resize") || $0.equals("ephemeralcontainers")
            }
    }
}
