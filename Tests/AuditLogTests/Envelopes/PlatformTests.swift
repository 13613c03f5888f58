import KubeAPI
import Testing

@testable import AuditLog

/// Envelopes that lose members of the event, and what is made of what they keep.
@Suite("Platforms")
struct PlatformTests {
    // MARK: - Google

    private func entry(
        _ method: String, _ resource: String, status: String = "{}", more: String = "",
        labels: String = #"{"authorization.k8s.io/decision":"allow"}"#
    ) -> String {
        #"{"insertId":"i-1","labels":\#(labels),"operation":{"first":true,"id":"op-1","last":true,"#
            + #""producer":"k8s.io"},"protoPayload":{"@type":"type.googleapis.com/x","#
            + #""authenticationInfo":{"principalEmail":"system:bot"},"methodName":"\#(method)","#
            + #""requestMetadata":{"callerIp":"::1","callerSuppliedUserAgent":"a/\"b\""},"#
            + #""resourceName":"\#(resource)","serviceName":"k8s.io","status":\#(status)\#(more)},"#
            + #""resource":{"labels":{"cluster_name":"c"},"type":"k8s_cluster"},"#
            + #""timestamp":"2021-04-29T08:23:18.899153Z"}"#
    }

    @Test("an entry of Cloud Logging becomes the event that it was made from")
    func cloudLogging() {
        let result = unwrap(entry("io.k8s.core.v1.pods.get", "core/v1/namespaces/web/pods/p-1"))
        let expected = #"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"op-1",
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/web/pods/p-1","verb":"get",
            "user":{"username":"system:bot"},"sourceIPs":["::1"],"userAgent":"a/\"b\"",
            "objectRef":{"resource":"pods","namespace":"web","name":"p-1","apiVersion":"v1"},
            "responseStatus":{"metadata":{},"code":200},
            "requestReceivedTimestamp":"2021-04-29T08:23:18.899153Z",
            "annotations":{"authorization.k8s.io/decision":"allow"}}
            """#
        #expect(difference(result.events, [expected]) == nil)
        #expect(result.servers == [nil])
    }

    @Test(
        "method and resource are turned back into path and verb",
        arguments: [
            ("io.k8s.get", "api/v1", "/api/v1", "get"),
            ("io.k8s.get", "apis/apps/v1", "/apis/apps/v1", "get"),
            ("io.k8s.get", "healthz", "/healthz", "get"),
            ("io.k8s.core.v1.nodes.list", "core/v1/nodes", "/api/v1/nodes", "list"),
            (
                "io.k8s.apps.v1.deployments.create", "apps/v1/namespaces/w/deployments/d",
                "/apis/apps/v1/namespaces/w/deployments", "create"
            ),
            (
                "io.k8s.core.v1.pods.eviction.create", "core/v1/namespaces/w/pods/p/eviction",
                "/api/v1/namespaces/w/pods/p/eviction", "create"
            ),
            (
                "io.k8s.authorization.rbac.v1.clusterroles.watch",
                "rbac.authorization.k8s.io/v1/clusterroles",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles", "watch"
            ),
            (
                "com.coreos.database.etcd.v1beta2.etcdbackups.patch",
                "etcd.database.coreos.com/v1beta2/namespaces/w/etcdbackups/b",
                "/apis/etcd.database.coreos.com/v1beta2/namespaces/w/etcdbackups/b", "patch"
            ),
            (
                "io.k8s.core.v1.namespaces.finalize.update", "core/v1/namespaces/w/finalize",
                "/api/v1/namespaces/w/finalize", "update"
            ),
            (
                "io.k8s.core.v1.namespaces.create", "core/v1/namespaces/w", "/api/v1/namespaces",
                "create"
            ),
            (
                "io.k8s.core.v1.namespaces.delete", "core/v1/namespaces/w", "/api/v1/namespaces/w",
                "delete"
            ),
            (
                "com.coreos.database.etcd.v1beta2.etcdbackups.list", "",
                "/apis/etcd.database.coreos.com/v1beta2/etcdbackups", "list"
            ),
            (
                "io.k8s.authorization.rbac.v1.roles.list", "",
                "/apis/rbac.authorization.k8s.io/v1/roles", "list"
            ),
        ])
    func requestURI(_ method: String, _ resource: String, _ uri: String, _ verb: String) {
        let event = unwrap(entry(method, resource)).events.first ?? ""
        #expect(event.contains("\"requestURI\":\"\(uri)\""))
        #expect(event.contains("\"verb\":\"\(verb)\""))
    }

    @Test(
        "gRPC codes are HTTP codes again",
        arguments: [
            (0, "get", 200), (0, "create", 201), (3, "get", 400), (4, "get", 504), (5, "get", 404),
            (6, "create", 409), (7, "get", 403), (8, "get", 429), (9, "update", 400),
            (10, "update", 409), (12, "get", 501), (13, "get", 500), (14, "get", 503),
            (16, "get", 401), (99, "get", 500),
        ])
    func status(_ grpc: Int, _ verb: String, _ http: Int) {
        let text = entry(
            "io.k8s.core.v1.pods.\(verb)", "core/v1/pods", status: "{\"code\":\(grpc)}")
        #expect(unwrap(text).events.first?.contains("\"code\":\(http)}") == true)
    }

    @Test("a Status in the response is better than a gRPC code")
    func statusResponse() {
        let response =
            #","response":{"@type":"core.k8s.io/v1.Status","apiVersion":"v1","code":410,"#
            + #""details":{"name":"p","kind":"pods"},"kind":"Status","message":"gone \"p\"","#
            + #""reason":"Gone","status":"Failure"}"#
        let text = entry(
            "io.k8s.core.v1.pods.get", "core/v1/namespaces/w/pods/p", status: #"{"code":5}"#,
            more: response)
        let event = unwrap(text).events.first ?? ""
        #expect(
            event.contains(
                #""responseStatus":{"metadata":{},"status":"Failure","message":"gone \"p\"","#
                    + #""reason":"Gone","details":{"name":"p","kind":"pods"},"code":410}"#))
        #expect(event.contains(#""level":"RequestResponse""#))
    }

    @Test("a failure without a Status keeps the message, or says the code")
    func statusMessage() {
        let path = "core/v1/namespaces/w/pods/p"
        let said = unwrap(
            entry(
                "io.k8s.core.v1.pods.get", path,
                status: #"{"code":5,"message":"pods \"p\" not found"}"#))
        #expect(said.events.first?.contains(#""message":"pods \"p\" not found""#) == true)
        let silent = unwrap(entry("io.k8s.core.v1.pods.get", path, status: #"{"code":5}"#))
        #expect(silent.events.first?.contains(#""message":"gRPC code 5""#) == true)
    }

    @Test("what Cloud Logging calls truncated is marked so")
    func truncatedLabel() {
        let text = entry(
            "io.k8s.core.v1.pods.get", "core/v1/pods",
            labels: #"{"audit.k8s.io/truncated":"true","other":"x"}"#)
        let result = unwrap(text)
        #expect(result.truncated == 1)
        #expect(result.events.first?.contains("other") == false)
    }

    @Test("entries come as an array, a line each, through Pub/Sub and from BigQuery")
    func carriers() {
        let one = entry("io.k8s.core.v1.pods.get", "core/v1/namespaces/web/pods/p-1")
        let expected = unwrap(one).events
        #expect(expected.count == 1)
        let pubSub = "[{\"message\":{\"data\":\"\(base64(Array(one.utf8)))\"}}]"
        for text in ["[\(pretty(one))]", "\(one)\n", pubSub] {
            #expect(difference(unwrap(text).events, expected) == nil)
        }
        let column = one.split(separator: "\"protoPayload\"").joined(
            separator: "\"protopayload_auditlog\"")
        #expect(unwrap(column).events == expected)
    }

    @Test("another service's entry is not audit, and no loss")
    func otherService() {
        let text = #"{"protoPayload":{"serviceName":"container.googleapis.com","methodName":"x"}}"#
        let result = unwrap(text)
        #expect(result == unwrap("[\(text)]"))
        #expect(result.notAudit == 1)
        #expect(result.rejects == [])
    }

    @Test(
        "a 404 of Cloud Logging tells its shape only where it has the words",
        arguments: [
            (#"{"code":5}"#, NotFoundShape.unknown),
            (#"{"code":5,"message":"Not Found"}"#, .unknown),
            (#"{"code":5,"message":"pods \"p\" not found"}"#, .object),
            (#"{"code":5,"message":"the server could not find the requested resource"}"#, .route),
        ])
    func notFound(_ status: String, _ shape: NotFoundShape) {
        let entry =
            #"{"insertId":"i","protoPayload":{"methodName":"io.k8s.core.v1.pods.get","#
            + #""resourceName":"core/v1/namespaces/w/pods/p","serviceName":"k8s.io","#
            + #""status":\#(status)},"timestamp":"2021-04-29T08:23:18.899153Z"}"#
        let request = Reading(entry).requests.first
        #expect(request?.status == 404)
        #expect(request?.notFound == shape)
        #expect(request?.flags == [])
        #expect(request?.durationMicroseconds == -1)
    }

    // MARK: - Azure

    private static let row =
        #"{"TimeGenerated":"2026-11-20T21:14:37Z","Level":"Metadata","AuditId":"a-1","#
        + #""Stage":"ResponseComplete","RequestUri":"/api/v1/pods?limit=1","Verb":"list","#
        + #""User":{"username":"u"},"SourceIps":["10.0.0.1"],"UserAgent":"k","#
        + #""ObjectRef":{"resource":"pods","apiVersion":"v1"},"ResponseStatus":{"code":200},"#
        + #""RequestReceivedTime":"2026-11-20T21:14:37.1Z","#
        + #""StageReceivedTime":"2026-11-20T21:14:37.2Z","Annotations":{"a":"b"},"#
        + #""PodName":"kube-apiserver-x"}"#

    private static let rowEvent = #"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a-1",
        "stage":"ResponseComplete","requestURI":"/api/v1/pods?limit=1","verb":"list",
        "user":{"username":"u"},"sourceIPs":["10.0.0.1"],"userAgent":"k",
        "objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"code":200},
        "requestReceivedTimestamp":"2026-11-20T21:14:37.1Z",
        "stageTimestamp":"2026-11-20T21:14:37.2Z","annotations":{"a":"b"}}
        """#

