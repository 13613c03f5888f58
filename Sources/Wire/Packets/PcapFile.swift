/// The file header of pcap.
///
///     magic 4 | version 2+2 | zone 4 | accuracy 4 | snap length 4 | FCS bits and link type 4
struct PcapHeader {
    var bigEndian: Bool
    /// Nanoseconds in one unit of the fraction of a second.
    var unit: Int64
    /// 16; some kernels of the nineties wrote 24.
    var recordHeader: Int
    var linkType: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        switch bytes.big32(0) {
        case 0xA1B2_C3D4: (bigEndian, unit, recordHeader) = (true, 1_000, 16)
        case 0xD4C3_B2A1: (bigEndian, unit, recordHeader) = (false, 1_000, 16)
        case 0xA1B2_3C4D: (bigEndian, unit, recordHeader) = (true, 1, 16)
        case 0x4D3C_B2A1: (bigEndian, unit, recordHeader) = (false, 1, 16)
        case 0xA1B2_CD34: (bigEndian, unit, recordHeader) = (true, 1_000, 24)
        case 0x34CD_B2A1: (bigEndian, unit, recordHeader) = (false, 1_000, 24)
        default: return nil
        }
        linkType = Int(bytes.uint32(20, bigEndian: bigEndian) & 0xFFFF)
    }
}

extension CaptureFile {
    //     seconds 4 | fraction 4 | captured length 4 | original length 4 | bytes
    mutating func readPcapRecord(
        _ rest: UnsafeRawBufferPointer, _ header: PcapHeader, _ emit: (CaptureEvent) -> Void
    ) -> Bool {
        guard rest.count >= header.recordHeader else { return false }
        let captured = Int(rest.uint32(8, bigEndian: header.bigEndian))
        guard captured <= CaptureFile.longestRecord else {
            fail("a packet of \(captured) bytes", emit)
            return true
        }
        guard rest.count >= header.recordHeader + captured else { return false }
        frames += 1
        let seconds = Int64(rest.uint32(0, bigEndian: header.bigEndian))
        let fraction = Int64(rest.uint32(4, bigEndian: header.bigEndian))
        emit(
            .packet(
                CapturedPacket(
                    linkType: header.linkType,
                    moment: Moment(
                        time: seconds * 1_000_000_000 + fraction * header.unit, frame: frames,
                        source: source),
                    bytes: rest.part(header.recordHeader, captured),
                    originalLength: Int(rest.uint32(12, bigEndian: header.bigEndian)))))
        offset += Int64(header.recordHeader + captured)
        return true
    }
}
