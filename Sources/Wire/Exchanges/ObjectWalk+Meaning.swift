import Bytes
import KubeAPI

/// What the texts and literals that the walk meets mean, by where they are.
extension ObjectWalk {
    mutating func assign(_ names: inout Names) {
        guard let role = roles.last else { return }
        switch role {
        case .metadata: assignMetadata(&names)
        case .owner: assignOwner(&names)
        case .finalizers:
            let id = intern(&names)
            withDraft { if $0.finalizers.count < 256 { $0.finalizers.append(id) } }
        case .specFinalizers: withDraft { $0.hasNamespaceFinalizers = true }
        case .dryRun: withDraft { $0.isDryRun = true }
        case .details:
            if key == .uid {
                let uid = uniqueID(&names)
                withDraft { $0.detailsUID = uid }
            } else if key == .name {
                let isSaid = !text.isEmpty
                withDraft { $0.detailsName = isSaid }
            }
        case .preconditions:
            if key == .uid {
                let uid = uniqueID(&names)
                withDraft { $0.preconditionUID = uid }
            } else if key == .resourceVersion {
                let version = intern(&names)
                withDraft { $0.preconditionVersion = version }
            }
        default: assignTop(&names)
        }
    }

    private mutating func assignTop(_ names: inout Names) {
        switch key {
        case .kind:
            let kind = intern(&names)
            withDraft { $0.kind = kind }
        case .apiVersion:
            let (group, version) = groupAndVersion(&names)
            withDraft {
                $0.hasAPIVersion = true
                $0.group = group
                $0.version = version
            }
        case .status:
            let isSuccess = text.elementsEqual("Success".utf8)
            withDraft { $0.isSuccess = isSuccess }
        case .message:
            let message = text.withUnsafeBytes { ObjectDraft.message($0) }
            withDraft { $0.message = message }
        case .type where roles.count == 1:
            let event = text.withUnsafeBytes { ObjectDraft.Event($0) }
            withDraft { $0.event = event }
        case .propagationPolicy:
            let policy = text.withUnsafeBufferPointer { Deletion.Propagation(policy: $0) }
            withDraft { $0.policy = policy }
        default: break
        }
    }

    private mutating func assignMetadata(_ names: inout Names) {
        switch key {
        case .name:
            let id = hidesNames ? hashed(&names) : intern(&names)
            withDraft { $0.name = id }
        case .namespace:
            let id = intern(&names)
            withDraft { $0.namespace = id }
        case .uid:
            let uid = uniqueID(&names)
            withDraft { $0.uid = uid }
        case .deletionTimestamp:
            let instant = text.withUnsafeBufferPointer { RFC3339.nanoseconds($0) }
            withDraft { $0.deletionRequestedAt = instant }
        default: break
        }
    }

    private mutating func assignOwner(_ names: inout Names) {
        switch key {
        case .apiVersion: (owner.group, owner.version) = groupAndVersion(&names)
        case .kind: owner.kind = intern(&names)
        case .name: owner.name = intern(&names)
        case .uid: owner.uid = uniqueID(&names)
        default: break
        }
    }

    mutating func assignLiteral() {
        let isTrue = text.elementsEqual("true".utf8)
        switch (roles.last, key) {
        case (.owner, .controller): owner.isController = isTrue
        case (.owner, .blockOwnerDeletion): owner.blocksDeletion = isTrue
        case (.root, .orphanDependents):
            if isTrue || text.elementsEqual("false".utf8) { withDraft { $0.orphan = isTrue } }
        case (.metadata, .deletionGracePeriodSeconds):
            let number = text.withUnsafeBytes { HTTP1Message.decimal($0) }
            withDraft { $0.gracePeriod = number.map { Int64($0) } }
        default: break
        }
    }

    private func intern(_ names: inout Names) -> UInt32 {
        text.withUnsafeBytes { names.strings.intern(repairing: $0) }
    }

    private func hashed(_ names: inout Names) -> UInt32 {
        names.strings.intern(text.withUnsafeBufferPointer { HashedName.text(of: $0) })
    }

    private func uniqueID(_ names: inout Names) -> UniqueID {
        text.withUnsafeBufferPointer { bytes in
            UniqueID(uuid: bytes)
                ?? UniqueID(
                    interned: names.strings.intern(repairing: UnsafeRawBufferPointer(bytes)))
        }
    }

    private func groupAndVersion(_ names: inout Names) -> (UInt32, UInt32) {
        text.withUnsafeBytes { bytes in
            guard let slash = bytes.firstPlace(of: UInt8(ascii: "/")) else {
                return (0, names.strings.intern(repairing: bytes))
            }
            return (
                names.strings.intern(repairing: bytes.part(0, slash)),
                names.strings.intern(repairing: bytes.tail(slash + 1))
            )
        }
    }
}

/// The keys that the walk knows.
enum JSONKey: UInt8 {
    case none, kind, apiVersion, metadata, items, rows, object, type, status, message, details, spec
    case name, namespace, uid, ownerReferences, finalizers, deletionTimestamp
    case deletionGracePeriodSeconds, controller, blockOwnerDeletion, preconditions, resourceVersion
    case propagationPolicy, orphanDependents, dryRun

    /// By length, so that a key is compared with the few of its own.
    private static let table: [(StaticString, JSONKey)] = [
        ("kind", .kind), ("apiVersion", .apiVersion), ("metadata", .metadata), ("items", .items),
        ("rows", .rows), ("object", .object), ("type", .type), ("status", .status),
        ("message", .message), ("details", .details), ("spec", .spec), ("name", .name),
        ("namespace", .namespace), ("uid", .uid), ("ownerReferences", .ownerReferences),
        ("finalizers", .finalizers), ("deletionTimestamp", .deletionTimestamp),
        ("deletionGracePeriodSeconds", .deletionGracePeriodSeconds), ("controller", .controller),
        ("blockOwnerDeletion", .blockOwnerDeletion), ("preconditions", .preconditions),
        ("resourceVersion", .resourceVersion), ("propagationPolicy", .propagationPolicy),
        ("orphanDependents", .orphanDependents), ("dryRun", .dryRun),
    ].sorted { $0.0.utf8CodeUnitCount < $1.0.utf8CodeUnitCount }

    private static let longest = 32

    /// Where the keys of a length begin in the table.
    private static let starts: [Int] = (0...longest + 1).map { length in
        table.firstIndex { $0.0.utf8CodeUnitCount >= length } ?? table.count
    }

    init(_ text: UnsafeRawBufferPointer) {
        self = .none
        guard text.count <= JSONKey.longest else { return }
        let places = JSONKey.starts[text.count]..<JSONKey.starts[text.count + 1]
        for place in places where text.starts(with: JSONKey.table[place].0) {
            self = JSONKey.table[place].1
            return
        }
    }
}

extension ObjectDraft.Event {
    init(_ text: UnsafeRawBufferPointer) {
        if text.equalsIgnoringCase("added") {
            self = .added
        } else if text.equalsIgnoringCase("modified") {
            self = .modified
        } else if text.equalsIgnoringCase("deleted") {
            self = .deleted
        } else {
            self = .other
        }
    }
}

extension Interner {
    /// Interns bytes that may not be UTF-8: what is not becomes U+FFFD.
    mutating func intern(repairing bytes: UnsafeRawBufferPointer) -> UInt32 {
        var isASCII = true
        for byte in bytes where byte >= 0x80 {
            isASCII = false
            break
        }
        if isASCII { return bytes.withMemoryRebound(to: UInt8.self) { intern($0) } }
        return intern(String(decoding: bytes, as: UTF8.self))
    }
}
