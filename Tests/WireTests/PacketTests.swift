import Testing

@testable import Wire

struct PacketTests {
    private static func segments(
        _ packets: [[UInt8]], linkType: Int = 1
    ) -> (texts: [String], counters: PacketCounters) {
        var decoder = PacketDecoder()
        var texts: [String] = []
        for (index, packet) in packets.enumerated() {
            packet.withUnsafeBytes { bytes in
                decoder.decode(
                    CapturedPacket(
                        linkType: linkType, moment: Moment(time: 0, frame: Int64(index)),
                        bytes: bytes, originalLength: bytes.count)
                ) { texts.append("\($0.source) > \($0.destination) \($0.payload.text)") }
            }
        }
        return (texts, decoder.counters)
    }

    private static let segment = Frames.tcp("hello")
    private static let v4 = "10.0.0.9:1000 > 10.0.0.1:6443 hello"
    private static let v6 = "[fd00::9]:1000 > [fd00::1]:6443 hello"

    @Test(
        "every link type leads to the same segment",
        arguments: [
            (1, Frames.ethernet(Frames.ipv4(segment)), v4),
            (1, Frames.ethernet(Frames.ipv4(segment), tags: [0x8100]), v4),
            (1, Frames.ethernet(Frames.ipv4(segment), tags: [0x88A8, 0x8100]), v4),
            (1, Frames.ethernet(Frames.ipv4(segment) + [0, 0, 0, 0, 0, 0]), v4),
            (1, Frames.ethernet(Frames.ipv4(segment, options: [1, 1, 1, 0])), v4),
            (1, Frames.ethernet(Frames.ipv6(segment), type: 0x86DD), v6),
            (
                1,
                Frames.ethernet(
                    Frames.ipv6(
                        [60, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0] + segment, next: 0),
                    type: 0x86DD), v6
            ),
            (113, [UInt8](repeating: 0, count: 14) + [8, 0] + Frames.ipv4(segment), v4),
            (276, [8, 0] + [UInt8](repeating: 0, count: 18) + Frames.ipv4(segment), v4),
            (0, [2, 0, 0, 0] + Frames.ipv4(segment), v4),
            (108, [0, 0, 0, 24] + Frames.ipv6(segment), v6),
            (101, Frames.ipv4(segment), v4), (101, Frames.ipv6(segment), v6),
            (228, Frames.ipv4(segment), v4), (229, Frames.ipv6(segment), v6),
        ])
    func linkTypes(_ linkType: Int, _ packet: [UInt8], _ expected: String) {
        #expect(Self.segments([packet], linkType: linkType).texts == [expected])
    }

    @Test(
        "tunnels are unwrapped",
        arguments: [
            Frames.udp(
                to: 4_789, [8, 0, 0, 0, 0, 0, 1, 0] + Frames.ethernet(Frames.ipv4(segment))),
            Frames.udp(
                to: 8_472, [8, 0, 0, 0, 0, 0, 1, 0] + Frames.ethernet(Frames.ipv4(segment))),
            Frames.udp(
                to: 6_081,
                [1, 0, 0x65, 0x58, 0, 0, 1, 0, 9, 9, 9, 9] + Frames.ethernet(Frames.ipv4(segment))),
            Frames.udp(to: 6_081, [0, 0, 8, 0, 0, 0, 1, 0] + Frames.ipv4(segment)),
        ])
    func tunnels(_ datagram: [UInt8]) {
        let packet = Frames.ethernet(Frames.ipv4(datagram, next: 17))
        #expect(Self.segments([packet]).texts == [Self.v4])
    }

    @Test("tunnels in tunnels are followed so deep and no deeper")
    func deepTunnels() {
        var packet = Frames.ethernet(Frames.ipv4(Self.segment))
        for depth in 1...8 {
            let inner = Frames.udp(to: 4_789, [8, 0, 0, 0, 0, 0, 1, 0] + packet)
            packet = Frames.ethernet(Frames.ipv4(inner, next: 17))
            #expect(Self.segments([packet]).texts.count == (depth <= 4 ? 1 : 0))
        }
        #expect(
            Self.segments([Frames.ethernet(Frames.ipv4(Frames.ipv4(Self.segment), next: 4))])
                .texts == [Self.v4])
    }

    @Test("fragments come together in any order, and the first copy of a byte wins")
    func fragments() {
        let whole = Frames.tcp("abcdefgh")
        let more = 0x2000
        let first = Frames.ipv4(Array(whole[..<16]), fragment: more)
        let second = Frames.ipv4(Array(whole[16..<24]), fragment: more | 2)
        let third = Frames.ipv4(Array(whole[24...]), fragment: 3)
        let forged = Frames.ipv4([UInt8](repeating: 88, count: 8), fragment: more | 2)
        for order in [[first, second, third], [third, first, second], [second, third, first]] {
            let result = Self.segments(order.map { Frames.ethernet($0) })
            #expect(result.texts == ["10.0.0.9:1000 > 10.0.0.1:6443 abcdefgh"])
            #expect(result.counters.fragments == 3)
        }
        let fought = [second, forged, first, third].map { Frames.ethernet($0) }
        #expect(Self.segments(fought).texts == ["10.0.0.9:1000 > 10.0.0.1:6443 abcdefgh"])
        #expect(Self.segments([Frames.ethernet(first), Frames.ethernet(third)]).texts.isEmpty)
    }

    @Test("a packet that is cut says how much of its payload is missing")
    func truncated() {
        var decoder = PacketDecoder()
        var missing = -1
        let packet = Frames.ethernet(Frames.ipv4(Self.segment))
        packet.withUnsafeBytes { bytes in
            decoder.decode(
                CapturedPacket(
                    linkType: 1, moment: Moment(time: 0, frame: 1), bytes: bytes.part(0, 57),
                    originalLength: bytes.count)
            ) { missing = $0.missing }
        }
        #expect(missing == 2)
        #expect(decoder.counters.truncated == 1)
    }

    @Test("bytes that are no packet are counted, never read beyond")
    func garbage() {
        let whole = Frames.ethernet(Frames.ipv4(Frames.tcp("x"), options: [1, 1, 1, 1]))
        for length in 0..<whole.count {
            _ = Self.segments([Array(whole[..<length])])
            var broken = whole
            broken[length] ^= 0xFF
            for linkType in [0, 1, 101, 108, 113, 276, 999] {
                _ = Self.segments([broken], linkType: linkType)
            }
        }
        #expect(Self.segments([[1, 2, 3]], linkType: 999).counters.unknownLinkType == 1)
    }

    @Test(
        "addresses read and write their usual texts",
        arguments: [
            "10.0.0.1:6443", "[::1]:1", "[fd00::9]:65535", "[2001:db8:0:1:1:1:1:1]:2", "[::]:0",
            "[1:2:3:4:5:6:7:8]:9", "[fe80::1:0:0:1]:3",
        ])
    func addresses(_ text: String) {
        #expect(Endpoint(text)?.description == text)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "10.0.0.1", "10.0.0:1", "300.0.0.1:1", "::1", "[::1::2]:1", "[:1:2]:x", "a:1",
        ])
    func noAddresses(_ text: String) { #expect(Endpoint(text) == nil) }
}
