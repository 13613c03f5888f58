public import Bytes

/// What the message of a Status is recognised by; the text itself is never kept.
public struct StatusMessage: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// There is a message at all.
    static let said = StatusMessage(rawValue: 1 << 0)
    /// The generic message of a 404, and nothing more.
    static let notServed = StatusMessage(rawValue: 1 << 1)
    /// The generic message, and more: clients that relay an answer add what they asked for.
    static let relaysNotServed = StatusMessage(rawValue: 1 << 2)
    static let objectAbsent = StatusMessage(rawValue: 1 << 3)
    static let noPeerAddress = StatusMessage(rawValue: 1 << 4)
    static let handlersMissing = StatusMessage(rawValue: 1 << 5)

    private static let generic: StaticString = "the server could not find the requested resource"

    /// Looks at the message of a Status.
    public init(_ message: ByteRun) {
        self = message.isEmpty ? [] : .said
        if message.hasPrefix(StatusMessage.generic) {
            let isWhole = message.count == StatusMessage.generic.utf8CodeUnitCount
            insert(isWhole ? .notServed : .relaysNotServed)
        }
        insertWords(of: message)
    }

    /// Looks for a message in a body that is a Status in another encoding than JSON.
    public init(within body: ByteRun) {
        self = body.isEmpty ? [] : .said
        if body.contains(StatusMessage.generic) { insert(.notServed) }
        insertWords(of: body)
    }

    private mutating func insertWords(of text: ByteRun) {
        if text.contains("\" not found") { insert(.objectAbsent) }
        if text.contains("Error getting ip and port info of the remote server") {
            insert(.noPeerAddress)
        }
        if text.contains("before all known HTTP paths have been installed") {
            insert(.handlersMissing)
        }
    }

    /// The shape of a 404 whose Status has this message (F1.37, F9.9).
    ///
    /// `namesObject` where its details do; `silent` is the shape of one without a message.
    public func notFound(namesObject: Bool, silent: NotFoundShape) -> NotFoundShape {
        if contains(.notServed) { return .route }
        if namesObject { return .object }
        if contains(.relaysNotServed) { return .route }
        if !contains(.said) { return silent }
        return contains(.objectAbsent) ? .object : .unknown
    }

    /// Whether it is the generic message of a 404, and nothing more.
    public var isNotServed: Bool { contains(.notServed) }

    /// Why a server answered 503, as far as the message says it.
    public var unavailable: RequestFlags {
        if contains(.noPeerAddress) { return .peerAddressUnknown }
        return contains(.handlersMissing) ? .handlersIncomplete : []
    }
}

extension RequestFlags {
    /// What a 404's body shows that is a Status in another encoding than JSON: whether it has
    /// details, even empty ones.
    public init(notFoundBody body: ByteRun) {
        self = []
        guard StatusMessage(within: body).isNotServed else { return }
        // In protobuf the code (field 6) follows the reason at once; in CBOR the key is missing.
        let isCBOR = body.count > 3 && body[0] == 0xD9 && body[1] == 0xD9 && body[2] == 0xF7
        let isBare = isCBOR ? !body.contains("details") : body.contains("\"\u{08}NotFound0")
        if isBare { insert(.bareStatus) }
    }
}

extension NotFoundShape {
    private static let pageText: StaticString = "404 page not found"
    /// The page and its line feed.
    public static let pageBytes = 19

    /// The shape of a 404 whose body is no JSON: the plain page, or a Status in another encoding.
    public init(body: ByteRun, isPlainText: Bool) {
        let isPage = body.hasPrefix(NotFoundShape.pageText)
        if isPlainText || isPage {
            self = isPage && body.count <= NotFoundShape.pageBytes ? .page : .unknown
        } else {
            self = StatusMessage(within: body).notFound(namesObject: false, silent: .unknown)
        }
    }
}
