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

    struct Case: CustomTestStringConvertible, Sendable {
        var id: String
        var target: String
        var method: Verb
        var verb: Verb
        /// `group|version|namespace|resource|subresource|name`.
        var parts: String
        var testDescription: String { "\(id) \(target)" }

        init(_ id: String, _ target: String, _ method: Verb, _ verb: Verb, _ parts: String) {
            self.id = id
            self.target = target
            self.method = method
            self.verb = verb
            self.parts = parts
        }
    }

    @Test(
        "a resource path is taken apart",
        arguments: [
            Case("R2", "/api/v1/pods", .get, .list, "|v1||pods||"),
            Case("R3", "/api/v1/pods?watch=true", .get, .watch, "|v1||pods||"),
            Case("R3", "/api/v1/pods?watch=1", .get, .watch, "|v1||pods||"),
            Case("R4", "/api/v1/pods?watch=false", .get, .list, "|v1||pods||"),
            Case("R4", "/api/v1/pods?watch=0", .get, .list, "|v1||pods||"),
            Case("R5", "/api/v1/namespaces/n/pods/p", .head, .get, "|v1|n|pods||p"),
            Case("R6", "/api/v1/namespaces/n", .get, .get, "|v1|n|namespaces||n"),
            Case(
                "R7", "/api/v1/namespaces/n/finalize", .put, .update,
                "|v1|n|namespaces|finalize|n"),
            Case(
                "R8", "/api/v1/namespaces/n/status", .patch, .patch, "|v1|n|namespaces|status|n"),
            Case(
                "R9", "/apis/apps/v1/namespaces/n/deployments", .delete, .deletecollection,
                "apps|v1|n|deployments||"),
            Case(
                "R10", "/apis/apps/v1/namespaces/n/deployments/d", .delete, .delete,
                "apps|v1|n|deployments||d"),
            Case(
                "R11", "/apis/apps/v1/namespaces/n/deployments/d/scale", .get, .get,
                "apps|v1|n|deployments|scale|d"),
            Case("R12", "/api/v1/watch/namespaces/n/pods", .get, .watch, "|v1|n|pods||"),
            Case(
                "R14", "/api/v1/proxy/namespaces/n/services/s/x", .get, .proxy,
                "|v1|n|services||s"),
            Case("R15", "/api/v1/namespaces/n/pods", .post, .create, "|v1|n|pods||"),
            Case(
                "R16", "/api/v1/pods?fieldSelector=metadata.name%3Dp", .get, .list, "|v1||pods||p"),
            Case("R17", "/api/v1/pods", .options, .none, "|v1||pods||"),
            Case(
                "R18", "/apis/example.com/v1/namespaces/n/namespaces/m", .get, .get,
                "example.com|v1|n|namespaces||m"),
        ])
    func resource(_ example: Case) {
        let target = example.target.split(separator: "?", maxSplits: 1).map(String.init)
        let parsed = parse(target[0])
        let bytes = Array(target[0].utf8)
        var parts = [
            parsed.group, parsed.version, parsed.namespace, parsed.resource, parsed.subresource,
            parsed.name,
        ].map { String(decoding: bytes[$0], as: UTF8.self) }
        let query = Array((target.count > 1 ? target[1] : "").utf8)
        var filter = QueryFilter()
        query.withUnsafeBufferPointer { text in filter.keep(text) { _ in } }
        // The name of a field selector stands for the object's where the path has none (F1.10).
        if parts[5].isEmpty, let selected = filter.facts.selectedName {
            parts[5] = String(decoding: query[selected], as: UTF8.self)
        }
        #expect(parsed.isResource)
        #expect(parts.joined(separator: "|") == example.parts)
        let verb = parsed.verb(method: example.method, watch: filter.facts.asksForWatch)
        #expect(verb == example.verb)
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
        let isSpelled = Array(path.utf8).withUnsafeBufferPointer {
            PathParts($0, RequestPath($0)).spell($0)
        }
        #expect(isSpelled == expected)
    }

    private func parse(_ path: String) -> RequestPath {
        Array(path.utf8).withUnsafeBufferPointer { RequestPath($0) }
    }
}
