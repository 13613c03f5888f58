import Bytes
import KubeAPI
import Testing

@testable import Wire

/// Limits that packets can hit, at their edge: the last that is read, and the first that is not.
struct EdgeTests {
    private typealias H2 = HTTP2Frames

    @Test("of requests that wait for their answers a thousand are held", arguments: [1_024, 1_025])
    func pipelined(count: Int) {
        var talk = Talk()
        for _ in 0..<count { talk.client("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") }
        for _ in 0..<count { talk.server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        let http = talk.reading().statistics.http
        #expect((http.malformed > 0 || http.unpairedResponses > 0) == (count > 1_024))
    }

    @Test("of open streams eight thousand are held", arguments: [8_192, 8_193])
    func streams(count: Int) {
        var talk = Talk()
        talk.client(H2.preface + H2.settings())
        talk.server(H2.settings())
        for number in 0..<count { talk.client(H2.headers(2 * number + 1, H2.request("/livez"))) }
        let http = talk.reading(segment: 60_000).statistics.http
        #expect(http.requests == 8_192)
        #expect(http.malformed == count - 8_192)
    }

    @Test("a header block is a megabyte at most", arguments: [0, 1])
    func headerBlock(excess: Int) {
        var talk = Talk()
        talk.client(H2.preface + H2.settings())
        talk.server(H2.settings())
        // Fields that the decoder reads and the head does not keep.
        var block = H2.request("/livez")
        let longest = (1 << 20) + excess
        while longest - block.count > 130 {
            block += H2.field("x", String(repeating: "y", count: 60))
        }
        block += H2.field("x", String(repeating: "y", count: longest - block.count - 4))
        #expect(block.count == longest)
        talk.client(H2.headers(1, Array(block[..<4_000]), H2.endStream))
        for start in stride(from: 4_000, to: block.count, by: 16_000) {
            let end = min(start + 16_000, block.count)
            talk.client(
                H2.frame(9, end == block.count ? H2.endHeaders : 0, 1, Array(block[start..<end])))
        }
        talk.server(H2.headers(1, H2.response(200)))
        let reading = talk.reading(segment: 60_000)
        #expect(reading.short == (excess == 0 ? ["get /livez 200"] : []))
        #expect(reading.statistics.http.undecodedHeads == excess)
    }

    @Test("a header's value is cut behind five hundred bytes", arguments: [511, 512, 513])
    func headerValue(length: Int) {
        let long = String(repeating: "v", count: length)
        var talk = Talk()
        talk.client("GET /livez HTTP/1.1\r\nHost: x\r\nVia: \(long)\r\n\r\n")
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let reading = talk.reading()
        let values = (0..<reading.names.strings.count).map { reading.text(UInt32($0)) }
        #expect(values.contains(String(long.prefix(512))))
        #expect(!values.contains { $0.hasPrefix("vvv") && $0.utf8.count > 512 })
    }

    @Test("a packet of a file is sixteen megabytes at most", arguments: [0, 1])
    func packetRecord(excess: Int) {
        let packet = [UInt8](repeating: 0, count: (16 << 20) + excess)
        let file = Frames.pcap([(time: 1, bytes: packet)])
        var packets = 0
        var rejects = 0
        Reading.each(file, step: 1 << 26) { event in
            if case .packet = event { packets += 1 } else { rejects += 1 }
        }
        #expect(packets == 1 - excess)
        #expect((rejects > 0) == (excess > 0))
    }

    @Test("of one datagram two hundred and fifty-six pieces wait", arguments: [256, 257])
    func fragments(count: Int) {
        var fragments = Fragments()
        let key = Fragments.Key(
            source: Address(v4: 1), destination: Address(v4: 2), identification: 1, next: 6)
        for number in 0..<count {
            [UInt8](repeating: 0, count: 8).withUnsafeBytes {
                _ = fragments.add(key, offset: number * 16, isLast: false, $0)
            }
        }
        #expect(fragments.lost == count - 256)
    }

    @Test("two hundred and fifty-six datagrams wait for their pieces", arguments: [256, 257])
    func datagrams(count: Int) {
        var fragments = Fragments()
        for number in 0..<count {
            let key = Fragments.Key(
                source: Address(v4: 1), destination: Address(v4: 2),
                identification: UInt32(number), next: 6)
            [UInt8](repeating: 0, count: 8).withUnsafeBytes {
                _ = fragments.add(key, offset: 0, isLast: false, $0)
            }
        }
        #expect(fragments.lost == count - 256)
    }

    @Test("tunnels are followed four deep", arguments: [4, 5])
    func tunnels(count: Int) {
        var packet = Frames.ipv4(Frames.tcp(flags: [.syn]))
        for _ in 0..<count { packet = Frames.ipv4(packet, next: 4) }
        var decoder = PacketDecoder()
        var segments = 0
        packet.withUnsafeBytes { bytes in
            decoder.decode(
                CapturedPacket(
                    linkType: 101, moment: Moment(time: 0, frame: 1), bytes: bytes,
                    originalLength: bytes.count)
            ) { _ in segments += 1 }
        }
        #expect(segments == (count == 4 ? 1 : 0))
    }
}
