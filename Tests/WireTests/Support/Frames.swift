@testable import Wire

/// Builds packets byte by byte, outermost layer last.
enum Frames {
    static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    static func big32(_ value: Int) -> [UInt8] {
        big16(value >> 16 & 0xFFFF) + big16(value & 0xFFFF)
    }

    static func tcp(
        from: Int = 1_000, to: Int = 6_443, sequence: Int = 1, acknowledgment: Int = 0,
        flags: TCPFlags = [.ack], _ payload: String = ""
    ) -> [UInt8] {
        big16(from) + big16(to) + big32(sequence) + big32(acknowledgment)
            + [0x50, flags.rawValue, 0xFF, 0xFF, 0, 0, 0, 0] + Array(payload.utf8)
    }

    static func udp(to port: Int, _ payload: [UInt8]) -> [UInt8] {
        big16(5_000) + big16(port) + big16(8 + payload.count) + [0, 0] + payload
    }

    static func ipv4(
        _ payload: [UInt8], next: UInt8 = 6, options: [UInt8] = [], fragment: Int = 0
    ) -> [UInt8] {
        let header = 20 + options.count
        return [UInt8(0x40 + header / 4), 0] + big16(header + payload.count) + [0, 7]
            + big16(fragment) + [64, next, 0, 0, 10, 0, 0, 9, 10, 0, 0, 1] + options + payload
    }

    static func ipv6(_ payload: [UInt8], next: UInt8 = 6) -> [UInt8] {
        [0x60, 0, 0, 0] + big16(payload.count) + [next, 64]
            + [0xFD] + [UInt8](repeating: 0, count: 14) + [9]
            + [0xFD] + [UInt8](repeating: 0, count: 14) + [1] + payload
    }

    static func ethernet(_ payload: [UInt8], type: Int = 0x0800, tags: [Int] = []) -> [UInt8] {
        var types: [UInt8] = []
        for tag in tags { types += big16(tag) + [0, 5] }
        return [UInt8](repeating: 2, count: 12) + types + big16(type) + payload
    }

    static func pcap(
        _ packets: [(time: Double, bytes: [UInt8])], linkType: Int = 1, bigEndian: Bool = false,
        nanoseconds: Bool = false
    ) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] {
            bigEndian ? big32(value) : big32(value).reversed()
        }
        var file = number(nanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4)
        file += bigEndian ? [0, 2, 0, 4] : [2, 0, 4, 0]
        file += number(0) + number(0) + number(262_144) + number(linkType)
        for packet in packets {
            let fraction = packet.time - packet.time.rounded(.down)
            file += number(Int(packet.time))
            file += number(Int((fraction * (nanoseconds ? 1e9 : 1e6)).rounded()))
            file += number(packet.bytes.count) + number(packet.bytes.count) + packet.bytes
        }
        return file
    }

    /// A block of pcapng, in little-endian order unless said otherwise.
    static func block(_ type: Int, _ body: [UInt8], bigEndian: Bool = false) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        func number(_ value: Int) -> [UInt8] {
            bigEndian ? big32(value) : big32(value).reversed()
        }
        return number(type) + number(12 + padded.count) + padded + number(12 + padded.count)
    }

    static func little(_ values: Int...) -> [UInt8] { values.flatMap { big32($0).reversed() } }

    static func little16(_ value: Int) -> [UInt8] { big16(value).reversed() }
}
