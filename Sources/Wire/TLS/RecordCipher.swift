import CCrypto

/// One direction of a connection's encryption: opens records, in order or at a given number.
///
/// A class because it holds a context of libcrypto; it is owned by one connection alone.
final class RecordCipher {
    private let context: OpaquePointer?
    private let suite: CipherSuite
    private let isVersion13: Bool
    private let encryptThenMAC: Bool
    private let vector: [UInt8]
    private let authenticationKey: [UInt8]
    /// The number of the next record.
    var sequence: UInt64 = 0

    /// With the keys of TLS 1.3, from a traffic secret.
    init(secret: [UInt8], suite: CipherSuite) {
        let key = KeySchedule.expandLabel(
            secret, "key", length: suite.keyLength, hash: suite.hash)
        self.suite = suite
        isVersion13 = true
        encryptThenMAC = false
        vector = KeySchedule.expandLabel(secret, "iv", length: 12, hash: suite.hash)
        authenticationKey = []
        context = RecordCipher.context(suite, key)
    }

    /// With the keys of TLS 1.2, from the key block.
    init(
        key: [UInt8], vector: [UInt8], authenticationKey: [UInt8], suite: CipherSuite,
        encryptThenMAC: Bool
    ) {
        self.suite = suite
        isVersion13 = false
        self.encryptThenMAC = encryptThenMAC
        self.vector = vector
        self.authenticationKey = authenticationKey
        context = RecordCipher.context(suite, key)
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    private static func context(_ suite: CipherSuite, _ key: [UInt8]) -> OpaquePointer? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        let cipher: OpaquePointer?
        switch (suite.seal, suite.keyLength) {
        case (.gcm, 16): cipher = EVP_aes_128_gcm()
        case (.gcm, _): cipher = EVP_aes_256_gcm()
        case (.chaCha20Poly1305, _): cipher = EVP_chacha20_poly1305()
        case (.cbc, 16): cipher = EVP_aes_128_cbc()
        case (.cbc, _): cipher = EVP_aes_256_cbc()
        }
        guard key.count == suite.keyLength, EVP_DecryptInit_ex(context, cipher, nil, key, nil) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        EVP_CIPHER_CTX_set_padding(context, 0)
        return context
    }

    /// What a record adds to its content.
    ///
    /// Nil where padding makes it differ from record to record.
    var overhead: Int? {
        switch suite.seal {
        case .gcm: isVersion13 ? 17 : 24
        case .chaCha20Poly1305: isVersion13 ? 17 : 16
        case .cbc: nil
        }
    }

    /// Opens a record at `sequence`, without moving on; nil where it does not authenticate.
    ///
    /// The content lies in `output` from `range` on, `output` being as long as the record.
    func open(
        _ record: TLSRecord, at sequence: UInt64, into output: UnsafeMutableRawBufferPointer
    ) -> (type: UInt8, range: Range<Int>)? {
        switch suite.seal {
        case .gcm, .chaCha20Poly1305: openAEAD(record, sequence, output)
        case .cbc: openCBC(record, sequence, output)
        }
    }

    private func openAEAD(
        _ record: TLSRecord, _ sequence: UInt64, _ output: UnsafeMutableRawBufferPointer
    ) -> (type: UInt8, range: Range<Int>)? {
        let explicit = !isVersion13 && suite.seal == .gcm ? 8 : 0
        let length = record.fragment.count - explicit - 16
        guard length >= (isVersion13 ? 1 : 0), output.count >= length, vector.count <= 12 else {
            return nil
        }
        var nonce: (UInt64, UInt64) = (0, 0)
        var header: (UInt64, UInt64) = (0, 0)
        let opened = withUnsafeMutableBytes(of: &nonce) { nonce in
            withUnsafeMutableBytes(of: &header) { header in
                fillNonce(nonce, record, sequence)
                let headerLength = fillHeader(header, record, sequence, length)
                return decrypt(
                    record.fragment.part(explicit, length),
                    tag: record.fragment.tail(explicit + length),
                    nonce, header, headerLength, output)
            }
        }
        guard opened else { return nil }
        if !isVersion13 { return (record.type, 0..<length) }
        // content | type 1 | zeros
        var end = length
        while end > 0, output[end - 1] == 0 { end -= 1 }
        return end == 0 ? nil : (output[end - 1], 0..<end - 1)
    }

    private func fillNonce(
        _ nonce: UnsafeMutableRawBufferPointer, _ record: TLSRecord, _ sequence: UInt64
    ) {
        for index in 0..<min(vector.count, 12) { nonce[index] = vector[index] }
        if !isVersion13, suite.seal == .gcm {
            for index in 0..<8 { nonce[4 + index] = record.fragment.byte(index) }
        } else {
            for index in 0..<8 {
                nonce[4 + index] ^= UInt8(truncatingIfNeeded: sequence >> UInt64(56 - index * 8))
            }
        }
    }

