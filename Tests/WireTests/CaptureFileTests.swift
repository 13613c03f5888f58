import Testing

@testable import Wire

struct CaptureFileTests {
    /// What a file says, line by line; read whole and again in steps of a few bytes.
    private static func events(_ file: [UInt8], step: Int = 1 << 20) -> [String] {
        var lines: [String] = []
        Reading.each(file, step: step) { event in
            switch event {
            case .packet(let packet):
                lines.append(
                    "packet \(packet.moment.frame) \(packet.linkType) \(packet.moment.time) "
                        + "\(packet.bytes.text) of \(packet.originalLength)")
            case .secrets(let kind, let bytes): lines.append("secrets \(kind) \(bytes.text)")
            case .dropped(let count): lines.append("dropped \(count)")
            case .malformed(let offset, let reason): lines.append("malformed \(offset) \(reason)")
            }
        }
        return lines
    }

    private static func expect(_ file: [UInt8], _ lines: [String]) {
        for step in [1, 2, 3, 7, 1 << 20] { #expect(events(file, step: step) == lines) }
    }

    @Test(
        "pcap is read in both byte orders and both resolutions",
        arguments: [(false, false), (false, true), (true, false), (true, true)])
    func pcap(_ bigEndian: Bool, _ nanoseconds: Bool) {
        Self.expect(
            Frames.pcap(
                [(1_795_213_051.5, Array("one".utf8)), (1_795_213_052.25, Array("two".utf8))],
                linkType: 276, bigEndian: bigEndian, nanoseconds: nanoseconds),
            [
                "packet 1 276 1795213051500000000 one of 3",
                "packet 2 276 1795213052250000000 two of 3",
            ])
    }

    private static let header = Frames.block(
        0x0A0D_0D0A, Frames.little(0x1A2B_3C4D, 1) + [UInt8](repeating: 0xFF, count: 8))

    private static func interface(_ linkType: Int, options: [UInt8] = []) -> [UInt8] {
        Frames.block(1, Frames.little16(linkType) + [0, 0] + Frames.little(0) + options)
    }

    private static func packet(_ interface: Int, _ stamp: Int, _ text: String) -> [UInt8] {
        Frames.block(
            6,
            Frames.little(interface, stamp >> 32, stamp & 0xFFFF_FFFF, text.utf8.count, 9)
                + Array(text.utf8))
    }

    @Test("pcapng keeps its interfaces, sections, resolutions and secrets apart")
    func pcapng() {
        let tens = Frames.little16(9) + Frames.little16(1) + [9, 0, 0, 0] + Frames.little(0)
        let halves = Frames.little16(9) + Frames.little16(1) + [0x81, 0, 0, 0]
        let offset = Frames.little16(14) + Frames.little16(8) + Frames.little(100, 0)
        var file = Self.header + Self.interface(1)
        file += Self.interface(113, options: tens)
        file += Self.interface(101, options: halves + offset)
        file += Self.packet(0, 1_000_000, "a") + Self.packet(1, 1_000_000, "bb")
        file += Self.packet(2, 3, "ccc")
        file += Frames.block(10, Frames.little(0x544C_534B, 5) + Array("KEYS\n".utf8))
        file += Frames.block(3, Frames.little(4) + Array("dddd".utf8))
        file += Frames.block(4, [0, 0, 0, 0])
        file += Self.packet(7, 0, "?")
        file += Self.header + Self.interface(276) + Self.packet(0, 2_000_000, "e")
        Self.expect(
            file,
            [
                "packet 1 1 1000000000 a of 9", "packet 2 113 1000000 bb of 9",
                "packet 3 101 101500000000 ccc of 9", "secrets 1414288203 KEYS\n",
                "packet 4 1 101500000000 dddd of 4",
                "malformed \(Self.header.count + 264) a packet of an interface not described",
                "packet 6 276 2000000000 e of 9",
            ])
    }

    @Test("statistics are totals, so only what was added counts")
    func drops() {
        func statistics(_ count: Int) -> [UInt8] {
            Frames.block(
                5,
                Frames.little(0, 0, 0) + Frames.little16(5) + Frames.little16(8)
                    + Frames.little(count, 0))
        }
        Self.expect(
            Self.header + Self.interface(1) + statistics(4) + statistics(4) + statistics(9),
            ["dropped 4", "dropped 5"])
    }

    @Test("a section in the other byte order is read in its own")
    func bigEndian() {
        var file = Frames.block(
            0x0A0D_0D0A, Frames.big32(0x1A2B_3C4D) + [UInt8](repeating: 0, count: 12),
            bigEndian: true)
        file += Frames.block(1, [0, 1, 0, 0, 0, 0, 0, 0], bigEndian: true)
        file += Frames.block(
            6, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 65], bigEndian: true)
        Self.expect(file, ["packet 1 1 5000 A of 1"])
    }

    @Test("what is no capture, or no longer one, is said with its place")
    func malformed() {
        Self.expect(
            Array("hello, this is no capture".utf8), ["malformed 0 neither pcap nor pcapng"])
        Self.expect([1], ["malformed 0 the file ends within a record"])
        let packet = Frames.pcap([(1, [65])])
        Self.expect(
            Array(packet.dropLast()),
            ["malformed 24 the file ends within a record"])
        Self.expect(
            packet + [UInt8](repeating: 0xFF, count: 16),
            ["packet 1 1 1000000000 A of 1", "malformed 41 a packet of 4294967295 bytes"])
        Self.expect(
            Self.header + Frames.little(6, 13, 0), ["malformed 28 a block of 13 bytes"])
    }
}
