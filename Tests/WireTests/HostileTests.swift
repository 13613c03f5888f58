import Glibc
import KubeAPI
import Testing

@testable import Wire

/// What a stranger may put on the wire to take memory or time, or to be kept.
struct HostileTests {
    private typealias H2 = HTTP2Frames

    private static func begun() -> Talk {
        var talk = Talk()
        talk.client(H2.preface + H2.settings())
        talk.server(H2.settings())
        return talk
    }

    @Test("a header list that few bytes of HPACK blow up is dropped at its bound, and counted")
    func headerBomb() {
        var talk = Self.begun()
        let path = "/" + String(repeating: "a", count: 3_900)
        let bomb =
            H2.request(path, keep: true) + [UInt8](repeating: H2.indexed(62 + 1)[0], count: 300_000)
        talk.client(H2.headers(1, Array(bomb[..<4_000]), H2.endStream))
        for start in stride(from: 4_000, to: bomb.count, by: 16_000) {
            let end = min(start + 16_000, bomb.count)
            talk.client(
                H2.frame(9, end == bomb.count ? H2.endHeaders : 0, 1, Array(bomb[start..<end])))
        }
        talk.client(H2.headers(3, H2.request("/livez")))
        talk.server(H2.headers(3, H2.response(200)))
        let reading = talk.reading(segment: 60_000)
        #expect(reading.short == ["get /livez 200"])
        #expect(reading.statistics.http.malformed == 1)
        #expect(reading.everything.utf8.count < 1_000)
    }

    @Test("a head of just the bound is read")
    func longestHead() {
        var talk = Self.begun()
        let path = "/livez/" + String(repeating: "a", count: 60_000)
        talk.client(H2.headers(1, H2.request(path)))
        talk.server(H2.headers(1, H2.response(200)))
        #expect(talk.reading(segment: 60_000).traffic.requests.count == 1)
    }

    /// What this thread alone has taken of a processor.
    private func processorTime() -> Duration {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }

    @Test("a header block in very many pieces takes no more time than in few")
    func continuations() {
        var talk = Self.begun()
        talk.client(H2.headers(1, H2.request("/livez"), H2.endStream))
        var flood: [UInt8] = []
        for _ in 0..<60_000 { flood += H2.frame(9, 0, 1, H2.field("x", "yyyy")) }
        talk.client(flood + H2.frame(9, H2.endHeaders, 1, []))
        talk.server(H2.headers(1, H2.response(200)))
        let start = processorTime()
        #expect(talk.reading(segment: 60_000).short == ["get /livez 200"])
        #expect(processorTime() - start < .seconds(20))
    }

    @Test("bytes that are lost again and again take no time for each stream that is open")
    func gaps() {
        var http = HTTP2Connection(fromStart: true)
        var counters = HTTPCounters()
        let now = Moment(time: 0, frame: 0)
        var told = 0
        func receive(_ direction: Direction, _ bytes: [UInt8]) {
            bytes.withUnsafeBytes { http.receive(direction, $0, now, &counters) { _ in } }
        }
        receive(.fromClient, H2.preface + H2.settings())
        receive(.fromServer, H2.settings())
        for number in 0..<8_000 {
            receive(.fromClient, H2.headers(2 * number + 1, H2.request("/livez")))
        }
        receive(.fromServer, H2.headers(7, H2.response(200), H2.endHeaders))
        let start = processorTime()
        for _ in 0..<20_000 {
            for direction in [Direction.fromServer, .fromClient] {
                http.gap(direction, nil, now) { if case .responseGap(7) = $0 { told += 1 } }
            }
        }
        #expect(processorTime() - start < .seconds(10))
        #expect(told == 1)
    }

    @Test("a body with more objects than any cluster has is read up to its bound, and counted")
    func endlessBody() {
        let item = #"{"metadata":{"uid":"a"}}"#
        let items = String(repeating: item + ",", count: 1_000_000) + item
        let reading = Self.answer("/api/v1/pods", #"{"kind":"PodList","items":[\#(items)]}"#)
        #expect(reading.traffic.objects.count == 1_000_000)
        #expect(reading.statistics.http.endlessBodies == 1)
    }

    private static func answer(_ path: String, _ body: String) -> Reading {
        var talk = Talk()
        talk.client("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.server(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return talk.reading()
    }

    @Test(
        "an answer that is no discovery document is not kept, whatever its path",
        arguments: ["/api/token", "/api/", "/api/v1", "/apis/creds", "/apis/acme.io/v1", "/apis"])
    func foreignAnswers(path: String) {
        for body in [
            #"{"login":"admin","password":"KANARY"}"#,
            #"{"kind":"Secret","apiVersion":"v1","data":{"p":"KANARY"}}"#,
            #"[{"kind":"APIGroupList","groups":"KANARY"}]"#,
        ] {
            let reading = Self.answer(path, body)
            #expect(reading.traffic.documents.isEmpty)
            #expect(!reading.everything.contains("KANARY"))
        }
    }

    @Test("of a discovery document only what discovery says is kept")
    func discovery() {
        let body = """
            {"kind":"APIResourceList","groupVersion":"acme.io/v1","token":"KANARY","resources":[
            {"name":"things","singularName":"thing","namespaced":true,"kind":"Thing",
            "verbs":["get"],"password":"KANARY"}]}
            """
        let reading = Self.answer("/apis/acme.io/v1", body)
        #expect(reading.traffic.documents.count == 1)
        #expect(reading.everything.contains("things"))
        #expect(!reading.everything.contains("KANARY"))
    }

    @Test(
        "what follows a proxy is trimmed however the path is written",
        arguments: [
            "/api/v1/namespaces/default/services/s/proxy%2FKANARY",
            "/api/v1/namespaces/default/services/s%2Fproxy/KANARY",
            "/api%2Fv1/namespaces/default/services/s/proxy/KANARY",
            "/k8s/clusters/c/api/v1/namespaces/default/services/s/proxy/KANARY",
            "/./api/v1/namespaces/default/services/s/proxy/KANARY",
            "/livez/../k8s/clusters/KANARY", "/a/b/KANARY", "/a/b/c%2FKANARY?token=KANARY",
        ])
    func proxied(path: String) {
        #expect(!Self.answer(path, "{}").everything.contains("KANARY"))
    }

    @Test("the name of a bearer token is not kept, in a path, a query or an object")
    func tokenNames() {
        let list = """
            {"kind":"OAuthAccessTokenList","apiVersion":"oauth.openshift.io/v1","items":[
            {"metadata":{"name":"KANARY","uid":"6b0c2c1a-0000-4000-8000-000000000001"}}]}
            """
        let base = "/apis/oauth.openshift.io/v1/oauthaccesstokens"
        for path in [
            base, base + "/KANARY", base + "//KANARY",
            base + "?fieldSelector=metadata.name%3DKANARY",
        ] {
            let reading = Self.answer(path, list)
            #expect(reading.traffic.requests.count == 1)
            #expect(!reading.everything.contains("KANARY"), "\(path)")
        }
        let listed = Self.answer(base, list)
        let named = Self.answer(base + "/KANARY", "{}")
        #expect(
            listed.traffic.objects.map { listed.text($0.name) }
                == named.traffic.requests.map { named.text($0.name) })
    }
}
