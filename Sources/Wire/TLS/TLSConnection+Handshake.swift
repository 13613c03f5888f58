/// The handshake as the listener follows it: which keys are in force when.
extension TLSConnection {
    mutating func processPlain(
        _ record: TLSRecord, _ half: inout Half, _ direction: Direction, _ keys: borrowing KeyLog,
        _ isGrowing: Bool
    ) {
        switch record.type {
        case 22:
            half.handshake += record.fragment
            eachMessage(&half) { connection, half, type, body in
                connection.plainMessage(type, body, &half, direction, keys, isGrowing)
            }
        case 20:
            // TLS 1.2: from the next record on everything is sealed.
            guard !facts.isVersion13, let agreed, serverHello != nil else { return }
            half.cipher = direction == .fromClient ? agreed.0 : agreed.1
            half.epoch = .traffic
        case 23:
            if direction == .fromClient, hello?.offersEarlyData == true {
                earlyRecords += 1
            } else {
                failure = hello == nil ? .handshakeNotCaptured : .handshakeIncomplete
            }
        default: break
        }
    }

    /// Cuts whole messages off what a direction has sent.
    private mutating func eachMessage(
        _ half: inout Half,
        _ body: (inout TLSConnection, inout Half, UInt8, UnsafeRawBufferPointer) -> Void
    ) {
        while half.handshake.count >= 4, failure == nil {
            let length = half.handshake.withUnsafeBytes { 4 + $0.big24(1) }
            if length > TLSConnection.longestHandshake {
                half.handshake = []
                if half.epoch == .plain { failure = .handshakeIncomplete }
                return
            }
            guard half.handshake.count >= length else { return }
            let message = Array(half.handshake[..<length])
            half.handshake.removeFirst(length)
            message.withUnsafeBytes { body(&self, &half, $0[0], $0.tail(4)) }
        }
    }

    private mutating func plainMessage(
        _ type: UInt8, _ body: UnsafeRawBufferPointer, _ half: inout Half, _ direction: Direction,
        _ keys: borrowing KeyLog, _ isGrowing: Bool
    ) {
        switch (type, direction) {
        case (1, .fromClient):
            guard let parsed = ClientHello(body) else { return }
            let offeredBefore = hello?.offersEarlyData ?? false
            hello = parsed
            if offeredBefore { hello?.offersEarlyData = true }
            facts.serverName = parsed.serverName
            facts.applicationProtocol = parsed.firstProtocol
        case (2, .fromServer):
            guard let parsed = ServerHello(body), !parsed.isRetry else { return }
            serverHello = parsed
            begin(parsed, &half, keys, isGrowing)
        case (11, .fromClient):
            facts.clientName = commonName(certificateMessage: body, isVersion13: false) ?? ""
        default: break
        }
    }

    private mutating func begin(
        _ server: ServerHello, _ half: inout Half, _ keys: borrowing KeyLog, _ isGrowing: Bool
    ) {
        facts.suite = server.suite
        facts.isVersion13 = server.version == 0x0304
        if !server.applicationProtocol.isEmpty {
            facts.applicationProtocol = server.applicationProtocol
        }
        guard hello != nil else { return failure = .handshakeNotCaptured }
        guard server.version == 0x0304 || server.version == 0x0303 else {
            return failure = .unsupportedVersion(server.version)
        }
        guard let suite = CipherSuite(server.suite) else {
            return failure = .unsupportedSuite(server.suite)
        }
        self.suite = suite
        seenGeneration = keys.generation
        // The half at hand is the server's; deriving works on the stored ones.
        halves.1 = half
        let isDerived = deriveKeys(keys, isGrowing: isGrowing)
        half = halves.1
        if isDerived { return }
        if isGrowing {
            isWaitingForKeys = true
        } else {
            failure = .noKeys
        }
    }

    /// Sets up both directions from the key log; false where it has no secrets for them.
    ///
    /// A log that grows writes one secret after the other: there both must have come.
    mutating func deriveKeys(_ keys: borrowing KeyLog, isGrowing: Bool) -> Bool {
        guard let hello, let serverHello, let suite else { return false }
        if facts.isVersion13 {
            let hasClient = keys.secret(.clientTraffic, of: hello.random) != nil
            let hasServer = keys.secret(.serverTraffic, of: hello.random) != nil
            guard isGrowing ? hasClient && hasServer : hasClient || hasServer else {
                return false
            }
            halves.0.epoch = .handshake
            halves.1.epoch = .handshake
            halves.0.cipher = keys.secret(.clientHandshake, of: hello.random).map {
                RecordCipher(secret: $0, suite: suite)
            }
            halves.1.cipher = keys.secret(.serverHandshake, of: hello.random).map {
                RecordCipher(secret: $0, suite: suite)
            }
            return true
        }
        guard let master = keys.secret(.master, of: hello.random) else { return false }
        agreed = TLSConnection.version12Ciphers(
            master, client: hello.randomBytes, server: serverHello, suite)
        return true
    }

