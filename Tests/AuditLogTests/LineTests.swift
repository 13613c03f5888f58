import AuditLog
import Bytes
import KubeAPI
import Testing

@Suite("Logs with one event a line") struct LineTests {
    private func event(_ verb: String) -> String { Event(["verb": "\"\(verb)\""]).line }

    private func verbs(_ reading: Reading) -> [String] { reading.requests.map(\.verb.text) }

    @Test("positions are the numbers of the lines, blank ones counted")
    func positions() {
        let reading = Reading("\n\(event("get"))\r\n\r\n  \n\t\(event("list")) \n\(event("watch"))")
        #expect(verbs(reading) == ["get", "list", "watch"])
        #expect(reading.requests.map(\.position) == [2, 5, 6])
        #expect(reading.rejects == [])
    }

    @Test("a byte order mark is no text")
    func byteOrderMark() {
        let reading = Reading("\u{FEFF}\(event("get"))\n")
        #expect(verbs(reading) == ["get"])
        #expect(reading.rejects == [])
    }

    @Test("an empty source holds nothing", arguments: ["", "\n", "\u{FEFF}", " \r\n\r\n"])
    func empty(text: String) {
        let reading = Reading(text)
        #expect(reading.requests.isEmpty)
        #expect(reading.rejects == [])
    }

    @Test("the log text between events is rejected by line, the events are read")
    func logText() {
        let reading = Reading(
            """
            I1120 22:09:43.742107       1 controller.go:128] OpenAPI AggregationController: ready
            \(event("get"))
            W1120 22:09:44.000000       1 reflector.go:9] {braces} in a text
            \(event("list"))
            """)
        #expect(verbs(reading) == ["get", "list"])
        #expect(reading.requests.map(\.position) == [2, 4])
        #expect(reading.rejects.map { $0.prefix(2) } == ["1:", "3:"])
    }

    @Test("a cut line is rejected, wherever it is cut, and costs no other line")
    func cutLines() {
        let line = event("list")
        for length in 1..<line.utf8.count {
            let cut = String(decoding: line.utf8.prefix(length), as: UTF8.self)
            let reading = Reading("\(event("get"))\n\(cut)\n\(event("watch"))\n\(cut)")
            #expect(verbs(reading) == ["get", "watch"])
            #expect(reading.requests.map(\.position) == [1, 3])
            #expect(reading.traffic.rejects.map(\.position) == [2, 4])
            let first = Reading("\(cut)\n\(event("get"))\n\(event("watch"))\n")
            #expect(verbs(first) == ["get", "watch"], "cut after \(length) bytes")
            #expect(first.traffic.rejects.map(\.position) == [1], "cut after \(length) bytes")
        }
    }

    @Test("an event behind a cut one in the same line is read, and the cut one told")
    func gluedLines() {
        let line = event("list")
        for length in stride(from: 1, to: line.utf8.count, by: 7) {
            let cut = String(decoding: line.utf8.prefix(length), as: UTF8.self)
            let reading = Reading("\(event("get"))\n\(cut)\(event("watch"))\n\(event("patch"))")
            #expect(verbs(reading) == ["get", "watch", "patch"])
            #expect(reading.rejects == ["2: a record that is cut by the next"])
        }
    }

    @Test("NUL bytes that a crash left are rejected, the events around them are read")
    func nulBytes() {
        let run = String(repeating: "\0", count: 1_000)
        let reading = Reading(
            "\(event("get"))\n\(run)\n\(run)\(event("list"))\n\(event("watch"))\(run)")
        #expect(verbs(reading) == ["get", "list", "watch"])
        #expect(reading.requests.map(\.position) == [1, 3, 4])
        #expect(reading.rejects == [2, 3, 4].map { "\($0): a run of NUL bytes" })
        let first = Reading("\(run)\(event("list"))\n\(event("watch"))")
        #expect(verbs(first) == ["list", "watch"])
    }

    @Test("events without a newline between them, or with commas behind them, are read")
    func joined() {
        let glued = Reading("\(event("get"))\(event("list")) \(event("watch"))\n\(event("patch"))")
        #expect(verbs(glued) == ["get", "list", "watch", "patch"])
        #expect(glued.requests.map(\.position) == [1, 1, 1, 2])
        let commas = Reading("\(event("get")),\n\(event("list"))\n")
        #expect(verbs(commas) == ["get", "list"])
        #expect(glued.rejects + commas.rejects == [])
    }

    @Test("text behind an event is rejected, the event is read")
    func trailing() {
        let reading = Reading("\(event("get")) and so on\n\(event("list"))")
        #expect(verbs(reading) == ["get", "list"])
        #expect(reading.rejects == ["1: text behind the event"])
    }

    @Test("JSON that is no audit event is rejected: core events, other API versions, other kinds")
    func otherObjects() {
        let reading = Reading(
            """
            \(event("get"))
            {"kind":"Event","apiVersion":"v1","metadata":{"name":"x"}}
            {"kind":"Pod","apiVersion":"v1"}
            {}
            {"kind":7}
            """)
        #expect(verbs(reading) == ["get"])
        #expect(reading.rejects == (2...5).map { "\($0): no audit event" })
    }

    @Test("events that lost kind and apiVersion on their way are events")
    func noKind() {
        let reading = Reading(Event(["kind": "", "apiVersion": ""]).line)
        #expect(verbs(reading) == ["get"])
    }

