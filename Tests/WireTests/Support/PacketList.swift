import Bytes
import KubeAPI

@testable import Wire

/// The packets of a capture as values, so that a test can drop, repeat and reorder them.
struct PacketList {
    struct Packet {
        var linkType: Int
        var moment: Moment
        var bytes: [UInt8]
        var originalLength: Int
    }

    var packets: [Packet] = []
    var keys = KeyLog()

    init() {}

    init(_ file: [UInt8], keyLog: [UInt8] = []) {
        keyLog.withUnsafeBytes { keys.read($0) }
        Reading.each(file) { event in
            switch event {
            case .packet(let packet):
                packets.append(
                    Packet(
                        linkType: packet.linkType, moment: packet.moment,
                        bytes: Array(packet.bytes), originalLength: packet.originalLength))
            case .secrets(_, let bytes): keys.read(bytes)
            default: break
            }
        }
    }

    func reading(servers: [String: String] = Captures.servers) -> Reading {
        Reading(self, servers: servers)
    }

    /// The TCP segments of the packets, as values.
    var segments: [(source: Endpoint, destination: Endpoint, payload: [UInt8])] {
        var decoder = PacketDecoder()
        var segments: [(Endpoint, Endpoint, [UInt8])] = []
        for packet in packets {
            packet.bytes.withUnsafeBytes { bytes in
                decoder.decode(
                    CapturedPacket(
                        linkType: packet.linkType, moment: packet.moment, bytes: bytes,
                        originalLength: packet.originalLength)
                ) { segments.append(($0.source, $0.destination, Array($0.payload))) }
            }
        }
        return segments
    }
}

extension Reading {
    init(_ list: PacketList, servers: [String: String]) {
        var map = ServerMap()
        for (address, name) in servers {
            if let endpoint = Endpoint(address) { map.add(name, at: endpoint) }
        }
        var reader = WireReader(servers: map, keys: list.keys)
        for packet in list.packets {
            packet.bytes.withUnsafeBytes { bytes in
                reader.receive(
                    CapturedPacket(
                        linkType: packet.linkType, moment: packet.moment, bytes: bytes,
                        originalLength: packet.originalLength), names: &names, into: &traffic)
            }
        }
        reader.finish(names: &names, into: &traffic)
        statistics = reader.statistics
        undecryptable = reader.undecryptable
    }

    init() {}
}
