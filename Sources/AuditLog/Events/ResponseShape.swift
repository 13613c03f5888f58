import Bytes
import CSimdjson
import KubeAPI

/// What `responseStatus` tells beyond its code: the shape of a 404, the sort of a 503.
///
/// What shapes and messages mean is in `KubeAPI`; messages are compared, never kept.
struct ResponseShape {
    var status: UInt16 = 0
    var notFound = NotFoundShape.none
    var flags: RequestFlags = []

    /// Reads the slots of an event; `isCut` where the platform may have dropped fields.
    init(_ slots: EventSlots, isCut: Bool) {
        status = ResponseShape.code(slots[.code])
        guard status >= 400 else { return }
        let isCodeOnly =
            slots[.status].isMissing && slots[.message].isMissing
            && slots[.reason].isMissing && slots[.details].isMissing
        if isCodeOnly { flags.insert(.codeOnlyStatus) }
        if status == 404 {
            notFound =
                !isCodeOnly ? ResponseShape.namedNotFound(slots) : isCut ? .unknown : .page
            if !isCut, ResponseShape.isBare(slots) { flags.insert(.bareStatus) }
        } else if status == 503 {
            flags.formUnion(StatusMessage(slots[.message].text).unavailable)
        }
    }

    /// A whole Status that has nothing but the generic message.
    ///
    /// Stores that keep a code and a message alone do not make one.
    private static func isBare(_ slots: EventSlots) -> Bool {
        slots[.details].isMissing && slots[.status].text.equals("Failure")
            && slots[.reason].text.equals("NotFound")
            && StatusMessage(slots[.message].text).isNotServed
    }

    /// Tells `route` from `object` where the server wrote a Status.
    private static func namedNotFound(_ slots: EventSlots) -> NotFoundShape {
        let details = slots[.details]
        // Old servers recorded neither message nor details of an absent object.
        let isBare = details.kind == .object && details.after == details.token + 2
        return StatusMessage(slots[.message].text).notFound(
            namesObject: slots[.detailsName].isSaid, silent: isBare ? .route : .object)
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
