import Output
import Testing

/// Byte by byte; that other people's readers take it is for `make test-python`, with pyarrow.
@Suite("Arrow streams")
struct ArrowTests {
    let columns = [
        Column("name", type: .text), Column("at_ns", .number, type: .instant),
        Column("forwarded", .number, type: .flag), Column("share"),
    ]

    func stream(_ rows: [[Cell]], _ columns: [Column]? = nil) throws -> [UInt8] {
        var writer = try RowWriter(
            columns: columns ?? self.columns, options: RowOptions(format: .arrow))
        var bytes: [UInt8] = []
        for row in rows { writer.append(row, to: &bytes) }
        writer.finish(&bytes)
        #expect(writer.misfit == nil)
        return bytes
    }

    /// The messages of a stream: of each what follows its length, metadata and body.
    func messages(_ bytes: [UInt8]) throws -> [(metadata: [UInt8], body: [UInt8])] {
        var found: [(metadata: [UInt8], body: [UInt8])] = []
        var place = 0
        while place < bytes.count {
            try #require(number(bytes, place, 4) == 0xFFFF_FFFF)
            let length = number(bytes, place + 4, 4)
            try #require(length % 8 == 0)
            if length == 0 {
                #expect(place + 8 == bytes.count, "nothing follows the end")
                return found
            }
            let metadata = Array(bytes[place + 8..<place + 8 + length])
            let body = bodyLength(metadata)
            try #require(body % 8 == 0)
            place += 8 + length
            found.append((metadata, Array(bytes[place..<place + body])))
            place += body
        }
        Issue.record("no end")
        return found
    }

    func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    /// The fourth field of the root table, as the format's Message.fbs has it.
    func bodyLength(_ metadata: [UInt8]) -> Int {
        let root = number(metadata, 0, 4)
        let directory = root - number(metadata, root, 4)
        let place = number(metadata, directory + 4 + 2 * 3, 2)
        return place == 0 ? 0 : number(metadata, root + place, 8)
    }

    @Test("values stand side by side, little-endian, with a bit for each that is not null")
    func values() throws {
        let parts = try messages(
            stream([["no", 7, 1, .real(0.5)], [nil, nil, 0, nil], ["ü", -1, nil, .real(-2)]]))
        #expect(parts.count == 2)
        #expect(parts[0].body.isEmpty)
        let padding = [UInt8](repeating: 0, count: 7)
        var body: [UInt8] = [0b101] + padding
        body += [0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]
        body += Array("noü".utf8) + [0, 0, 0, 0]
        body += [0b101] + padding
        body += [7, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        body += [UInt8](repeating: 255, count: 8)
        body += [0b011] + padding + [0b001] + padding
        body += [0b101] + padding
        body += [0, 0, 0, 0, 0, 0, 0xE0, 0x3F] + [UInt8](repeating: 0, count: 8)
        body += [0, 0, 0, 0, 0, 0, 0, 0xC0]
        #expect(parts[1].body == body)
    }

    @Test(
        "a column of a known type has one schema: with rows, with nulls alone, without any")
    func sameSchema() throws {
        let known = Array(columns.dropLast())
        let full = try messages(stream([["no", 7, 1]], known))[0].metadata
        #expect(try messages(stream([[nil, nil, nil]], known))[0].metadata == full)
        let empty = try messages(stream([], known))
        #expect(empty.count == 1)
        #expect(empty[0].metadata == full)
    }

    @Test("every number in the metadata lies at a multiple of its width")
    func alignment() throws {
        for count in 1...9 {
            let columns = (0..<count).map { Column(String(repeating: "x", count: $0), type: .flag) }
            let row = [Cell](repeating: .boolean(true), count: count)
            for (metadata, _) in try messages(stream([row], columns)) {
                let root = number(metadata, 0, 4)
                #expect(root % 8 == 4, "so that what is eight bytes wide may come first")
            }
        }
    }

    @Test("many rows are several batches")
    func batches() throws {
        let rows = (0..<40_000).map { [Cell($0)] }
        let parts = try messages(stream(rows, [Column("n", .number)]))
        #expect(parts.count == 4)
        #expect(parts.dropFirst().map { $0.body.count / 8 } == [16_384, 16_384, 7_232])
    }

    @Test("the first batch tells the type of a column of which nothing is known")
    func unknown() throws {
        func body(_ cells: [Cell]) throws -> Int {
            try messages(stream(cells.map { [$0] }, [Column("x")]))[1].body.count
        }
        #expect(try body([1, .real(1.5)]) == 16)
        // Texts: where they end, and the bytes.
        #expect(try body([1, "one"]) == 16 + 8)
        #expect(try body([.boolean(true), .boolean(false)]) == 8)
        let asked = [Column("status", type: .integer)]
        #expect(try messages(stream([["text"]], asked))[1].body.count == 16)
    }

    @Test("a text after a batch of numbers is an error, and ends the stream before its end")
    func misfit() throws {
        var writer = try RowWriter(
            columns: [Column("n")], options: RowOptions(format: .arrow))
        var bytes: [UInt8] = []
        for number in 0..<20_000 { writer.append([Cell(number)], to: &bytes) }
        #expect(writer.misfit == nil)
        writer.append(["late"], to: &bytes)
        writer.finish(&bytes)
        #expect(writer.misfit?.name == "n")
        #expect(Array(bytes.suffix(8)) != [255, 255, 255, 255, 0, 0, 0, 0])
    }
}