    @Test("keys in any order, twice, unknown, and with white space around everything")
    func oddSpelling() {
        let event = """
            { "stage" : "Panic" , "futureField":{"a":[1,{"b":"}"}]},"verb":"list",
             "requestReceivedTimestamp":"2026-11-20T22:09:43.742107Z" , "verb" : "watch",
             "auditID":"x","apiVersion":"audit.k8s.io/v1","kind":"Event" }
            """
        let reading = Reading(event.split(separator: "\n").joined(separator: " "))
        #expect(verbs(reading) == ["watch"])
        #expect(reading.requests.map(\.stage) == [.panic])
    }

    @Test("slashes may be escaped, as some writers of JSON do, in keys, too")
    func escapedSlashes() {
        let plain = Event([
            "annotations": #"{"k8s.io/deprecated":"true"}"#, "level": #""RequestResponse""#,
            "responseObject": """
            {"kind":"D","apiVersion":"apps/v1","metadata":{"uid":"u","ownerReferences":\
            [{"apiVersion":"a/v1","kind":"K","name":"o/o","uid":"u-2"}],"finalizers":["x/y"]}}
            """,
        ]).line
        let escaped = plain.split(separator: "/", omittingEmptySubsequences: false)
        let reading = Reading(escaped.joined(separator: "\\/"))
        #expect(reading.transcript == Reading(plain).transcript)
        #expect(reading.requests.map(\.flags) == [.deprecated])
        #expect(reading.objects.count == 1)
    }

    @Test("a line of many megabytes is read")
    func longLine() {
        let filler = String(repeating: "x\\\"", count: 2_000_000)
        let long = Event([
            "level": #""RequestResponse""#, "responseObject": "{\"a\":\"\(filler)\"}",
        ])
        let reading = Reading(
            "\(event("get"))\n\(long.line)\n\(event("list"))\n", chunk: 1_000_000)
        #expect(reading.requests.map(\.position) == [1, 2, 3])
        #expect(reading.rejects == [])
    }

    @Test("bytes that are not UTF-8 are replaced, in names as in anything")
    func invalidUTF8() throws {
        var bytes = Array(event("get").utf8)
        let ada = try #require(bytes.firstRange(of: Array("\"ada\"".utf8)))
        bytes.replaceSubrange(ada, with: [0x22, 0x61, 0xFF, 0xC0, 0x22])
        let lines = Array(event("list").utf8) + [10] + bytes + [10]
        let reading = Reading(lines)
        #expect(verbs(reading) == ["list", "get"])
        #expect(reading.client(reading.requests[1])[0] == "a\u{FFFD}\u{FFFD}")
        #expect(reading.client(reading.requests[0])[0] == "ada")
        for id in 0..<UInt32(reading.names.strings.count) {
            let text = reading.text(id)
            let isKept = reading.names.strings.withBytes(of: id) { $0.elementsEqual(text.utf8) }
            #expect(isKept, "\(text) is kept as bytes that are not UTF-8")
        }
    }

    @Test("escapes are undone, broken ones replaced")
    func escapes() {
        func user(_ text: String) -> String {
            let reading = Reading(Event(["user": "{\"username\":\"\(text)\"}"]).line)
            return reading.client(reading.requests[0])[0]
        }
        #expect(user(#"a\u0026b\"c\\d\/e\n\t\b\f\r"#) == "a&b\"c\\d/e\n\t\u{8}\u{c}\r")
        #expect(user(#"\u00e9\u20ac\ud83d\ude00"#) == "é€😀")
        #expect(user(#"\ud83d"#) == "\u{FFFD}")
        #expect(user(#"\ud83dx\ude00"#) == "\u{FFFD}x\u{FFFD}")
        #expect(user(#"\ud83d\u0041"#) == "\u{FFFD}A")
        #expect(user(#"\u12"#) == "?12")
        #expect(user(#"\q"#) == "?")
    }

    @Test("the text is read the same however it is cut into chunks")
    func everyCut() {
        let first = Event.withBodies(
            "delete", "/api/v1/namespaces/n/pods/p?x=1\\u0026limit=2",
            #"{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1"}"#, code: 200,
            request: #"{"kind":"DeleteOptions","preconditions":{"uid":"u-1"}}"#,
            response: #"{"kind":"Pod","metadata":{"name":"p","uid":"u-1"}}"#
        ).line
        let texts = [
            "\u{FEFF}\(first)\r\n\r\nklog text\n\(first.prefix(50))\n\0\0\(first)\n\(first)",
            "klog text\n\n\(first)\n\(first)\n",
            "\(first.prefix(90))\n\(first)\(first)\n{\"a\":\n",
        ]
        for text in texts {
            let whole = Reading(text).transcript
            #expect(whole.count > 3)
            for chunk in 1..<200 { #expect(Reading(text, chunk: chunk).transcript == whole) }
        }
    }

    @Test("a server that the caller names is the server of every request, none is no server")
    func server() {
        #expect(Reading(event("get"), server: "").requests.map(\.server) == [0])
        #expect(Reading(event("get"), server: "cp-9").requests.map(\.server) == [1])
    }

    @Test("many batches are read as one")
    func manyLines() {
        let lines = (0..<2_000).map { number in
            Event(["auditID": "\"id-\(number)\""]).line
        }
        let reading = Reading(lines.joined(separator: "\n"), chunk: 300_000)
        #expect(reading.requests.map(\.position) == (1...2_000).map(Int64.init))
        #expect(
            reading.requests.map { $0.auditID.text(in: reading.names.strings) }
                == (0..<2_000).map { "id-\($0)" })
        #expect(reading.rejects == [])
    }
}