    /// The additional data: the record header, in 1.2 with the sequence number before it.
    private func fillHeader(
        _ header: UnsafeMutableRawBufferPointer, _ record: TLSRecord, _ sequence: UInt64,
        _ length: Int
    ) -> Int {
        let start = isVersion13 ? 0 : 8
        if !isVersion13 { header.storeBytes(of: sequence.bigEndian, as: UInt64.self) }
        let stated = isVersion13 ? record.fragment.count : length
        header[start] = record.type
        header[start + 1] = UInt8(record.version >> 8)
        header[start + 2] = UInt8(record.version & 0xFF)
        header[start + 3] = UInt8(truncatingIfNeeded: stated >> 8)
        header[start + 4] = UInt8(truncatingIfNeeded: stated)
        return start + 5
    }

    private func decrypt(
        _ sealed: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer,
        _ nonce: UnsafeMutableRawBufferPointer, _ header: UnsafeMutableRawBufferPointer,
        _ headerLength: Int, _ output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var count: Int32 = 0
        let target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let source = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return EVP_DecryptInit_ex(
            context, nil, nil, nil, nonce.baseAddress?.assumingMemoryBound(to: UInt8.self)) == 1
            && EVP_DecryptUpdate(
                context, nil, &count, header.baseAddress?.assumingMemoryBound(to: UInt8.self),
                Int32(headerLength)) == 1
            && (sealed.isEmpty
                || EVP_DecryptUpdate(context, target, &count, source, Int32(sealed.count)) == 1)
            && EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_SET_TAG, 16,
                UnsafeMutableRawPointer(mutating: tag.baseAddress)) == 1
            && EVP_DecryptFinal_ex(context, target, &count) == 1
    }

    //     vector 16 | sealed: content, code, padding
    //     or, encrypt-then-MAC: vector 16 | sealed: content, padding | code
    private func openCBC(
        _ record: TLSRecord, _ sequence: UInt64, _ output: UnsafeMutableRawBufferPointer
    ) -> (type: UInt8, range: Range<Int>)? {
        let codeLength = suite.authentication.length
        let outside = encryptThenMAC ? codeLength : 0
        let length = record.fragment.count - 16 - outside
        guard length >= 16, length % 16 == 0, output.count >= length + 16 else { return nil }
        if encryptThenMAC {
            let sealed = record.fragment.part(0, 16 + length)
            guard
                authenticates(
                    sealed, code: record.fragment.tail(16 + length), record, sequence)
            else { return nil }
        }
        var count: Int32 = 0
        let source = record.fragment.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard let source,
            EVP_DecryptInit_ex(context, nil, nil, nil, source) == 1,
            EVP_DecryptUpdate(
                context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
                source + 16, Int32(length)) == 1
        else { return nil }
        let inside = encryptThenMAC ? 0 : codeLength
        let end = length - Int(output[length - 1]) - 1 - inside
        guard end >= 0 else { return nil }
        if !encryptThenMAC {
            let opened = UnsafeRawBufferPointer(output)
            guard
                authenticates(
                    opened.part(0, end), code: opened.part(end, codeLength), record, sequence)
            else { return nil }
        }
        return (record.type, 0..<end)
    }

    private func authenticates(
        _ bytes: UnsafeRawBufferPointer, code: UnsafeRawBufferPointer, _ record: TLSRecord,
        _ sequence: UInt64
    ) -> Bool {
        var message: [UInt8] = []
        message.reserveCapacity(13 + bytes.count)
        for shift in stride(from: 56, through: 0, by: -8) {
            message.append(UInt8(truncatingIfNeeded: sequence >> UInt64(shift)))
        }
        message += [
            record.type, UInt8(record.version >> 8), UInt8(record.version & 0xFF),
            UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count),
        ]
        message += bytes
        return suite.authentication.authenticate(message, key: authenticationKey)
            .elementsEqual(code)
    }
}

/// A TLS record as it was sent.
///
///     type 1 | version 2 | length 2 | fragment
struct TLSRecord {
    var type: UInt8
    var version: UInt16
    var fragment: UnsafeRawBufferPointer

    static let header = 5
    /// What RFC 8446 and RFC 5246 allow for the fragment of any record.
    static let longest = (1 << 14) + 2_048

    /// Whether a header could begin a record.
    static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (20...24).contains(bytes.byte(0)) && bytes.byte(1) == 3 && bytes.byte(2) <= 4
            && Int(bytes.big16(3)) <= longest
    }
}
