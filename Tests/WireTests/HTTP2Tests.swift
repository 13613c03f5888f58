import Bytes
import KubeAPI
import Testing

@testable import Wire

struct HTTP2Tests {
    private typealias H2 = HTTP2Frames

    /// The beginning of a connection without TLS, by a client that knows what the server speaks.
    private static func begun() -> Talk {
        var talk = Talk()
        talk.client(H2.preface + H2.settings((3, 100), (4, 65_535)))
        talk.server(H2.settings((1, 4_096)) + H2.frame(4, 1, 0, []))
        talk.client(H2.frame(4, 1, 0, []) + H2.frame(8, 0, 0, Frames.big32(1 << 20)))
        return talk
    }

    /// The same whatever the size of segments.
    private static func expect(_ talk: Talk, _ lines: [String]) {
        for segment in [1, 2, 3, 5, 17, 1_400] {
            #expect(talk.reading(segment: segment).short == lines, "segments of \(segment)")
        }
    }

    private static let absent =
        #"{"kind":"Status","status":"Failure","message":"pods \"a\" not found","details":{"name":"a","kind":"pods"},"code":404}"#

    @Test("streams that are interleaved are told apart")
    func interleaved() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/namespaces/n/pods/a")))
        talk.client(H2.headers(3, H2.request("/api/v1/nodes")))
        talk.server(H2.headers(3, H2.response(200), H2.endHeaders))
        talk.server(H2.headers(1, H2.response(404), H2.endHeaders))
        let half = Self.absent.index(Self.absent.startIndex, offsetBy: 40)
        talk.server(H2.data(1, String(Self.absent[..<half])))
        talk.server(H2.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]))
        talk.server(H2.data(3, #"{"kind":"NodeList","apiVersion":"v1","#))
        talk.server(H2.data(1, String(Self.absent[half...]), H2.endStream))
        talk.server(H2.data(3, #""items":[]}"#, H2.endStream))
        Self.expect(
            talk, ["get /api/v1/namespaces/n/pods/a 404 object", "list /api/v1/nodes 200"])
    }

    @Test("padding, priority and CONTINUATION change nothing")
    func framing() {
        var talk = Self.begun()
        let block = H2.request("/api/v1/namespaces/n/pods/a")
        let dependency: [UInt8] = [0x80, 0, 0, 0, 15]
        talk.client(
            H2.headers(
                1, [4] + dependency + block + [0, 0, 0, 0],
                H2.endHeaders | H2.endStream | H2.padded | H2.priority))
        talk.client(H2.frame(2, 0, 3, dependency))
        talk.client(H2.headers(3, Array(block[..<7]), H2.endStream))
        talk.client(H2.frame(9, 0, 3, Array(block[7..<8])) + H2.frame(9, 0, 3, []))
        talk.client(H2.frame(9, H2.endHeaders, 3, Array(block[8...])))
        for stream in [1, 3] {
            let answer = H2.response(404)
            talk.server(H2.headers(stream, Array(answer[..<3]), 0))
            talk.server(H2.frame(9, H2.endHeaders, stream, Array(answer[3...])))
            talk.server(
                H2.frame(
                    0, H2.padded | H2.endStream, stream,
                    [9] + Array(Self.absent.utf8) + [UInt8](repeating: 0, count: 9)))
        }
        Self.expect(
            talk, [String](repeating: "get /api/v1/namespaces/n/pods/a 404 object", count: 2))
    }

    @Test("interim answers are no answers, trailers end one")
    func trailers() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/pods", method: "POST"), H2.endHeaders))
        talk.server(H2.headers(1, H2.field(":status", "103"), H2.endHeaders))
        talk.client(H2.data(1, "{}", 0) + H2.headers(1, H2.field("x-checksum", "1")))
        talk.server(H2.headers(1, H2.response(201), H2.endHeaders))
        talk.server(H2.data(1, "{}") + H2.headers(1, H2.field("x-took", "1ms")))
        Self.expect(talk, ["create /api/v1/pods 201"])
        let request = talk.reading().traffic.requests.first
        #expect(request?.stage == .responseComplete)
        #expect(request?.durationMicroseconds ?? 0 > 0)
    }

    @Test("RST_STREAM and GOAWAY end what they end, and no more")
    func endings() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/pods?watch=1")))
        talk.client(H2.headers(3, H2.request("/version")))
        talk.client(H2.headers(5, H2.request("/livez")))
        talk.server(H2.headers(1, H2.response(200), H2.endHeaders))
        talk.client(H2.reset(1) + H2.reset(3))
        talk.server(H2.frame(7, 0, 0, Frames.big32(5) + Frames.big32(0) + Array("bye".utf8)))
        talk.server(H2.headers(5, H2.response(200, type: "text/plain"), H2.endHeaders))
        talk.server(H2.data(5, "ok", H2.endStream))
        Self.expect(talk, ["watch /api/v1/pods 200", "get /version 0", "get /livez 200"])
        // An answer to a stream that is over belongs to nothing.
        talk.server(H2.headers(3, H2.response(200)))
        let reading = talk.reading()
        #expect(reading.traffic.requests.count == 3)
        #expect(reading.statistics.http.unpairedResponses == 1)
    }

    @Test("names and values that the connection has seen come from its table")
    func table() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/pods", keep: true)))
        let again = H2.field(":method", "GET") + H2.indexed(63) + H2.indexed(62)
        talk.client(H2.headers(3, again))
        for stream in [1, 3] { talk.server(H2.headers(stream, H2.response(403))) }
        Self.expect(talk, ["list /api/v1/pods 403", "list /api/v1/pods 403"])
        let reading = talk.reading()
        let agents = reading.traffic.requests.map {
            reading.text(reading.names.clients[$0.client].userAgent)
        }
        #expect(agents == ["t/1", "t/1"])
    }

    @Test("of a connection under way what cannot be decoded is counted, the rest is kept")
    func midConnection() {
        var talk = Talk()
        // The path is one that was said before the capture began.
        talk.client(H2.headers(101, H2.field(":method", "GET") + H2.indexed(70)))
        talk.client(H2.headers(103, H2.request("/api/v1/pods", keep: true)))
        talk.client(H2.headers(105, H2.field(":method", "GET") + H2.indexed(63)))
        for stream in [99, 101, 103, 105] {
            talk.server(H2.headers(stream, H2.response(200, type: "text/plain")))
        }
        let reading = talk.reading(start: false)
        #expect(reading.short == ["list /api/v1/pods 200", "list /api/v1/pods 200"])
        #expect(reading.statistics.http.undecodedHeads == 1)
        #expect(reading.statistics.http.unpairedResponses == 2)
    }

    @Test("a header block that breaks the compression costs what depends on it alone")
    func broken() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/pods", keep: true)))
        talk.client(H2.headers(3, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]))
        talk.client(H2.headers(5, H2.field(":method", "GET") + H2.indexed(63)))
        talk.client(H2.headers(7, H2.request("/api/v1/nodes")))
        talk.client(H2.frame(9, H2.endHeaders, 9, H2.request("/never")))
        talk.client(H2.headers(11, H2.request("/livez")))
        let reading = talk.reading()
        #expect(
            reading.short == ["list /api/v1/pods 0", "list /api/v1/nodes 0", "get /livez 0"])
        #expect(reading.statistics.http.undecodedHeads == 3)
    }

    @Test("a header block without an end is given up, and so is no memory")
    func endlessBlock() {
        var talk = Self.begun()
        talk.client(H2.headers(1, [], H2.endStream))
        let part = H2.frame(9, 0, 1, [UInt8](repeating: 0, count: 16_384))
        for _ in 0..<70 { talk.client(part) }
        talk.client(H2.headers(3, H2.request("/livez")))
        let reading = talk.reading()
        #expect(reading.short == ["get /livez 0"])
        #expect(reading.statistics.http.undecodedHeads > 0)
    }

    @Test("gRPC beside the API is counted, not recorded")
    func foreign() {
        var talk = Self.begun()
        let grpc = H2.request("/etcdserverpb.KV/Range", method: "POST")
        talk.client(H2.headers(1, grpc + H2.field("content-type", "application/grpc")))
        talk.client(H2.headers(3, H2.request("/livez")))
        let reading = talk.reading()
        #expect(reading.short == ["get /livez 0"])
        #expect(reading.statistics.http.foreignExchanges == 1)
    }

    @Test("bytes that are lost within one answer leave the others as they are")
    func loss() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/api/v1/pods")))
        talk.client(H2.headers(3, H2.request("/api/v1/namespaces/n/pods/a")))
        talk.server(H2.headers(1, H2.response(200), H2.endHeaders))
        talk.server(H2.data(1, String(repeating: " ", count: 5_000), H2.endStream))
        talk.server(H2.headers(3, H2.response(404), H2.endHeaders))
        talk.server(H2.data(3, Self.absent, H2.endStream))
        var list = talk.packets(segment: 1_000)
        let inside = list.packets.firstIndex { $0.bytes.suffix(900).allSatisfy { $0 == 32 } }
        list.packets.remove(at: inside ?? 0)
        #expect(
            list.reading().short
                == ["list /api/v1/pods 200", "get /api/v1/namespaces/n/pods/a 404 object"])
    }
}
