/// A TCP segment, with the bytes of it that were captured.
public struct Segment {
    public var moment: Moment
    public var source: Endpoint
    public var destination: Endpoint
    public var sequence: UInt32
    public var acknowledgment: UInt32
    public var flags: TCPFlags
    public var payload: UnsafeRawBufferPointer
    /// Bytes behind `payload` that were sent and not captured.
    public var missing: Int

    public init(
        moment: Moment, source: Endpoint, destination: Endpoint, sequence: UInt32,
        acknowledgment: UInt32, flags: TCPFlags, payload: UnsafeRawBufferPointer, missing: Int = 0
    ) {
        self.moment = moment
        self.source = source
        self.destination = destination
        self.sequence = sequence
        self.acknowledgment = acknowledgment
        self.flags = flags
        self.payload = payload
        self.missing = missing
    }
}

public struct TCPFlags: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let fin = TCPFlags(rawValue: 0x01)
    public static let syn = TCPFlags(rawValue: 0x02)
    public static let rst = TCPFlags(rawValue: 0x04)
    public static let ack = TCPFlags(rawValue: 0x10)
}

/// What became of the packets.
public struct PacketCounters: Sendable, Equatable {
    public var packets = 0
    public var bytes = 0
    public var segments = 0
    /// Cut by the snap length of the capture.
    public var truncated = 0
    public var fragments = 0
    /// Other than IP and TCP.
    public var other = 0
    public var malformed = 0
    public var unknownLinkType = 0

    public init() {}
}

/// Takes packets apart down to TCP, through VLANs, tunnels and fragments.
///
/// Checksums are not checked: captures on the sending machine have wrong ones for good reason.
public struct PacketDecoder {
    public internal(set) var counters = PacketCounters()
    var fragments = Fragments()
    /// How many tunnels deep a packet is followed.
    private let deepest = 4

    public init() {}

    public mutating func decode(_ packet: CapturedPacket, _ emit: (Segment) -> Void) {
        counters.packets += 1
        counters.bytes += packet.bytes.count
        let cut = packet.originalLength - packet.bytes.count
        if cut > 0 { counters.truncated += 1 }
        let bytes = packet.bytes
        let moment = packet.moment
        switch packet.linkType {
        case 1: ethernet(bytes, moment, deepest, emit)
        case 113: network(bytes.big16(14), bytes.tail(16), moment, deepest, emit)
        case 276: network(bytes.big16(0), bytes.tail(20), moment, deepest, emit)
        case 0, 108: internet(bytes.tail(4), moment, deepest, emit)
        case 12, 14, 101, 228, 229: internet(bytes, moment, deepest, emit)
        default: counters.unknownLinkType += 1
        }
    }

    //     destination 6 | source 6 | type 2 | payload
    mutating func ethernet(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        network(bytes.big16(12), bytes.tail(14), moment, depth, emit)
    }

    private mutating func network(
        _ type: UInt16, _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int,
        _ emit: (Segment) -> Void
    ) {
        var type = type
        var bytes = bytes
        // VLAN tags, nested at will up to what a switch would ever pass: tag 2 | type 2
        for _ in 0..<4 {
            guard type == 0x8100 || type == 0x88A8 || type == 0x9100 || type == 0x9200 else {
                break
            }
            type = bytes.big16(2)
            bytes = bytes.tail(4)
        }
        if type == 0x0800 || type == 0x86DD {
            internet(bytes, moment, depth, emit)
        } else {
            counters.other += 1
        }
    }

    mutating func internet(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        switch bytes.byte(0) >> 4 {
        case 4: version4(bytes, moment, depth, emit)
        case 6: version6(bytes, moment, depth, emit)
        default: counters.malformed += 1
        }
    }

    mutating func transport(
        _ next: UInt8, _ datagram: Datagram, _ moment: Moment, _ depth: Int,
        _ emit: (Segment) -> Void
    ) {
        switch next {
        case 6: tcp(datagram, moment, emit)
        case 17: tunnel(datagram.payload, moment, depth, emit)
        case 4, 41:
            guard depth > 0 else { return counters.malformed += 1 }
            internet(datagram.payload, moment, depth - 1, emit)
        default: counters.other += 1
        }
    }

    //     source 2 | destination 2 | sequence 4 | acknowledgment 4
    //     offset 4 bits, flags 12 bits | window 2 | checksum 2 | urgent 2 | options | payload
    private mutating func tcp(
        _ datagram: Datagram, _ moment: Moment, _ emit: (Segment) -> Void
    ) {
        let bytes = datagram.payload
        let header = Int(bytes.byte(12) >> 4) * 4
        guard bytes.count >= 20, header >= 20, header <= datagram.length else {
            counters.malformed += 1
            return
        }
        counters.segments += 1
        let payload = bytes.tail(header)
        emit(
            Segment(
                moment: moment,
                source: Endpoint(address: datagram.source, port: bytes.big16(0)),
                destination: Endpoint(address: datagram.destination, port: bytes.big16(2)),
                sequence: bytes.big32(4), acknowledgment: bytes.big32(8),
                flags: TCPFlags(rawValue: bytes.byte(13)), payload: payload,
                missing: max(0, datagram.length - header - payload.count)))
    }

    /// VXLAN and Geneve, by the ports that are theirs; 8472 is Linux' and flannel's own for VXLAN.
    private mutating func tunnel(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        let port = bytes.big16(2)
        let inner = bytes.tail(8)
        guard port == 4_789 || port == 8_472 || port == 6_081 else {
            counters.other += 1
            return
        }
        guard depth > 0, inner.count >= 8 else {
            counters.malformed += 1
            return
        }
        if port == 6_081 {
            //     version 2 bits, option length 6 bits (words) | flags 1 | type 2 | VNI 3 | 0
            let payload = inner.tail(8 + Int(inner.byte(0) & 0x3F) * 4)
            if inner.big16(2) == 0x6558 {
                ethernet(payload, moment, depth - 1, emit)
            } else {
                network(inner.big16(2), payload, moment, depth - 1, emit)
            }
        } else if inner.byte(0) & 0x08 != 0 {
            ethernet(inner.tail(8), moment, depth - 1, emit)
        } else {
            counters.other += 1
        }
    }
}
