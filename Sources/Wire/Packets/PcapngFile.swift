import Bytes

/// What a section of a pcapng file has said of itself so far.
struct PcapngSection {
    struct Interface {
        var linkType: Int
        var resolution = TimestampResolution()
        /// Seconds to add to every timestamp.
        var offset: Int64 = 0
        /// The drops that its statistics blocks have reported, which are running totals.
        var dropped: UInt64 = 0
    }

    var bigEndian = false
    var interfaces: [Interface] = []
    /// Simple packets have no time of their own.
    var lastTime: Int64 = 0
}

/// The unit of an interface's timestamps: a negative power of ten or of two.
struct TimestampResolution: Sendable {
    var exponent = 6
    var isBinary = false

    init() {}

    init(option byte: UInt8) {
        isBinary = byte & 0x80 != 0
        exponent = Int(byte & 0x7F)
    }

    /// Nanoseconds; 0 where the value is beyond what 64 bits can say.
    func nanoseconds(_ value: UInt64) -> Int64 {
        if isBinary {
            guard exponent < 64 else { return 0 }
            let seconds = exponent == 0 ? value : value >> UInt64(exponent)
            let fraction = exponent == 0 ? 0 : value & ((1 << UInt64(exponent)) - 1)
            let scaled = fraction.multipliedFullWidth(by: 1_000_000_000)
            let part =
                exponent == 0
                ? 0 : scaled.high << UInt64(64 - exponent) | scaled.low >> UInt64(exponent)
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            guard !overflow, whole < UInt64(Int64.max) - 1_000_000_000 else { return 0 }
            return Int64(whole) + Int64(truncatingIfNeeded: part)
        }
        guard exponent <= 19 + 9 else { return 0 }
        if exponent >= 9 {
            return Int64(truncatingIfNeeded: (value / power(exponent - 9)) & UInt64(Int64.max))
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: power(9 - exponent))
        return overflow || scaled > UInt64(Int64.max) ? 0 : Int64(scaled)
    }

    private func power(_ exponent: Int) -> UInt64 {
        var value: UInt64 = 1
        for _ in 0..<min(exponent, 19) { value *= 10 }
        return value
    }
}

extension CaptureFile {
    private enum Block {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        static let oldPacket: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let statistics: UInt32 = 5
        static let enhancedPacket: UInt32 = 6
        static let secrets: UInt32 = 10
    }

    //     type 4 | total length 4 | body | total length 4
    mutating func readBlock(
        _ rest: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) -> Bool {
        guard rest.count >= 12 else { return false }
        if rest.big32(0) == Block.section {
            // The byte order mark of the body tells how the section's lengths are written.
            switch rest.big32(8) {
            case 0x1A2B_3C4D: section = PcapngSection(bigEndian: true)
            case 0x4D3C_2B1A: section = PcapngSection(bigEndian: false)
            default:
                fail("a section without a byte order mark", emit)
                return true
            }
        }
        let type = rest.uint32(0, bigEndian: section.bigEndian)
        let length = Int(rest.uint32(4, bigEndian: section.bigEndian))
        guard length >= 12, length % 4 == 0 else {
            fail("a block of \(length) bytes", emit)
            return true
        }
        guard length <= CaptureFile.longestRecord else {
            emit(.malformed(offset: offset, reason: "a block of \(length) bytes is passed over"))
            if type == Block.enhancedPacket || type == Block.simplePacket { frames += 1 }
            skipping = Int64(length)
            return true
        }
        guard rest.count >= length else { return false }
        readBody(type, rest.part(8, length - 12), emit)
        offset += Int64(length)
        return true
    }

    private mutating func readBody(
        _ type: UInt32, _ body: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) {
        switch type {
        case Block.interface: readInterface(body)
        case Block.enhancedPacket: readPacket(body, isOld: false, emit)
        case Block.simplePacket: readSimplePacket(body, emit)
        case Block.oldPacket: readPacket(body, isOld: true, emit)
        case Block.statistics: readStatistics(body, emit)
        case Block.secrets:
            let length = Int(body.uint32(4, bigEndian: section.bigEndian))
            emit(
                .secrets(
                    kind: body.uint32(0, bigEndian: section.bigEndian), body.part(8, length)))
        default: break
        }
    }

