import Bytes
import KubeAPI
import Testing

@testable import Wire

/// TLS as it is really spoken: `Fixtures/make-tls.py` says how the capture was made.
struct TLSTests {
    private static let reading = Result {
        Reading(try Fixture.file("tls.pcapng"), servers: ["10.0.0.1:6443": "cp-1"])
    }

    @Test(
        "a connection is read with its keys, whatever its suite and handshake",
        arguments: [
            "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA",
            "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "AES256-GCM-SHA384",
            "mac-then-encrypt", "client-certificate-1.2", "resumable-1.2", "resumed-1.2",
            "tls-1.3", "client-certificate-1.3", "hello-retry", "resumable-1.3", "resumed-1.3",
            "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "before-update",
            "after-update", "before-early", "behind-early",
        ])
    func everyWay(_ name: String) throws {
        let lines = try TLSTests.reading.get().lines.filter { $0.contains(" \(name) ") }
        #expect(lines == ["cp-1 \(name) get /api/v1/namespaces/n/pods/p 200"])
    }

    @Test("the user is the common name of the client's certificate, where it shows one")
    func clientCertificate() throws {
        let reading = try TLSTests.reading.get()
        for request in reading.traffic.requests {
            let client = reading.names.clients[request.client]
            let isKnown = reading.names.strings[client.userAgent].hasPrefix("client-certificate")
            #expect(reading.names.strings[client.user] == (isKnown ? "alice" : ""))
            #expect(reading.names.strings[client.address] == "10.0.0.9")
        }
    }

    @Test("early data is passed over and counted, and what follows is read")
    func earlyData() throws {
        let reading = try TLSTests.reading.get()
        #expect(reading.statistics.earlyDataRecords > 0)
        #expect(!reading.lines.contains { $0.contains(" early ") })
        #expect(reading.undecryptable.isEmpty)
    }

    @Test("a token never leaves the HTTP layer")
    func token() throws {
        #expect(!(try TLSTests.reading.get()).everything.contains("canary"))
    }

    @Test("the traffic keys of RFC 8448 follow from its secrets")
    func keySchedule() {
        for (secret, key, vector) in [
            (
                "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
                "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30"
            ),
            (
                "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
                "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f"
            ),
            (
                "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
                "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984"
            ),
            (
                "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
                "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9"
            ),
        ] {
            let bytes = hex(secret)
            #expect(
                KeySchedule.expandLabel(bytes, "key", length: 16, hash: .sha256) == hex(key))
            #expect(
                KeySchedule.expandLabel(bytes, "iv", length: 12, hash: .sha256) == hex(vector))
        }
    }

    @Test("without keys a connection is listed with its name, and nothing is guessed")
    func withoutKeys() throws {
        let file = try Fixture.file("tls.pcapng")
        var names = Names()
        var traffic = Traffic()
        var reader = WireReader()
        Reading.each(file) {
            if case .packet(let packet) = $0 {
                reader.receive(packet, names: &names, into: &traffic)
            }
        }
        reader.finish(names: &names, into: &traffic)
        #expect(traffic.requests.isEmpty)
        #expect(reader.undecryptable.count == 22)
        #expect(reader.undecryptable.allSatisfy { $0.why == .noKeys })
        #expect(reader.undecryptable.first?.serverName == "kubernetes.default.svc")
        #expect(traffic.rejects.count == 22)
    }

    @Test("keys that come while packets wait open them all the same")
    func growingKeys() throws {
        let file = try Fixture.file("tls.pcapng")
        var names = Names()
        var traffic = Traffic()
        var reader = WireReader(servers: ServerMap(), keys: KeyLog())
        reader.keysAreGrowing = true
        var late: [UInt8] = []
        Reading.each(file) {
            if case .secrets(_, let bytes) = $0 { late = Array(bytes) }
            if case .packet(let packet) = $0 {
                reader.receive(packet, names: &names, into: &traffic)
            }
        }
        #expect(traffic.requests.isEmpty)
        late.withUnsafeBytes { reader.keys.read($0) }
        reader.retry(names: &names, into: &traffic)
        reader.finish(names: &names, into: &traffic)
        #expect(traffic.requests.count == 23)
    }

    @Test("a key log may have comments, line ends of any kind, and lines that are none")
    func keyLog() {
        var log = KeyLog()
        let random = String(repeating: "ab", count: 32)
        let text = """
            # comment\r
            CLIENT_RANDOM \(random) \(String(repeating: "CD", count: 48))\r
            SERVER_TRAFFIC_SECRET_0 \(random) 0102

            EXPORTER_SECRET \(random) 0102
            CLIENT_RANDOM short 00
            nonsense
            CLIENT_RANDOM \(random) zz
            """
        Array(text.utf8).withUnsafeBytes { log.read($0) }
        #expect(log.count == 2)
        #expect(log.rejectedLines == 3)
    }
}

func hex(_ text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count, by: 2).compactMap { offset in
        let start = text.index(text.startIndex, offsetBy: offset)
        return UInt8(text[start..<text.index(start, offsetBy: 2)], radix: 16)
    }
}
