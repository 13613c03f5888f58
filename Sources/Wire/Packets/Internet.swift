/// The payload of an IP packet, unfragmented.
struct Datagram {
    var source: Address
    var destination: Address
    var payload: UnsafeRawBufferPointer
    /// The length of the payload on the wire; more than what was captured of it, maybe.
    var length: Int
}

extension PacketDecoder {
    //     version, header words 1 | service 1 | total length 2 | identification 2 | flags, offset 2
    //     life 1 | protocol 1 | checksum 2 | source 4 | destination 4 | options
    mutating func version4(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        let header = Int(bytes.byte(0) & 0x0F) * 4
        guard bytes.count >= 20, header >= 20, bytes.count >= header else {
            counters.malformed += 1
            return
        }
        // Zero is what segmentation offload leaves in the field.
        let total = bytes.big16(2) == 0 ? bytes.count : Int(bytes.big16(2))
        guard total >= header else {
            counters.malformed += 1
            return
        }
        let datagram = Datagram(
            source: Address(v4: bytes.big32(12)), destination: Address(v4: bytes.big32(16)),
            payload: bytes.part(header, total - header), length: total - header)
        let fragment = bytes.big16(6)
        if fragment & 0x3FFF == 0 {
            transport(bytes.byte(9), datagram, moment, depth, emit)
        } else {
            self.fragment(
                datagram, identification: UInt32(bytes.big16(4)), next: bytes.byte(9),
                offset: Int(fragment & 0x1FFF) * 8, isLast: fragment & 0x2000 == 0, moment, depth,
                emit)
        }
    }

    //     version, class, label 4 | payload length 2 | next header 1 | hops 1
    //     source 16 | destination 16 | extension headers
    mutating func version6(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        guard bytes.count >= 40 else {
            counters.malformed += 1
            return
        }
        let length = bytes.big16(4) == 0 ? bytes.count - 40 : Int(bytes.big16(4))
        var datagram = Datagram(
            source: Address(high: bytes.big64(8), low: bytes.big64(16)),
            destination: Address(high: bytes.big64(24), low: bytes.big64(32)),
            payload: bytes.part(40, length), length: length)
        var next = bytes.byte(6)
        for _ in 0..<8 {
            let rest = datagram.payload
            let size: Int
            switch next {
            case 0, 43, 60, 135, 139, 140: size = (Int(rest.byte(1)) + 1) * 8
            case 51: size = (Int(rest.byte(1)) + 2) * 4
            case 44:
                let fragment = rest.big16(2)
                datagram.drop(8)
                self.fragment(
                    datagram, identification: rest.big32(4), next: rest.byte(0),
                    offset: Int(fragment & 0xFFF8), isLast: fragment & 1 == 0, moment, depth, emit)
                return
            default:
                transport(next, datagram, moment, depth, emit)
                return
            }
            next = rest.byte(0)
            datagram.drop(size)
        }
        counters.malformed += 1
    }

    private mutating func fragment(
        _ datagram: Datagram, identification: UInt32, next: UInt8, offset: Int, isLast: Bool,
        _ moment: Moment, _ depth: Int, _ emit: (Segment) -> Void
    ) {
        counters.fragments += 1
        guard datagram.payload.count == datagram.length else { return }
        let key = Fragments.Key(
            source: datagram.source, destination: datagram.destination,
            identification: identification, next: next)
        guard
            let whole = fragments.add(key, offset: offset, isLast: isLast, datagram.payload)
        else { return }
        whole.withUnsafeBytes { bytes in
            var reassembled = datagram
            reassembled.payload = bytes
            reassembled.length = bytes.count
            transport(next, reassembled, moment, depth, emit)
        }
    }
}

extension Datagram {
    fileprivate mutating func drop(_ count: Int) {
        payload = payload.tail(count)
        length = max(0, length - count)
    }
}
