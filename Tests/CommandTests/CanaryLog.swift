import Foundation

/// A log of level RequestResponse in which everything secret is one marked text: what a recording
/// made of it must not hold in any spelling.
///
/// `SecretsTests` captures it. Each place that may hold a secret is filled several times, with the
/// marked text as it is, in base64, twice in base64, and inside of a JSON document.
enum CanaryLog {
    /// What every secret of the log has in it.
    static let core = "Qx7CANARYz9Kp2"

    /// What may and must be kept, so that an empty recording passes no test.
    static let visibleName = "visible-web"
    static let visibleBody = "visible-label-value"

    /// The spellings in which a secret stands in the log.
    static let spellings: [@Sendable (String) -> String] = [
        { "\(core)-\($0)" },
        { base64("\(core)-\($0)") },
        { base64(base64("\(core)-\($0)")) },
        { "{\"password\":\"\(core)-\($0)\"}" },
        { "{\"kind\":\"Secret\",\"data\":{\"a\":\"\(base64("\(core)-\($0)"))\"}}" },
    ]

    /// Texts of which none may be found: the core, and all that base64 can make of it wherever it
    /// stands, once and twice.
    static let needles: [String] = {
        let once = inBase64([UInt8](core.utf8))
        return [core] + once + once.flatMap { inBase64([UInt8]($0.utf8)) }
    }()

