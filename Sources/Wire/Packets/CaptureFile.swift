/// What a capture file holds, one record after another.
public enum CaptureEvent {
    case packet(CapturedPacket)
    /// A decryption secrets block; `kind` is `tlsKeyLog` for the lines of an NSS key log.
    case secrets(kind: UInt32, UnsafeRawBufferPointer)
    /// Packets that the capturing machine dropped since the file last said so.
    case dropped(UInt64)
    /// From here on, or at this record, the file is no capture.
    case malformed(offset: Int64, reason: String)

    /// `TLSK`, as a number.
    public static let tlsKeyLog: UInt32 = 0x544C_534B
}

/// A packet as it was captured.
public struct CapturedPacket {
    /// A number of the registry of link types, such as 1 for Ethernet.
    public var linkType: Int
    public var moment: Moment
    public var bytes: UnsafeRawBufferPointer
    /// The length on the wire; more than `bytes` where the capture cut it.
    public var originalLength: Int

    public init(
        linkType: Int, moment: Moment, bytes: UnsafeRawBufferPointer, originalLength: Int
    ) {
        self.linkType = linkType
        self.moment = moment
        self.bytes = bytes
        self.originalLength = originalLength
    }
}

/// When and where in the input something was seen.
public struct Moment: Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds since 1970.
    public var time: Int64
    /// The number of the packet in its file, from 1: the frame number of other tools.
    public var frame: Int64
    /// The file or interface, an id in `Names.sources`.
    public var source: UInt32

    public init(time: Int64, frame: Int64, source: UInt32 = 0) {
        self.time = time
        self.frame = frame
        self.source = source
    }
}

/// Takes a pcap or pcapng file apart into records; the shell feeds it and keeps what it leaves.
///
/// Reads every section and interface. It does not look into packets, does not sort them, and does
/// not decompress.
public struct CaptureFile {
    enum Format {
        case unknown
        case pcap(PcapHeader)
        case pcapng
        /// Nothing behind this place can be read.
        case broken
    }

    /// A record longer than this is no packet of any network; it is skipped and counted.
    public static let longestRecord = 16 << 20

    let source: UInt32
    var format = Format.unknown
    var section = PcapngSection()
    /// Bytes of the file that were consumed.
    public internal(set) var offset: Int64 = 0
    /// Packets seen.
    public internal(set) var frames: Int64 = 0
    /// Bytes of an overlong record still to be passed over.
    var skipping: Int64 = 0

    public init(source: UInt32 = 0) { self.source = source }

    /// Whether a file that begins so is a capture.
    public static func isCapture(_ head: UnsafeRawBufferPointer) -> Bool {
        head.count >= 24 && (head.big32(0) == 0x0A0D_0D0A || PcapHeader(head) != nil)
    }

    /// The file is of a format in which keys may lie behind the packets that need them.
    public var mayHoldSecrets: Bool {
        switch format {
        case .unknown, .pcapng: true
        case .pcap, .broken: false
        }
    }

    /// Reads the whole records of a chunk and returns how many bytes it consumed.
    ///
    /// The rest must come again, in front of more bytes; with `isLast` everything is consumed.
    public mutating func read(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, _ emit: (CaptureEvent) -> Void
    ) -> Int {
        let start = offset
        while true {
            let consumed = Int(offset - start)
            let rest = chunk.tail(consumed)
            if rest.isEmpty { return chunk.count }
            if skipping > 0 {
                let step = min(skipping, Int64(rest.count))
                skipping -= step
                offset += step
                continue
            }
            if !readRecord(rest, emit) {
                guard isLast else { return consumed }
                emit(.malformed(offset: offset, reason: "the file ends within a record"))
                offset += Int64(rest.count)
            }
        }
    }

    /// Reads one record and moves `offset` behind it; false where more bytes are needed.
    private mutating func readRecord(
        _ rest: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) -> Bool {
        switch format {
        case .unknown: return recognise(rest, emit)
        case .pcap(let header): return readPcapRecord(rest, header, emit)
        case .pcapng: return readBlock(rest, emit)
        case .broken:
            offset += Int64(rest.count)
            return true
        }
    }

    private mutating func recognise(
        _ rest: UnsafeRawBufferPointer, _ emit: (CaptureEvent) -> Void
    ) -> Bool {
        guard rest.count >= 24 else {
            if rest.count >= 4, rest.big32(0) != 0x0A0D_0D0A, PcapHeader(rest) == nil {
                fail("neither pcap nor pcapng", emit)
                return true
            }
            return false
        }
        if rest.big32(0) == 0x0A0D_0D0A {
            format = .pcapng
            return true
        }
        guard let header = PcapHeader(rest) else {
            fail("neither pcap nor pcapng", emit)
            return true
        }
        format = .pcap(header)
        offset += 24
        return true
    }

    mutating func fail(_ reason: String, _ emit: (CaptureEvent) -> Void) {
        emit(.malformed(offset: offset, reason: reason))
        format = .broken
    }
}
