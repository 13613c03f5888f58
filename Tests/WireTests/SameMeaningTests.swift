import AuditLog
import Bytes
import KubeAPI
import Testing

@testable import Wire

/// One exchange, and what it means to whoever reads it: from a log or from packets.
struct MeaningCase: CustomTestStringConvertible, Sendable {
    var method: String
    var target: String
    var status: Int
    var answer: String
    var sent = ""
    /// Objects, then deletions, then what is particular of the request itself.
    var means: [String]
    var testDescription: String { "\(method) \(target) \(status)" }

    init(
        _ method: String, _ target: String, _ status: Int, _ answer: String = "",
        sent: String = "", means: [String]
    ) {
        self.method = method
        self.target = target
        self.status = status
        self.answer = answer
        self.sent = sent
        self.means = means
    }
}

/// What is read of a table of exchanges in an audit log is read of them on the wire.
@Suite("Logs and packets mean the same") struct SameMeaningTests {
    private static let uid = "11111111-2222-3333-4444-555555555555"
    private static let pod = "/api/v1/namespaces/n/pods/p"

    private static func object(
        _ kind: String, _ apiVersion: String, _ metadata: String = "", _ rest: String = ""
    ) -> String {
        #"{"kind":"\#(kind)","apiVersion":"\#(apiVersion)","metadata":{"name":"p","namespace":"n","#
            + #""uid":"\#(uid)"\#(metadata)}\#(rest)}"#
    }

    private static func status(_ code: Int, _ message: String, _ details: String = "{}") -> String {
        #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","#
            + #""reason":"NotFound","details":\#(details),"code":\#(code)}"#
    }

    private static let dying =
        #","deletionTimestamp":"2026-11-20T22:00:00Z","deletionGracePeriodSeconds":0"#

    private static let subresources = [
        "scale", "token", "binding", "eviction", "exec", "log", "proxy",
    ].map { part in
        MeaningCase(
            "GET", "/apis/apps/v1/namespaces/n/deployments/p/\(part)", 200,
            object("Scale", "autoscaling/v1"), means: [])
    }

