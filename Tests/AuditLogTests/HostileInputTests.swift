import AuditLog
import Bytes
import KubeAPI
import Randomness
import Testing

@Suite("Hostile input") struct HostileInputTests {
    private static let values = [
        "null", "true", "false", "0", "-1", "1e400", "123456789012345678901234567890", "0.5",
        "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[]]", "[{}]", "{\"a\":1}",
        "[1,\"x\",null]", "{\"kind\":7,\"items\":7,\"metadata\":7,\"details\":7}",
        "{\"items\":[7,[],{},null],\"kind\":\"List\"}",
        "{\"metadata\":{\"ownerReferences\":[7,{}],\"finalizers\":[[],{}],\"name\":[],\"uid\":{}}}",
        "{\"name\":[],\"namespace\":{},\"resource\":7,\"uid\":false,\"code\":\"x\",\"details\":[]}",
        "{\"type\":\"ADDED\",\"object\":7}", "{\"kind\":\"Table\",\"rows\":[7,{\"object\":[]}]}",
        "nul", "tru", "-", "'x'", "x",
    ]

    @Test("a value of any type in any field is read or rejected, and the next line is read")
    func anyTypeAnywhere() {
        let names =
            Event().fields.map(\.0)
            + ["requestObject", "responseObject", "annotations", "impersonatedUser", "timestamp"]
        for name in names {
            for value in HostileInputTests.values {
                var event = Event(["level": #""RequestResponse""#, "verb": #""delete""#])
                event.fields.removeAll { $0.0 == name }
                event.fields.append((name, value))
                let reading = Reading("\(event.line)\n\(Event().line)")
                #expect(reading.requests.last?.position == 2, "\(name): \(value)")
            }
        }
    }

    @Test("nesting as deep as the line is long costs nothing", arguments: ["[", "{\"a\":"])
    func deepNesting(opening: String) {
        let depth = 200_000
        let closing = opening == "[" ? "]" : "}"
        let nested =
            String(repeating: opening, count: depth) + "1"
            + String(repeating: closing, count: depth)
        let unclosed = String(repeating: opening, count: depth)
        for name in ["responseObject", "user", "annotations", "objectRef", "whatever"] {
            let event = Event([name: nested, "level": #""RequestResponse""#])
            let reading = Reading("\(event.line)\n\(unclosed)\n\(Event().line)")
            #expect(reading.requests.map(\.position) == [1, 3])
            #expect(reading.traffic.rejects.map(\.position) == [2])
        }
        let items = Event([
            "level": #""RequestResponse""#, "responseObject": "{\"items\":\(nested)}",
        ])
        #expect(Reading(items.line).requests.count == 1)
    }

    @Test("a run of NUL bytes is passed over as it comes, and told once", arguments: [1, 7, 900])
    func longNULs(pieces: Int) {
        let run = [UInt8](repeating: 0, count: 900_000)
        var text = Array("\(Event().line)\n".utf8) + run
        text += Array("\(Event(["auditID": #""other""#]).line)\0\n\(Event().line)".utf8) + run
        let reading = Reading(text, chunk: text.count / pieces)
        #expect(reading.requests.map(\.position) == [1, 2, 3])
        #expect(reading.rejects == ["2: a run of NUL bytes", "3: a run of NUL bytes"])
    }

    @Test("of a run without a line end nothing is held that is no record")
    func heldBytes() {
        var names = Names()
        var traffic = Traffic()
        var reader = AuditReader(source: names.sources.intern("a"), server: 0)
        func feed(_ bytes: [UInt8], isLast: Bool = false) -> Int {
            (bytes + [UInt8](repeating: 0, count: AuditReader.padding)).withUnsafeBytes { raw in
                reader.read(
                    UnsafeRawBufferPointer(rebasing: raw[..<bytes.count]), isLast: isLast,
                    names: &names, into: &traffic)
            }
        }
        let event = Array("\(Event().line)\n".utf8)
        #expect(feed(event) == event.count)
        #expect(feed([UInt8](repeating: 0, count: 100_000)) == 100_000)
        let longest = 64 << 20
        let line = [UInt8](repeating: UInt8(ascii: "A"), count: longest + 1)
        #expect(feed(Array(line.dropLast())) == 0)
        #expect(feed(line) == line.count)
        #expect(feed(line) == line.count)
        #expect(feed([10] + event, isLast: true) == event.count + 1)
        #expect(traffic.requests.map(\.position) == [1, 3])
        #expect(
            traffic.rejects.map(\.reason) == [
                "the record is longer than 67108864 bytes"
            ])
    }

    @Test("of a list that the input's end cuts off the whole records are read", arguments: [1, 9])
    func cutLists(pieces: Int) {
        let events = (1...20).map { Event(["auditID": "\"\($0)\""]).line }
        let openings = ["[", #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":["#]
        for opening in openings {
            let whole = opening + events.joined(separator: ",")
            let reading = Reading(
                Array(whole.utf8.dropLast(40)), chunk: whole.utf8.count / pieces)
            #expect(reading.requests.count == 19)
            #expect(!reading.traffic.rejects.isEmpty)
        }
        // Lists in lists, all of them open, are given up before they cost anything.
        let nested = String(repeating: "[", count: 1_000_000)
        #expect(Reading(nested).requests.isEmpty)
    }

    @Test("brackets that do not match end no record early")
    func mismatchedBrackets() {
        for broken in ["{\"a\":[}", "]", "}", "{]", "{\"a\"}", "{\"a\":}", "{,}", "{\"a\":1,}"] {
            let reading = Reading("\(Event().line)\n\(broken)\n\(Event().line)")
            #expect(reading.requests.map(\.position) == [1, 3], "\(broken)")
            #expect(reading.traffic.rejects.map(\.position) == [2], "\(broken)")
        }
    }

    @Test("timestamps at the ends of what an instant can be do not overflow, beyond they are none")
    func extremeTimes() {
        func event(_ received: String, _ staged: String) -> String {
            Event([
                "requestReceivedTimestamp": "\"\(received)\"", "stageTimestamp": "\"\(staged)\"",
            ]).line
        }
        let longest = event("1950-01-01T00:00:00Z", "2199-12-31T23:59:59Z")
        #expect(Reading(longest).requests.map(\.durationMicroseconds) == [7_889_270_399_000_000])
        let beyond = event("1677-09-21T00:12:44Z", "2262-04-11T23:47:16Z")
        let reading = Reading("\(beyond)\n\(Event().line)")
        #expect(reading.requests.map(\.position) == [2])
        #expect(reading.traffic.rejects.map(\.position) == [1])
        for year in ["0000", "0001", "1677", "2262", "9999"] {
            let event = Event(["requestReceivedTimestamp": "\"\(year)-01-01T00:00:00.000000Z\""])
            #expect(Reading(event.line).requests.count == 1)
        }
    }

    @Test("two thousand mutations of a log crash nothing, and read the same chunk by chunk")
    func mutations() {
        var random = SplitMix(state: 0x5EED)
        let seeds = HostileInputTests.seeds
        for _ in 0..<2_000 {
            var bytes = seeds[random.below(seeds.count)]
            for _ in 0...random.below(6) { random.mutate(&bytes) }
            let whole = Reading(bytes).transcript
            let cut = Reading(bytes, chunk: 1 + random.below(bytes.count + 1)).transcript
            #expect(whole == cut)
        }
    }

    private static let seeds: [[UInt8]] = {
        let delete = Event.withBodies(
            "delete", "/api/v1/namespaces/n/pods/p?dryRun=\\u0026x=%41",
            #"{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1"}"#, code: 404,
            request: #"{"kind":"DeleteOptions","preconditions":{"uid":"u-1"}}"#,
            response: #"{"kind":"PodList","items":[{"metadata":{"name":"p","uid":"u-1"}}]}"#,
            status: #"{"message":"pods \"p\" not found","details":{"name":"p"},"code":404}"#)
        let plain = Event().line
        return [
            "\(plain)\n\(delete.line)\n\(plain)\n", "\(delete.line)\r\nklog\r\n\(plain)",
            "klog text\n\(plain)\n\0\0\0\n\(delete.line)",
        ].map { Array($0.utf8) }
    }()
}

extension SplitMix {
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    /// Changes a text in one of the ways in which logs break.
    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = below(bytes.count)
        let end = min(place + 1 + below(40), bytes.count)
        let structural = Array("{}[]:,\"\\\n\0 \u{FEFF}".utf8)
        switch below(6) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 1: bytes[place] = structural[below(structural.count)]
        case 2: bytes.insert(structural[below(structural.count)], at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
        default: bytes.removeSubrange(end...)
        }
    }
}
