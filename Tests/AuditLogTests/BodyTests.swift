import AuditLog
import Bytes
import KubeAPI
import Testing

/// What is kept of the bodies of a request, where somebody asked for them.
@Suite struct BodyTests {
    private static let pods =
        #"{"resource":"pods","namespace":"team-a","name":"web-1","apiVersion":"v1"}"#

    private func bodies(_ event: Event, longest: Int = 1 << 20) -> [String] {
        Reading(event.line, bodies: .all(longest: longest)).traffic.bodies.map {
            "\($0.side.text) \(String(decoding: $0.json, as: UTF8.self))"
        }
    }

    private func kept(_ fields: String) -> String? {
        let body = #"{"kind":"Pod","apiVersion":"v1",\#(fields)}"#
        let found = bodies(
            .withBodies(
                "update", "/api/v1/namespaces/team-a/pods/web-1", Self.pods, code: 200,
                response: body))
        let opening = #"response {"kind":"Pod","apiVersion":"v1","#
        return found.first.map { String($0.dropFirst(opening.count).dropLast()) }
    }

    private static let fieldTable: [(String, String)] = [
        (#""spec":{"nodeName":"n1","replicas":2}"#, #""spec":{"nodeName":"n1","replicas":2}"#),
        (
            #""metadata":{"name":"a", "labels" : {"app":"b"}}"#,
            #""metadata":{"name":"a","labels":{"app":"b"}}"#
        ),
        (#""data":{"a":"b"}"#, #""data":"(dropped)""#),
        (#""env":[{"name":"A","value":"b"}]"#, #""env":[{"name":"A"}]"#),
        (#""args":["a"]"#, #""args":"(dropped)""#),
        (#""x":{"kind":"Secret","data":1}"#, #""x":"(dropped)""#),
        (#""x":{"Kind":"\u0053ecret"}"#, #""x":"(dropped)""#),
        (#""x":{"kind":"Secret","kind":"Pod"}"#, #""x":"(dropped)""#),
        (#""x":{"type":"Opaque","data":{}}"#, #""x":"(dropped)""#),
        (#""dbPassword":"a""#, #""dbPassword":"(dropped)""#),
        (
            #""secretKeyRef":{"name":"a","key":"b"}"#,
            #""secretKeyRef":{"name":"a","key":"(dropped)"}"#
        ),
        (#""automountServiceAccountToken":false"#, #""automountServiceAccountToken":false"#),
        (#""caBundle":"LS0t""#, #""caBundle":"(dropped)""#),
        (#""sshKey":"a","key":"b""#, #""sshKey":"(dropped)","key":"b""#),
        (
            #""annotations":{"a":"b","x.k8s.io/c":"{\"d\":1}","x.k8s.io/e":"f"}"#,
            #""annotations":{"a":"(dropped)","x.k8s.io/c":"(dropped)","x.k8s.io/e":"f"}"#
        ),
        (
            #""pass":"a","dbPass":"a","psk":"a","otp":123456,"cred":"a","connStr":"a""#,
            #""pass":"(dropped)","dbPass":"(dropped)","psk":"(dropped)","otp":"(dropped)","#
                + #""cred":"(dropped)","connStr":"(dropped)""#
        ),
        (
            #""accessKeyId":"a","sessionId":"a","substitute":{"x":"a"},"list":["a",7]"#,
            #""accessKeyId":"(dropped)","sessionId":"(dropped)","substitute":{"x":"(dropped)"},"#
                + #""list":["(dropped)","(dropped)"]"#
        ),
        (#""requests":{"cpu":"1"},"isOn":true"#, #""requests":{"cpu":"1"},"isOn":true"#),
        (#""text":"a\nb""#, #""text":"(dropped)""#),
        (#""text":"https://a:b@c""#, #""text":"(dropped)""#),
        (
            #""matchExpressions":[{"key":"a","operator":"In","values":["b"]}]"#,
            #""matchExpressions":[{"key":"a","operator":"In","values":["b"]}]"#
        ),
        (#""values":["b"],"value":7"#, #""values":"(dropped)","value":7"#),
    ]

    @Test("fields are kept or dropped by name and shape", arguments: fieldTable)
    func fields(given: String, wanted: String) { #expect(kept(given) == wanted) }

    private static let targetTable: [(String, String)] = [
        ("/api/v1/namespaces/team-a/secrets/s", "secrets"),
        ("/api/v1/namespaces/team-a/serviceaccounts/s/token", "serviceaccounts"),
        ("/apis/authentication.k8s.io/v1/tokenreviews", "tokenreviews"),
        ("/apis/authorization.k8s.io/v1/subjectaccessreviews", "subjectaccessreviews"),
        ("/apis/certificates.k8s.io/v1/certificatesigningrequests/c", "certificatesigningrequests"),
        ("/api/v1/namespaces/team-a/secr%65ts/s", ""),
        ("/api/v1/namespaces/team-a/secrets/s", "pods"),
        ("/metrics", ""),
    ]

    @Test(
        "bodies of requests about secrets and identities are left out whole", arguments: targetTable
    )
    func targets(uri: String, resource: String) {
        let reference =
            resource.isEmpty
            ? "" : #"{"resource":"\#(resource)","name":"s","apiVersion":"v1"}"#
        let found = bodies(
            .withBodies(
                "patch", uri, reference, code: 200, request: #"{"spec":{"a":1}}"#,
                response: #"{"kind":"Pod","apiVersion":"v1"}"#))
        #expect(found == [])
    }

    @Test("of a JSON patch the paths are kept, and values of metadata's own")
    func jsonPatch() {
        let patch =
            #"[{"op":"add","path":"/metadata/finalizers/-","value":"x/y"},"#
            + #"{"op":"test","path":"/spec/a","value":"b"}]"#
        let found = bodies(
            .withBodies(
                "patch", "/api/v1/namespaces/team-a/pods/web-1", Self.pods, code: 200,
                request: patch))
        #expect(
            found == [
                #"request [{"op":"add","path":"/metadata/finalizers/-","value":"x/y"},"#
                    + #"{"op":"test","path":"/spec/a","value":"(dropped)"}]"#
            ])
    }

    @Test("what has no known shape is left out whole", arguments: ["[1]", "{}", #""text""#, "7"])
    func shapes(body: String) {
        let event = Event.withBodies(
            "create", "/api/v1/namespaces/team-a/pods", Self.pods, code: 201, request: body)
        #expect(bodies(event) == [])
    }

    @Test("a body that is too long or nests too deep is counted and not kept")
    func bounds() {
        let body = #"{"kind":"Pod","apiVersion":"v1","spec":{"a":1}}"#
        let event = Event.withBodies(
            "create", "/api/v1/namespaces/team-a/pods", Self.pods, code: 201, request: body)
        #expect(bodies(event, longest: body.utf8.count).count == 1)
        let long = Reading(event.line, bodies: .all(longest: body.utf8.count - 1))
        #expect(long.traffic.bodies == [])
        #expect(long.bodyCounts.tooLong == 1)
        let nested = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let deep = Event.withBodies(
            "create", "/api/v1/namespaces/team-a/pods", Self.pods, code: 201,
            request: #"{"kind":"Pod","apiVersion":"v1","spec":\#(nested)}"#)
        let reading = Reading(deep.line, bodies: .all(longest: 1 << 20))
        #expect(reading.bodyCounts.unreadable == 1)
        #expect(reading.requests.count == 1)
    }

    @Test("nobody who did not ask for bodies is given any")
    func unasked() {
        let event = Event.withBodies(
            "create", "/api/v1/namespaces/team-a/pods", Self.pods, code: 201,
            request: #"{"kind":"Pod","apiVersion":"v1"}"#)
        #expect(Reading(event.line).traffic.bodies == [])
        #expect(Reading(event.line).bodyCounts == BodyCounts())
    }

    @Test("behind a proxy, neither path nor query values are kept")
    func proxied() {
        let reading = Reading(
            Event([
                "requestURI":
                    #""/api/v1/namespaces/n/services/https:foo:443/proxy/a/b?limit=x&c=y&z""#,
                "objectRef":
                    #"{"resource":"services","namespace":"n","name":"https:foo:443","#
                    + #""apiVersion":"v1","subresource":"proxy"}"#,
            ]).line)
        #expect(
            reading.requests.map(reading.summary)
                == ["get v1/services/proxy n/https:foo:443 query limit&c&"])
    }
}