    private static let lives = [
        MeaningCase(
            "POST", "/api/v1/namespaces/n/pods", 201, object("Pod", "v1"),
            means: ["created v1 Pod pods n/p \(uid)"]),
        MeaningCase(
            "PUT", pod + "/status", 200, object("Pod", "v1"),
            means: ["seen v1 Pod pods n/p \(uid)"]),
        MeaningCase(
            "DELETE", pod, 200, object("Pod", "v1"), means: ["deleted v1 Pod pods n/p \(uid)"]),
        MeaningCase(
            "DELETE", pod, 202, object("Pod", "v1"), means: ["seen v1 Pod pods n/p \(uid)"]),
        MeaningCase(
            "DELETE", pod, 200, object("Pod", "v1", #","finalizers":["x"]"#),
            means: ["seen v1 Pod pods n/p \(uid) held by x"]),
        MeaningCase(
            "PATCH", pod, 200, object("Pod", "v1", dying),
            means: ["deleted v1 Pod pods n/p \(uid)"]),
        MeaningCase(
            "DELETE", "/api/v1/namespaces/n/configmaps/p", 200,
            #"{"kind":"Status","status":"Success","details":{"name":"p","uid":"\#(uid)"}}"#,
            means: ["deleted v1 - configmaps n/p \(uid)"]),
        // Pods have a grace period, those of another group are no pods.
        MeaningCase(
            "DELETE", "/api/v1/namespaces/n/pods", 200,
            #"{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"p","uid":"u"}}]}"#,
            means: ["seen v1 Pod pods n/p u"]),
        MeaningCase(
            "DELETE", "/apis/metrics.k8s.io/v1/namespaces/n/pods", 200,
            #"{"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1","#
                + #""items":[{"metadata":{"name":"p","uid":"u"}}]}"#,
            means: ["deleted metrics.k8s.io/v1 PodMetrics pods n/p u"]),
        // A namespace is in none, has finalizers of its own and no grace.
        MeaningCase(
            "GET", "/api/v1/namespaces/n", 200,
            #"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"n","uid":"u"}}"#,
            means: ["seen v1 Namespace namespaces n u"]),
        MeaningCase(
            "PUT", "/api/v1/namespaces/n/finalize", 200,
            #"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"n","uid":"u","#
                + #""deletionTimestamp":"2026-11-20T22:00:00Z"},"spec":{"finalizers":[]}}"#,
            means: ["deleted v1 Namespace namespaces n u"]),
        MeaningCase(
            "PUT", "/apis/x.example/v1/namespaces/n/finalize", 200,
            #"{"kind":"Namespace","apiVersion":"x.example/v1","metadata":{"name":"n","uid":"u","#
                + #""deletionTimestamp":"2026-11-20T22:00:00Z"}}"#,
            means: ["seen x.example/v1 Namespace namespaces n/n u"]),
    ]

    private static let collections = [
        MeaningCase(
            "GET", "/apis/apps/v1/deployments", 200,
            #"{"kind":"DeploymentList","apiVersion":"apps/v1","items":["#
                + #"{"metadata":{"name":"p","namespace":"n","uid":"u"}}]}"#,
            means: ["seen apps/v1 Deployment deployments n/p u"]),
        MeaningCase(
            "GET", "/apis/apps/v1/deployments", 200,
            #"{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[{"cells":["p"],"object":"#
                + object("PartialObjectMetadata", "meta.k8s.io/v1") + "}]}",
            means: ["seen apps/v1 - deployments n/p \(uid)"]),
        MeaningCase(
            "GET", "/apis/apps/v1/deployments", 200,
            #"{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","items":["#
                + #"{"metadata":{"name":"p","namespace":"n","uid":"u"}}]}"#,
            means: ["seen apps/v1 - deployments n/p u"]),
        MeaningCase(
            "GET", "/api/v1/pods?watch=1", 200,
            #"{"type":"DELETED","object":"# + object("Pod", "v1") + "}",
            means: ["deleted v1 Pod pods n/p \(uid)"]),
        // No server writes the types of events in another case.
        MeaningCase(
            "GET", "/api/v1/pods?watch=1", 200,
            #"{"type":"deleted","object":"# + object("Pod", "v1") + "}", means: []),
        MeaningCase(
            "GET", "/api/v1/pods?watch=1", 200,
            #"{"type":"BOOKMARK","object":"# + object("Pod", "v1") + "}", means: []),
        MeaningCase(
            "GET", pod, 200,
            object("Pod", "v1", #","ownerReferences":["# + owners(300) + "]"),
            means: ["seen v1 Pod pods n/p \(uid) owned by 300"]),
    ]

    private static func owners(_ count: Int) -> String {
        (0..<count).map {
            #"{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r\#($0)","uid":"r-\#($0)"}"#
        }.joined(separator: ",")
    }

    private static let deletes = [
        ("", "", ""), ("?propagationPolicy=Foreground", "", "foreground"),
        ("?orphanDependents=true", "", "orphan"), ("?orphanDependents=0", "", "background"),
        ("?orphanDependents=False", "", "background"),
        // Whatever is not false is true to an API server.
        ("?orphanDependents=x", "", "orphan"), ("?orphanDependents", "", "orphan"),
        ("?propagationPolicy=Orphan", #"{"propagationPolicy":"Background"}"#, "background"),
        ("?propagationPolicy=Orphan", "{}", "orphan"),
        ("", #"{"orphanDependents":false}"#, "background"),
        ("", #"{"preconditions":{"uid":"u-1","resourceVersion":"7"}}"#, "none of u-1 at 7"),
        ("", #"{"dryRun":["All"],"propagationPolicy":"Orphan"}"#, ""),
        ("?dryRun=All", #"{"propagationPolicy":"Orphan"}"#, ""),
    ].map { query, body, means in
        MeaningCase(
            "DELETE", "/api/v1/namespaces/n/configmaps/p\(query)", 409, "{}", sent: body,
            means: means.isEmpty ? [] : ["deletes \(means)"])
    }

    private static let generic = "the server could not find the requested resource"
    private static let failures = [
        MeaningCase("GET", pod, 404, status(404, generic), means: ["404 route"]),
        MeaningCase(
            "GET", pod, 404, status(404, generic + " (get pods)", #"{"kind":"pods"}"#),
            means: ["404 route"]),
        MeaningCase(
            "GET", pod, 404, status(404, #"pods \"p\" not found"#, #"{"name":"p","kind":"pods"}"#),
            means: ["404 object"]),
        MeaningCase("GET", pod, 404, status(404, "Not Found"), means: ["404 unknown"]),
        MeaningCase(
            "GET", pod, 503,
            status(503, "Error getting ip and port info of the remote server while proxying"),
            means: ["flags \(RequestFlags.peerAddressUnknown.rawValue)"]),
        MeaningCase(
            "GET", pod, 503,
            status(503, "made before all known HTTP paths have been installed, try again"),
            means: ["flags \(RequestFlags.handlersIncomplete.rawValue)"]),
    ]

    private static let targets = [
        ("/api/v1/pods?watch", "watch v1/pods query watch"),
        ("/api/v1/pods?watch=False", "list v1/pods query watch=False"),
        ("/api/v1/pods?limit=5&canary=x;y&=canary", "list v1/pods query limit=5&canary&"),
        ("/api/v1/pods/", "list v1/pods path /api/v1/pods/"),
        ("/apis/apps/v1/namespaces/n/deployments/a%62", "get apps/v1/deployments n/ab"),
        ("/api/v1/namespaces/n/pods/a%3Fb", "get v1/pods n/a%3Fb"),
    ].map { target, means in
        MeaningCase("GET", target, 403, "{}", means: ["request \(means)"])
    }

    @Test(
        "an exchange means the same in a log and on the wire",
        arguments: subresources + lives + collections + deletes + failures + targets)
    func same(_ exchange: MeaningCase) {
        let isAsked = exchange.means.contains { $0.hasPrefix("request ") }
        #expect(Self.onTheWire(exchange).meaning(withRequest: isAsked) == exchange.means)
        #expect(Self.inALog(exchange).meaning(withRequest: isAsked) == exchange.means)
    }

    private static func onTheWire(_ exchange: MeaningCase) -> Reading {
        var talk = Talk()
        talk.client(
            "\(exchange.method) \(exchange.target) HTTP/1.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(exchange.sent.utf8.count)\r\n\r\n\(exchange.sent)")
        talk.server(
            "HTTP/1.1 \(exchange.status) X\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(exchange.answer.utf8.count)\r\n\r\n\(exchange.answer)")
        return talk.reading()
    }

    /// The record that an API server would have written of it, but for the object reference.
    private static func inALog(_ exchange: MeaningCase) -> Reading {
        let verbs = ["GET": "list", "POST": "create", "PUT": "update", "PATCH": "patch"]
        let path = exchange.target.prefix { $0 != "?" }
        let isNamed =
            path.split(separator: "/").count > 4 && !path.hasSuffix("/pods")
            && !path.hasSuffix("/pods/")
        var verb = verbs[exchange.method] ?? (isNamed ? "delete" : "deletecollection")
        if verb == "list",
            exchange.target.hasSuffix("?watch") || exchange.target.contains("watch=1")
        {
            verb = "watch"
        } else if verb == "list", isNamed || path == "/api/v1/namespaces/n" {
            verb = "get"
        }
        var status = #"{"metadata":{},"code":\#(exchange.status)}"#
        if exchange.answer.contains(#""kind":"Status""#) {
            status = exchange.answer.replacing(
                "}}", with: #"},"code":\#(exchange.status)}"#)
        }
        var line = #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","#
        line += #""auditID":"a","stage":"ResponseComplete","requestURI":"\#(exchange.target)","#
        line += #""verb":"\#(verb)","responseStatus":\#(status),"#
        line += #""requestReceivedTimestamp":"2026-11-20T22:09:43.742107Z""#
        if !exchange.sent.isEmpty { line += #","requestObject":\#(exchange.sent)"# }
        if exchange.answer != "{}" { line += #","responseObject":\#(exchange.answer)"# }
        var reading = Reading()
        var reader = AuditReader(source: 0, server: 0)
        let bytes = Array((line + "}\n").utf8)
        (bytes + [UInt8](repeating: 0, count: AuditReader.padding)).withUnsafeBytes {
            _ = reader.read(
                UnsafeRawBufferPointer(rebasing: $0[..<bytes.count]), isLast: true,
                names: &reading.names, into: &reading.traffic)
        }
        return reading
    }
}

extension Reading {
    fileprivate func meaning(withRequest isAsked: Bool) -> [String] {
        var words = traffic.objects.map(describe)
        words += traffic.deletions.map { deletion in
            let uid = deletion.uid.text(in: names.strings)
            let version = text(deletion.resourceVersion)
            return "deletes \(deletion.propagation)" + (uid.isEmpty ? "" : " of \(uid)")
                + (version.isEmpty ? "" : " at \(version)")
        }
        for request in traffic.requests {
            if request.notFound != .none { words.append("404 \(request.notFound)") }
            let flags = request.flags.subtracting([.fromWire, .codeOnlyStatus])
            if !flags.isEmpty { words.append("flags \(flags.rawValue)") }
            if isAsked { words.append("request \(describe(request))") }
        }
        return words
    }

    private func describe(_ object: ObjectObservation) -> String {
        let version = GroupVersion(group: text(object.group), version: text(object.version))
        let kind = object.kind == 0 ? "-" : text(object.kind)
        let place = object.namespace == 0 ? "" : text(object.namespace) + "/"
        var words = "\(object.state) \(version) \(kind) \(text(object.resource)) "
        words += "\(place)\(text(object.name)) \(object.uid.text(in: names.strings))"
        if !object.finalizers.isEmpty {
            words += " held by \(object.finalizers.map(text).joined(separator: ", "))"
        }
        return object.owners.isEmpty ? words : words + " owned by \(object.owners.count)"
    }

    private func describe(_ request: Request) -> String {
        var words = "\(request.verb.text) \(names.groupVersionResource(request.resource))"
        if request.name != 0 { words += " \(text(request.namespace))/\(text(request.name))" }
        if request.path != 0 { words += " path \(text(request.path))" }
        return request.query == 0 ? words : words + " query \(text(request.query))"
    }
}
