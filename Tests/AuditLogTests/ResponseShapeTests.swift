import Bytes
import KubeAPI
import Testing

@testable import AuditLog

@Suite("What the response status of an event tells") struct ResponseShapeTests {
    private func request(_ status: String) throws -> Request {
        try #require(Reading(Event(["responseStatus": status]).line).requests.first)
    }

    static let generic = "the server could not find the requested resource"

    @Test(
        "the three 404s are told apart",
        arguments: [
            (#"{"metadata":{},"code":404}"#, NotFoundShape.page),
            (#"{"code":404}"#, .page),
            (
                """
                {"metadata":{},"status":"Failure","message":"\(generic)","reason":"NotFound",\
                "details":{},"code":404}
                """, .route
            ),
            (
                """
                {"metadata":{},"status":"Failure","message":"\(generic)","reason":"NotFound",\
                "code":404}
                """, .route
            ),
            (
                """
                {"metadata":{},"status":"Failure","message":"\(generic) (get widgets.example.com)",\
                "reason":"NotFound","details":{"group":"example.com","kind":"widgets"},"code":404}
                """, .route
            ),
            (
                #"{"metadata":{},"status":"Failure","reason":"NotFound","details":{ },"code":404}"#,
                .route
            ),
            (
                #"""
                {"metadata":{},"status":"Failure","message":"configmaps \"c\" not found",\#
                "reason":"NotFound","details":{"name":"c","kind":"configmaps"},"code":404}
                """#, .object
            ),
            (
                #"""
                {"metadata":{},"status":"Failure","message":"configmaps \"c\" not found",\#
                "reason":"NotFound","code":404}
                """#, .object
            ),
            (
                #"{"metadata":{},"status":"Failure","reason":"NotFound","code":404}"#, .object
            ),
            (
                #"{"metadata":{},"status":"Failure","message":"Not Found","code":404}"#, .unknown
            ),
            (#"{"metadata":{},"code":410}"#, .none), (#"{"metadata":{},"code":200}"#, .none),
        ])
    func shapes(status: String, shape: NotFoundShape) throws {
        #expect(try request(status).notFound == shape)
    }

    @Test("a whole Status without details is marked: later servers make no other page (F1.49)")
    func bare() throws {
        let whole = #""status":"Failure","message":"\#(Self.generic)","reason":"NotFound""#
        #expect(try request(#"{\#(whole),"code":404}"#).flags == [.bareStatus])
        for other in [
            #"{\#(whole),"details":{},"code":404}"#, #"{\#(whole),"code":410}"#,
            #"{"message":"\#(Self.generic)","code":404}"#,
            #"{"status":"Failure","reason":"NotFound","code":404}"#,
        ] { #expect(try request(other).flags == [], "\(other)") }
    }

    @Test("a failure of which only the code is known says so")
    func codeOnly() throws {
        #expect(try request(#"{"metadata":{},"code":404}"#).flags == [.codeOnlyStatus])
        #expect(try request(#"{"metadata":{},"code":503}"#).flags == [.codeOnlyStatus])
        #expect(try request(#"{"metadata":{},"code":200}"#).flags == [])
        #expect(try request(#"{"metadata":{},"status":"Failure","code":403}"#).flags == [])
    }

    @Test("the sorts of 503 are told apart by their messages, which are not kept")
    func unavailable() throws {
        let unknown = "Error getting ip and port info of the remote server while proxying"
        let incomplete =
            "the request has been made before all known HTTP paths have been installed, "
            + "please try again"
        func flags(_ message: String, _ code: Int = 503) throws -> RequestFlags {
            try request("{\"status\":\"Failure\",\"message\":\"\(message)\",\"code\":\(code)}")
                .flags
        }
        #expect(try flags(unknown) == .peerAddressUnknown)
        #expect(try flags(incomplete) == .handlersIncomplete)
        #expect(try flags("etcd is gone") == [])
        #expect(try flags(unknown, 500) == [])
        let reading = Reading(
            Event(["responseStatus": "{\"message\":\"\(unknown)\",\"code\":503}"]).line)
        #expect(reading.names.strings.find(unknown) == nil)
    }

    @Test(
        "codes that are none count as absent",
        arguments: [
            "-1", "0", "99", "1000", "70000", "1e3", "404.5", "9223372036854775808",
            "-9223372036854775809", #""40a""#, "null", "true", "[404]", "{}",
        ])
    func oddCodes(code: String) throws {
        #expect(try request("{\"code\":\(code)}").status == 0)
    }

    @Test("a code in quotes is a code")
    func quotedCode() throws {
        #expect(try request(#"{"code":"404"}"#).status == 404)
    }

    @Test("where the platform cut the event, a bare 404 says nothing of its shape")
    func cutNotFound() {
        let line = Event(["responseStatus": #"{"metadata":{},"code":404}"#]).line
        let padded = Array(line.utf8) + [UInt8](repeating: 0, count: AuditReader.padding)
        var parser = EventParser()
        var names = Names()
        var traffic = Traffic()
        var hint = EnvelopeHint(position: 7)
        hint.isTruncated = true
        hint.server = "cp-2"
        let result = padded.withUnsafeBufferPointer { bytes in
            parser.parse(
                UnsafeBufferPointer(rebasing: bytes[0..<line.utf8.count]), hint: hint, source: 3,
                server: 0, names: &names, into: &traffic)
        }
        #expect(result == .event)
        #expect(traffic.requests.map(\.notFound) == [.unknown])
        #expect(traffic.requests.map(\.flags) == [[.codeOnlyStatus, .truncated]])
        #expect(traffic.requests.map(\.position) == [7])
        #expect(traffic.requests.map { names.servers[$0.server] } == ["cp-2"])
    }
}
