import Bytes
import Configuration
import ControlPlane
import Reference
import Testing

@Suite("The YAML reader")
struct YAMLTests {
    @Test("knows where everything stands")
    func marks() throws {
        let node = try #require(try parse("a:\n  - {b: c}\n  - 'd'\n").first)
        #expect(node["a"]?.mark == Mark(line: 2, column: 3))
        #expect(node["a"]?.sequence?[1].mark == Mark(line: 3, column: 5))
        #expect(node["a"]?.sequence?[0]["b"]?.text == "c")
    }

    @Test("keeps scalars as they were written", arguments: [("1.30", "1.30"), ("0x1F", "0x1F")])
    func scalars(written: String, text: String) throws {
        #expect(try parse(written).first?.text == text)
    }

    @Test("takes ~, null and nothing for null, unless quoted")
    func null() throws {
        for text in ["~", "null", "- "] {
            let node = try #require(try parse(text).first)
            let value = node.sequence.map { $0[0] } ?? node
            #expect(value.isNull)
        }
        #expect(try parse("'null'").first?.text == "null")
    }

    @Test("resolves aliases")
    func aliases() throws {
        let node = try #require(try parse("a: &x [1, 2]\nb: *x\n").first)
        #expect(node["b"]?.sequence?.map(\.text) == ["1", "2"])
    }

    @Test("refuses a few lines that stand for a billion values")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        #expect(throws: YAMLError.self) { try parse(text) }
    }

    @Test("refuses an alias of what is not known, or not complete")
    func badAliases() {
        for text in ["a: *b\n", "a: &a [*a]\n"] {
            #expect(throws: YAMLError.self) { try parse(text) }
        }
    }

    @Test("refuses what is nested too deep or too long", arguments: [65, 5_000, 1_000_000])
    func depth(levels: Int) {
        #expect(throws: YAMLError.self) {
            try parse(String(repeating: "[", count: levels))
        }
        #expect(throws: YAMLError.self) {
            try parse(String(repeating: "- ", count: levels) + "a")
        }
    }

    @Test("refuses more bytes than a configuration file has")
    func size() {
        #expect(throws: YAMLError.self) {
            try YAML.documents([UInt8](repeating: 32, count: 9 << 20))
        }
    }

    @Test("reads up to each of its limits, and no further")
    func edges() throws {
        func holds(_ text: String, _ change: (inout YAMLLimits) -> Void = { _ in }) -> Bool {
            var limits = YAMLLimits()
            change(&limits)
            return (try? YAML.documents(Array(text.utf8), limits: limits)) != nil
        }
        let deep = [64, 65].map {
            holds(String(repeating: "[", count: $0) + String(repeating: "]", count: $0))
        }
        #expect(deep == [true, false])
        #expect(holds("[a, b]") { $0.bytes = 6 })
        #expect(!holds("[a, b]") { $0.bytes = 5 })
        // The list and its two values; an alias counts as what it stands for.
        #expect(holds("[a, b]") { $0.nodes = 3 })
        #expect(!holds("[a, b]") { $0.nodes = 2 })
        #expect(holds("[&a [b], *a]") { $0.nodes = 5 })
        #expect(!holds("[&a [b], *a]") { $0.nodes = 4 })
    }

    @Test("says which byte is no text")
    func notText() throws {
        #expect(throws: YAMLError.self) { try YAML.documents([0x61, 0xFF, 0x62]) }
    }

    private func parse(_ text: String) throws -> [YAMLNode] {
        try YAML.documents(Array(text.utf8))
    }
}

@Suite("A duration")
struct DurationTests {
    @Test(
        "is read as Kubernetes writes it",
        arguments: [
            ("90s", 90_000_000_000), ("1h30m", 5_400_000_000_000), ("250ms", 250_000_000),
            ("2.391s", 2_391_000_000), ("-5m", -300_000_000_000), ("+1us", 1_000), ("0", 0),
            (".5s", 500_000_000), ("1.5h", 5_400_000_000_000), ("3ns", 3), ("1µs", 1_000),
            ("1m0.000000001s", 60_000_000_001), ("1d12h", 129_600_000_000_000),
        ])
    func read(text: String, nanoseconds: Int64) {
        #expect(DurationText.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "that is none, or too long, is not read",
        arguments: [
            "", "-", "s", "5", "1.s.", "1x", "1 s", "99999999999999999999s", "100000h", "1e3s",
            "5m-3s", ".s", "9999999999999999h",
        ])
    func refused(text: String) { #expect(DurationText.nanoseconds(text) == nil) }

    @Test("is nine years long at most", arguments: [("", true), ("1ns", false)])
    func longest(excess: String, isRead: Bool) {
        #expect((DurationText.nanoseconds("300000000s" + excess) != nil) == isRead)
        #expect((DurationText.nanoseconds("-300000000s" + excess) != nil) == isRead)
    }

    @Test("is written exactly, so that it reads back", arguments: 0..<500)
    func roundTrip(seed: Int) {
        var random = Draws(seed: UInt64(seed))
        let bits = Int.random(in: 1...58, using: &random)
        let value = Int64.random(in: -(1 << bits)...(1 << bits), using: &random)
        #expect(DurationText.nanoseconds(DurationText.text(value)) == value)
    }

    @Test("is written shortly")
    func short() {
        let texts = [
            0, 5_400_000_000_000, 606_000_000_000, 2_391_000_000, 250_000_000, 1_500_000, -1,
        ]
        .map { DurationText.text($0) }
        #expect(texts == ["0s", "1h30m", "10m6s", "2.391s", "250ms", "1.5ms", "-1ns"])
    }
}
