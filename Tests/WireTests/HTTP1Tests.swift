import Bytes
import KubeAPI
import Testing

@testable import Wire

struct HTTP1Tests {
    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\nUser-Agent: t/1\r\n\(fields)\r\n"
    }

    private static func answer(
        _ status: Int, _ body: String, type: String = "application/json", _ fields: String = ""
    ) -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(fields)\r\n\(body)"
    }

    /// The same whatever the size of segments.
    private static func expect(_ talk: Talk, _ lines: [String]) {
        for segment in [1, 2, 3, 5, 17, 1_400] {
            #expect(talk.reading(segment: segment).short == lines, "segments of \(segment)")
        }
    }

    private static let route =
        #"{"kind":"Status","status":"Failure","message":"the server could not find the requested resource","reason":"NotFound","details":{},"code":404}"#
    private static let object =
        #"{"kind":"Status","status":"Failure","message":"pods \"a\" not found","details":{"name":"a","kind":"pods"},"code":404}"#

    @Test("keep-alive, chunks, empty bodies and HEAD keep requests and responses apart")
    func framing() {
        var talk = Talk()
        talk.client(Self.get("/version"))
        talk.server(Self.answer(200, #"{"major":"1"}"#))
        talk.client(Self.get("/api/v1/pods?watch=0"))
        talk.server(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                + "5;x=y\r\n{\"a\":\r\n2\r\n1}\r\n0\r\nTrailer: 1\r\n\r\n")
        talk.client("HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        talk.client("POST /api/v1/namespaces/n/pods HTTP/1.1\r\nContent-Length: 4\r\n\r\n{}\r\n")
        talk.server("HTTP/1.1 100 Continue\r\n\r\n" + Self.answer(409, "{}"))
        talk.client(Self.get("/readyz"))
        talk.server("HTTP/1.1 204 No Content\r\n\r\n")
        Self.expect(
            talk,
            [
                "get /version 200", "list /api/v1/pods 200", "head /livez 200",
                "create /api/v1/namespaces/n/pods 409", "get /readyz 204",
            ])
    }

    @Test("pipelined requests are answered in their order")
    func pipelining() {
        var talk = Talk()
        talk.client(Self.get("/a") + Self.get("/b") + Self.get("/c"))
        talk.server(Self.answer(200, "1") + Self.answer(404, "x") + Self.answer(500, "2"))
        Self.expect(talk, ["get /a 200", "get /b 404 unknown", "get /c 500"])
    }

    @Test("the three 404s are told by their bodies")
    func notFound() {
        var talk = Talk()
        for body in [Self.route, Self.object] {
            talk.client(Self.get("/api/v1/namespaces/n/pods/a"))
            talk.server(Self.answer(404, body))
        }
        talk.client(Self.get("/apis/g/v1/x"))
        talk.server(Self.answer(404, "404 page not found\n", type: "text/plain; charset=utf-8"))
        talk.client(Self.get("/apis/g/v1/x"))
        talk.server(Self.answer(404, "nothing here", type: "text/plain"))
        talk.client(Self.get("/apis/apps/v1/x/y"))
        talk.server(
            Self.answer(
                404, "k8s\u{0}..the server could not find the requested resource..",
                type: "application/vnd.kubernetes.protobuf"))
        Self.expect(
            talk,
            [
                "get /api/v1/namespaces/n/pods/a 404 route",
                "get /api/v1/namespaces/n/pods/a 404 object", "list /apis/g/v1/x 404 page",
                "list /apis/g/v1/x 404 unknown", "get /apis/apps/v1/x/y 404 route",
            ])
    }

    private static let protobuf = "application/vnd.kubernetes.protobuf"

    @Test("a 404 whose Status has no details is marked, in every encoding (F1.49)")
    func bareStatus() {
        let generic = "the server could not find the requested resource"
        let json = Self.route.replacing(#""details":{},"#, with: "")
        let bodies: [(String, String, Bool)] = [
            ("application/json", Self.route, false), ("application/json", json, true),
            (Self.protobuf, "k8s\u{0}\u{1A}-\(generic)\"\u{8}NotFound0", true),
            (Self.protobuf, "k8s\u{0}\u{1A}-\(generic)\"\u{8}NotFound*\u{0}0", false),
        ]
        var talk = Talk()
        for (type, body, _) in bodies {
            talk.client(Self.get("/apis/g/v1/x"))
            talk.server(Self.answer(404, body, type: type))
        }
        let requests = talk.reading().traffic.requests
        #expect(requests.map(\.notFound) == [.route, .route, .route, .route])
        #expect(requests.map { $0.flags.contains(.bareStatus) } == bodies.map(\.2))
    }

    @Test("who asks is the certificate's, the front proxy's word, or unknown")
    func users() {
        var talk = Talk()
        talk.client(
            Self.get(
                "/version",
                "X-Remote-User: jane\r\nx-kubernetes-peer-proxied: true\r\n"
                    + "Audit-ID: aaaaaaaa-0000-4000-8000-000000000001\r\n"
                    + "Authorization: Bearer secret-token\r\nImpersonate-User: joe\r\n"))
        talk.server(Self.answer(200, "{}"))
        talk.client(Self.get("/version", "X-Kubernetes-Peer-Proxied: false\r\n"))
        talk.server(
            Self.answer(200, "{}", "Audit-Id: bbbbbbbb-0000-4000-8000-000000000001\r\n"))
        let reading = talk.reading()
        let requests = reading.traffic.requests
        #expect(requests.map { $0.auditID.text(in: reading.names.strings).first } == ["a", "b"])
        #expect(requests[0].flags.contains(.peerProxiedHeader))
        #expect(requests[1].flags.contains(.peerProxiedHeaderSpoofed))
        let clients = requests.map { reading.names.clients[$0.client] }
        #expect(clients.map { reading.text($0.user) } == ["jane", ""])
        #expect(clients.map { reading.text($0.impersonated) } == ["joe", ""])
        #expect(reading.text(clients[0].address) == "10.0.0.9")
        #expect(!reading.everything.contains("secret-token"))
    }

    @Test("of queries the API's own options keep their values, of others the names stay")
    func queries() {
        var talk = Talk()
        talk.client(
            Self.get("/api/v1/namespaces/n/pods/p/exec?command=rm&container=c&stdin=true"))
        talk.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n\r\n")
        talk.client("GET /not-http HTTP/1.1\r\n\r\n")
        talk.server("HTTP/1.1 200 OK\r\n\r\n")
        let reading = talk.reading()
        #expect(reading.traffic.requests.count == 1)
        #expect(reading.lines.first?.contains("?command&container=c&stdin=true 101") == true)
        #expect(reading.statistics.http.upgrades == 1)
    }

    @Test("what is no HTTP is counted, and the next message that begins is read")
    func malformed() {
        var talk = Talk()
        talk.client(Self.get("/a"))
        talk.server(Self.answer(200, "{}"))
        talk.client("GET /no version\r\n\r\n")
        talk.client(Self.get("/b"))
        talk.server(Self.answer(200, "{}"))
        let reading = talk.reading()
        #expect(reading.short == ["get /a 200", "get /b 200"])
        #expect(reading.statistics.http.malformed == 1)
        var lies = Talk()
        lies.client("POST /x HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")
        lies.server(Self.answer(400, "{}"))
        #expect(lies.reading().short == ["post /x 400"])
        var endless = Talk()
        endless.client(Self.get("/c"))
        endless.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n")
        #expect(endless.reading().short == ["get /c 200"])
    }

    @Test("a watch is one request with its events, open where the capture ends before it")
    func watch() {
        var talk = Talk()
        talk.client(Self.get("/api/v1/configmaps?watch=1"))
        func event(_ type: String, _ name: String) -> String {
            let text =
                #"{"type":"\#(type)","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"#
                + #""name":"\#(name)","namespace":"n","uid":"u-\#(name)"},"data":{"k":"\"}"}}}"#
                + "\n"
            return String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
        }
        talk.server(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
        )
        for (type, name) in [("ADDED", "a"), ("MODIFIED", "a"), ("BOOKMARK", ""), ("DELETED", "a")]
        {
            talk.server(event(type, name))
        }
        for segment in [1, 7, 1_400] {
            let reading = talk.reading(segment: segment, end: false)
            #expect(reading.short == ["watch /api/v1/configmaps 200"])
            #expect(reading.traffic.requests[0].stage == .responseStarted)
            #expect(reading.traffic.requests[0].durationMicroseconds == -1)
            #expect(reading.traffic.objects.map(\.state) == [.seen, .seen, .deleted])
        }
        talk.server("0\r\n\r\n")
        let closed = talk.reading()
        #expect(closed.traffic.requests[0].stage == .responseComplete)
        #expect(closed.traffic.requests[0].durationMicroseconds > 0)
    }
}
