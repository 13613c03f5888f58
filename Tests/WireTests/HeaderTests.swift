import Bytes
import KubeAPI
import Testing

@testable import Wire

struct HeaderTests {
    private static let long = String(repeating: "application/json,", count: 100)

    private static func talk() -> Talk {
        var talk = Talk()
        talk.client(
            "POST /api/v1/namespaces/n/pods HTTP/1.1\r\nAccept: application/json;as=Table;v=v1\r\n"
                + "Content-Type: application/yaml\r\nVia: 1.1 lb-7\r\nX-Forwarded-For: 192.0.2.7\r\n"
                + "X-Kubernetes-Peer-Proxied: true\r\nAuthorization: Bearer secret-1\r\n"
                + "Cookie: session=secret-2\r\nX-Remote-Extra-Token: secret-3\r\n"
                + "Content-Length: 5\r\n\r\na: b\n")
        talk.server(
            "HTTP/1.1 503 X\r\nContent-Type: text/plain\r\nRetry-After: 5\r\n"
                + "Warning: 299 - \"old\"\r\nSet-Cookie: secret-4\r\nContent-Length: 3\r\n\r\nno\n")
        talk.client("GET /version HTTP/1.1\r\nAccept: \(long)\r\n\r\n")
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        return talk
    }

    @Test("the values of headers are kept, with who spoke to whom")
    func values() {
        let reading = Self.talk().reading()
        let seen = reading.traffic.headers
        #expect(seen.map(\.request) == [0, 1])
        let first = seen[0]
        let texts = [
            first.accept, first.contentType, first.via, first.forwardedFor, first.peerProxied,
            first.responseType, first.retryAfter, first.warning, first.clientAddress,
            first.serverAddress,
        ].map { reading.text($0) }
        #expect(
            texts == [
                "application/json;as=Table;v=v1", "application/yaml", "1.1 lb-7", "192.0.2.7",
                "true", "text/plain", "5", "299 - \"old\"", "10.0.0.9", "10.0.0.1:8001",
            ])
        #expect(!first.isHTTP2 && !first.isEncrypted && first.clientPort == 40_000)
        #expect(first.requestBytes == 5 && first.responseBytes == 3)
    }

    @Test("a value that is too long is cut, a credential is never one")
    func bounds() {
        let reading = Self.talk().reading()
        #expect(reading.text(reading.traffic.headers[1].accept).utf8.count == 512)
        #expect(!reading.everything.contains("secret"))
    }

    @Test("HTTP/2 inside of TLS says so")
    func versions() throws {
        let reading = PacketList(try Fixture.file("tls.pcapng")).reading()
        #expect(reading.traffic.headers.count == reading.traffic.requests.count)
        #expect(reading.traffic.headers.allSatisfy { $0.isEncrypted })
        var plain = Talk()
        plain.client(HTTP2Frames.preface + HTTP2Frames.settings())
        plain.client(HTTP2Frames.headers(1, HTTP2Frames.request("/livez")))
        let header = plain.reading().traffic.headers.first
        #expect(header?.isHTTP2 == true && header?.isEncrypted == false)
    }
}
