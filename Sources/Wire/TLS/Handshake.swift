import CCrypto

/// What a handshake shows of a connection to whoever listens.
public struct TLSFacts: Sendable, Equatable {
    public var serverName = ""
    /// The protocol that the server chose, or else the first that the client offered.
    public var applicationProtocol = ""
    /// The common name of the client's certificate.
    public var clientName = ""
    public var isVersion13 = false
    public var suite: UInt16 = 0

    public init() {}
}

/// A ClientHello, as far as reading needs it (RFC 8446 section 4.1.2).
///
///     version 2 | random 32 | session <1> | suites <2> | compression <1> | extensions <2>
struct ClientHello {
    var random: KeyLog.Random
    var randomBytes: [UInt8]
    var serverName = ""
    var firstProtocol = ""
    var offersEarlyData = false

    init?(_ body: UnsafeRawBufferPointer) {
        guard body.count >= 38 else { return nil }
        random = KeyLog.Random(body.part(2, 32))
        randomBytes = Array(body.part(2, 32))
        var at = 34 + 1 + Int(body.byte(34))
        at += 2 + Int(body.big16(at))
        at += 1 + Int(body.byte(at))
        var hello = self
        eachExtension(body.part(at + 2, Int(body.big16(at)))) { type, value in
            switch type {
            case 0: hello.serverName = value.part(5, Int(value.big16(3))).text
            case 16: hello.firstProtocol = value.part(3, Int(value.byte(2))).text
            case 42: hello.offersEarlyData = true
            default: break
            }
        }
        self = hello
    }
}

/// A ServerHello or, told apart by its random, a HelloRetryRequest.
///
///     version 2 | random 32 | session <1> | suite 2 | compression 1 | extensions <2>
struct ServerHello {
    var version: UInt16
    var random: [UInt8]
    var suite: UInt16
    var isRetry: Bool
    var encryptThenMAC = false
    var applicationProtocol = ""

    /// The SHA-256 of "HelloRetryRequest".
    private static let retry: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8,
        0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8,
        0x33, 0x9C,
    ]

    init?(_ body: UnsafeRawBufferPointer) {
        guard body.count >= 38 else { return nil }
        version = body.big16(0)
        random = Array(body.part(2, 32))
        isRetry = random == ServerHello.retry
        let at = 35 + Int(body.byte(34))
        suite = body.big16(at)
        var hello = self
        eachExtension(body.part(at + 5, Int(body.big16(at + 3)))) { type, value in
            switch type {
            case 16: hello.applicationProtocol = value.part(3, Int(value.byte(2))).text
            case 22: hello.encryptThenMAC = true
            case 43: hello.version = value.big16(0)
            default: break
            }
        }
        self = hello
    }
}

//     type 2 | length 2 | value
func eachExtension(
    _ extensions: UnsafeRawBufferPointer, _ body: (UInt16, UnsafeRawBufferPointer) -> Void
) {
    var at = 0
    while at + 4 <= extensions.count {
        let length = Int(extensions.big16(at + 2))
        body(extensions.big16(at), extensions.part(at + 4, length))
        at += 4 + length
    }
}

/// The common name of the first certificate of a Certificate message.
///
///     1.2: list <3> of certificate <3>
///     1.3: context <1> | list <3> of certificate <3>, extensions <2>
func commonName(certificateMessage body: UnsafeRawBufferPointer, isVersion13: Bool) -> String? {
    let list = isVersion13 ? 1 + Int(body.byte(0)) : 0
    let certificate = body.part(list + 6, body.big24(list + 3))
    guard let start = certificate.baseAddress else { return nil }
    var cursor: UnsafePointer<UInt8>? = start.assumingMemoryBound(to: UInt8.self)
    guard let parsed = d2i_X509(nil, &cursor, certificate.count) else { return nil }
    defer { X509_free(parsed) }
    guard let subject = X509_get_subject_name(parsed) else { return nil }
    let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard index >= 0, let entry = X509_NAME_get_entry(subject, index),
        let value = X509_NAME_ENTRY_get_data(entry)
    else { return nil }
    var text: UnsafeMutablePointer<UInt8>?
    let length = ASN1_STRING_to_UTF8(&text, value)
    guard length >= 0, let text else { return nil }
    defer { CRYPTO_free(text, "", 0) }
    return String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self)
}
