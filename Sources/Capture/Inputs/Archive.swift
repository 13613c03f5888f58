/// A tar archive, read from front to back: must-gather bundles and log exports come so.
///
///     | header 512: name 100 ... size 12 at 124 ... type 1 at 156 ... prefix 155 at 345 | data |
///
/// Knows ustar, GNU long names and the paths and sizes of pax headers. One member at a time: the
/// next one can be asked for when this one was read, or not.
final class Archive {
    private let source: ByteSource
    fileprivate var left = 0
    private var filling = 0

    init(_ source: ByteSource) { self.source = source }

    struct Member {
        var path: String
        var bytes: ByteSource
    }

    /// The next regular file; nil at the end.
    func next() throws(ReadFailure) -> Member? {
        var longPath: String?
        var longSize: Int?
        while true {
            try skip(left + filling)
            (left, filling) = (0, 0)
            var header = [UInt8](repeating: 0, count: 512)
            guard try readFully(&header) else { return nil }
            // Two blocks of zeros end an archive; one is enough to believe it.
            if header.allSatisfy({ $0 == 0 }) { return nil }
            guard let size = longSize ?? Archive.number(header[124..<136]), size >= 0 else {
                throw ReadFailure(reason: "the tar archive is damaged: a member has no size")
            }
            left = size
            filling = (512 - size % 512) % 512
            switch header[156] {
            case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
                let path = longPath ?? Archive.path(header)
                return Member(path: path, bytes: MemberSource(self))
            case UInt8(ascii: "L"):
                longPath = Archive.text(try content()[...])
            case UInt8(ascii: "x"):
                let records = try content()
                longPath = Archive.paxValue("path", in: records) ?? longPath
                longSize = Archive.paxValue("size", in: records).flatMap { Int($0) } ?? longSize
            default:
                // A folder, a link, a device: nothing to read.
                (longPath, longSize) = (nil, nil)
            }
        }
    }

    /// Reads of the member in hand.
    fileprivate func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        guard left > 0 else { return 0 }
        let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)])
        let count = try source.read(into: wanted)
        if count == 0 {
            left = 0
            throw ReadFailure(reason: "the tar archive ends too early")
        }
        left -= count
        return count
    }

    /// What a header member holds: names and numbers, so nothing large.
    private func content() throws(ReadFailure) -> [UInt8] {
        guard left <= 1 << 20 else {
            throw ReadFailure(reason: "the tar archive is damaged: a header of \(left) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: left)
        guard try readFully(&bytes) else {
            throw ReadFailure(reason: "the tar archive ends too early")
        }
        left = 0
        return bytes
    }

    private func readFully(_ bytes: inout [UInt8]) throws(ReadFailure) -> Bool {
        let wanted = bytes.count
        let filled = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(ReadFailure) in try source.fill(buffer) }
        }
        return try filled.get() == wanted
    }

    private func skip(_ count: Int) throws(ReadFailure) {
        var rest = count
        var block = [UInt8](repeating: 0, count: min(64 << 10, max(count, 1)))
        while rest > 0 {
            let read = block.withUnsafeMutableBytes { buffer in
                let wanted = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[..<min(rest, buffer.count)])
                return Result { () throws(ReadFailure) in try source.read(into: wanted) }
            }
            let some = try read.get()
            if some == 0 { return }
            rest -= some
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func path(_ header: [UInt8]) -> String {
        let isUstar = header[257..<262].elementsEqual("ustar".utf8)
        let prefix = isUstar ? text(header[345..<500]) : ""
        let name = text(header[0..<100])
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    /// Octal digits, or a big-endian number where the top bit says so.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            return field.dropFirst(4).reduce(0) { $0 & 0x7F_FFFF_FFFF_FFFF << 8 | Int($1) }
        }
        var value = 0
        for byte in field where byte != 0 && byte != UInt8(ascii: " ") {
            guard byte >= 48, byte < 56 else { return nil }
            value = value << 3 | Int(byte - 48)
        }
        return value
    }

    /// The value of a `length key=value` record of a pax header.
    private static func paxValue(_ key: String, in records: [UInt8]) -> String? {
        var rest = records[...]
        while let space = rest.firstIndex(of: UInt8(ascii: " ")),
            let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
            length > space - rest.startIndex, length <= rest.count
        {
            let record = rest[space + 1..<rest.startIndex + length]
            if record.starts(with: Array("\(key)=".utf8)) {
                return String(
                    decoding: record.dropFirst(key.utf8.count + 1).dropLast(), as: UTF8.self)
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return nil
    }
}

/// The bytes of an archive's member in hand.
private final class MemberSource: ByteSource {
    private let archive: Archive

    init(_ archive: Archive) { self.archive = archive }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        try archive.read(into: buffer)
    }
}
