/// The header fields that are read; every other field is forgotten while it is parsed.
///
/// `Authorization` and cookies are none of them, so no token gets beyond the HTTP layers.
public enum HeaderField: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case accept, acceptEncoding, auditID, connection, contentEncoding, contentLength, contentType
    case forwardedFor, forwardedURI, impersonateUser, peerProxied, realIP, remoteGroup, remoteUser
    case retryAfter, transferEncoding, upgrade, userAgent, via, warning

    /// In lower case, as HTTP/2 sends it.
    public var name: StaticString {
        switch self {
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .auditID: "audit-id"
        case .connection: "connection"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .forwardedFor: "x-forwarded-for"
        case .forwardedURI: "x-forwarded-uri"
        case .impersonateUser: "impersonate-user"
        case .peerProxied: "x-kubernetes-peer-proxied"
        case .realIP: "x-real-ip"
        case .remoteGroup: "x-remote-group"
        case .remoteUser: "x-remote-user"
        case .retryAfter: "retry-after"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .userAgent: "user-agent"
        case .via: "via"
        case .warning: "warning"
        }
    }

    private static let byLength: [[HeaderField]] = {
        var table = [[HeaderField]](repeating: [], count: 32)
        for field in allCases { table[field.name.utf8CodeUnitCount].append(field) }
        return table
    }()

    init?(_ name: UnsafeRawBufferPointer) {
        guard name.count < 32 else { return nil }
        for field in HeaderField.byLength[name.count] where name.equalsIgnoringCase(field.name) {
            self = field
            return
        }
        return nil
    }
}

/// The head of a request or response: what its first line says, and the fields that are read.
///
/// Both versions of HTTP fill one; it owns its bytes and is used again for the next message.
public struct Head: Sendable {
    private var bytes: [UInt8] = []
    private var fields: [(field: HeaderField, range: Range<Int>)] = []
    private var methodRange = 0..<0
    private var targetRange = 0..<0
    /// 0 for a request.
    public internal(set) var status = 0
    /// Something of it was lost with the state of a compressor that the capture does not hold.
    public internal(set) var isPartial = false
    /// It says more than `mostBytes`; what is beyond is not here.
    public internal(set) var isTooLong = false
    /// Fields beyond `mostFields`.
    public private(set) var unreadFields = 0

    /// A server refuses a larger head (Go: one mebibyte); with HPACK, few bytes may spell
    /// gigabytes.
    static let mostBytes = 1 << 20
    /// Far more fields than any message has.
    static let mostFields = 256

    public init() {}

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        methodRange = 0..<0
        targetRange = 0..<0
        status = 0
        isPartial = false
        isTooLong = false
        unreadFields = 0
    }

    private mutating func append(_ text: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        guard start + text.count <= Head.mostBytes else {
            isTooLong = true
            return start..<start
        }
        bytes.append(contentsOf: text)
        return start..<bytes.count
    }

    mutating func setMethod(_ text: UnsafeRawBufferPointer) { methodRange = append(text) }
    mutating func setTarget(_ text: UnsafeRawBufferPointer) { targetRange = append(text) }

    mutating func add(_ field: HeaderField, _ value: UnsafeRawBufferPointer) {
        guard fields.count < Head.mostFields else { return unreadFields += 1 }
        fields.append((field, append(value)))
    }

    public var hasMethod: Bool { !methodRange.isEmpty }
    public var hasTarget: Bool { !targetRange.isEmpty }

    public func withMethod<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes { body($0.part(methodRange.lowerBound, methodRange.count)) }
    }

    public func withTarget<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes { body($0.part(targetRange.lowerBound, targetRange.count)) }
    }

    public func has(_ field: HeaderField) -> Bool { fields.contains { $0.field == field } }

    /// The first value of a field; empty where it has none.
    public func withValue<R>(
        _ field: HeaderField, _ body: (UnsafeRawBufferPointer) -> R
    ) -> R {
        let range = fields.first { $0.field == field }?.range ?? 0..<0
        return bytes.withUnsafeBytes { body($0.part(range.lowerBound, range.count)) }
    }

    /// Every value of a field, in order.
    public func eachValue(_ field: HeaderField, _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for entry in fields where entry.field == field {
                body(bytes.part(entry.range.lowerBound, entry.range.count))
            }
        }
    }

    public func value(_ field: HeaderField) -> String { withValue(field) { $0.text } }
    public var method: String { withMethod { $0.text } }
    public var target: String { withTarget { $0.text } }
}
