import Bytes
import KubeAPI
import Testing

@testable import Wire

/// Limits of one message's head, frames and body at their edge.
struct MessageEdgeTests {
    private typealias H2 = HTTP2Frames
    private static let livez = "GET /livez HTTP/1.1\r\nHost: x\r\n"
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func texts(_ reading: Reading) -> [String] {
        (0..<reading.names.strings.count).map { reading.text(UInt32($0)) }
    }

    @Test("of a head two hundred and fifty-six fields are read", arguments: [255, 256])
    func fields(before: Int) {
        var talk = Talk()
        let others = String(repeating: "Accept: a/b\r\n", count: before)
        talk.client("GET /livez HTTP/1.1\r\n\(others)Via: the-last\r\n\r\n")
        talk.server(Self.answer)
        let reading = talk.reading()
        #expect(reading.short == ["get /livez 200"])
        #expect(texts(reading).contains("the-last") == (before == 255))
        #expect(reading.statistics.http.unreadFields == before - 255)
    }

    @Test("a head of HTTP/1 is a megabyte at most", arguments: [0, 1])
    func head(excess: Int) {
        let end = "\r\n\r\n"
        let start = Self.livez + "X: "
        // A head is judged when a piece of the stream has come: the bound is met within a piece.
        let length = (1 << 20) - start.utf8.count - end.utf8.count + excess * 60_000
        var talk = Talk()
        talk.client(start + String(repeating: "y", count: length) + end)
        talk.server(Self.answer)
        let reading = talk.reading(segment: 60_000)
        #expect(reading.short == (excess == 0 ? ["get /livez 200"] : []))
        #expect((reading.statistics.http.malformed > 0) == (excess == 1))
    }

    @Test("a frame of headers is a megabyte at most", arguments: [0, 1])
    func frame(excess: Int) {
        var talk = Talk()
        talk.client(H2.preface + H2.settings())
        talk.server(H2.settings())
        var block = H2.request("/livez")
        // Padded, so that the block itself stays below its own bound.
        let longest = (1 << 20) - 256 + excess
        while longest - block.count > 130 {
            block += H2.field("x", String(repeating: "y", count: 60))
        }
        block += H2.field("x", String(repeating: "y", count: longest - block.count - 4))
        #expect(block.count == longest)
        let padding = [UInt8](repeating: 0, count: 255)
        talk.client(
            H2.frame(1, H2.endHeaders | H2.endStream | H2.padded, 1, [255] + block + padding))
        talk.server(H2.headers(1, H2.response(200)))
        talk.client(H2.headers(3, H2.request("/readyz")))
        talk.server(H2.headers(3, H2.response(200)))
        let short = talk.reading(segment: 60_000).short
        #expect(short.contains("get /livez 200") == (excess == 0))
        // The passed-over frame's fields are missing in the compressor's table, and nothing else.
        #expect(short.contains { $0.contains("/readyz") })
    }

    @Test("of a text in a body a thousand bytes are kept", arguments: [1_023, 1_024, 1_025])
    func text(length: Int) {
        let name = String(repeating: "n", count: length)
        let pod = #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\#(name)","uid":"u-1"}}"#
        var talk = Talk()
        talk.client(
            "POST /api/v1/namespaces/a/pods HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        talk.server(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(pod.utf8.count)\r\n\r\n\(pod)")
        let names = texts(talk.reading()).filter { $0.hasPrefix("nnn") }
        #expect(names == [String(name.prefix(1_024))])
    }
}
