import AuditLog
import Bytes
import KubeAPI
import Testing

@Suite("What the bodies of an event show of objects") struct ObjectTests {
    private static let uid = "11111111-2222-3333-4444-555555555555"
    private static let pods = #"{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1"}"#
    private static let podURI = "/api/v1/namespaces/n/pods/p"

    private func pod(_ metadata: String = "", _ rest: String = "") -> String {
        """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"n",\
        "uid":"\(ObjectTests.uid)"\(metadata.isEmpty ? "" : ",")\(metadata)}\
        \(rest.isEmpty ? "" : ",")\(rest)}
        """
    }

    private func objects(_ event: Event) -> [String] {
        let reading = Reading(event.line)
        return reading.objects.map(reading.summary)
    }

    private func podRequest(
        _ verb: String, code: Int, request: String = "", response: String = "", query: String = ""
    ) -> [String] {
        objects(
            .withBodies(
                verb, ObjectTests.podURI + query, ObjectTests.pods, code: code, request: request,
                response: response))
    }

    private let seen = "seen v1 Pod pods n/p \(ObjectTests.uid)"
    private let deleted = "deleted v1 Pod pods n/p \(ObjectTests.uid)"

    @Test("a create that was answered 201 creates, a read shows, a failure shows nothing")
    func states() {
        #expect(
            podRequest("create", code: 201, response: pod()) == [
                "created v1 Pod pods n/p \(ObjectTests.uid)"
            ])
        #expect(podRequest("get", code: 200, response: pod()) == [seen])
        #expect(podRequest("update", code: 200, response: pod()) == [seen])
        #expect(
            podRequest("patch", code: 201, response: pod()) == [
                "created v1 Pod pods n/p \(ObjectTests.uid)"
            ])
        for code in [0, 304, 403, 404, 409, 500] {
            #expect(podRequest("create", code: code, request: pod(), response: pod()) == [])
        }
    }

    @Test("the response counts; without it a created or updated object in the request does")
    func requestBody() {
        let bare = #"{"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"p-"}}"#
        #expect(
            podRequest("create", code: 201, request: bare, response: pod()) == [
                "created v1 Pod pods n/p \(ObjectTests.uid)"
            ])
        #expect(podRequest("create", code: 201, request: bare) == ["created v1 Pod pods n/p "])
        #expect(podRequest("update", code: 200, request: pod()) == [seen])
        #expect(podRequest("patch", code: 200, request: pod()) == [])
        #expect(
            podRequest(
                "patch", code: 200, request: #"[{"op":"remove","path":"/metadata/finalizers"}]"#,
                response: pod()) == [seen])
    }

    @Test("a rehearsal shows nothing")
    func dryRun() {
        #expect(podRequest("create", code: 201, response: pod(), query: "?dryRun=All") == [])
        let options = #"{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}"#
        let reading = Reading(
            Event.withBodies(
                "delete", ObjectTests.podURI, ObjectTests.pods, code: 200, request: options,
                response: pod()
            ).line)
        #expect(reading.objects.isEmpty)
        #expect(reading.traffic.deletions.isEmpty)
    }

    @Test(
        "a delete removes only what has no finalizer and no grace left",
        arguments: [
            ("", 200, true), ("", 202, false),
            (#""finalizers":["x"]"#, 200, false), (#""finalizers":[]"#, 200, true),
            (
                #""deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":30"#, 200,
                false
            ),
            (
                #""deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":0"#, 200,
                true
            ),
            (
                """
                "deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":0,\
                "finalizers":["foregroundDeletion"]
                """, 200, false
            ),
            (#""deletionTimestamp":"2026-11-20T22:00:00Z""#, 200, false),
        ])
    func deletes(metadata: String, code: Int, isGone: Bool) {
        #expect(
            podRequest("delete", code: code, response: pod(metadata)) == [isGone ? deleted : seen])
    }

    @Test("the update that takes the last finalizer off a dying object removes it")
    func lastFinalizer() {
        let dying = #""deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":0"#
        #expect(podRequest("update", code: 200, response: pod(dying)) == [deleted])
        #expect(podRequest("patch", code: 200, response: pod(dying)) == [deleted])
        #expect(
            podRequest("patch", code: 200, response: pod(dying + #","finalizers":["x"]"#)) == [seen]
        )
        #expect(podRequest("get", code: 200, response: pod(dying)) == [seen])
    }

    @Test("a namespace goes with its own finalizers, and never with the delete")
    func namespaces() {
        func namespace(_ verb: String, _ part: String, _ spec: String) -> [String] {
            objects(
                .withBodies(
                    verb, "/api/v1/namespaces/n/\(part)",
                    """
                    {"resource":"namespaces","namespace":"n","name":"n","apiVersion":"v1",\
                    "subresource":"\(part)"}
                    """, code: 200,
                    response: """
                        {"kind":"Namespace","apiVersion":"v1","metadata":{"name":"n",\
                        "uid":"\(ObjectTests.uid)","deletionTimestamp":"2026-11-20T22:00:00Z"},\
                        "spec":\(spec)}
                        """))
        }
        let name = "v1 Namespace namespaces n \(ObjectTests.uid)"
        #expect(
            namespace("delete", "", #"{"finalizers":["kubernetes"]}"#) == ["seen \(name)"])
        #expect(
            namespace("update", "status", #"{"finalizers":["kubernetes"]}"#) == ["seen \(name)"])
        #expect(namespace("update", "finalize", "{}") == ["deleted \(name)"])
    }

    @Test("a Status that names a uid tells of a removal, at every level")
    func statusOfDelete() {
        let status = """
            {"metadata":{},"status":"Success","details":{"name":"p","kind":"pods",\
            "uid":"\(ObjectTests.uid)"},"code":200}
            """
        let body = #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}"#
        let full = Event.withBodies(
            "delete", ObjectTests.podURI, ObjectTests.pods, code: 200, response: body,
            status: status)
        var metadata = full
        metadata.fields.removeAll { $0.0 == "level" || $0.0 == "responseObject" }
        for event in [full, metadata] {
            #expect(objects(event) == ["deleted v1 - pods n/p \(ObjectTests.uid)"])
        }
    }

    @Test("the uid beside the name is all that a Metadata event shows")
    func referenceUID() {
        let event = Event([
            "verb": #""update""#, "requestURI": "\"\(ObjectTests.podURI)\"",
            "objectRef": """
            {"resource":"pods","namespace":"n","name":"p","uid":"\(ObjectTests.uid)",\
            "apiVersion":"v1"}
            """,
        ])
        #expect(objects(event) == ["seen v1 - pods n/p \(ObjectTests.uid)"])
        #expect(objects(Event()) == [])
    }

    @Test("owners, finalizers and the deletion timestamp are read; wrong types are passed over")
    func references() throws {
        let metadata = """
            "finalizers":["a.example.com/x",7,null,{"y":1},"b\\u002fz"],\
            "deletionTimestamp":"2026-11-20T22:00:00Z",\
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"rs",\
            "uid":"aaaaaaaa-2222-3333-4444-555555555555","controller":true,\
            "blockOwnerDeletion":true},{"apiVersion":"v1","kind":"Node","name":"node",\
            "uid":"not a uuid"},{},{"name":[],"uid":false}]
            """
        let reading = Reading(
            Event.withBodies(
                "get", ObjectTests.podURI, ObjectTests.pods, code: 200, response: pod(metadata)
            ).line)
        let object = try #require(reading.objects.first)
        #expect(object.finalizers.map(reading.text) == ["a.example.com/x", "b/z"])
        #expect(object.deletionRequestedAt == RFC3339.nanoseconds("2026-11-20T22:00:00Z"))
        #expect(object.at == RFC3339.nanoseconds("2026-11-20T22:09:43.752108Z"))
        #expect(object.owners.count == 2)
        #expect(
            object.owners.map { owner in
                [owner.group, owner.version, owner.kind, owner.name].map(reading.text)
            } == [["apps", "v1", "ReplicaSet", "rs"], ["", "v1", "Node", "node"]])
        #expect(object.owners.map(\.isController) == [true, false])
        #expect(object.owners.map(\.blocksDeletion) == [true, false])
        #expect(object.owners[1].uid.text(in: reading.names.strings) == "not a uuid")
    }

    @Test("the objects of a list are of the kind of the list, unless they say theirs")
    func lists() {
        func list(_ kind: String, _ items: String) -> [String] {
            objects(
                .withBodies(
                    "list", "/apis/apps/v1/namespaces/n/deployments",
                    """
                    {"resource":"deployments","namespace":"n","apiGroup":"apps","apiVersion":"v1"}
                    """, code: 200,
                    response: """
                        {"kind":"\(kind)","apiVersion":"apps/v1","metadata":{},"items":[\(items)]}
                        """))
        }
        let item = #"{"metadata":{"name":"a","namespace":"n","uid":"u-1"},"spec":{}}"#
        #expect(list("DeploymentList", "") == [])
        #expect(
            list("DeploymentList", "\(item), \(item)")
                == Array(repeating: "seen apps/v1 Deployment deployments n/a u-1", count: 2))
        #expect(
            list("List", #"{"kind":"X","apiVersion":"x.io/v2","metadata":{"uid":"u-2"}}"#)
                == ["seen x.io/v2 X deployments n/ u-2"])
        #expect(
            list(
                "PartialObjectMetadataList",
                #"{"kind":"PartialObjectMetadata",\#(item.dropFirst())"#)
                == ["seen apps/v1 - deployments n/a u-1"])
        #expect(list("DeploymentList", "7, \(item)") == [])
    }

    @Test("the rows of a table hold objects, too")
    func tables() {
        let response = """
            {"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name"}],\
            "rows":[{"cells":["a"],"object":{"kind":"PartialObjectMetadata",\
            "apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","uid":"u-1"}}},{"cells":[]}]}
            """
        #expect(
            podRequest("list", code: 200, response: response) == ["seen v1 - pods n/a u-1"])
    }

    @Test("watch events show their objects, and the end of one")
    func watches() {
        func watch(_ type: String) -> [String] {
            podRequest(
                "watch", code: 200, response: "{\"type\":\"\(type)\",\"object\":\(pod())}")
        }
        #expect(watch("ADDED") == [seen])
        #expect(watch("MODIFIED") == [seen])
        #expect(watch("DELETED") == [deleted])
        #expect(watch("BOOKMARK") == [])
        #expect(watch("ERROR") == [])
    }

    @Test("a deletecollection removes what nothing holds back")
    func collections() {
        func collection(_ resource: String, _ metadata: String, _ options: String) -> [String] {
            objects(
                .withBodies(
                    "deletecollection", "/api/v1/namespaces/n/\(resource)",
                    "{\"resource\":\"\(resource)\",\"namespace\":\"n\",\"apiVersion\":\"v1\"}",
                    code: 200, request: options,
                    response: """
                        {"kind":"XList","apiVersion":"v1","items":[{"metadata":{"name":"a",\
                        "uid":"u-1"\(metadata)}}]}
                        """)
            ).map { String($0.prefix { $0 != " " }) }
        }
        let background = #"{"kind":"DeleteOptions","propagationPolicy":"Background"}"#
        #expect(collection("configmaps", "", background) == ["deleted"])
        #expect(collection("configmaps", "", "") == ["deleted"])
        #expect(collection("configmaps", #","finalizers":["x"]"#, background) == ["seen"])
        #expect(collection("pods", "", background) == ["seen"])
        for policy in ["Foreground", "Orphan"] {
            let options = "{\"kind\":\"DeleteOptions\",\"propagationPolicy\":\"\(policy)\"}"
            #expect(collection("configmaps", "", options) == ["seen"])
        }
    }

    @Test(
        "delete options are read from the body, in the internal form too, and from the query",
        arguments: [
            (
                """
                {"kind":"DeleteOptions","apiVersion":"meta.k8s.io/__internal","preconditions":\
                {"uid":"u-1","resourceVersion":"544"},"propagationPolicy":"Background"}
                """, "", "u-1 544 background"
            ),
            (#"{"kind":"DeleteOptions","propagationPolicy":"Orphan"}"#, "", "  orphan"),
            (#"{"orphanDependents":true}"#, "", "  orphan"),
            (#"{"orphanDependents":false}"#, "", "  background"), ("{}", "", "  none"),
            ("", "?propagationPolicy=Foreground", "  foreground"),
            ("", "?orphanDependents=true", "  orphan"),
            ("", "?orphanDependents=false", "  background"), ("", "?timeout=1s", ""),
            ("", "", ""), ("7", "", ""),
            (#"{"preconditions":7,"propagationPolicy":["Orphan"]}"#, "", "  none"),
        ])
    func options(body: String, query: String, expected: String) {
        for code in [200, 404, 409] {
            let reading = Reading(
                Event.withBodies(
                    "delete", ObjectTests.podURI + query, ObjectTests.pods, code: code,
                    request: body
                ).line)
            let texts = reading.traffic.deletions.map { deletion in
                "\(deletion.uid.text(in: reading.names.strings)) "
                    + "\(reading.text(deletion.resourceVersion)) \(deletion.propagation)"
            }
            #expect(texts == (expected.isEmpty ? [] : [expected]))
        }
    }

    @Test("bodies that are no object of the path's kind show nothing")
    func otherBodies() {
        let scale = """
            {"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"p","uid":"u-1"}}
            """
        for part in ["scale", "token", "binding", "eviction", "exec", "log", "proxy"] {
            #expect(
                objects(
                    .withBodies(
                        "create", ObjectTests.podURI + "/\(part)",
                        """
                        {"resource":"pods","namespace":"n","name":"p","apiVersion":"v1",\
                        "subresource":"\(part)"}
                        """, code: 201, response: scale)) == [])
        }
        let review = """
            {"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":\
            {"creationTimestamp":null},"spec":{"token":"canary"},"status":{"authenticated":true}}
            """
        let event = Event.withBodies(
            "create", "/apis/authentication.k8s.io/v1/tokenreviews",
            """
            {"resource":"tokenreviews","apiGroup":"authentication.k8s.io","apiVersion":"v1"}
            """, code: 201, request: review, response: review)
        #expect(objects(event) == [])
    }

    @Test("nothing of a body is kept but identities, references and ends")
    func secrecy() {
        let secret = """
            {"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","namespace":"n",\
            "uid":"\(ObjectTests.uid)","labels":{"l":"canary-1"},"annotations":{\
            "kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":\\"canary-2\\"}"},\
            "managedFields":[{"manager":"canary-3"}]},"data":{"password":"canary-4"},\
            "stringData":{"name":"canary-5","uid":"canary-6"},"type":"canary-7"}
            """
        let reading = Reading(
            Event.withBodies(
                "create", "/api/v1/namespaces/n/secrets?canary=canary-8",
                #"{"resource":"secrets","namespace":"n","name":"s","apiVersion":"v1"}"#,
                code: 201, request: secret, response: secret,
                status: """
                    {"status":"Failure","message":"canary-9","reason":"canary-10","code":201}
                    """
            ).line)
        #expect(
            reading.objects.map(reading.summary) == [
                "created v1 Secret secrets n/s \(ObjectTests.uid)"
            ])
        for id in 0..<UInt32(reading.names.strings.count) {
            #expect(!reading.text(id).contains("canary-"))
        }
    }

    @Test("an unfinished request shows nothing")
    func unfinished() {
        for stage in ["RequestReceived", "ResponseStarted"] {
            var event = Event.withBodies(
                "delete", ObjectTests.podURI, ObjectTests.pods, code: 200,
                request: #"{"kind":"DeleteOptions"}"#, response: pod())
            event.fields.removeAll { $0.0 == "stage" }
            event.fields.append(("stage", "\"\(stage)\""))
            let reading = Reading(event.line)
            #expect(reading.requests.count == 1)
            #expect(reading.objects.isEmpty)
            #expect(reading.traffic.deletions.isEmpty)
        }
    }
}
