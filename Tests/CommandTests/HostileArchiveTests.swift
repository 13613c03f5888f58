import Foundation
import Testing

/// Archives that a stranger packed.
struct HostileArchiveTests {
    /// A tar header; a size is the eleven octal digits or whatever else the twelve bytes hold.
    private static func header(_ name: String, size: [UInt8], type: UInt8 = 48) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], at offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(Array(name.utf8), at: 0)
        put(Array("0000644".utf8), at: 100)
        put(size, at: 124)
        put(Array("00000000000".utf8), at: 136)
        put(Array("        ".utf8), at: 148)
        block[156] = type
        put(Array("ustar".utf8) + [0] + Array("00".utf8), at: 257)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8) + [0, 32], at: 148)
        return block
    }

    private static func octal(_ count: Int) -> [UInt8] {
        let digits = String(count, radix: 8)
        return Array((String(repeating: "0", count: 11 - digits.count) + digits).utf8) + [0]
    }

    /// The number as GNU tar writes those above 8 GiB, with the top bit set.
    private static func base256(_ count: Int) -> [UInt8] {
        [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    private static let event = Array(
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a-1",\
        "stage":"ResponseComplete","requestURI":"/livez","verb":"get","user":{"username":"u"},\
        "responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-20T22:09:43.000000Z",\
        "stageTimestamp":"2026-11-20T22:09:43.000000Z"}

        """.utf8)

    @Test("the size of a tar member is read in every form, and a mad one loses no other member")
    func tarSizes() throws {
        let work = try CommandFolder()
        let end = [UInt8](repeating: 0, count: 1_024)
        let large =
            Self.header("audit.log", size: Self.base256(Self.event.count)) + Self.padded(Self.event)
            + end
        let pax = Array("28 size=9223372036854775807\n".utf8)
        let mad =
            Self.header("audit.log", size: Self.octal(Self.event.count)) + Self.padded(Self.event)
            + Self.header("x", size: Self.octal(pax.count), type: 120) + Self.padded(pax)
            + Self.header("README.md", size: Self.octal(0)) + end
        for (name, archive) in [("large.tar", large), ("mad.tar", mad)] {
            try Data(archive).write(to: URL(fileURLWithPath: "\(work.path)/\(name)"))
            let result = try work.run("capture", "audit", "\(name).db", "cp-1=\(name)")
            #expect(result.output.contains("cp-1") && result.output.contains("1"), "\(result)")
            #expect(result.status == 0, "\(result)")
        }
    }

    @Test("the path of a member has four thousand bytes at most", arguments: [0, 1])
    func longPath(excess: Int) throws {
        let work = try CommandFolder()
        let name = "/audit.log"
        let path = String(repeating: "a", count: 4_096 + excess - name.utf8.count) + name
        let pax = Array("\(" path=\n".utf8.count + path.utf8.count + 4) path=\(path)\n".utf8)
        let archive =
            Self.header("x", size: Self.octal(pax.count), type: 120) + Self.padded(pax)
            + Self.header("short.log", size: Self.octal(Self.event.count))
            + Self.padded(Self.event) + [UInt8](repeating: 0, count: 1_024)
        try Data(archive).write(to: URL(fileURLWithPath: work.path + "/logs.tar"))
        let capture = try work.run("capture", "audit", "r.db", "cp-1=logs.tar")
        #expect(capture.output.contains("cp-1") == (excess == 0), "\(capture)")
        let rejects = try work.run("query", "r.db", "-e", "SELECT reason FROM v_reject")
        #expect(
            rejects.output.contains("the file's path is longer than 4096 bytes") == (excess == 1),
            "\(rejects)")
    }

    @Test(
        "an xz stream takes at most the memory that it may", arguments: [(29, true), (30, false)])
    func xzMemory(dictionary: Int, isRead: Bool) throws {
        let work = try CommandFolder()
        try Data(Self.event).write(to: URL(fileURLWithPath: work.path + "/audit.log"))
        // The size of the dictionary stands in the header of the block: 96 or 128 MiB.
        let capture = try work.shell(
            """
            python3 -c 'import lzma, zlib
            x = bytearray(lzma.compress(open("audit.log", "rb").read(), preset=0))
            end = 12 + 4 * x[12]
            x[12 + x[12:end].index(0x21) + 2] = \(dictionary)
            x[end:end + 4] = zlib.crc32(x[12:end]).to_bytes(4, "little")
            open("logs.xz", "wb").write(x)'
            kubeskew capture audit r.db cp-1=logs.xz; kubeskew query r.db -e 'SELECT * FROM v_reject'
            """)
        #expect(capture.output.contains("cp-1") == isRead, "\(capture)")
        #expect(capture.output.contains("logs.xz") != isRead, "\(capture)")
    }

    /// A 7z archive of one log, whose decoder takes what the size of its dictionary says.
    private static func sevenZip(dictionary: UInt8, isHeaderPacked: Bool) -> [UInt8] {
        func big(_ value: Int) -> [UInt8] { [0xC0, UInt8(value & 255), UInt8(value >> 8)] }
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        // One piece that is not compressed.
        let size = event.count
        var body: [UInt8] = [1, UInt8((size - 1) >> 8), UInt8((size - 1) & 255)]
        body += event + [0]
        var name: [UInt8] = []
        for byte in "audit.log\0".utf8 { name += [byte, 0] }
        var header: [UInt8] = [1, 4, 6, 0, 1, 9]
        header += big(body.count)
        header += [0, 7, 0x0B, 1, 0, 1, 0x21, 0x21, 1, dictionary, 0x0C]
        header += big(size)
        header += [0, 8, 0, 0, 5, 1, 0x11, UInt8(name.count + 1), 0]
        header += name + [0, 0]
        if isHeaderPacked {
            let place = body.count
            body += header
            let length = big(header.count)
            header = [0x17, 6] + big(place) + [1, 9]
            header += length + [0, 7, 0x0B, 1, 0, 1, 1, 0, 0x0C]
            header += length + [0, 0]
        }
        var start = little(body.count, 8)
        start += little(header.count, 8) + little(checksum(header), 4)
        var archive: [UInt8] = [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4]
        archive += little(checksum(start), 4) + start
        return archive + body + header
    }

    /// CRC-32, as gzip has it.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }

    @Test(
        "a 7z archive takes at most the memory that it may, whatever its dictionary's size",
        arguments: [(30, true), (31, false), (40, false), (255, false)], [false, true])
    func sevenZipMemory(dictionary: (size: UInt8, isRead: Bool), isHeaderPacked: Bool) throws {
        let work = try CommandFolder()
        let archive = Self.sevenZip(dictionary: dictionary.size, isHeaderPacked: isHeaderPacked)
        try Data(archive).write(to: URL(fileURLWithPath: work.path + "/logs.7z"))
        let capture = try work.run("capture", "audit", "r.db", "cp-1=logs.7z")
        #expect(capture.output.contains("cp-1") == dictionary.isRead, "\(capture)")
        let rejects = try work.run("query", "r.db", "-e", "SELECT reason FROM v_reject")
        #expect(
            rejects.output.contains("MiB of memory, more than 128") != dictionary.isRead,
            "\(rejects)")
    }

    /// What is said of an archive whose header is so long, or whose folder has so many decoders.
    private static func told(length: Int? = nil, coders: Int = 1) throws -> String {
        let work = try CommandFolder()
        var header: [UInt8] = [1, 4, 6, 0, 1, 9, 1, 0, 7, 0x0B, 1, 0, UInt8(coders)]
        for _ in 0..<coders { header += [0x01, 0x00] }
        for number in 1..<max(coders, 1) { header += [UInt8(number), UInt8(number - 1)] }
        header += [0x0C] + [UInt8](repeating: 1, count: coders) + [0, 0, 0]
        var start = (0..<8).map { _ in UInt8(0) }
        let size = length ?? header.count
        start += (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + [0, 0, 0, 0]
        let archive = [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, 0, 0, 0, 0] + start + header
        try Data(archive).write(to: URL(fileURLWithPath: work.path + "/logs.7z"))
        _ = try work.run("capture", "audit", "r.db", "cp-1=logs.7z")
        return try work.run("query", "r.db", "-e", "SELECT reason FROM v_reject").output
    }

    @Test("a 7z header has 64 MiB at most, and a folder of it thirty-two decoders")
    func sevenZipHeader() throws {
        #expect(try !Self.told(length: 64 << 20).contains("is longer than"))
        #expect(try Self.told(length: (64 << 20) + 1).contains("is longer than 67108864 bytes"))
        let senseless = "the header makes no sense"
        #expect(try !Self.told(coders: 32).contains(senseless))
        #expect(try Self.told(coders: 33).contains(senseless))
    }

    @Test("a zip member whose method may take any memory is rejected, the next is read")
    func zipMethods() throws {
        let work = try CommandFolder()
        try Data(Self.event).write(to: URL(fileURLWithPath: work.path + "/audit.log"))
        let capture = try work.shell(
            """
            python3 -c 'import zipfile
            with zipfile.ZipFile("logs.zip", "w") as z:
                for method, name in [(14, "a.log"), (8, "b.log"), (12, "c.log"), (0, "d.log")]:
                    z.write("audit.log", name, method)'
            kubeskew capture audit r.db cp-1=logs.zip; kubeskew query r.db -e 'SELECT * FROM v_reject'
            """)
        #expect(capture.errors.contains("4 logs"), "\(capture)")
        #expect(capture.output.contains("logs.zip/a.log"), "\(capture)")
        #expect(capture.output.contains("a method of zip that is not read"), "\(capture)")
        #expect(!capture.output.contains("b.log") && !capture.output.contains("c.log"))
    }
}
