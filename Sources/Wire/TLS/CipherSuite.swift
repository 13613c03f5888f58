/// What a cipher suite means for reading: how records are sealed and keys derived.
public struct CipherSuite: Hashable, Sendable, BitwiseCopyable {
    public enum Seal: UInt8, Sendable, BitwiseCopyable {
        case gcm, chaCha20Poly1305, cbc
    }

    public var seal: Seal
    /// In bytes.
    public var keyLength: Int
    /// The hash of the key derivation.
    public var hash: HashFunction
    /// The hash of a CBC suite's record authentication.
    public var authentication: HashFunction

    private init(_ seal: Seal, _ keyLength: Int, _ hash: HashFunction, mac: HashFunction = .sha256)
    {
        self.seal = seal
        self.keyLength = keyLength
        self.hash = hash
        self.authentication = mac
    }

    /// The suite by its number in the registry; nil where records of it cannot be opened.
    public init?(_ number: UInt16) {
        switch number {
        case 0x1301: self.init(.gcm, 16, .sha256)
        case 0x1302: self.init(.gcm, 32, .sha384)
        case 0x1303: self.init(.chaCha20Poly1305, 32, .sha256)
        // RSA, DHE-RSA, ECDHE-ECDSA, ECDHE-RSA with AES-128-GCM-SHA256, then AES-256-GCM-SHA384
        case 0x009C, 0x009E, 0xC02B, 0xC02F: self.init(.gcm, 16, .sha256)
        case 0x009D, 0x009F, 0xC02C, 0xC030: self.init(.gcm, 32, .sha384)
        case 0xCCA8, 0xCCA9, 0xCCAA: self.init(.chaCha20Poly1305, 32, .sha256)
        // The same key exchanges with AES-CBC and SHA-1, SHA-256, SHA-384
        case 0x002F, 0x0033, 0xC009, 0xC013: self.init(.cbc, 16, .sha256, mac: .sha1)
        case 0x0035, 0x0039, 0xC00A, 0xC014: self.init(.cbc, 32, .sha256, mac: .sha1)
        case 0x003C, 0x0067, 0xC023, 0xC027: self.init(.cbc, 16, .sha256, mac: .sha256)
        case 0x003D, 0x006B: self.init(.cbc, 32, .sha256, mac: .sha256)
        case 0xC024, 0xC028: self.init(.cbc, 32, .sha384, mac: .sha384)
        default: return nil
        }
    }
}
