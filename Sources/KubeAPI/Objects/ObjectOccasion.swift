public import Bytes

/// What a request and its answer say of every object that the answer shows.
///
/// The life of objects is decided here alone, for audit logs and for packets: which answers show
/// objects, what becomes of one that is deleted, what an object leaves to its list or its path.
public struct ObjectOccasion: Sendable {
    public var request: Request
    /// Of the request in `Traffic.requests`.
    public var index: Int
    public var at: Int64
    public var group: UInt32
    public var version: UInt32
    public var resource: UInt32
    /// Objects of a list may leave their kind to the list.
    public var kind: UInt32 = 0
    /// The body is the one object that the request names.
    public var isSingle = true
    /// What a watch event says outright.
    public var state: ObjectObservation.State?
    /// What a delete asked for.
    public var propagation = Deletion.Propagation.none
    /// Bodies of the request's subresource are the object itself, not something about it.
    public let bearsObject: Bool
    /// Its objects are tokens, called by what they are.
    public let hidesNames: Bool
    private let isNamespaces: Bool
    private let isPods: Bool

    public init(_ request: Request, index: Int, at: Int64, _ names: borrowing Names) {
        let key = names.resources[request.resource]
        self.request = request
        self.index = index
        self.at = at
        group = key.group
        version = key.version
        resource = key.resource
        bearsObject = ObjectOccasion.bearsObject(key.subresource, names)
        hidesNames = names.strings.withBytes(of: resource) { HashedName.hides(resource: $0) }
        // A resource of that name in another group is something else: metrics.k8s.io has pods.
        isNamespaces = group == 0 && names.strings.holds("namespaces", at: resource)
        isPods = group == 0 && names.strings.holds("pods", at: resource)
    }

    /// Whether the answer shows objects at all.
    public var showsObjects: Bool {
        (200..<300).contains(request.status) && request.resource != 0 && bearsObject
    }

    /// A Scale has the name and the uid of what it scales, and so have others that are no object.
    private static func bearsObject(_ subresource: UInt32, _ names: borrowing Names) -> Bool {
        subresource == 0
            || names.strings.withBytes(of: subresource) {
                $0.equals("status") || $0.equals("finalize") || $0.equals("approval")
                    || $0.equals("resize") || $0.equals("ephemeralcontainers")
            }
    }

    /// Goes on to the objects of a list, a table or a watch, which are not what the path names.
    public mutating func enter(kind: UInt32 = 0, state: ObjectObservation.State? = nil) {
        isSingle = false
        self.kind = kind
        self.state = state
    }

    // MARK: Objects

    /// The namespace of an object that does not say its own; a namespace itself has none.
    private var namespace: UInt32 { isNamespaces ? 0 : request.namespace }

    /// What is seen of an object; nil for reviews and their like, which are answered, not stored.
    public func observation(
        of object: ShownObject, _ names: borrowing Names
    ) -> ObjectObservation? {
        let name = object.name == 0 && isSingle ? request.name : object.name
        guard object.uid != .none || name != 0 else { return nil }
        var shown = ObjectObservation(
            at: at, request: index, state: state(of: object), uid: object.uid, group: group,
            version: version, kind: kind, resource: resource,
            namespace: object.namespace != 0 ? object.namespace : namespace, name: name)
        // Metadata alone does not say of what.
        if object.kind != 0, !names.strings.holds("PartialObjectMetadata", at: object.kind) {
            shown.kind = object.kind
            if object.hasVersion { (shown.group, shown.version) = (object.group, object.version) }
        }
        shown.deletionRequestedAt = object.deletionRequestedAt
        shown.finalizers = object.finalizers
        shown.owners = object.owners
        return shown
    }

    /// What is seen of the object that the request names, where only its uid was said.
    ///
    /// `isRemoved` where a Status says so, as that of a delete that was done at once does.
    public func observation(ofNamed uid: UniqueID, isRemoved: Bool) -> ObjectObservation? {
        guard uid != .none else { return nil }
        return ObjectObservation(
            at: at, request: index, state: isRemoved ? .deleted : .seen, uid: uid, group: group,
            version: version, kind: 0, resource: resource, namespace: namespace,
            name: request.name)
    }

    /// Whether a Status with the uid of what it is about says that the object is gone.
    public func isRemoval(isSuccess: Bool, uid: UniqueID) -> Bool {
        request.verb == .delete && request.status == 200 && isSuccess && uid != .none
    }

    // MARK: Ends

    private func state(of object: ShownObject) -> ObjectObservation.State {
        if let state { return state }
        let isBeingDeleted = object.deletionRequestedAt != nil
        switch request.verb {
        case .create, .update, .patch:
            if request.status == 201 { return .created }
            return isBeingDeleted && endsAtOnce(object) ? .deleted : .seen
        case .delete:
            // 202 says that the object is still there.
            guard request.status == 200, !hasFinalizers(object) else { return .seen }
            return !isBeingDeleted || endsAtOnce(object) ? .deleted : .seen
        case .deletecollection:
            // The answer lists the objects as they were before each was deleted. What has no
            // finalizer, is given none by the request, and has no grace period is gone.
            let isKept = propagation == .foreground || propagation == .orphan
            let isGone = !hasFinalizers(object) && !isPods && !isKept
            return request.status == 200 && isGone ? .deleted : .seen
        default:
            return .seen
        }
    }

    /// Whether an object that is being deleted goes with the request that answered so.
    ///
    /// Its last finalizer is off and its grace is over. A namespace has its own finalizers and no
    /// grace.
    private func endsAtOnce(_ object: ShownObject) -> Bool {
        let isGraceOver = object.gracePeriod == 0 || isNamespaces && object.gracePeriod == nil
        return isGraceOver && !hasFinalizers(object)
    }

    private func hasFinalizers(_ object: ShownObject) -> Bool {
        !object.finalizers.isEmpty || isNamespaces && object.hasNamespaceFinalizers
    }
}

extension ObjectObservation.State {
    /// What a watch event says of its object; nil for bookmarks and errors, which show none.
    public init?(watchEvent type: ByteRun) {
        if type.equals("DELETED") {
            self = .deleted
        } else if type.equals("ADDED") || type.equals("MODIFIED") {
            self = .seen
        } else {
            return nil
        }
    }
}
