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
            withDraft { $0.object.add(finalizer: id) }
        case .specFinalizers: withDraft { $0.object.hasNamespaceFinalizers = true }
        case .dryRun: withDraft { $0.options.isDryRun = true }
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
                withDraft { $0.options.uid = uid }
            } else if key == .resourceVersion {
                let version = intern(&names)
                withDraft { $0.options.resourceVersion = version }
            }
        default: assignTop(&names)
        }
    }

    private mutating func assignTop(_ names: inout Names) {
        switch key {
        case .kind:
            let kind = intern(&names)
            withDraft { $0.object.kind = kind }
        case .apiVersion:
            guard let (group, version) = groupAndVersion(&names) else { return }
            withDraft {
                $0.object.hasVersion = true
                $0.object.group = group
                $0.object.version = version
            }
        case .status:
            let isSuccess = text.elementsEqual("Success".utf8)
            withDraft { $0.isSuccess = isSuccess }
        case .message:
            let message = text.withUnsafeBufferPointer { StatusMessage($0) }
            withDraft { $0.message = message }
        case .type where roles.count == 1:
            let state = text.withUnsafeBufferPointer { ObjectObservation.State(watchEvent: $0) }
            withDraft { $0.event = state.map { .shows($0) } ?? .other }
        case .propagationPolicy:
            let policy = text.withUnsafeBufferPointer { Deletion.Propagation(policy: $0) }
            withDraft { $0.options.propagation = policy }
        default: break
        }
    }

    private mutating func assignMetadata(_ names: inout Names) {
        switch key {
        case .name:
            let id = hidesNames ? hashed(&names) : intern(&names)
            withDraft { $0.object.name = id }
        case .namespace:
            let id = intern(&names)
            withDraft { $0.object.namespace = id }
        case .uid:
            let uid = uniqueID(&names)
            withDraft { $0.object.uid = uid }
        case .deletionTimestamp:
            let instant = text.withUnsafeBufferPointer { RFC3339.nanoseconds($0) }
            withDraft { $0.object.deletionRequestedAt = instant }
        default: break
        }
    }

    private mutating func assignOwner(_ names: inout Names) {
        switch key {
        case .apiVersion: (owner.group, owner.version) = groupAndVersion(&names) ?? (0, 0)
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
            if isTrue || text.elementsEqual("false".utf8) {
                withDraft { $0.options.orphansDependents = isTrue }
            }
        case (.metadata, .deletionGracePeriodSeconds):
            let number = text.withUnsafeBytes { HTTP1Message.decimal($0) }
            withDraft { $0.object.gracePeriod = number.map { Int64($0) } }
        default: break
        }
    }

    private func intern(_ names: inout Names) -> UInt32 {
        text.withUnsafeBufferPointer { names.strings.intern(repairing: $0) }
    }

    private func hashed(_ names: inout Names) -> UInt32 {
        text.withUnsafeBufferPointer { names.strings.intern(hashing: $0) }
    }

    private func uniqueID(_ names: inout Names) -> UniqueID {
        text.withUnsafeBufferPointer { UniqueID(repairing: $0, in: &names.strings) }
    }

    private func groupAndVersion(_ names: inout Names) -> (UInt32, UInt32)? {
        text.withUnsafeBufferPointer { bytes in
            bytes.groupAndVersion.map { group, version in
                (
                    names.strings.intern(repairing: group),
                    names.strings.intern(repairing: version)
                )
            }
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

    /// Where the keys of a length begin in the table; the last is that of no length.
    private static let starts: [Int] = (0...(table.last?.0.utf8CodeUnitCount ?? 0) + 1).map {
        length in
        table.firstIndex { $0.0.utf8CodeUnitCount >= length } ?? table.count
    }

    init(_ text: UnsafeRawBufferPointer) {
        self = .none
        guard text.count < JSONKey.starts.count - 1 else { return }
        let places = JSONKey.starts[text.count]..<JSONKey.starts[text.count + 1]
        for place in places where text.starts(with: JSONKey.table[place].0) {
            self = JSONKey.table[place].1
            return
        }
    }
}