    /// The key block of RFC 5246 section 6.3.
    ///
    ///     client code key | server code key | client key | server key | client IV | server IV
    private static func version12Ciphers(
        _ master: [UInt8], client: [UInt8], server: ServerHello, _ suite: CipherSuite
    ) -> (RecordCipher, RecordCipher) {
        let codeLength = suite.seal == .cbc ? suite.authentication.length : 0
        let vectorLength: Int
        switch suite.seal {
        case .gcm: vectorLength = 4
        case .chaCha20Poly1305: vectorLength = 12
        case .cbc: vectorLength = 0
        }
        let block = KeySchedule.pseudoRandom(
            master, "key expansion", seed: server.random + client,
            length: 2 * (codeLength + suite.keyLength + vectorLength), hash: suite.hash)
        var at = 0
        func cut(_ count: Int) -> [UInt8] {
            at += count
            return Array(block[(at - count)..<at])
        }
        let codes = (cut(codeLength), cut(codeLength))
        let keys = (cut(suite.keyLength), cut(suite.keyLength))
        let vectors = (cut(vectorLength), cut(vectorLength))
        return (
            RecordCipher(
                key: keys.0, vector: vectors.0, authenticationKey: codes.0, suite: suite,
                encryptThenMAC: server.encryptThenMAC),
            RecordCipher(
                key: keys.1, vector: vectors.1, authenticationKey: codes.1, suite: suite,
                encryptThenMAC: server.encryptThenMAC)
        )
    }

    /// The content of a record that opened.
    mutating func opened(
        _ type: UInt8, _ content: UnsafeRawBufferPointer, _ half: inout Half,
        _ direction: Direction, _ moment: Moment, _ emit: (TLSEvent) -> Void
    ) {
        if type == 23 {
            if !content.isEmpty { emit(.plaintext(direction, content, moment)) }
            return
        }
        guard type == 22, facts.isVersion13 else { return }
        half.handshake += content
        eachMessage(&half) { connection, half, type, body in
            connection.sealedMessage(type, body, &half, direction)
        }
    }

    private mutating func sealedMessage(
        _ type: UInt8, _ body: UnsafeRawBufferPointer, _ half: inout Half, _ direction: Direction
    ) {
        switch type {
        case 8:
            var chosen = ""
            eachExtension(body.part(2, Int(body.big16(0)))) { type, value in
                if type == 16 { chosen = value.part(3, Int(value.byte(2))).text }
            }
            if !chosen.isEmpty { facts.applicationProtocol = chosen }
        case 11 where direction == .fromClient:
            facts.clientName = commonName(certificateMessage: body, isVersion13: true) ?? ""
        case 20 where half.epoch == .handshake:
            // Finished: the next record is under the traffic secret, which trying finds.
            half.cipher = nil
        case 24 where half.epoch == .traffic:
            guard let suite else { return }
            half.secret = KeySchedule.updated(half.secret, hash: suite.hash)
            half.cipher = RecordCipher(secret: half.secret, suite: suite)
        default: break
        }
    }

    struct NextCipher {
        var cipher: RecordCipher
        var secret: [UInt8]
    }

    /// The keys that follow those in force: the traffic secret, then its updates.
    func nextCipher(
        _ half: Half, _ direction: Direction, _ keys: borrowing KeyLog
    ) -> NextCipher? {
        guard facts.isVersion13, let hello, let suite else { return nil }
        var secret: [UInt8]?
        switch half.epoch {
        case .plain: return nil
        case .handshake:
            secret = keys.secret(
                direction == .fromClient ? .clientTraffic : .serverTraffic, of: hello.random)
        case .traffic:
            secret = KeySchedule.updated(half.secret, hash: suite.hash)
        }
        return secret.map {
            NextCipher(cipher: RecordCipher(secret: $0, suite: suite), secret: $0)
        }
    }

    mutating func advance(_ half: inout Half, to next: NextCipher) {
        half.cipher = next.cipher
        half.secret = next.secret
        half.epoch = .traffic
    }
}
