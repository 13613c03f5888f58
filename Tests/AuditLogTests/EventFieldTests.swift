import AuditLog
import Bytes
import KubeAPI
import Testing

@Suite("The fields of an audit event") struct EventFieldTests {
    @Test("a Metadata event becomes one request with everything it says")
    func wholeEvent() throws {
        let reading = Reading(Event().line + "\n")
        let request = try #require(reading.requests.first)
        #expect(reading.requests.count == 1)
        #expect(reading.summary(request) == "get v1/pods team-a/web-1")
        #expect(reading.client(request) == ["ada", "kubectl/v1.36.2", "10.0.0.7", ""])
        #expect(RFC3339.text(request.at) == "2026-11-20T22:09:43.742107Z")
        #expect(request.durationMicroseconds == 10_001)
        #expect(request.status == 200)
        #expect(request.stage == .responseComplete)
        #expect(request.level == .metadata)
        #expect(request.position == 1)
        #expect(reading.names.servers[request.server] == "cp-1")
        #expect(reading.names.sources[request.source] == "audit.log")
        #expect(
            request.auditID.text(in: reading.names.strings)
                == "0a1b2c3d-4e5f-6789-abcd-ef0123456789")
        #expect(reading.traffic.rejects.isEmpty)
    }

    @Test("stages come through; only a finished request has a duration")
    func stages() {
        let stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"]
        let text = stages.map { Event(["stage": "\"\($0)\""]).line }.joined(separator: "\n")
        let requests = Reading(text).requests
        #expect(
            requests.map(\.stage) == [
                .requestReceived, .responseStarted, .responseComplete, .panic,
            ]
        )
        #expect(requests.map(\.durationMicroseconds) == [-1, -1, 10_001, 10_001])
    }

    @Test("a response before its request, as clocks have it, has no duration")
    func negativeDuration() {
        let event = Event(["stageTimestamp": #""2026-11-20T22:09:43.742106Z""#])
        #expect(Reading(event.line).requests.map(\.durationMicroseconds) == [-1])
    }

    @Test(
        "levels come through",
        arguments: [
            ("None", AuditLevel.none), ("Metadata", .metadata), ("Request", .request),
            ("RequestResponse", .requestResponse), ("Everything", .none),
        ])
    func levels(name: String, level: AuditLevel) {
        #expect(Reading(Event(["level": "\"\(name)\""]).line).requests.map(\.level) == [level])
    }

    @Test("every verb is known by its name, any other word is `other`", arguments: Verb.allCases)
    func verbs(verb: Verb) {
        let event = Event(["verb": verb == .none ? "" : "\"\(verb.text)\""])
        #expect(Reading(event.line).requests.map(\.verb) == [verb])
        #expect(Reading(Event(["verb": #""frobnicate""#]).line).requests.map(\.verb) == [.other])
    }

    @Test("the last source address counts, because clients can forge the others")
    func addresses() {
        func address(_ value: String) -> String {
            let reading = Reading(Event(["sourceIPs": value]).line)
            return reading.client(reading.requests[0])[2]
        }
        #expect(address(#"["1.2.3.4","10.0.0.9"]"#) == "10.0.0.9")
        #expect(address(#"[ "1.2.3.4" , "fd00::1" ]"#) == "fd00::1")
        #expect(address("[]") == "")
        #expect(address("null") == "")
        #expect(address("") == "")
        #expect(address("[7]") == "")
    }

    @Test("an impersonated user stands beside the real one")
    func impersonation() {
        let reading = Reading(
            Event(["impersonatedUser": #"{"username":"system:admin","groups":["x"]}"#]).line)
        #expect(reading.client(reading.requests[0])[3] == "system:admin")
        #expect(reading.client(reading.requests[0])[0] == "ada")
    }

    @Test(
        "user agents come through as they are, empty ones too",
        arguments: [
            "", "Go-http-client/2.0",
            "kube-controller-manager/v1.35.1 (linux/amd64) kubernetes/0123456/"
                + "system:serviceaccount:kube-system:generic-garbage-collector",
        ])
    func userAgents(agent: String) {
        let reading = Reading(Event(["userAgent": "\"\(agent)\""]).line)
        #expect(reading.client(reading.requests[0])[1] == agent)
    }

    @Test("an audit id that is no UUID is kept as the client sent it")
    func clientAuditID() {
        let reading = Reading(Event(["auditID": #""build-\"7\"""#]).line)
        #expect(reading.requests[0].auditID.text(in: reading.names.strings) == "build-\"7\"")
    }

    @Test("a deprecated API is marked, however the annotation is spelled")
    func deprecated() {
        for annotations in [
            #"{"k8s.io/deprecated":"true","k8s.io/removed-release":"1.25"}"#,
            #"{"k8s.io/deprecated":"true"}"#, #"{"k8s.io/removed-release":"1.25"}"#,
            #"{"k8s.io/removal-release":"1.25"}"#,
        ] {
            let requests = Reading(Event(["annotations": annotations]).line).requests
            #expect(requests.map(\.flags) == [.deprecated])
        }
        let other = Event(["annotations": #"{"authorization.k8s.io/decision":"allow"}"#])
        #expect(Reading(other.line).requests.map(\.flags) == [[]])
    }

    @Test("a cut event is marked")
    func truncated() {
        let annotated = Event(["annotations": #"{"audit.k8s.io/truncated":"true"}"#])
        let omitted = Event(["requestObject": #""skipped-too-big-size-object""#])
        for event in [annotated, omitted] {
            #expect(Reading(event.line).requests.map(\.flags) == [.truncated])
        }
    }

    @Test("v1beta1 events read like v1 events")
    func beta() {
        let beta = Event(["apiVersion": #""audit.k8s.io/v1beta1""#])
        #expect(Reading(beta.line).transcript == Reading(Event().line).transcript)
    }

    @Test("v1alpha1 says `timestamp`, and group and version in one word")
    func alpha() {
        let reading = Reading(
            Event([
                "apiVersion": #""audit.k8s.io/v1alpha1""#, "requestReceivedTimestamp": "",
                "stageTimestamp": "", "timestamp": #""2018-01-02T03:04:05Z""#,
                "requestURI": #""/apis/apps/v1beta1/namespaces/n/deployments/d""#,
                "objectRef":
                    #"{"resource":"deployments","namespace":"n","name":"d","apiVersion":"apps/v1beta1"}"#,
            ]).line)
        #expect(reading.requests.map(reading.summary) == ["get apps/v1beta1/deployments n/d"])
        #expect(reading.requests.map { RFC3339.text($0.at) } == ["2018-01-02T03:04:05.000000Z"])
        #expect(reading.requests.map(\.durationMicroseconds) == [-1])
    }

    @Test(
        "timestamps may have any number of digits",
        arguments: ["", ".7", ".742", ".742107", ".7421070", ".742107000"])
    func digits(fraction: String) {
        let event = Event(["requestReceivedTimestamp": "\"2026-11-20T22:09:43\(fraction)Z\""])
        let at = Reading(event.line).requests[0].at
        #expect(at == RFC3339.nanoseconds("2026-11-20T22:09:43\(fraction)Z"))
    }

    @Test("days that change from line to line, and back, are read right")
    func days() {
        let instants = [
            "2026-11-20T23:59:59.999999Z", "2026-11-21T00:00:00.000000Z",
            "2026-11-20T23:59:60.000000Z", "2024-02-29T12:00:00.000001Z",
            "1969-12-31T23:59:59.000000Z", "2026-11-21T00:00:00.000000Z",
        ]
        let text = instants.map { Event(["requestReceivedTimestamp": "\"\($0)\""]).line }
        let read = Reading(text.joined(separator: "\n")).requests.map(\.at)
        #expect(read == instants.compactMap { RFC3339.nanoseconds($0) })
    }

    @Test("an event without any time is rejected")
    func timeless() {
        let event = Event(["requestReceivedTimestamp": "", "stageTimestamp": #""yesterday""#])
        let reading = Reading(Event().line + "\n" + event.line)
        #expect(reading.requests.count == 1)
        #expect(reading.rejects == ["2: an event without time"])
    }

    @Test("a request without end has no status")
    func noStatus() {
        let event = Event(["stage": #""RequestReceived""#, "responseStatus": ""])
        #expect(Reading(event.line).requests.map(\.status) == [0])
    }

    @Test("the code of a watch that ended with an error in its stream is the one recorded")
    func watchError() {
        let event = Event([
            "verb": #""watch""#,
            "responseStatus": #"{"metadata":{},"status":"Failure","reason":"Expired","code":200}"#,
        ])
        #expect(Reading(event.line).requests.map(\.status) == [200])
    }
}
