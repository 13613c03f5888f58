public import Bytes

/// Rows of a recording in the form that rules about consequences read: ids and integers.
///
/// `Recording` hands them out, `Findings` judges by them. Every text is an id in the recording's
/// `Names`; what nobody saw is nil or zero, as in the tables.

/// One request at the first server that it reached, without what only sources care about.
public struct RecordedRequest: Sendable, BitwiseCopyable {
    public var id: Int64
    public var at: Int64
    /// -1 where the end of the request was not seen.
    public var durationMicroseconds: Int64
    public var server: UInt32
    public var resource: UInt32
    public var client: UInt32
    public var namespace: UInt32
    public var name: UInt32
    /// The path where it names no resource, or cannot be rebuilt from what it names.
    public var path: UInt32
    public var status: UInt16
    public var verb: Verb
    public var notFound: NotFoundShape

    public init(
        id: Int64, at: Int64, durationMicroseconds: Int64 = -1, server: UInt32,
        resource: UInt32 = 0, client: UInt32 = 0, namespace: UInt32 = 0, name: UInt32 = 0,
        path: UInt32 = 0, status: UInt16 = 0, verb: Verb = .none,
        notFound: NotFoundShape = .none
    ) {
        self.id = id
        self.at = at
        self.durationMicroseconds = durationMicroseconds
        self.server = server
        self.resource = resource
        self.client = client
        self.namespace = namespace
        self.name = name
        self.path = path
        self.status = status
        self.verb = verb
        self.notFound = notFound
    }

    public init(id: Int64, _ request: Request) {
        self.init(
            id: id, at: request.at, durationMicroseconds: request.durationMicroseconds,
            server: request.server, resource: request.resource, client: request.client,
            namespace: request.namespace, name: request.name, path: request.path,
            status: request.status, verb: request.verb, notFound: request.notFound)
    }

    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// An object as all observations of it show it.
public struct RecordedObject: Sendable, BitwiseCopyable {
    public var uid: UniqueID
    public var group: UInt32 = 0
    public var version: UInt32 = 0
    public var kind: UInt32 = 0
    /// 0 where no path gave the plural.
    public var resource: UInt32 = 0
    public var namespace: UInt32 = 0
    public var name: UInt32 = 0
    public var first: Int64
    public var last: Int64
    public var created: Int64?
    public var deleted: Int64?
    public var deletionRequested: Int64?

    public init(uid: UniqueID, first: Int64, last: Int64) {
        self.uid = uid
        self.first = first
        self.last = last
    }
}

/// One entry of an object's `metadata.ownerReferences`, and how long it was seen.
public struct RecordedOwner: Sendable, BitwiseCopyable {
    /// Index in the list of objects.
    public var dependent: Int32
    public var reference: OwnerReference
    public var first: Int64
    public var last: Int64

    public init(dependent: Int32, reference: OwnerReference, first: Int64, last: Int64) {
        self.dependent = dependent
        self.reference = reference
        self.first = first
        self.last = last
    }
}

/// One finalizer of an object, and how long it was seen.
public struct RecordedFinalizer: Sendable, BitwiseCopyable {
    /// Index in the list of objects.
    public var object: Int32
    public var finalizer: UInt32
    public var first: Int64
    public var last: Int64

    public init(object: Int32, finalizer: UInt32, first: Int64, last: Int64) {
        self.object = object
        self.finalizer = finalizer
        self.first = first
        self.last = last
    }
}

/// What the DeleteOptions of a recorded delete said.
public struct RecordedDeletion: Sendable, BitwiseCopyable {
    /// The id of the request.
    public var request: Int64
    /// The precondition, or `none`.
    public var uid: UniqueID
    public var propagation: Deletion.Propagation

    public init(request: Int64, uid: UniqueID, propagation: Deletion.Propagation) {
        self.request = request
        self.uid = uid
        self.propagation = propagation
    }
}

/// What the bodies of one request showed of the fields that releases added.
public struct RecordedFields: Sendable {
    /// At the server that handled it, wherever it arrived.
    public var request: RecordedRequest
    public var query: UInt32
    public var name: UInt32
    public var version: Int64
    /// Ids of paths, one a line; nil where the record has no such body.
    public var sent: UInt32?
    public var shown: UInt32?

    public init(
        _ request: RecordedRequest, query: UInt32, name: UInt32, version: Int64, sent: UInt32?,
        shown: UInt32?
    ) {
        self.request = request
        self.query = query
        self.name = name
        self.version = version
        self.sent = sent
        self.shown = shown
    }
}

/// Every object that a recording shows, with its owner references and finalizers.
public struct RecordedObjects: Sendable {
    public var objects: [RecordedObject] = []
    /// By dependent.
    public var owners: [RecordedOwner] = []
    public var finalizers: [RecordedFinalizer] = []
    /// The texts of uids that are no UUIDs.
    public var oddIDs = Interner()

    public init() {}
}

/// How often a client asked for a resource in a while.
public struct RecordedUse: Sendable, BitwiseCopyable {
    public var client: UInt32
    public var resource: UInt32
    public var requests: Int
    public var first: Int64
    public var last: Int64

    public init(client: UInt32, resource: UInt32, requests: Int, first: Int64, last: Int64) {
        self.client = client
        self.resource = resource
        self.requests = requests
        self.first = first
        self.last = last
    }
}
