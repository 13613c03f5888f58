import Bytes
import Testing

@Suite("JSON documents") struct JSONValueTests {
    static func parse(_ text: String, limits: JSONValue.Limits = .init()) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test(
        "A document reads and writes back as it was, without its white space",
        arguments: [
            ("null", "null"), (" true ", "true"), ("[]", "[]"), ("{ }", "{}"),
            ("[1, -2.5e+10 ,0,0.5,1E3]", "[1,-2.5e+10,0,0.5,1E3]"),
            (#"{"a": {"b": [false, null, "x"]}, "a": 1}"#, #"{"a":{"b":[false,null,"x"]},"a":1}"#),
            (#""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, "\"é😀/\\u0008\\u000c\\n\\r\\t\\\"\\\\\""),
            (#""\ud83d x \udc00""#, "\"\u{FFFD} x \u{FFFD}\""),
            (#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
            ("\u{FEFF}[]", "[]"),
        ])
    func readsAndWrites(text: String, written: String) throws {
        #expect(String(decoding: try Self.parse(text).compact, as: UTF8.self) == written)
    }

    @Test("Of a name that comes twice the last one counts")
    func duplicateNames() throws {
        let value = try Self.parse(#"{"a":1,"b":"x","a":[true]}"#)
        #expect(value["a"]?.array?.first?.bool == true)
        #expect(value["b"]?.string == "x")
        #expect(value["c"] == nil)
        #expect(JSONValue.null["a"] == nil)
    }

    @Test(
        "What is no JSON is refused where it stops being so",
        arguments: [
            ("", 0, "a JSON value"), ("  ", 2, "a JSON value"), ("nul", 0, "a JSON value"),
            ("[1,]", 3, "a JSON value"), ("[1 2]", 3, "a comma or the end of the array"),
            ("{\"a\" 1}", 5, "a colon"), ("{a:1}", 1, "a member's name"),
            ("{\"a\":1,}", 7, "a member's name"), ("[] x", 3, "the end of the document"),
            ("01", 1, "the end of the document"), ("1.", 2, "a digit"), ("-", 1, "a digit"),
            ("1e", 2, "a digit"), ("\"abc", 4, "the end of the text"), ("\"\\", 2, "an escape"),
            ("\"\\x\"", 2, "an escape"), ("\"\\u12g4\"", 5, "a hexadecimal digit"),
            ("\"a\nb\"", 2, "a control character as an escape"),
        ])
    func refuses(text: String, offset: Int, expected: String) {
        #expect(throws: JSONError(offset: offset, expected: expected)) { try Self.parse(text) }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func invalidText() {
        #expect(throws: JSONError(offset: 1, expected: "text in UTF-8")) {
            try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22])
        }
    }

    @Test("Depth, size and number of values are bounded")
    func bounds() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(offset: 64, expected: "less nesting")) { try Self.parse(deep) }
        let full = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try Self.parse(full).compact == Array(full.utf8))
        #expect(throws: JSONError.self) {
            try Self.parse("[1,2,3]", limits: JSONValue.Limits(bytes: 6))
        }
        let short = try Self.parse("[1,2,3]", limits: JSONValue.Limits(bytes: 7))
        #expect(short.array?.count == 3)
        #expect(throws: JSONError.self) {
            try Self.parse("[1,2,3]", limits: JSONValue.Limits(values: 3))
        }
        #expect(try Self.parse("[1,2]", limits: JSONValue.Limits(values: 3)).array?.count == 2)
    }

    @Test("Every cut and every changed byte of a document is read or refused, never a trap")
    func mutations() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null,{"b":{}}],"c":""}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) }
        }
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                if let value = try? JSONValue(parsing: changed) {
                    #expect((try? JSONValue(parsing: value.compact)) == value)
                }
            }
        }
    }
}
