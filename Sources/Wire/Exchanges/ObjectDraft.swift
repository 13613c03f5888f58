import Bytes
import KubeAPI

/// What a JSON body said of one object, list, Status or set of delete options.
struct ObjectDraft {
    /// A Status by its message; the text itself is never kept.
    enum Message: UInt8 {
        case none, routeGeneric, routePrefix, objectAbsent, peerAddress, handlers, other
    }

    var kind: UInt32 = 0
    var group: UInt32 = 0
    var version: UInt32 = 0
    var hasAPIVersion = false
    var name: UInt32 = 0
    var namespace: UInt32 = 0
    var uid = UniqueID.none
    var deletionRequestedAt: Int64?
    var gracePeriod: Int64?
    var finalizers: [UInt32] = []
    var hasNamespaceFinalizers = false
    var owners: [OwnerReference] = []
    // Of a Status.
    var isSuccess = false
    var message = Message.none
    var detailsName = false
    var hasDetails = false
    var detailsUID = UniqueID.none
    // Of delete options.
    var policy = Deletion.Propagation.none
    var orphan: Bool?
    var preconditionUID = UniqueID.none
    var preconditionVersion: UInt32 = 0
    var isDryRun = false
    // Of a watch event.
    var event = Event.none

    enum Event: UInt8 { case none, added, modified, deleted, other }

    /// The shape of a 404 that this Status tells (F1.37).
    var notFoundShape: NotFoundShape {
        if message == .routeGeneric { return .route }
        if detailsName { return .object }
        switch message {
        // Clients that relay an answer of their own add what they asked for.
        case .routePrefix: return .route
        case .objectAbsent: return .object
        default: return .unknown
        }
    }

    static func message(_ text: UnsafeRawBufferPointer) -> Message {
        let generic: StaticString = "the server could not find the requested resource"
        if text.starts(with: generic) {
            return text.count == generic.utf8CodeUnitCount ? .routeGeneric : .routePrefix
        }
        if text.contains("\" not found") { return .objectAbsent }
        if text.contains("Error getting ip and port info of the remote server") {
            return .peerAddress
        }
        if text.contains("before all known HTTP paths have been installed") { return .handlers }
        return text.isEmpty ? .none : .other
    }
}