    //     link type 2 | reserved 2 | snap length 4 | options
    private mutating func readInterface(_ body: UnsafeRawBufferPointer) {
        let bigEndian = section.bigEndian
        var interface = PcapngSection.Interface(
            linkType: Int(body.uint16(0, bigEndian: bigEndian)))
        eachOption(body.tail(8)) { code, value in
            if code == 9, value.count >= 1 {
                interface.resolution = TimestampResolution(option: value[0])
            } else if code == 14, value.count >= 8 {
                let offset = bigEndian ? value.big64(0) : value.big64(0).byteSwapped
                interface.offset = Int64(bitPattern: offset)
            }
        }
        section.interfaces.append(interface)
    }

    //     interface 4 | time high 4 | time low 4 | captured 4 | original 4 | bytes
    // In the old form:
    //     interface 2 | drops 2 | time high 4 | …
    private mutating func readPacket(
        _ body: UnsafeRawBufferPointer, isOld: Bool, _ emit: (CaptureEvent) -> Void
    ) {
        let bigEndian = section.bigEndian
        packet(
            interface: isOld
                ? Int(body.uint16(0, bigEndian: bigEndian))
                : Int(body.uint32(0, bigEndian: bigEndian)),
            time: UInt64(body.uint32(4, bigEndian: bigEndian)) << 32
                | UInt64(body.uint32(8, bigEndian: bigEndian)),
            bytes: body.part(20, Int(body.uint32(12, bigEndian: bigEndian))),
            original: Int(body.uint32(16, bigEndian: bigEndian)), emit)
    }

    //     original 4 | bytes
    private mutating func readSimplePacket(
        _ body: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) {
        let original = Int(body.uint32(0, bigEndian: section.bigEndian))
        packet(interface: 0, time: nil, bytes: body.part(4, original), original: original, emit)
    }

    private mutating func packet(
        interface index: Int, time: UInt64?, bytes: UnsafeRawBufferPointer, original: Int,
        _ emit: (CaptureEvent) -> Void
    ) {
        frames += 1
        guard index < section.interfaces.count else {
            emit(.malformed(offset: offset, reason: "a packet of an interface not described"))
            return
        }
        let interface = section.interfaces[index]
        if let time {
            let (seconds, overflow) = interface.offset.multipliedReportingOverflow(
                by: 1_000_000_000)
            section.lastTime = RFC3339.clamped(
                interface.resolution.nanoseconds(time) &+ (overflow ? 0 : seconds))
        }
        emit(
            .packet(
                CapturedPacket(
                    linkType: interface.linkType,
                    moment: Moment(time: section.lastTime, frame: frames, source: source),
                    bytes: bytes, originalLength: original)))
    }

    //     interface 4 | time high 4 | time low 4 | options
    private mutating func readStatistics(
        _ body: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) {
        let bigEndian = section.bigEndian
        let index = Int(body.uint32(0, bigEndian: bigEndian))
        guard index < section.interfaces.count else { return }
        var total: UInt64 = 0
        eachOption(body.tail(12)) { code, value in
            // isb_ifdrop and isb_osdrop: dropped by the interface, dropped by the system.
            if code == 5 || code == 7, value.count >= 8 {
                total &+= bigEndian ? value.big64(0) : value.big64(0).byteSwapped
            }
        }
        let known = section.interfaces[index].dropped
        if total > known {
            section.interfaces[index].dropped = total
            emit(.dropped(total - known))
        }
    }

    //     code 2 | length 2 | value | padding to 4
    private func eachOption(
        _ options: UnsafeRawBufferPointer, _ body: (UInt16, UnsafeRawBufferPointer) -> Void
    ) {
        var at = 0
        while at + 4 <= options.count {
            let code = options.uint16(at, bigEndian: section.bigEndian)
            let length = Int(options.uint16(at + 2, bigEndian: section.bigEndian))
            if code == 0 { return }
            body(code, options.part(at + 4, length))
            at += 4 + (length + 3) / 4 * 4
        }
    }
}
