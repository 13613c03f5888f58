import KubeAPI
import Testing

@Suite("Request paths") struct RequestPathTests {
    @Test(
        "a path without a resource is a non-resource request (R1, R19)",
        arguments: [
            "/", "/api", "/api/", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1",
            "/apis/apps/v1/",
            "/openapi/v3/apis/apps/v1", "/version", "/readyz/ping/x", "",
        ])
    func nonResource(_ path: String) {
        #expect(!parse(path).isResource)
    }

    @Test(
        "a resource path is taken apart (R2 to R18)",
        arguments: [
            ("/api/v1/pods", Verb.get, Verb.list, "|v1||pods|||"),
            ("/api/v1/namespaces/n/pods/p", .head, .get, "|v1|n|pods||p|"),
            ("/api/v1/namespaces/n", .get, .get, "|v1|n|namespaces||n|"),
            ("/api/v1/namespaces/n/finalize", .put, .update, "|v1|n|namespaces|finalize|n|"),
            ("/api/v1/namespaces/n/status", .patch, .patch, "|v1|n|namespaces|status|n|"),
            (
                "/apis/apps/v1/namespaces/n/deployments", .delete, .deletecollection,
                "apps|v1|n|deployments|||"
            ),
            (
                "/apis/apps/v1/namespaces/n/deployments/d", .delete, .delete,
                "apps|v1|n|deployments||d|"
            ),
            (
                "/apis/apps/v1/namespaces/n/deployments/d/scale", .get, .get,
                "apps|v1|n|deployments|scale|d|"
            ),
            ("/api/v1/watch/namespaces/n/pods", .get, .watch, "|v1|n|pods|||"),
            ("/api/v1/proxy/namespaces/n/services/s/x", .get, .proxy, "|v1|n|services||s|"),
            ("/api/v1/namespaces/n/pods", .post, .create, "|v1|n|pods|||"),
            ("/api/v1/pods", .options, .none, "|v1||pods|||"),
            (
                "/apis/example.com/v1/namespaces/n/namespaces/m", .get, .get,
                "example.com|v1|n|namespaces||m|"
            ),
        ])
    func resource(_ path: String, _ method: Verb, _ verb: Verb, _ parts: String) {
        let parsed = parse(path)
        let bytes = Array(path.utf8)
        let text = [
            parsed.group, parsed.version, parsed.namespace, parsed.resource, parsed.subresource,
            parsed.name,
        ].map { String(decoding: bytes[$0], as: UTF8.self) + "|" }.joined()
        #expect(parsed.isResource)
        #expect(text == parts)
        #expect(parsed.verb(method: method, watch: false) == verb)
    }

    @Test("watch with nothing behind it is malformed (R13)") func malformed() {
        #expect(parse("/api/v1/watch").isMalformed)
    }

    @Test(
        "only a path that its parts spell out is canonical",
        arguments: [
            ("/api/v1/namespaces/n/pods/p/log", true), ("/api/v1/namespaces/n/status", true),
            ("/api/v1/pods/", false), ("/api/v1/watch/pods", false), ("/apis//v1/x", false),
            ("/api/v1/namespaces/n/pods/p/log/extra", false), ("/api/v1/namespaces/n", true),
        ])
    func canonical(_ path: String, _ expected: Bool) {
        #expect(parse(path).isCanonical == expected)
    }

    private func parse(_ path: String) -> RequestPath {
        Array(path.utf8).withUnsafeBufferPointer { RequestPath($0) }
    }
}
