import Testing

@testable import AuditLog

/// Limits of envelopes at their edge: the last that is read, and the first that is not.
struct EnvelopeEdgeTests {
    private let first = PlainEvents.all[0]
    private let second = PlainEvents.all[1]

    @Test("a record is held up to its limit", arguments: [0, 1])
    func record(excess: Int) {
        let length = first.utf8.count - excess
        let reader = EnvelopeReader(recordLimit: length, wholeLimit: length / 2)
        let result = unwrap(Array("[\(first),\(second)]\n".utf8), reader: reader)
        #expect(result.events.contains(first) == (excess == 0))
        #expect(
            result.rejects.contains("the record is longer than \(length) bytes") == (excess == 1))
    }

    @Test("a list longer than what is held whole is read element by element", arguments: [0, 1])
    func whole(excess: Int) {
        let list = Array("{\"items\":[\(first),\(second)]}".utf8)
        // Cut behind its first element, a list gives that one where it was not held whole.
        let reader = EnvelopeReader(recordLimit: 1 << 20, wholeLimit: list.count - excess)
        #expect(unwrap(list, reader: reader).events == [first, second])
    }

    @Test("what is packed in a record is inflated up to its bound", arguments: [0, 1])
    func inflated(excess: Int) {
        let packed = storedGzip([UInt8](repeating: 32, count: 10_000 + excess))
        let outcome = packed.withUnsafeBufferPointer { Inflation.inflate($0, atMost: 10_000) }
        switch outcome {
        case .inflated(_, let length): #expect(excess == 0 && length == 10_000)
        case .tooLarge: #expect(excess == 1)
        case .broken: Issue.record("broken")
        }
    }

    @Test("of lines in parts sixty-four streams are held, then the oldest gives way")
    func streams() {
        func part(_ stream: Int, _ text: String, _ tag: String) -> String {
            #"{"log":\#(quoted(text)),"stream":"s-\#(stream)","logtag":"\#(tag)"}"# + "\n"
        }
        let half = first.index(first.startIndex, offsetBy: 100)
        for (count, isWhole) in [(64, true), (65, false)] {
            var text = ""
            for stream in 0..<count { text += part(stream, String(first[..<half]), "P") }
            text += part(0, String(first[half...]), "F")
            let result = unwrap(text)
            #expect(result.events.contains(first) == isWhole)
            // Each that waits at the end is told, and so is the one that gave way.
            #expect(result.rejects.count >= count - 1)
        }
    }

    @Test("parts wait up to the length of a record", arguments: [0, 1])
    func parts(excess: Int) {
        var partials = PartialRecords(limit: 10)
        let bytes = [UInt8](repeating: 65, count: 5)
        let wrapping = Wrapping(position: 1)
        bytes.withUnsafeBufferPointer { bytes in
            #expect(partials.append(bytes, of: [1], wrapping) == nil)
            let last = UnsafeBufferPointer(rebasing: bytes[..<4])
            #expect(partials.append(last, of: [1], wrapping) == nil)
            let more = UnsafeBufferPointer(rebasing: bytes[..<(1 + excess)])
            #expect((partials.append(more, of: [1], wrapping) == nil) == (excess == 0))
        }
    }

    @Test("a log begins with a line of any length, which is read either way")
    func firstLine() {
        let event = Event().line
        for length in [(1 << 22) - 1, 1 << 22] {
            let opening = #"{"annotations":{"a":""#
            let padding = length - event.utf8.count - opening.utf8.count - #""},"#.utf8.count + 1
            let long =
                opening + String(repeating: "x", count: padding) + #""},"# + event.dropFirst()
            #expect(long.utf8.count == length)
            #expect(Reading("\(long)\n\(event)\n").requests.count == 2)
        }
    }
}
