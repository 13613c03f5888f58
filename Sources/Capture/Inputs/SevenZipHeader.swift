import CCompression
import Glibc

/// What the decoders of a 7z archive take, which its header says and libarchive does not bound.
///
/// The header stands at the end of the file, and may itself be packed. Only the part of it that
/// names the decoders is read; whether the rest makes sense is libarchive's business.
struct SevenZipHeader {
    /// The names of a million files in UTF-16.
    static let longestHeader = 64 << 20
    /// As for xz: twice what the strongest of the usual levels takes.
    static let mostMemory = 128 << 20

    /// Throws where the decoders take too much, or nobody can tell; the source is at its start
    /// again where it does not.
    static func check(_ source: ByteSource) throws(ReadFailure) {
        let start = try read(source, at: 0, count: 32)
        var fields = SevenZipFields(Array(start[12..<28]))
        let place = Int64(clamping: try fields.little(8))
        let size = try fields.little(8)
        // An empty archive has no header at all.
        if size > 0 {
            try check(read(source, at: 32 &+ place, count: size), of: source, isInner: false)
        }
        _ = source.seek(to: 0, SEEK_SET)
    }

    private static func check(
        _ header: [UInt8], of source: ByteSource, isInner: Bool
    ) throws(ReadFailure) {
        var fields = SevenZipFields(header)
        switch try fields.byte() {
        case 0x01:
            let streams = try fields.streams(isHeader: true)
            let largest = streams.folders.map(\.memory).max() ?? 0
            guard largest <= UInt64(mostMemory) else { throw tooMuch(largest) }
        case 0x17 where !isInner:
            let streams = try fields.streams(isHeader: false)
            guard let folder = streams.folders.first, let size = streams.unpackedSize,
                let packed = streams.packedSize, folder.memory <= UInt64(mostMemory)
            else { throw tooMuch(streams.folders.first?.memory ?? 0) }
            let bytes = try read(
                source, at: 32 &+ Int64(clamping: streams.packedPlace), count: packed)
            try check(folder.unpack(bytes, to: size), of: source, isInner: true)
        default: throw damage
        }
    }

    private static func read(
        _ source: ByteSource, at place: Int64, count: UInt64
    ) throws(ReadFailure) -> [UInt8] {
        guard count <= UInt64(longestHeader) else {
            throw ReadFailure(reason: "the 7z header is longer than \(longestHeader) bytes")
        }
        guard place >= 0, source.seek(to: place, SEEK_SET) >= 0 else { throw damage }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let filled = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(ReadFailure) in try source.fill(buffer) }
        }
        guard try filled.get() == bytes.count else { throw damage }
        return bytes
    }

    static let damage = ReadFailure(reason: "the 7z data are damaged: the header makes no sense")

    private static func tooMuch(_ memory: UInt64) -> ReadFailure {
        ReadFailure(
            reason: "unpacking the 7z archive takes \(memory >> 20) MiB of memory, more than "
                + "\(mostMemory >> 20)")
    }
}

/// The decoders that one stream of a 7z archive goes through.
struct SevenZipFolder {
    /// libarchive takes four.
    static let mostCoders = 32

    var coders: [(method: UInt64, properties: [UInt8])] = []

    static let lzma: UInt64 = 0x03_01_01
    static let lzma2: UInt64 = 0x21
    static let ppmd: UInt64 = 0x03_04_01

    /// Of all of them together, in bytes.
    var memory: UInt64 {
        coders.reduce(0) { sum, coder in
            let bytes = coder.properties
            switch coder.method {
            case SevenZipFolder.lzma, SevenZipFolder.ppmd:
                return sum
                    + bytes.dropFirst().prefix(4).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            case SevenZipFolder.lzma2:
                let power = UInt64(bytes.first ?? 0)
                return sum + (power < 41 ? (2 | power & 1) << (power / 2 + 11) : .max >> 8)
            default: return sum
            }
        }
    }

    /// Unpacks a header, which takes no more than the one decoder that archivers use for it.
    func unpack(_ bytes: [UInt8], to size: UInt64) throws(ReadFailure) -> [UInt8] {
        guard coders.count == 1, let coder = coders.first,
            size <= UInt64(SevenZipHeader.longestHeader)
        else { throw SevenZipHeader.damage }
        if coder.method == 0 { return bytes }
        var filters = [lzma_filter(), lzma_filter(id: .max, options: nil)]
        switch coder.method {
        case SevenZipFolder.lzma: filters[0].id = 0x4000_0000_0000_0001
        case SevenZipFolder.lzma2: filters[0].id = 0x21
        default: throw SevenZipHeader.damage
        }
        let properties = coder.properties
        guard lzma_properties_decode(&filters[0], nil, properties, properties.count) == LZMA_OK
        else { throw SevenZipHeader.damage }
        defer { free(filters[0].options) }
        var unpacked = [UInt8](repeating: 0, count: Int(size))
        var (input, output) = (0, 0)
        let code = lzma_raw_buffer_decode(
            filters, nil, bytes, &input, bytes.count, &unpacked, &output, unpacked.count)
        // A stream of LZMA may have no mark at its end.
        guard code == LZMA_OK || code == LZMA_BUF_ERROR, output == unpacked.count else {
            throw SevenZipHeader.damage
        }
        return unpacked
    }
}

