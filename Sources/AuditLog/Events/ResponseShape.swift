import CSimdjson
import KubeAPI

/// What `responseStatus` tells beyond its code: the shape of a 404, the sort of a 503.
///
/// Messages are compared, never kept.
struct ResponseShape {
    var status: UInt16 = 0
    var notFound = NotFoundShape.none
    var flags: RequestFlags = []

    /// Reads the slots of an event; `isCut` where the platform may have dropped fields.
    init(_ slots: Slots<EventField>, isCut: Bool) {
        status = ResponseShape.code(slots[.code])
        guard status >= 400 else { return }
        let isCodeOnly =
            slots[.status].isMissing && slots[.message].isMissing
            && slots[.reason].isMissing && slots[.details].isMissing
        if isCodeOnly { flags.insert(.codeOnlyStatus) }
        if status == 404 {
            notFound =
                !isCodeOnly ? ResponseShape.namedNotFound(slots) : isCut ? .unknown : .page
        } else if status == 503 {
            let message = slots[.message].text
            if message.contains("Error getting ip and port info of the remote server") {
                flags.insert(.peerAddressUnknown)
            } else if message.contains("before all known HTTP paths have been installed") {
                flags.insert(.handlersIncomplete)
            }
        }
    }

    /// Tells `route` from `object` where the server wrote a Status (F1.37, F9.9).
    private static func namedNotFound(_ slots: Slots<EventField>) -> NotFoundShape {
        let message = slots[.message]
        let generic: StaticString = "the server could not find the requested resource"
        if message.text.equals(generic) { return .route }
        if slots[.detailsName].isSaid { return .object }
        // Clients that relay an answer of their own add what they asked for.
        if message.text.hasPrefix(generic) { return .route }
        let details = slots[.details]
        if message.isSaid {
            return message.text.contains("\" not found") ? .object : .unknown
        }
        // Old servers recorded neither message nor details of an absent object.
        return details.kind == .object && details.after == details.token + 2 ? .route : .object
    }

    /// A code as a number, or as the digits that some stores make of it.
    private static func code(_ value: CSJValue) -> UInt16 {
        var number = value.kind == .number ? value.integer : 0
        if value.kind == .string, value.length == 3 {
            for byte in value.text {
                guard byte >= 48, byte <= 57 else { return 0 }
                number = number * 10 + Int64(byte - 48)
            }
        }
        return (100...999).contains(number) ? UInt16(number) : 0
    }
}
