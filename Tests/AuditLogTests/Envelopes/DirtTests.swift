import Testing

@testable import AuditLog

/// What logs look like after crashes, limits, mixing and malice.
@Suite("Dirt in envelopes")
struct DirtTests {
    private let first = PlainEvents.all[0]
    private let second = PlainEvents.all[1]

    private func expectBoth(
        _ text: String, rejects: [String], at positions: [Int64]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let result = unwrap(text)
        #expect(
            difference(result.events, [first, second]) == nil, sourceLocation: sourceLocation)
        #expect(result.rejects == rejects, sourceLocation: sourceLocation)
        if let positions {
            #expect(result.rejectPositions == positions, sourceLocation: sourceLocation)
        }
        #expect(unwrap(text, pieces: 1) == result, sourceLocation: sourceLocation)
    }

    @Test("a record that is cut anywhere loses itself alone")
    func cutAnywhere() {
        let cut = PlainEvents.all[6]
        for length in 1..<cut.utf8.count {
            let piece = String(decoding: cut.utf8.prefix(length), as: UTF8.self)
            let result = unwrap("\(first)\n\(piece)\n\(second)\n")
            if difference(result.events, [first, second]) != nil || result.rejects.count != 1
                || result.rejectPositions != [2]
            {
                Issue.record("cut after \(length) bytes: \(result.events.count), \(result.rejects)")
                break
            }
        }
    }

    @Test("a record that a crash ended in NULs loses itself alone")
    func tornByNUL() {
        let piece = first.prefix(200)
        expectBoth(
            "\(first)\n\(piece)\0\0\0\0\(second)\n",
            rejects: ["the JSON of this record is cut off"],
            at: [2])
    }

    @Test("a run of NULs between records is a reject, and one for each run")
    func nulBytes() {
        expectBoth(
            "\(first)\n\0\0\0\(second)\n\0\0\n\0",
            rejects: [String](repeating: "a run of NUL bytes", count: 3), at: [2, 3, 4])
    }

    @Test("the last line may be cut, or have no end")
    func lastLine() {
        expectBoth(
            "\(first)\n\(second)\n\(first.prefix(100))",
            rejects: ["the JSON of this record is cut off"], at: [3])
        expectBoth("\(first)\r\n\(second)", rejects: [])
    }

    @Test("a list that is cut keeps what it held")
    func cutList() {
        expectBoth(
            "[\(first),\n\(second),", rejects: ["the list is not closed: the input is cut off"])
        expectBoth(
            "[\(first),\n\(second),\n\(first.prefix(300))",
            rejects: [
                "the JSON of this record is cut off",
                "the list is not closed: the input is cut off",
            ], at: [3, 3])
    }

    @Test("events that a platform cut are rejected with that reason")
    func truncatedByPlatform() {
        let reason = "the platform cut this event: [Truncated...]"
        let inString = first.prefix(150) + "[Truncated...]"
        let outside =
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"code\":2[Truncated...]"
        for cut in [String(inString), outside] {
            expectBoth("\(first)\n\(cut)\n\(second)\n", rejects: [reason], at: [2])
            let records = [first, cut, second].map { "{\"message\":\(quoted($0))}" }
            expectBoth("{\"events\":[\(records.joined(separator: ","))]}", rejects: [reason])
        }
    }

    @Test("lines of the server's own log are rejected, and harm nothing")
    func klog() {
        let reason = "a line of the server's own log (klog), not of the audit log"
        let klog =
            "I1120 21:14:37.123456       1 trace.go:236] Trace[1]: \"x\" {\"kind\":\"Event\"}"
        expectBoth("\(klog)\n\(first)\n\(second)\n", rejects: [reason], at: [1])
        expectBoth("\(first)\n\(klog)\n\(second)\n\n", rejects: [reason], at: [2])
        let time = "2026-11-20T21:14:37.123456789Z"
        expectBoth(
            "\(time) stdout F \(first)\n\(time) stderr F \(klog)\n\(time) stdout F \(second)\n",
            rejects: [reason], at: [2])
        let hub = [first, klog, second].map { "{\"properties\":{\"log\":\(quoted($0))}}" }
        expectBoth("{\"records\":[\n\(hub.joined(separator: ",\n"))]}", rejects: [reason], at: [3])
    }

    @Test("text, words in brackets and stray brackets harm nothing")
    func text() {
        let no = "no JSON on this line"
        expectBoth("==> audit.log <==\n\(first)\n\(second)\n", rejects: [no])
        expectBoth("[INFO] \(first)\n[2026-11-20 21:14:37] \(second)\n", rejects: [])
        expectBoth("\(first)\n[Truncated...]\n\(second)\n", rejects: [no])
        expectBoth("]\n\(first)\n}\n\(second)\n", rejects: [no, no])
        expectBoth(
            "\(first)\n{\"kind\":\"Event\",\"apiVersion\":\"v1\"}\n\(second)\n",
            rejects: ["no audit event in this record"])
    }

    @Test("UTF-16 is named, not guessed at")
    func utf16() {
        var bytes: [UInt8] = [0xFF, 0xFE]
        for byte in first.utf8 { bytes += [byte, 0] }
        let result = unwrap(bytes)
        #expect(result.rejects == ["this is UTF-16 text; convert it to UTF-8 first"])
        #expect(unwrap(bytes, pieces: 1) == result)
    }

    @Test("the end of a line in parts may be missing")
    func missingPart() {
        let time = "2026-11-20T21:14:37.123456789Z"
        let reason = "the end of a record that was written in parts is missing"
        expectBoth(
            "\(time) stdout F \(first)\n\(time) stdout F \(second)\n\(time) stdout P {\"kind\":",
            rejects: [reason], at: [3])
        let lost = #"{"log":\#(quoted(String(first.prefix(300)))),"stream":"stdout"}"#
        let whole = [first, second].map { "{\"log\":\(quoted($0 + "\n")),\"stream\":\"stdout\"}" }
        expectBoth("\(whole[0])\n\(lost)\n\(whole[1])\n", rejects: [reason], at: [2])
    }

    @Test("positions are the lines on which records start")
    func positions() {
        let list =
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[\n"
            + "\(pretty(first)),\n\(second)\n]}\n"
        let lines = Int64(
            pretty(first).split(separator: "\n", omittingEmptySubsequences: false).count)
        let result = unwrap("\n\n" + list + first)
        #expect(result.positions == [4, 4 + lines, 6 + lines])
        let streamed = unwrap(
            Array(("\n\n" + list + first).utf8),
            reader: EnvelopeReader(recordLimit: 1 << 20, wholeLimit: 64))
        #expect(streamed.positions == result.positions)
    }

    @Test("a record longer than the limit is a reject, and the next is read")
    func tooLong() {
        let long =
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"x\":\""
            + String(repeating: "\\\\", count: 5000) + "\"}"
        let small = EnvelopeReader(recordLimit: 4000, wholeLimit: 2000)
        let bytes = Array("\(first)\n\(long)\n\(second)\n".utf8)
        let result = unwrap(bytes, reader: small)
        #expect(difference(result.events, [first, second]) == nil)
        #expect(result.rejects == ["the record is longer than 4000 bytes"])
        for pieces in [1, 7, 4096] {
            #expect(unwrap(bytes, reader: small, pieces: pieces) == result)
        }
    }

    @Test("big members around a list are passed over")
    func bigMembers() {
        let big = "{\"a\":[\"" + String(repeating: "\\\"", count: 4000) + "\"]}"
        let text = "{\"events\":[\(first),\(second)],\"other\":\(big),\"n\":12,\"t\":\"x\"}\n"
        let small = EnvelopeReader(recordLimit: 1 << 20, wholeLimit: 1000)
        let result = unwrap(Array(text.utf8), reader: small)
        #expect(difference(result.events, [first, second]) == nil)
        #expect(result.rejects == [])
        #expect(unwrap(Array(text.utf8), reader: small, pieces: 1) == result)
    }

    @Test("compressed data that claims to be huge, or is damaged, is a reject")
    func compressed() {
        let good = storedGzip(Array(first.utf8))
        var damaged = good
        damaged[11] ^= 0xFF
        for bytes in [damaged, Array(good.prefix(good.count - 300))] {
            let result = unwrap("{\"data\":\"\(base64(bytes))\"}")
            #expect(result.rejects == ["the compressed data is damaged"])
        }
    }

    // MARK: - Malice

    @Test(
        "nests of a million levels are rejects",
        arguments: [
            "[", "{\"log\":", "{\"log\":[", "{\"items\":[", "{\"log\":\"{\\\"log\\\":", "[[{\"a\":",
            "{\"a\":\n", "[\n", "{\"a\":[\n", "1,{\"a\":[\n", "\"", "\\", "{", "{\"message\":\"",
            "}{", "]", "x {", "\n{\"a\":{\"b\":{\"c\":[",
        ])
    func nests(_ piece: String) {
        let count = 1_000_000 / piece.utf8.count
        let result = unwrap(
            Array(String(repeating: piece, count: count).utf8) + Array("\n\(first)\n".utf8),
            pieces: 1 << 16)
        #expect(!result.rejects.isEmpty)
    }

    @Test("strings in strings in strings end at a depth")
    func deepStrings() {
        var text = first
        for _ in 0..<8 { text = "{\"log\":\(quoted(text))}" }
        #expect(unwrap(text).events == [first])
        text = "[]"
        for _ in 0..<14 { text = "{\"log\":\(quoted(text))}" }
        #expect(unwrap(text).rejects == ["envelopes are nested too deep"])
    }
}
