import CCrypto

/// The hash functions that TLS 1.2 and 1.3 derive keys with.
public enum HashFunction: UInt8, Sendable, BitwiseCopyable {
    case sha1, sha256, sha384

    public var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        }
    }

    private var method: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        }
    }

    public func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: length)
        // An empty key is valid, but its pointer must not be nil.
        let padded = key.isEmpty ? [0] : key
        HMAC(method, padded, Int32(key.count), message, message.count, &code, nil)
        return code
    }
}

/// The derivations of RFC 8446 section 7 and RFC 5246 section 5 that reading needs.
public enum KeySchedule {
    /// HKDF-Expand-Label with an empty context.
    ///
    ///     length 2 | label length 1 | "tls13 " label | context length 1
    public static func expandLabel(
        _ secret: [UInt8], _ label: StaticString, length: Int, hash: HashFunction
    ) -> [UInt8] {
        let name = Array("tls13 ".utf8) + label.withUTF8Buffer { Array($0) }
        let info =
            [UInt8(length >> 8), UInt8(length & 0xFF), UInt8(name.count)] + name + [0]
        var output: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 1
        while output.count < length {
            block = hash.authenticate(block + info + [counter], key: secret)
            output += block
            counter += 1
        }
        return Array(output[..<length])
    }

    /// The traffic secret behind a KeyUpdate.
    public static func updated(_ secret: [UInt8], hash: HashFunction) -> [UInt8] {
        expandLabel(secret, "traffic upd", length: hash.length, hash: hash)
    }

    /// The pseudo-random function of TLS 1.2.
    public static func pseudoRandom(
        _ secret: [UInt8], _ label: StaticString, seed: [UInt8], length: Int, hash: HashFunction
    ) -> [UInt8] {
        let seed = label.withUTF8Buffer { Array($0) } + seed
        var output: [UInt8] = []
        var chain = seed
        while output.count < length {
            chain = hash.authenticate(chain, key: secret)
            output += hash.authenticate(chain + seed, key: secret)
        }
        return Array(output[..<length])
    }
}