/// Reads the fields of a 7z header one after the other.
struct SevenZipFields {
    struct Streams {
        var packedPlace: UInt64 = 0
        /// Of the first packed stream and the first folder's last decoder, where it is told.
        var packedSize: UInt64?
        var unpackedSize: UInt64?
        var folders: [SevenZipFolder] = []
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(ReadFailure) -> UInt8 {
        guard place < bytes.count else { throw SevenZipHeader.damage }
        place += 1
        return bytes[place - 1]
    }

    private mutating func take(_ count: UInt64) throws(ReadFailure) -> [UInt8] {
        guard count <= UInt64(bytes.count - place) else { throw SevenZipHeader.damage }
        defer { place += Int(count) }
        return Array(bytes[place..<place + Int(count)])
    }

    mutating func little(_ count: UInt64) throws(ReadFailure) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number whose first byte says by its leading ones how many more follow.
    private mutating func number() throws(ReadFailure) -> UInt64 {
        let first = try byte()
        let more = (~first).leadingZeroBitCount
        let low = try little(UInt64(more))
        guard more < 7 else { return low }
        return low | UInt64(first & (0x7F >> UInt8(more))) << UInt64(8 * more)
    }

    /// How many there are of something: each takes a byte at least.
    private mutating func quantity() throws(ReadFailure) -> UInt64 {
        let quantity = try number()
        guard quantity <= UInt64(bytes.count) else { throw SevenZipHeader.damage }
        return quantity
    }

    /// What is said of streams, as far as their decoders and the size that they unpack to.
    mutating func streams(isHeader: Bool) throws(ReadFailure) -> Streams {
        var streams = Streams()
        var kind = try byte()
        while isHeader, kind == 0x02 {
            while try byte() != 0 { _ = try take(number()) }
            kind = try byte()
        }
        if isHeader {
            // Files that are all empty have no streams.
            guard kind == 0x04 else { return streams }
            kind = try byte()
        }
        if kind == 0x06 {
            try packed(&streams)
            kind = try byte()
        }
        guard kind == 0x07 else { return streams }
        try unpacked(&streams)
        return streams
    }

    private mutating func packed(_ streams: inout Streams) throws(ReadFailure) {
        streams.packedPlace = try number()
        let count = try quantity()
        var kind = try byte()
        if kind == 0x09 {
            for index in 0..<count {
                let size = try number()
                if index == 0 { streams.packedSize = size }
            }
            kind = try byte()
        }
        if kind == 0x0A {
            try skipDigests(count)
            kind = try byte()
        }
        guard kind == 0 else { throw SevenZipHeader.damage }
    }

    private mutating func skipDigests(_ count: UInt64) throws(ReadFailure) {
        var defined = count
        if try byte() == 0 {
            defined = try take((count + 7) / 8).reduce(0) { $0 + UInt64($1.nonzeroBitCount) }
        }
        _ = try take(4 * defined)
    }

    private mutating func unpacked(_ streams: inout Streams) throws(ReadFailure) {
        guard try byte() == 0x0B else { throw SevenZipHeader.damage }
        let count = try quantity()
        // Folders that stand elsewhere are not read by libarchive either.
        guard try byte() == 0 else { throw SevenZipHeader.damage }
        var outputs: UInt64 = 1
        for index in 0..<count {
            let (folder, ends) = try nextFolder()
            if index == 0 { outputs = ends }
            streams.folders.append(folder)
        }
        guard try byte() == 0x0C, count > 0 else { return }
        for _ in 0..<outputs { streams.unpackedSize = try number() }
    }

    private mutating func nextFolder() throws(ReadFailure) -> (SevenZipFolder, outputs: UInt64) {
        var folder = SevenZipFolder()
        var (inputs, outputs): (UInt64, UInt64) = (0, 0)
        let count = try quantity()
        guard count <= SevenZipFolder.mostCoders else { throw SevenZipHeader.damage }
        for _ in 0..<count {
            let flags = try byte()
            let method = try take(UInt64(flags & 15)).reduce(0) { $0 << 8 | UInt64($1) }
            inputs += flags & 16 == 0 ? 1 : try quantity()
            outputs += flags & 16 == 0 ? 1 : try quantity()
            folder.coders.append((method, flags & 32 == 0 ? [] : try take(number())))
        }
        guard outputs > 0, inputs + 1 >= outputs else { throw SevenZipHeader.damage }
        for _ in 1..<max(outputs, 1) { for _ in 0..<2 { _ = try number() } }
        let packed = inputs + 1 - outputs
        if packed > 1 { for _ in 0..<packed { _ = try number() } }
        return (folder, outputs)
    }
}
