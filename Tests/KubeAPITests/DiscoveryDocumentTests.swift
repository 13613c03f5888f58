import Bytes
import Foundation
import KubeAPI
import Reference
import Testing

@Suite("Discovery documents") struct DiscoveryDocumentTests {
    static let aggregated = #"""
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
        {"metadata":{"name":"apps","uid":"u-1","creationTimestamp":null},"versions":[
        {"version":"v1","resources":[{"resource":"deployments","responseKind":{"group":"apps",
        "version":"v1","kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment",
        "verbs":["create","get"],"shortNames":["deploy"],"categories":["all"],"subresources":[
        {"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},
        "verbs":["get","patch","update"]}]}],"freshness":"Current"}]},
        {"metadata":{"name":"metrics.k8s.io","creationTimestamp":null},"versions":[
        {"version":"v1beta1","freshness":"Stale"}]}]}
        """#

    static func read(_ text: String) throws -> DiscoveryDocument {
        try DiscoveryDocument(json: Array(text.utf8))
    }

    @Test("An aggregated document gives groups, versions, resources and what is stale")
    func aggregatedForm() throws {
        let document = try Self.read(Self.aggregated)
        #expect(document.form == .aggregatedV2)
        #expect(document.path == "/apis")
        #expect(document.groupVersions.map(\.description) == ["apps/v1", "metrics.k8s.io/v1beta1"])
        let id = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")
        let deployments = try #require(document.resource(id))
        #expect(deployments.kind.kind == "Deployment")
        #expect(deployments.namespaced)
        #expect(deployments.shortNames == ["deploy"])
        #expect(deployments.subresources.map(\.kind.group) == ["autoscaling"])
        #expect(document.groups[0].uid == "u-1")
        #expect(document.groups[1].versions[0].freshness == .stale)
        #expect(document.currentResources == [id])
        #expect(document.resource(kind: "Deployment", in: id.groupVersion) == deployments)
    }

    @Test("A document without a group name is that of /api")
    func coreDocument() throws {
        let document = try Self.read(
            #"""
            {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2beta1","items":[
            {"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","resources":[
            {"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},
            "scope":"Namespaced","verbs":["get"]}]}]}]}
            """#)
        #expect(document.form == .aggregatedV2beta1)
        #expect(document.path == "/api")
        #expect(document.currentResources.map(\.description) == ["v1/pods"])
    }

    @Test("Legacy documents are told apart by their kind and know their path")
    func legacyForms() throws {
        let groups = try Self.read(
            #"""
            {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"autoscaling","versions":[
            {"groupVersion":"autoscaling/v1","version":"v1"},
            {"groupVersion":"autoscaling/v2","version":"v2"}],
            "preferredVersion":{"groupVersion":"autoscaling/v2","version":"v2"}}]}
            """#)
        #expect(groups.form == .groupList)
        #expect(groups.path == "/apis")
        #expect(groups.groupVersions.map(\.version) == ["v2", "v1"])
        #expect(!groups.form.listsResources)

        let core = try Self.read(#"{"kind":"APIVersions","versions":["v1"]}"#)
        #expect(core.path == "/api")
        #expect(core.groupVersions == [GroupVersion(apiVersion: "v1")])

        let group = try Self.read(
            #"{"kind":"APIGroup","name":"apps","versions":[{"version":"v1"}]}"#)
        #expect(group.path == "/apis/apps")
    }

    @Test("The resources of a version come with their subresources")
    func resourceList() throws {
        let document = try Self.read(
            #"""
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1","resources":[
            {"name":"deployments","singularName":"deployment","namespaced":true,
            "kind":"Deployment","verbs":["get"],"shortNames":["deploy"]},
            {"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling",
            "version":"v1","kind":"Scale","verbs":["get","update"]},
            {"name":"orphans/status","namespaced":true,"kind":"Orphan","verbs":["get"]}]}
            """#)
        #expect(document.path == "/apis/apps/v1")
        #expect(document.groups[0].versions[0].resources.map(\.name) == ["deployments", "orphans"])
        #expect(document.groups[0].versions[0].resources[0].subresources.map(\.name) == ["scale"])
        let core = try Self.read(
            #"{"kind":"APIResourceList","groupVersion":"v1","resources":null}"#)
        #expect(core.path == "/api/v1")
    }

    @Test(
        "Every form that is written reads back the same",
        arguments: [
            DiscoveryDocument.Form.aggregatedV2, .aggregatedV2beta1, .resourceList, .groupList,
            .group, .coreVersions,
        ])
    func roundTrip(form: DiscoveryDocument.Form) throws {
        let served = Catalogue.served(in: Release(minor: 36))
        var groups = DiscoveryDocument.builtin(served)
        switch form {
        case .aggregatedV2, .aggregatedV2beta1, .groupList: groups.removeFirst()
        case .resourceList, .group: groups = [groups[1]]
        case .coreVersions: groups = [groups[0]]
        }
        if !form.listsResources {
            groups = groups.map { group in
                var bare = group
                bare.versions = group.versions.map { .init(name: $0.name) }
                return bare
            }
        }
        let document = DiscoveryDocument(form: form, groups: groups)
        #expect(try DiscoveryDocument(json: document.json) == document)
    }

    @Test("The legacy list of a running 1.35 server is what the catalogue gives, byte for byte")
    func recordedGroupList() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/apis-1.35-legacy.json")
        let recorded = [UInt8](try Data(contentsOf: file))
        var groups = DiscoveryDocument.builtin(Catalogue.served(in: Release(minor: 35)))
        groups.removeFirst()
        let text = String(decoding: recorded, as: UTF8.self)
        let modelled = DiscoveryDocument(form: .groupList, groups: groups)
        #expect(String(decoding: modelled.json, as: UTF8.self) == text)
        let read = try DiscoveryDocument(json: recorded)
        #expect(String(decoding: read.json, as: UTF8.self) == text)
    }

    @Test(
        "What is no discovery document is refused with the place of the trouble",
        arguments: [
            ("", "byte 0: expected a JSON value"),
            ("{}", "kind: expected the kind of a discovery document"),
            ("[]", "kind: expected the kind of a discovery document"),
            (
                #"{"kind":"Status","code":403}"#,
                "kind: expected a kind of discovery, not Status"
            ),
            (
                #"{"kind":"APIGroupDiscoveryList","apiVersion":"v9"}"#,
                "apiVersion: expected apidiscovery.k8s.io/v2 or apidiscovery.k8s.io/v2beta1"
            ),
            (
                #"{"kind":"APIGroupList","groups":[{"name":"a"},{"versions":[]}]}"#,
                "groups[1]: expected name"
            ),
            (#"{"kind":"APIGroupList","groups":{}}"#, "document.groups: expected a list"),
            (#"{"kind":"APIGroupList","groups":[3]}"#, "groups[0]: expected an object"),
            (
                #"{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","#
                    + #""items":[{"versions":[{"version":"v1","resources":[{}]}]}]}"#,
                "items[0].versions[0].resources[0]: expected resource"
            ),
            (
                #"{"kind":"APIVersions","versions":[1]}"#,
                "document.versions: expected a list of texts"
            ),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: DiscoveryError.self) { try Self.read(text) }
        #expect(error?.description == message)
    }

    @Test("A cut or changed document is read or refused, never a trap")
    func mutations() {
        let text = Array(Self.aggregated.utf8)
        for index in stride(from: 0, to: text.count, by: 3) {
            #expect(throws: DiscoveryError.self) {
                try DiscoveryDocument(json: Array(text[..<index]))
            }
            for byte in [0, 34, 44, 58, 91, 93, 123, 125, 200] as [UInt8] {
                var changed = text
                changed[index] = byte
                _ = (try? DiscoveryDocument(json: changed))?.json
            }
        }
    }

    @Test("Versions that another document has and this one lacks are named, stale ones among them")
    func missing() throws {
        func document(_ groups: [String: [String: Bool]]) -> DiscoveryDocument {
            DiscoveryDocument(
                groups: groups.keys.sorted().map { name in
                    .init(
                        name: name,
                        versions: (groups[name] ?? [:]).sorted { $0.key < $1.key }.map {
                            .init(name: $0.key, freshness: $0.value ? .current : .stale)
                        })
                })
        }
        let whole = document([
            "a": ["v1": true, "v2": true], "b": ["v1": true], "c": ["v1": false],
        ])
        let part = document(["a": ["v1": true], "b": ["v1": false], "c": ["v1": false]])
        #expect(part.versionsMissing(comparedTo: whole).map(\.description) == ["a/v2", "b/v1"])
        #expect(whole.versionsMissing(comparedTo: part).isEmpty)
        #expect(
            document([:]).versionsMissing(comparedTo: part).map(\.description)
                == ["a/v1", "b/v1", "c/v1"])
    }

    @Test("The built-in part of a server's document is the core group, then the measured order")
    func builtin() {
        let groups = DiscoveryDocument.builtin(Catalogue.served(in: Release(minor: 35)))
        #expect(groups.prefix(3).map(\.name) == ["", "apiregistration.k8s.io", "apps"])
        let core = groups[0].versions[0].resources
        #expect(core.map(\.name) == core.map(\.name).sorted())
        let pods = core.first { $0.name == "pods" }
        #expect(pods?.subresources.first { $0.name == "exec" }?.verbs == ["create", "get"])
        #expect(groups.first { $0.name == "autoscaling" }?.versions.map(\.name) == ["v2", "v1"])
    }
}
