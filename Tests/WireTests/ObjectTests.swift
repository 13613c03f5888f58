import Bytes
import KubeAPI
import Testing

@testable import Wire

/// What bodies show of objects.
struct ObjectTests {
    private static func exchange(
        _ method: String, _ path: String, _ status: Int, _ body: String, request: String = "",
        segment: Int = 1_400
    ) -> Reading {
        var talk = Talk()
        talk.client(
            "\(method) \(path) HTTP/1.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(request.utf8.count)\r\n\r\n\(request)")
        talk.server(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return talk.reading(segment: segment)
    }

    private static let owned = #"""
        {"metadata":{"name":"b\u00e9\"","namespace":"n","uid":"22222222-0000-4000-8000-000000000001",
        "finalizers":["foregroundDeletion","x/y"],"deletionTimestamp":"2026-11-20T22:00:00Z",
        "deletionGracePeriodSeconds":30,"labels":{"name":"wrong"},"managedFields":[{"uid":"no"}],
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"rs","uid":
        "33333333-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":false}]},
        "spec":{"metadata":{"name":"template"},"finalizers":["kubernetes"]},"status":"x"}
        """#

    @Test("an item of a list is read with its owners, finalizers and deletion, its content not")
    func list() throws {
        let body =
            #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":["#
            + Self.owned + "," + #"{"metadata":{"name":"c","uid":"u"}}]}"#
        for segment in [1, 3, 1_400] {
            let reading = Self.exchange("GET", "/api/v1/pods", 200, body, segment: segment)
            #expect(reading.traffic.objects.count == 2)
            let object = try #require(reading.traffic.objects.first)
            #expect(reading.text(object.name) == "bé\"")
            #expect(reading.text(object.kind) == "Pod")
            #expect(reading.text(object.resource) == "pods")
            #expect(object.finalizers.map { reading.text($0) } == ["foregroundDeletion", "x/y"])
            #expect(object.deletionRequestedAt == RFC3339.nanoseconds("2026-11-20T22:00:00Z"))
            let owner = try #require(object.owners.first)
            #expect(reading.text(owner.group) == "apps" && reading.text(owner.name) == "rs")
            #expect(owner.isController && !owner.blocksDeletion && object.owners.count == 1)
            #expect(!reading.everything.contains("template"))
        }
    }

    @Test("tables and partial metadata show objects without their kind")
    func tables() {
        let row =
            #"{"cells":["a"],"object":{"kind":"PartialObjectMetadata","apiVersion":"#
            + #""meta.k8s.io/v1","metadata":{"name":"a","uid":"u"}}}"#
        let reading = Self.exchange(
            "GET", "/apis/apps/v1/deployments", 200,
            #"{"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name"}],"#
                + #""rows":[\#(row)]}"#)
        #expect(reading.traffic.objects.map { reading.text($0.name) } == ["a"])
        #expect(reading.traffic.objects.map { reading.text($0.group) } == ["apps"])
        #expect(reading.traffic.objects.map(\.kind) == [0])
    }

    @Test(
        "the state of an object is what the answer says of its life",
        arguments: [
            ("POST", "/api/v1/namespaces/n/pods", 201, "", ObjectObservation.State.created),
            ("PUT", "/api/v1/namespaces/n/pods/a", 200, "", .seen),
            ("DELETE", "/api/v1/namespaces/n/pods/a", 200, "", .deleted),
            ("DELETE", "/api/v1/namespaces/n/pods/a", 202, "", .seen),
            ("DELETE", "/api/v1/namespaces/n/pods/a", 200, #","finalizers":["x"]"#, .seen),
            (
                "DELETE", "/api/v1/namespaces/n/pods/a", 200,
                #","deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":30"#,
                .seen
            ),
            (
                "PATCH", "/api/v1/namespaces/n/pods/a", 200,
                #","deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":0"#,
                .deleted
            ),
        ])
    func states(
        _ method: String, _ path: String, _ status: Int, _ more: String,
        _ state: ObjectObservation.State
    ) {
        let reading = Self.exchange(
            method, path, status,
            #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","uid":"u"\#(more)}}"#)
        #expect(reading.traffic.objects.map(\.state) == [state])
    }

    @Test("a delete keeps its options, and its Status says what is gone")
    func deleting() throws {
        let reading = Self.exchange(
            "DELETE", "/api/v1/namespaces/n/configmaps/a?propagationPolicy=Orphan", 200,
            #"{"kind":"Status","status":"Success","details":{"name":"a","uid":"u-1"}}"#,
            request:
                #"{"kind":"DeleteOptions","preconditions":{"uid":"u-1","resourceVersion":"7"},"#
                + #""propagationPolicy":"Foreground"}"#)
        let deletion = try #require(reading.traffic.deletions.first)
        #expect(deletion.propagation == .foreground)
        #expect(deletion.uid.text(in: reading.names.strings) == "u-1")
        #expect(reading.text(deletion.resourceVersion) == "7")
        #expect(reading.traffic.objects.map(\.state) == [.deleted])
        let rehearsal = Self.exchange(
            "DELETE", "/api/v1/namespaces/n/configmaps/a?dryRun=All", 200,
            #"{"kind":"ConfigMap","metadata":{"name":"a","uid":"u"}}"#)
        #expect(rehearsal.traffic.objects.isEmpty && rehearsal.traffic.deletions.isEmpty)
    }

    @Test("a body that breaks off or is no JSON shows what was whole before")
    func broken() {
        for body in [
            #"{"kind":"PodList","items":[{"metadata":{"name":"a","uid":"u"}},{"metadata":{"na"#,
            #"{"kind":"PodList","items":[{"metadata":{"name":"a","uid":"u"}},]]]]"#,
        ] {
            let reading = Self.exchange("GET", "/api/v1/pods", 200, body)
            #expect(reading.traffic.objects.map { reading.text($0.name) } == ["a"])
        }
        let deep = String(repeating: #"{"rows":[{"object":"#, count: 5_000)
        #expect(Self.exchange("GET", "/api/v1/pods", 200, deep).traffic.requests.count == 1)
    }

    @Test("discovery is stored as the document that it is, objects of it are not")
    func discovery() throws {
        let body = """
            {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",\
            "items":[{"metadata":{"name":"apps"}}]}
            """
        let document = try DiscoveryDocument(json: Array(body.utf8))
        for path in ["/apis", "/api", "/apis/apps", "/apis/apps/v1", "/api/v1"] {
            let reading = Self.exchange("GET", path, 200, body)
            #expect(reading.traffic.documents.map(\.path) == [path])
            let stored = try reading.traffic.documents.map { try DiscoveryDocument(json: $0.json) }
            #expect(stored == [document])
            #expect(reading.traffic.objects.isEmpty)
        }
    }
}
