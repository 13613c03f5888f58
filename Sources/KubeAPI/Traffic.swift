public import Bytes

/// What a reader delivers: requests and what they showed of objects, in the order of the source.
///
/// The one vocabulary in which audit logs and packets reach the recording. Texts are ids in the
/// `Names` that the reader was given.
public struct Traffic: Sendable {
    public var requests: [Request] = []
    public var objects: [ObjectObservation] = []
    public var deletions: [Deletion] = []
    public var fields: [FieldSighting] = []
    /// Of some writes: enough to compare the servers' clocks.
    public var revisions: [Revision] = []
    public var rejects: [Reject] = []
    public var documents: [StoredDocument] = []
    /// Empty unless the reader was asked for bodies.
    public var bodies: [StoredBody] = []
    /// Empty unless the source is the wire.
    public var headers: [WireHeader] = []

    public init() {}

    public var isEmpty: Bool {
        requests.isEmpty && objects.isEmpty && rejects.isEmpty && documents.isEmpty
            && revisions.isEmpty
    }

    public mutating func removeAll() {
        requests.removeAll(keepingCapacity: true)
        objects.removeAll(keepingCapacity: true)
        deletions.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        revisions.removeAll(keepingCapacity: true)
        rejects.removeAll(keepingCapacity: true)
        documents.removeAll(keepingCapacity: true)
        bodies.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
    }
}

/// An object as one request or response showed it; never its content.
public struct ObjectObservation: Sendable {
    /// What the observation says of the object's life.
    public enum State: UInt8, Sendable { case seen, created, deleted }

    public var at: Int64
    /// Index in `Traffic.requests` of the request that showed it.
    public var request: Int
    public var state: State
    public var uid: UniqueID
    public var group: UInt32
    public var version: UInt32
    public var kind: UInt32
    /// The plural, where the request path gives it; otherwise 0.
    public var resource: UInt32
    public var namespace: UInt32
    public var name: UInt32
    /// `metadata.deletionTimestamp`, where the object has one.
    public var deletionRequestedAt: Int64?
    public var finalizers: [UInt32] = []
    public var owners: [OwnerReference] = []

    public init(
        at: Int64, request: Int, state: State, uid: UniqueID, group: UInt32, version: UInt32,
        kind: UInt32, resource: UInt32, namespace: UInt32, name: UInt32
    ) {
        self.at = at
        self.request = request
        self.state = state
        self.uid = uid
        self.group = group
        self.version = version
        self.kind = kind
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }
}

/// One entry of `metadata.ownerReferences`.
public struct OwnerReference: Hashable, Sendable, BitwiseCopyable {
    public var group: UInt32
    public var version: UInt32
    public var kind: UInt32
    public var name: UInt32
    public var uid: UniqueID
    public var isController: Bool
    public var blocksDeletion: Bool

    public init(
        group: UInt32, version: UInt32, kind: UInt32, name: UInt32, uid: UniqueID,
        isController: Bool, blocksDeletion: Bool
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
        self.blocksDeletion = blocksDeletion
    }
}

/// The DeleteOptions of a delete request, where its body is in the record.
public struct Deletion: Sendable, BitwiseCopyable {
    public enum Propagation: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        case none = 0
        case orphan, background, foreground
    }

    /// Index in `Traffic.requests`.
    public var request: Int
    public var uid: UniqueID
    /// `preconditions.resourceVersion`, an id in `Names.strings`.
    public var resourceVersion: UInt32
    public var propagation: Propagation

    public init(
        request: Int, uid: UniqueID, resourceVersion: UInt32, propagation: Propagation
    ) {
        self.request = request
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
    }
}

/// Where a write stands in the one history of etcd that all servers share.
///
/// A server that used a revision did so after it was made, whatever its clock says.
public struct Revision: Sendable, BitwiseCopyable {
    public var server: UInt32
    /// When the request came, and when it was answered, by that server's clock.
    public var from: Int64
    public var until: Int64
    /// The object's name, an id in `Names.strings`.
    public var name: UInt32
    /// The newest revision that the request or its answer names as already there; 0 for none.
    public var used: Int64
    /// The revision that the write made; 0 where that is not known.
    ///
    /// Where it equals the used one, it was perhaps there before: a patch that changes nothing
    /// makes none.
    public var made: Int64
    /// Whether some of its server's tell as much as all of them (`RevisionSampling`).
    public var isOneOfMany = false

    public init(
        server: UInt32, from: Int64, until: Int64, name: UInt32, used: Int64, made: Int64
    ) {
        self.server = server
        self.from = from
        self.until = until
        self.name = name
        self.used = used
        self.made = made
    }
}

/// A piece of input that could not be read.
public struct Reject: Hashable, Sendable {
    public var source: UInt32
    /// Line number, or byte offset where the source has no lines.
    public var position: Int64
    public var reason: String

    public init(source: UInt32, position: Int64, reason: String) {
        self.source = source
        self.position = position
        self.reason = reason
    }
}

/// A discovery response as a server sent it.
public struct StoredDocument: Sendable {
    public var at: Int64
    /// When the server sent the very same for the last time.
    public var last: Int64
    public var server: UInt32
    /// `/api`, `/apis`, `/apis/<group>` or `/apis/<group>/<version>`.
    public var path: String
    public var json: [UInt8]

    public init(at: Int64, server: UInt32, path: String, json: [UInt8]) {
        self.at = at
        last = at
        self.server = server
        self.path = path
        self.json = json
    }
}

/// A request or response body without its secrets, as compact JSON.
public struct StoredBody: Sendable, Hashable {
    public enum Side: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        case request = 0
        case response

        public var text: String { "\(self)" }
    }

    /// Index in `Traffic.requests`.
    public var request: Int
    public var side: Side
    public var json: [UInt8]

    public init(request: Int, side: Side, json: [UInt8]) {
        self.request = request
        self.side = side
        self.json = json
    }
}

/// What only packets show of a request: who spoke to whom, and in which formats.
///
/// Texts are ids in `Names.strings`. The values of a handful of headers, never of one that may hold
/// a credential.
public struct WireHeader: Sendable, BitwiseCopyable {
    /// Index in `Traffic.requests`.
    public var request = 0
    public var isHTTP2 = false
    public var isEncrypted = false
    public var clientPort: UInt16 = 0
    public var clientAddress: UInt32 = 0
    /// With its port, whatever the server is called.
    public var serverAddress: UInt32 = 0
    public var accept: UInt32 = 0
    public var contentType: UInt32 = 0
    /// `x-kubernetes-peer-proxied`, with whatever value.
    public var peerProxied: UInt32 = 0
    /// `Via` and `X-Forwarded-For`: what stands between the client and the server.
    public var via: UInt32 = 0
    public var forwardedFor: UInt32 = 0
    public var responseType: UInt32 = 0
    public var responseEncoding: UInt32 = 0
    public var retryAfter: UInt32 = 0
    public var warning: UInt32 = 0
    /// Bytes of the bodies as they were sent, as far as the capture holds them.
    public var requestBytes: Int64 = 0
    public var responseBytes: Int64 = 0

    public init() {}
}
