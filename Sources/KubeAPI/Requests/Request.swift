public import Bytes

/// What a client asked for: the verbs of Kubernetes, and the methods of non-resource requests.
public enum Verb: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case none = 0
    case get, list, watch, create, update, patch, delete, deletecollection, proxy
    // Non-resource requests carry the method in lower case; `get`, `patch` and `delete` are above.
    case head, post, put, options, connect, trace
    /// Anything else that a log holds.
    case other

    public var text: String { self == .none ? "" : "\(self)" }
}

/// The three shapes of a 404 (F1.37); only `page` and `route` are route-level.
///
/// A record is read as a server until 1.37 means it. What later ones mean otherwise is read anew
/// once it is known which they are: `Recording.readShapesAnew`.
public enum NotFoundShape: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case none = 0
    /// The server knows nothing of the group: plain text until 1.37, then a Status without details
    /// (F1.49).
    case page
    /// A Status with the generic message and empty details: group known, version or resource not.
    case route
    /// A Status that names the object: the resource is served, the object is absent.
    case object
    /// A 404 whose record does not show which of the three it was.
    case unknown

    public var text: String { self == .none ? "" : "\(self)" }
    @inlinable public var isRouteLevel: Bool { self == .page || self == .route }
    @inlinable public var mayBeRouteLevel: Bool { isRouteLevel || self == .unknown }
}

/// How far a record of a request has come.
public enum Stage: UInt8, Sendable, Comparable, BitwiseCopyable {
    case requestReceived = 0
    case responseStarted, responseComplete, panic

    public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
}

/// How much of a request the audit policy let the server write down.
public enum AuditLevel: UInt8, Sendable, Comparable, BitwiseCopyable {
    case none = 0
    case metadata, request, requestResponse

    public static func < (left: AuditLevel, right: AuditLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// One pass of one request at one API server; every text is an id in `Names`.
public struct Request: Sendable, BitwiseCopyable {
    /// When the server received it, in nanoseconds since 1970.
    public var at: Int64 = 0
    /// Ties the passes of one request together (F9.6); `.none` where the source has no audit id.
    public var auditID = UniqueID.none
    public var server: UInt32 = 0
    /// Group, version, resource and subresource in `Names.resources`; 0 for a non-resource request.
    public var resource: UInt32 = 0
    public var namespace: UInt32 = 0
    public var name: UInt32 = 0
    /// The path where it cannot be rebuilt from resource, namespace and name; otherwise 0.
    public var path: UInt32 = 0
    public var query: UInt32 = 0
    /// User, user agent, source address and impersonated user in `Names.clients`.
    public var client: UInt32 = 0
    public var source: UInt32 = 0
    /// Line number or byte offset in the source.
    public var position: Int64 = 0
    /// -1 where the end of the request was not seen.
    public var durationMicroseconds: Int64 = -1
    /// 0 where no response was seen.
    public var status: UInt16 = 0
    public var verb = Verb.none
    public var notFound = NotFoundShape.none
    public var stage = Stage.responseComplete
    public var level = AuditLevel.none
    public var flags: RequestFlags = []

    public init() {}
}

extension Request {
    /// Whether two records ask for the same thing, whoever asks.
    ///
    /// The first server of a create sees no body, so no name (F9.8); paths are re-encoded on the
    /// way (F1.42), so the kept text of a resource request's path may differ.
    public func asksTheSame(as other: Request) -> Bool {
        guard verb == other.verb, resource == other.resource else { return false }
        if resource == 0 { return path == other.path }
        return namespace == other.namespace
            && (name == other.name || (verb == .create && (name == 0 || other.name == 0)))
    }
}

/// What else a record shows of a request.
public struct RequestFlags: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The `x-kubernetes-peer-proxied` header was seen to be `true`.
    public static let peerProxiedHeader = RequestFlags(rawValue: 1 << 0)
    /// The header was there with another first value, which defeats the guard (F5.6).
    public static let peerProxiedHeaderSpoofed = RequestFlags(rawValue: 1 << 1)
    /// The response body was opaque to the recording server: code only (F9.8).
    public static let codeOnlyStatus = RequestFlags(rawValue: 1 << 2)
    /// The API is marked deprecated by the server that answered.
    public static let deprecated = RequestFlags(rawValue: 1 << 3)
    /// The record was cut by size limits of the platform; fields are missing.
    public static let truncated = RequestFlags(rawValue: 1 << 4)
    /// The 503 says that no peer address was found (F1.31), not that the peer was unreachable.
    public static let peerAddressUnknown = RequestFlags(rawValue: 1 << 5)
    /// The 503 says that handlers are still being installed (F1.39).
    public static let handlersIncomplete = RequestFlags(rawValue: 1 << 6)
    /// Seen on the wire, not in an audit log.
    public static let fromWire = RequestFlags(rawValue: 1 << 7)
    /// The Status of the 404 has the generic message and no details, as servers make it from 1.38
    /// on (F1.49).
    ///
    /// Where stores drop what is empty, older ones seem to.
    public static let bareStatus = RequestFlags(rawValue: 1 << 8)
    /// The server's log keeps codes alone, so that a code alone says nothing.
    public static let wordless = RequestFlags(rawValue: 1 << 9)
}
