import AuditLog
import KubeAPI
import Testing

@Suite("What an audit event asked for") struct RequestTargetTests {
    private func summary(uri: String, reference: String = "", verb: String = "get") -> String {
        let event = Event([
            "requestURI": "\"\(uri)\"", "objectRef": reference,
            "verb": verb.isEmpty ? "" : "\"\(verb)\"",
        ])
        let reading = Reading(event.line)
        return reading.requests.map(reading.summary).joined()
    }

    @Test("a path that the object reference spells is not kept twice")
    func canonical() {
        #expect(
            summary(
                uri: "/apis/apps/v1/namespaces/n/deployments/d/scale",
                reference: """
                    {"resource":"deployments","namespace":"n","name":"d","apiGroup":"apps",\
                    "apiVersion":"v1","subresource":"scale"}
                    """) == "get apps/v1/deployments/scale n/d")
        #expect(
            summary(
                uri: "/api/v1/namespaces/n/finalize",
                reference: """
                    {"resource":"namespaces","namespace":"n","name":"n","apiVersion":"v1",\
                    "subresource":"finalize"}
                    """) == "get v1/namespaces/finalize n/n")
        #expect(
            summary(
                uri: "/api/v1/namespaces/n/configmaps/n",
                reference: """
                    {"resource":"configmaps","namespace":"n","name":"n","apiVersion":"v1"}
                    """) == "get v1/configmaps n/n")
    }

    @Test("an encoded path is the same path, whoever encoded it")
    func encoded() {
        let reference = """
            {"resource":"clusterroles","name":"system:node","apiGroup":"rbac.authorization.k8s.io",\
            "apiVersion":"v1"}
            """
        for name in ["system:node", "system%3Anode", "%73ystem%3anode"] {
            #expect(
                summary(
                    uri: "/apis/rbac.authorization.k8s.io/v1/clusterroles/\(name)",
                    reference: reference)
                    == "get rbac.authorization.k8s.io/v1/clusterroles system:node")
        }
    }

    @Test(
        "any other path is kept, with its encoding made plain",
        arguments: [
            ("/apis/apps/v1//deployments", "/apis/apps/v1//deployments"),
            ("/api/v1/pods/", "/api/v1/pods/"), ("/%68ealthz", "/healthz"),
            ("/a%2Fb%3Fc%25d%0Ae", "/a/b%3Fc%25d%0Ae"), ("/a%zz%", "/a%zz%"),
            ("/version", "/version"), ("/apis/apps/v1", "/apis/apps/v1"), ("/", "/"),
        ])
    func kept(uri: String, path: String) {
        #expect(summary(uri: uri).hasSuffix(" path \(path)"))
    }

    @Test("a name that came from a field selector does not make a path")
    func selectedName() {
        #expect(
            summary(
                uri: "/api/v1/pods?fieldSelector=metadata.name%3Dx\\u0026watch=true",
                reference: #"{"resource":"pods","name":"x","apiVersion":"v1"}"#, verb: "watch")
                == "watch v1/pods x path /api/v1/pods "
                + "query fieldSelector=metadata.name%3Dx&watch=true")
    }

    @Test(
        "without an object reference the path says what was asked for",
        arguments: [
            ("/api/v1/namespaces/n/pods/p/log", "get v1/pods/log n/p"),
            ("/apis/apps/v1/deployments?limit=5", "get apps/v1/deployments query limit=5"),
            ("/api/v1/namespaces/n", "get v1/namespaces n/n"),
            ("/livez?verbose", "get path /livez query verbose"),
            ("/apis/crd.example.com//widgets", "get crd.example.com//widgets"),
            ("/api/v1/watch", "get path /api/v1/watch"),
            ("/api/v1/watch/pods", "get v1/pods path /api/v1/watch/pods"),
        ])
    func fromPath(uri: String, expected: String) {
        #expect(summary(uri: uri) == expected)
    }

    @Test("an old path gives the verb where the record has none")
    func prefixVerb() {
        #expect(
            summary(uri: "/api/v1/watch/pods", verb: "") == "watch v1/pods path /api/v1/watch/pods"
        )
    }

    @Test("a reference without a URI is enough")
    func noURI() {
        let reading = Reading(Event(["requestURI": ""]).line)
        #expect(reading.requests.map(reading.summary) == ["get v1/pods team-a/web-1"])
    }

    @Test("a create by generateName has no name")
    func generatedName() {
        #expect(
            summary(
                uri: "/api/v1/namespaces/n/pods",
                reference: #"{"resource":"pods","namespace":"n","apiVersion":"v1"}"#,
                verb: "create") == "create v1/pods n/")
    }

    @Test(
        "of a query the API's own options keep their values, anything else its name alone",
        arguments: [
            (
                "watch=true\\u0026labelSelector=app%3Dweb\\u0026resourceVersion=7\\u0026timeout=5m",
                "watch=true&labelSelector=app%3Dweb&resourceVersion=7&timeout=5m"
            ),
            (
                "command=cat\\u0026command=%2Fetc%2Fshadow\\u0026container=app\\u0026stdin=true",
                "command&command&container=app&stdin=true"
            ),
            ("token=canary", "token"), ("Limit=canary", "Limit"), ("l%69mit=canary", "l%69mit"),
            ("limit=5;token=canary", "limit"), ("limit;canary=5", "limit"),
            ("=canary", ""), ("limit", "limit"), ("a=canary\\u0026\\u0026b=canary", "a&&b"),
            ("dryRun=All\\u0026propagationPolicy=Orphan", "dryRun=All&propagationPolicy=Orphan"),
            ("x==canary\\u0026force=true", "x&force=true"),
        ])
    func queries(query: String, kept: String) {
        let text = summary(uri: "/api/v1/pods?\(query)")
        #expect(text == (kept.isEmpty ? "get v1/pods" : "get v1/pods query \(kept)"))
        #expect(!text.contains("canary"))
    }

    @Test("a huge query is read whole")
    func hugeQuery() {
        let selector = String(repeating: "a%2C", count: 200_000)
        let uri = "/api/v1/pods?labelSelector=\(selector)\\u0026token=canary"
        #expect(summary(uri: uri) == "get v1/pods query labelSelector=\(selector)&token")
    }

    @Test(
        "what follows a proxy is trimmed however the path is written",
        arguments: [
            "/api/v1/namespaces/default/services/s/proxy%2FKANARY",
            "/api/v1/namespaces/default/services/s%2Fproxy/KANARY",
            "/api/v1/namespaces/default/services/s/proxy%2fKANARY?limit=KANARY",
            "/api/v1/namespaces/default/pods/p:8080/proxy%2Flogin%2FKANARY",
            "/api/v1/namespaces/default/services/s/%70roxy/KANARY",
            "/api%2Fv1/namespaces/default/services/s/proxy/KANARY",
            "/k8s/clusters/c/api/v1/namespaces/default/services/s/proxy/KANARY",
            "/./api/v1/namespaces/default/services/s/proxy/KANARY", "/a/b/KANARY",
        ],
        [
            "",
            #"{"resource":"services","namespace":"default","name":"s","apiVersion":"v1","subresource":"proxy"}"#,
        ])
    func proxied(uri: String, reference: String) {
        #expect(!summary(uri: uri, reference: reference).contains("KANARY"))
    }

    @Test(
        "the name of a bearer token is not kept",
        arguments: [
            "", "/KANARY", "//KANARY", "/KANARY/KANARY", "?fieldSelector=metadata.name%3DKANARY",
        ])
    func tokenNames(rest: String) {
        let base = "/apis/oauth.openshift.io/v1/oauthaccesstokens"
        let reference = """
            {"resource":"oauthaccesstokens","name":"KANARY","apiGroup":"oauth.openshift.io",\
            "apiVersion":"v1","subresource":"KANARY"}
            """
        for reference in ["", reference] {
            #expect(!summary(uri: base + rest, reference: reference).contains("KANARY"))
        }
    }
}
