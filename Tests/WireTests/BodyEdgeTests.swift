import KubeAPI
import Testing

@testable import Wire

/// Limits of bodies at their edge: the last that is read, and the first that is not.
struct BodyEdgeTests {
    private static func reading(
        _ path: String, _ status: String, _ type: String, _ body: String
    ) -> Reading {
        var talk = Talk()
        talk.client("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.server(
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return talk.reading(segment: 60_000)
    }

    @Test("of a failure that is no JSON four thousand bytes tell its shape", arguments: [0, 1])
    func failure(excess: Int) throws {
        let words = "Error getting ip and port info of the remote server"
        let start = String(repeating: " ", count: 4_096 + excess - words.utf8.count)
        let reading = Self.reading(
            "/api/v1/pods", "503 Service Unavailable", "text/plain", start + words)
        let request = try #require(reading.traffic.requests.first)
        #expect(request.flags.contains(.peerAddressUnknown) == (excess == 0))
    }

    @Test("a discovery document has sixteen megabytes at most", arguments: [0, 1])
    func document(excess: Int) {
        // No document at all, so that a long one costs no time; too long is told before.
        let body = String(repeating: "x", count: (16 << 20) + excess)
        let http = Self.reading("/apis", "200 OK", "application/json", body).statistics.http
        #expect(http.endlessBodies == excess)
    }

    @Test("a compressed body is unpacked up to its bound", arguments: [0, 1])
    func unpacked(excess: Int) {
        let count = 60_000 + excess
        var packed: [UInt8] =
            [0x78, 1, 1] + Frames.little16(count) + Frames.little16(~count & 0xFFFF)
        packed += [UInt8](repeating: 0, count: count) + Frames.big16(count) + [0, 1]
        let gunzip = Gunzip(mostBytes: 60_000)
        var given = 0
        packed.withUnsafeBytes { gunzip.read($0) { given += $0.count } }
        #expect(gunzip.isBroken == (excess == 1))
        #expect(given <= 60_000 && (given == 60_000) == (excess == 0))
    }

    @Test("sixty-four documents are remembered, or as many as their bytes allow")
    func remembered() {
        var bodies = DiscoveryBodies()
        for number in 0..<64 { _ = bodies.document(in: Array("\(number)".utf8)) }
        #expect(bodies.known.count == 64)
        _ = bodies.document(in: Array("one more".utf8))
        #expect(bodies.known.count == 1)
        func core(_ number: Int) -> [UInt8] {
            Array(#"{"kind":"APIVersions","versions":["v\#(number)"]}"#.utf8)
        }
        var measured = DiscoveryBodies()
        let length = measured.document(in: core(1))?.count ?? 0
        #expect(length > 10)
        var small = DiscoveryBodies(mostBytes: length)
        let counts = (1...3).map { number in
            #expect(small.document(in: core(number)) != nil)
            return small.known.count
        }
        #expect(counts == [1, 2, 1])
    }

    /// Tables in the rows of tables, and an object with an owner in the innermost.
    private static func tables(_ depth: Int) -> String {
        let pod = """
            "kind":"Pod","apiVersion":"v1","metadata":{"name":"p","uid":"u-1","ownerReferences":\
            [{"apiVersion":"v1","kind":"Node","name":"n","uid":"u-2"}]}
            """
        return (1...depth).reduce("{\(pod)}") { inner, _ in
            #"{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[{"object":\#(inner)}]}"#
        }
    }

    @Test("what is looked at in a body stands sixteen levels deep", arguments: [4, 5])
    func depth(tables: Int) {
        // Each table takes three levels; an owner stands four below the innermost row.
        let objects = Self.reading(
            "/api/v1/pods", "200 OK", "application/json", Self.tables(tables)
        ).traffic.objects
        #expect(objects.count == (tables == 4 ? 1 : 0))
        #expect(objects.flatMap(\.owners).count == (tables == 4 ? 1 : 0))
    }

    @Test("a line around the chunks of a body has four thousand bytes at most", arguments: [0, 1])
    func chunkLine(excess: Int) {
        var talk = Talk()
        talk.client("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        talk.server("2;" + String(repeating: "x", count: 4_092 + excess) + "\r\nok\r\n0\r\n\r\n")
        // A line is judged when a piece of the stream has come: the bound is met within a piece.
        let http = talk.reading(segment: 1_024).statistics.http
        #expect((http.malformed > 0) == (excess == 1))
    }

    @Test("the objects of one answer are handed on when two hundred thousand wait")
    func observations() {
        let item = #"{"metadata":{"uid":"a"}},"#
        var talk = Talk()
        talk.client("GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.server(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n"
                + #"{"kind":"PodList","items":["# + String(repeating: item, count: 199_999))
        talk.server(item)
        var reading = Reading()
        var reader = WireReader()
        var counts: [Int] = []
        for packet in talk.packets(segment: 60_000, end: false).packets {
            packet.bytes.withUnsafeBytes { bytes in
                reader.receive(
                    CapturedPacket(
                        linkType: packet.linkType, moment: packet.moment, bytes: bytes,
                        originalLength: packet.originalLength), names: &reading.names,
                    into: &reading.traffic)
            }
            counts.append(reading.traffic.objects.count)
        }
        #expect(counts.dropLast().allSatisfy { $0 == 0 })
        #expect(counts.last == 200_000)
    }
}
