import Bytes
import KubeAPI

/// What a JSON body said of one object, list, Status or set of delete options.
struct ObjectDraft {
    var object = ShownObject()
    var options = DeleteOptions()
    var event = Event.none
    // Of a Status.
    var isSuccess = false
    var message = StatusMessage()
    var hasDetails = false
    var detailsName = false
    var detailsUID = UniqueID.none

    /// The type of a watch event.
    enum Event: Equatable {
        case none
        /// One that shows an object.
        case shows(ObjectObservation.State)
        /// A bookmark, an error, or the type of something that is no event.
        case other
    }

    /// What else this Status tells of a 404.
    var notFoundFlags: RequestFlags {
        message.isNotServed && !hasDetails ? .bareStatus : []
    }

    /// The shape of a 404 that this Status tells.
    var notFoundShape: NotFoundShape {
        message.notFound(namesObject: detailsName, silent: .unknown)
    }
}