    /// The characters of base64 that depend on these bytes alone, for each of three alignments.
    private static func inBase64(_ bytes: [UInt8]) -> [String] {
        (0..<3).map { shift in
            let text = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
            let start = (shift * 8 + 5) / 6
            let end = (shift + bytes.count) * 8 / 6
            return String(text.prefix(end).dropFirst(start))
        }
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// The lines of the log; in the end some that are no events.
    static func lines() throws -> [String] {
        var lines: [String] = []
        for spelling in spellings {
            for event in events({ spelling($0) }) {
                lines.append(try line(event, number: lines.count))
            }
        }
        let cut = try line(events(spellings[0])[0], number: lines.count)
        lines.append(String(cut.prefix(cut.count * 3 / 4)))
        lines.append("E1120 12:00:00 handler.go:7] Authorization: Bearer \(core)-klog")
        lines.append(
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"token\":\"\(core)\"}")
        lines.append("{\"message\":\"password=\(core)\"}")
        return lines
    }

    private static func line(_ event: [String: Any], number: Int) throws -> String {
        var event = event
        event["kind"] = "Event"
        event["apiVersion"] = "audit.k8s.io/v1"
        event["level"] = "RequestResponse"
        event["stage"] = "ResponseComplete"
        event["auditID"] = String(format: "0a1b2c3d-4e5f-6789-abcd-%012x", number)
        let second = String(
            format: "2026-11-20T22:%02d:%02d.000000Z", number / 60 % 60, number % 60)
        event["requestReceivedTimestamp"] = second
        event["stageTimestamp"] = second
        let bytes = try JSONSerialization.data(
            withJSONObject: event, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Events

    typealias Spell = (String) -> String
    typealias Fields = [String: Any]

    private static func events(_ spell: Spell) -> [Fields] {
        secrets(spell) + hiddenSecrets(spell) + configMaps(spell) + tokens(spell)
            + workloads(spell) + patches(spell) + others(spell) + targets(spell)
    }

    static func request(
        _ verb: String, _ group: String, _ resource: String, sub: String = "", request: Any? = nil,
        response: Any? = nil, query: String = "", code: Int = 200
    ) -> Fields {
        let prefix = group.isEmpty ? "/api/v1" : "/apis/\(group)/v1"
        var uri = "\(prefix)/namespaces/team-a/\(resource)/\(visibleName)"
        if !sub.isEmpty { uri += "/\(sub)" }
        var reference = [
            "resource": resource, "namespace": "team-a", "name": visibleName, "apiVersion": "v1",
        ]
        if !group.isEmpty { reference["apiGroup"] = group }
        if !sub.isEmpty { reference["subresource"] = sub }
        var event: Fields = [
            "verb": verb, "requestURI": uri + query, "objectRef": reference,
            "user": ["username": "ada"], "sourceIPs": ["10.0.0.7"], "userAgent": "kubectl/v1.36.2",
            "responseStatus": ["metadata": [String: String](), "code": code],
        ]
        event["requestObject"] = request
        event["responseObject"] = response
        return event
    }

    static func object(
        _ kind: String, _ version: String = "v1", _ fields: Fields = [:],
        annotations: [String: String] = [:]
    ) -> Fields {
        var object: Fields = ["kind": kind, "apiVersion": version]
        object["metadata"] = [
            "name": visibleName, "namespace": "team-a", "annotations": annotations,
            "uid": "11111111-2222-3333-4444-555555555555",
            "labels": ["app": visibleBody],
        ]
        return object.merging(fields) { $1 }
    }

    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    private static func secret(_ spell: Spell, _ place: String) -> Fields {
        object(
            "Secret", "v1",
            [
                "type": "Opaque", "data": ["password": spell(place)],
                "stringData": [spell(place): spell(place)],
            ], annotations: [lastApplied: spell(place), "note": spell(place)])
    }

    private static func secrets(_ spell: Spell) -> [Fields] {
        let body = secret(spell, "secret")
        var bare = body
        bare["kind"] = nil
        bare["apiVersion"] = nil
        let table: Fields = [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "columnDefinitions": [["name": "Name"]],
            "rows": [["cells": [spell("cell")], "object": body]],
        ]
        let list: Fields = ["kind": "SecretList", "apiVersion": "v1", "items": [bare]]
        return [
            request("create", "", "secrets", request: body, response: body, code: 201),
            request("update", "", "secrets", request: body, response: body),
            request("patch", "", "secrets", request: ["data": bare["data"] ?? 0], response: body),
            request(
                "patch", "", "secrets",
                request: [["op": "replace", "path": "/data/a", "value": spell("json-patch")]],
                response: body, query: "?fieldManager=me&force=true"),
            request("list", "", "secrets", response: list),
            request("watch", "", "secrets", response: ["type": "ADDED", "object": body]),
            request("list", "", "secrets", response: table),
            request("get", "", "secrets", response: body),
            request("delete", "", "secrets", response: body),
            request("deletecollection", "", "secrets", response: list),
            request("get", "", "secrets", response: spell("no-object")),
        ]
    }

    /// Secrets of which the object reference tells nothing.
    private static func hiddenSecrets(_ spell: Spell) -> [Fields] {
        let body = secret(spell, "hidden")
        var bare = body
        bare["kind"] = nil
        let mixed: Fields = [
            "kind": "List", "apiVersion": "v1", "items": [body, object("ConfigMap"), bare],
        ]
        var unreferenced = request("patch", "", "secrets", request: ["data": ["a": spell("x")]])
        unreferenced["objectRef"] = nil
        var encoded = unreferenced
        encoded["requestURI"] = "/api/v1/namespaces/team-a/secr%65ts/a"
        var mistaken = request("patch", "", "pods", request: ["spec": ["a": spell("mistaken")]])
        mistaken["requestURI"] = "/api/v1/namespaces/team-a/secrets/a"
        return [
            request("create", "example.com", "bundles", request: mixed, response: mixed),
            request("create", "example.com", "bundles", request: [body], response: [body]),
            request("watch", "example.com", "bundles", response: ["type": "A", "object": body]),
            request(
                "create", "example.com", "sealedsecrets",
                request: object(
                    "SealedSecret", "example.com/v1", ["spec": ["x": spell("sealed")]])),
            request(
                "update", "template.openshift.io", "templates",
                request: object("Template", "template.openshift.io/v1", ["objects": [body]])),
            unreferenced, encoded, mistaken,
        ]
    }

    private static func configMaps(_ spell: Spell) -> [Fields] {
        let body = object(
            "ConfigMap", "v1",
            [
                "data": ["conf": spell("cm"), spell("key"): "x"],
                "binaryData": ["b": spell("cm-binary")],
            ], annotations: [lastApplied: spell("cm-applied")])
        var bare = body
        bare["kind"] = nil
        bare["apiVersion"] = nil
        let failure: Fields = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure",
            "message": "invalid value: \(spell("message"))",
            "details": ["causes": [["message": spell("cause"), "reason": "FieldValueInvalid"]]],
        ]
        return [
            request("create", "", "configmaps", request: body, response: body, code: 201),
            request("patch", "", "configmaps", request: ["data": ["a": spell("merge")]]),
            request(
                "patch", "", "configmaps",
                request: [
                    ["op": "add", "path": "/data", "value": ["a": spell("cm-json")]],
                    ["op": "test", "path": "/data/a", "value": spell("cm-test")],
                    ["op": "replace", "path": "/metadata/labels/a", "value": spell("cm-label")],
                ]),
            request(
                "list", "", "configmaps",
                response: ["kind": "ConfigMapList", "apiVersion": "v1", "items": [bare]]),
            request("update", "", "configmaps", request: body, response: failure, code: 422),
        ]
    }

    private static func tokens(_ spell: Spell) -> [Fields] {
        let authn = "authentication.k8s.io"
        let authz = "authorization.k8s.io"
        func review(_ group: String, _ kind: String, _ fields: Fields) -> Fields {
            object(kind, "\(group)/v1", fields)
        }
        let token = review(
            authn, "TokenRequest",
            ["spec": ["audiences": [spell("audience")]], "status": ["token": spell("token")]])
        let tokenReview = review(authn, "TokenReview", ["spec": ["token": spell("review")]])
        let access = review(
            authz, "SubjectAccessReview", ["spec": ["user": spell("u"), "extra": [spell("e")]]])
        let own = review(authn, "SelfSubjectReview", ["status": ["userInfo": ["x": spell("self")]]])
        let certificate = object(
            "CertificateSigningRequest", "certificates.k8s.io/v1",
            ["spec": ["request": spell("csr")], "status": ["certificate": spell("cert")]])
        return [
            request("create", "", "serviceaccounts", sub: "token", request: token, response: token),
            request("create", authn, "tokenreviews", request: tokenReview, response: tokenReview),
            request("create", authn, "selfsubjectreviews", request: own, response: own),
            request("create", authz, "subjectaccessreviews", request: access, response: access),
            request("create", authz, "selfsubjectrulesreviews", request: access),
            request("create", "example.com", "odd", request: tokenReview, response: access),
            request(
                "create", "certificates.k8s.io", "certificatesigningrequests",
                request: certificate, response: certificate),
        ]
    }

    private static func podTemplate(_ spell: Spell) -> Fields {
        [
            "metadata": ["annotations": [lastApplied: spell("inner-applied")]],
            "spec": [
                "containers": [
                    [
                        "name": "app", "image": "registry.local/app:1",
                        "command": ["app", "--password", spell("command")],
                        "args": ["--token=\(spell("arg"))"],
                        "env": [["name": "DB_PASSWORD", "value": spell("env")]],
                        "livenessProbe": [
                            "httpGet": [
                                "httpHeaders": [
                                    ["name": "Authorization", "value": "Bearer \(spell("probe"))"]
                                ]
                            ]
                        ],
                    ] as Fields
                ]
            ],
        ]
    }

    private static func workloads(_ spell: Spell) -> [Fields] {
        let deployment = object(
            "Deployment", "apps/v1", ["spec": ["replicas": 2, "template": podTemplate(spell)]],
            annotations: [lastApplied: spell("applied"), "example.com/config": spell("note")]
                .filter { $0.key == lastApplied || $0.value.hasPrefix("{") })
        var item = deployment
        item["kind"] = nil
        item["apiVersion"] = nil
        return [
            request("create", "apps", "deployments", request: deployment, response: deployment),
            request("update", "apps", "deployments", request: deployment, response: deployment),
            request("watch", "apps", "deployments", response: ["type": "A", "object": deployment]),
            request(
                "list", "apps", "deployments",
                response: ["kind": "DeploymentList", "apiVersion": "apps/v1", "items": [item]]),
            request(
                "create", "apps", "controllerrevisions",
                request: object(
                    "ControllerRevision", "apps/v1", ["data": ["template": podTemplate(spell)]])),
        ]
    }

    private static func patches(_ spell: Spell) -> [Fields] {
        [
            request(
                "patch", "apps", "deployments",
                request: ["spec": ["template": podTemplate(spell)]]),
            request(
                "patch", "apps", "deployments",
                request: [
                    [
                        "op": "replace", "path": "/spec/template/spec/containers/0/env/0/value",
                        "value": spell("patched-env"),
                    ],
                    ["op": "add", "path": "", "value": ["data": spell("whole")]],
                    [
                        "op": "add", "path": "/metadata/annotations/\(lastApplied)",
                        "value": spell("patched-applied"),
                    ],
                ]),
            request(
                "patch", "apps", "deployments",
                request: [
                    "spec": ["$deleteFromPrimitiveList/args": ["--token", spell("directive")]]
                ]),
        ]
    }

    private static func others(_ spell: Spell) -> [Fields] {
        let custom = object(
            "Widget", "example.com/v1",
            [
                "spec": [
                    "password": spell("password"), "apiKey": spell("api-key"),
                    "auth": ["bearer": [spell("bearer")], "user": spell("auth-user")],
                    "tls": ["privateKey": spell("key"), "clientCert": spell("cert")],
                    "env": ["A": spell("env-map")], "parameters": ["p": spell("parameter")],
                    "url": "https://ada:\(spell("url"))@example.com/",
                    "line": "user=ada password=\(spell("line"))",
                ] as Fields
            ])
        let webhook = object(
            "MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1",
            ["webhooks": [["clientConfig": ["caBundle": spell("bundle")]]]])
        let admission = "admissionregistration.k8s.io"
        return [
            request("create", "example.com", "widgets", request: custom, response: custom),
            request("update", admission, "mutatingwebhookconfigurations", request: webhook),
            request(
                "get", "", "pods", sub: "log", response: object("X", "v1", ["t": spell("log")])),
        ]
    }

    /// What stands in targets, users and annotations of the event itself.
    private static func targets(_ spell: Spell) -> [Fields] {
        let value =
            spell("query").addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        var proxied = request("get", "", "services", sub: "proxy")
        proxied["objectRef"] = [
            "resource": "services", "namespace": "team-a", "name": "https:foo:443",
            "apiVersion": "v1", "subresource": "proxy",
        ]
        proxied["requestURI"] =
            "/api/v1/namespaces/team-a/services/https:foo:443/proxy/login/\(value)/x"
            + "?token=\(value)&limit=\(value)&\(value)"
        var legacy = proxied
        legacy["objectRef"] = nil
        legacy["requestURI"] = "/api/v1/proxy/namespaces/team-a/services/foo/\(value)?a=\(value)"
        var users = request("get", "", "pods")
        users["user"] = ["username": "ada", "extra": ["token": [spell("extra")]]]
        users["impersonatedUser"] = ["username": "bob", "extra": ["scopes": [spell("scope")]]]
        users["annotations"] = ["example.com/authorization": spell("annotation")]
        users["authenticationMetadata"] = ["impersonationConstraint": spell("metadata")]
        let queries = [
            "?access_token=\(value)", "?Authorization=Bearer%20\(value)", "?\(value)",
            "?limit=500;\(value)", "?watch=true&bearer=\(value)",
        ]
        return [proxied, legacy, users]
            + queries.map { request("get", "", "pods", query: $0) }
            + [
                request(
                    "create", "", "pods", sub: "exec",
                    query: "?command=mysql&command=-p\(value)&container=app&stdin=true")
            ]
    }
}