    @Test("columns of AKSAudit become an event, as objects, strings and CSV")
    func auditColumns() {
        let strings = Self.row.split(separator: #"{"username":"u"}"#).joined(
            separator: #""{\"username\":\"u\"}""#)
        let csv =
            "TimeGenerated [UTC],Level,AuditId,Stage,RequestUri,Verb,User,SourceIps,UserAgent,"
            + "ObjectRef,ResponseStatus,RequestReceivedTime,StageReceivedTime,Annotations,PodName\n"
            + #"x,Metadata,a-1,ResponseComplete,/api/v1/pods?limit=1,list,"{""username"":""u""}","#
            + #""[""10.0.0.1""]",k,"{""resource"":""pods"",""apiVersion"":""v1""}","#
            + #""{""code"":200}",2026-11-20T21:14:37.1Z,2026-11-20T21:14:37.2Z,"{""a"":""b""}","#
            + "kube-apiserver-x\n"
        for text in [Self.row, "[\(strings)]", csv] {
            let result = unwrap(text)
            #expect(difference(result.events, [Self.rowEvent]) == nil)
            #expect(result.servers == ["kube-apiserver-x"])
            #expect(result.rejects == [])
        }
    }

    @Test("objects that were too big for Azure mark the event as truncated")
    func skippedObject() {
        let event =
            PlainEvents.all[0].dropLast() + ",\"responseObject\":\"skipped-too-big-size-object\"}"
        #expect(unwrap("{\"properties\":{\"log\":\(quoted(String(event)))}}").truncated == 1)
        let row = Self.row.dropLast() + ",\"RequestObject\":\"skipped-too-big-size-object\"}"
        let result = unwrap(String(row))
        #expect(result.truncated == 1)
        #expect(difference(result.events, [Self.rowEvent]) == nil)
    }

    // MARK: - Search engines

    @Test("dotted fields of a search become an event")
    func dottedFields() {
        let text = #"""
            {"hits":{"hits":[{"fields":{"kubernetes.audit.auditID":["a-1"],
            "kubernetes.audit.stage":["ResponseComplete"],"kubernetes.audit.verb":["get"],
            "kubernetes.audit.requestURI":["/readyz"],"kubernetes.audit.user.username":["u"],
            "kubernetes.audit.user.groups":["g","h"],"kubernetes.audit.sourceIPs":["10.0.0.1"],
            "kubernetes.audit.responseStatus.code":[200],
            "kubernetes.audit.annotations.authorization_k8s_io/decision":["allow"]}}]}}
            """#
        let expected = #"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a-1","verb":"get",
            "stage":"ResponseComplete","requestURI":"/readyz",
            "user":{"username":"u","groups":["g","h"]},"sourceIPs":["10.0.0.1"],
            "responseStatus":{"code":200},"annotations":{"authorization.k8s.io/decision":"allow"}}
            """#
        #expect(difference(unwrap(text).events, [expected]) == nil)
        #expect(unwrap(text).rejects == [])
    }

    @Test("annotations that were split at their dots are put together")
    func splitAnnotations() {
        let text = #"""
            {"_source":{"kind":"Event","apiVersion":"audit.k8s.io/v1","annotations":
            {"authorization":{"k8s":{"io/decision":"allow"}},"k8s_io/deprecated":"true"}}}
            """#
        let expected = #"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","annotations":
            {"authorization.k8s.io/decision":"allow","k8s.io/deprecated":"true"}}
            """#
        #expect(difference(unwrap(text).events, [expected]) == nil)
    }
}
