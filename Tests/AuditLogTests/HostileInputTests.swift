import AuditLog
import KubeAPI
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

    @Test("brackets that do not match end no record early")
    func mismatchedBrackets() {
        for broken in ["{\"a\":[}", "]", "}", "{]", "{\"a\"}", "{\"a\":}", "{,}", "{\"a\":1,}"] {
            let reading = Reading("\(Event().line)\n\(broken)\n\(Event().line)")
            #expect(reading.requests.map(\.position) == [1, 3], "\(broken)")
            #expect(reading.traffic.rejects.map(\.position) == [2], "\(broken)")
        }
    }

    @Test("timestamps at the ends of what 64 bits can hold do not overflow")
    func extremeTimes() {
        let event = Event([
            "requestReceivedTimestamp": #""1678-01-01T00:00:00Z""#,
            "stageTimestamp": #""2261-12-31T23:59:59Z""#,
        ])
        #expect(Reading(event.line).requests.map(\.durationMicroseconds) == [-1])
        for year in ["0000", "0001", "1677", "2262", "9999"] {
            let event = Event(["requestReceivedTimestamp": "\"\(year)-01-01T00:00:00.000000Z\""])
            #expect(Reading(event.line).requests.count == 1)
        }
    }

    @Test("two thousand mutations of a log crash nothing, and read the same chunk by chunk")
    func mutations() {
        var random = SplitMix(seed: 0x5EED)
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

/// Draws that are the same in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

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
