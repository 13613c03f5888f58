import Bytes
import KubeAPI

@testable import Wire

/// A connection in plain text, written as what each side sends.
struct Talk {
    var said: [(direction: Direction, bytes: [UInt8])] = []

    mutating func client(_ text: String) { said.append((.fromClient, Array(text.utf8))) }
    mutating func server(_ text: String) { said.append((.fromServer, Array(text.utf8))) }
    mutating func client(_ bytes: [UInt8]) { said.append((.fromClient, bytes)) }
    mutating func server(_ bytes: [UInt8]) { said.append((.fromServer, bytes)) }

    /// The packets that carry it, in segments of a size.
    func packets(segment: Int = 1_400, start: Bool = true, end: Bool = true) -> PacketList {
        var list = PacketList()
        var sequence = [1_000, 5_000]
        func add(_ side: Int, _ flags: TCPFlags, _ payload: [UInt8]) {
            let ports = side == 0 ? (40_000, 8_001) : (8_001, 40_000)
            var tcp = Frames.tcp(
                from: ports.0, to: ports.1, sequence: sequence[side],
                acknowledgment: flags == [.syn] ? 0 : sequence[1 - side], flags: flags)
            tcp += payload
            var ip = Frames.ipv4(tcp)
            if side == 1 { ip.replaceSubrange(12..<20, with: [10, 0, 0, 1, 10, 0, 0, 9]) }
            sequence[side] += payload.count
            if !flags.isDisjoint(with: [.syn, .fin]) { sequence[side] += 1 }
            let count = list.packets.count
            list.packets.append(
                PacketList.Packet(
                    linkType: 101,
                    moment: Moment(
                        time: 1_795_213_051_000_000_000 + Int64(count) * 1_000_000,
                        frame: Int64(count + 1)), bytes: ip, originalLength: ip.count))
        }
        if start {
            add(0, [.syn], [])
            add(1, [.syn, .ack], [])
        }
        for (direction, bytes) in said {
            for at in stride(from: 0, to: bytes.count, by: segment) {
                add(
                    Int(direction.rawValue), [.ack],
                    Array(bytes[at..<min(at + segment, bytes.count)]))
            }
        }
        if end {
            add(0, [.ack, .fin], [])
            add(1, [.ack, .fin], [])
        }
        return list
    }

    func reading(segment: Int = 1_400, start: Bool = true, end: Bool = true) -> Reading {
        packets(segment: segment, start: start, end: end)
            .reading(servers: ["10.0.0.1:8001": "cp-1"])
    }
}

extension Reading {
    /// `verb path status`, for scripts of one client.
    var short: [String] {
        traffic.requests.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
            .map {
                "\($0.verb.text) \(path($0)) \($0.status)\($0.notFound.text.isEmpty ? "" : " ")\($0.notFound.text)"
            }
    }

    func text(_ id: UInt32) -> String { names.strings[id] }
}
