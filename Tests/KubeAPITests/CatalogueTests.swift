import Foundation
import KubeAPI
import Testing

@Suite struct CatalogueTests {
    static let policy = GroupVersionResource(
        group: "admissionregistration.k8s.io", version: "v1",
        resource: "mutatingadmissionpolicies")

    @Test(
        "Each release has as many resources by default, behind a version and behind a gate as measured",
        arguments: [
            (28, 59, 13, 1), (29, 59, 20, 1), (30, 61, 21, 2), (31, 61, 17, 2), (32, 59, 19, 2),
            (33, 61, 24, 3), (34, 66, 20, 4), (35, 66, 19, 5), (36, 68, 21, 6),
            (37, 72, 21, 7), (38, 72, 21, 7),
        ])
    func counts(minor: Int, byDefault: Int, behindRuntimeConfig: Int, behindGate: Int) {
        let resources = Catalogue.resources(in: Release(minor: minor))
        #expect(resources.count { $0.availability == .byDefault } == byDefault)
        #expect(
            resources.count { $0.availability == .behindRuntimeConfig } == behindRuntimeConfig)
        #expect(resources.count { $0.availability == .behindGate } == behindGate)
        #expect(resources.map(\.id) == resources.map(\.id).sorted())
    }

    @Test(
        "A release that is not known has nothing",
        arguments: [0, 27, Release.known.upperBound.minor + 1, 999])
    func unknownRelease(minor: Int) {
        let release = Release(minor: minor)
        #expect(Catalogue.resources(in: release).isEmpty)
        #expect(Catalogue.groupOrder(in: release, allGates: true).isEmpty)
        #expect(Catalogue.served(in: release).resources.isEmpty)
    }

    @Test("Mutating admission policies are v1 from 1.36 on, with their kind and scope")
    func lookUp() throws {
        #expect(Catalogue.resource(Self.policy, in: Release(minor: 35)) == nil)
        let found = try #require(Catalogue.resource(Self.policy, in: Release(minor: 36)))
        #expect(found.kind == "MutatingAdmissionPolicy")
        #expect(!found.namespaced)
        #expect(found.verbs.contains("deletecollection"))
        let pods = try #require(
            Catalogue.resource(
                kind: "Pod", groupVersion: GroupVersion(apiVersion: "v1"), in: Release(minor: 28)))
        #expect(pods.id.resource == "pods")
        #expect(pods.subresources.contains("eviction"))
        #expect(
            Catalogue.resource(
                kind: "Pod", groupVersion: GroupVersion(apiVersion: "apps/v1"),
                in: Release(minor: 28)) == nil)
    }

    @Test("Groups come in the measured order, with default flags a part of that with all gates")
    func order() {
        let names = Catalogue.groupOrder(in: Release(minor: 36), allGates: false).map(\.name)
        #expect(
            names == [
                "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io",
                "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
                "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
                "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
                "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io",
                "flowcontrol.apiserver.k8s.io",
            ])
        let all = Catalogue.groupOrder(in: Release(minor: 36), allGates: true)
        #expect(
            all.first { $0.name == "resource.k8s.io" }?.versions == [
                "v1", "v1beta2", "v1beta1", "v1alpha3",
            ])
        #expect(
            all.map(\.name).suffix(2) == ["internal.apiserver.k8s.io", "storagemigration.k8s.io"])
    }

    @Test("Every version of a group is listed in the order that Kubernetes prefers")
    func versionOrder() {
        for minor in Release.all.map(\.minor) {
            for group in Catalogue.groupOrder(in: Release(minor: minor), allGates: true) {
                #expect(group.versions == group.versions.map(APIVersion.init).sorted().map(\.text))
            }
        }
    }

    @Test(
        "Runtime configuration: the specific key wins over the family, the family over all",
        arguments: [
            ("", "v1", Catalogue.Serving.yes), ("", "v1beta1", .no),
            ("admissionregistration.k8s.io/v1beta1=true", "v1beta1", .yes),
            ("admissionregistration.k8s.io/v1beta1", "v1beta1", .yes),
            ("admissionregistration.k8s.io/v1beta1=1", "v1beta1", .yes),
            ("api/beta=true", "v1beta1", .yes), ("api/beta=true", "v1alpha1", .no),
            ("api/all=true", "v1alpha1", .yes), ("api/all=true,api/alpha=false", "v1alpha1", .no),
            ("api/alpha=false,api/all=true", "v1alpha1", .no),
            ("api/all=false", "v1", .no), ("api/all=false,api/ga=true", "v1", .yes),
            ("api/ga=false", "v1", .no),
            ("api/beta=true,admissionregistration.k8s.io/v1beta1=false", "v1beta1", .no),
            ("admissionregistration.k8s.io/v1=false", "v1", .no),
            (
                "admissionregistration.k8s.io/v1=false,"
                    + "admissionregistration.k8s.io/v1/mutatingadmissionpolicies=true",
                "v1", .yes
            ),
            ("admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false", "v1", .no),
            (" admissionregistration.k8s.io/v1beta1 = true , ", "v1beta1", .yes),
        ])
    func runtimeConfig(value: String, version: String, expected: Catalogue.Serving) {
        let served = Catalogue.served(in: Release(minor: 36), runtimeConfig: RuntimeConfig(value))
        var id = Self.policy
        id.version = version
        #expect(served[id] == expected)
    }

    @Test(
        "Runtime configuration that a server refuses is refused with its words",
        arguments: [
            ("api/all=yes", "invalid value api/all=yes"),
            ("api/beta", "invalid value api/beta="),
            ("apps=true", "runtime-config invalid key apps"),
            ("a/b/c/d=true", "runtime-config invalid key a/b/c/d"),
            (
                "apps/v1/Deployments=true",
                "invalid key apps/v1/Deployments: group/version/resource and resource is always "
                    + "lowercase plural, not \"Deployments\""
            ),
            ("batch/v1=perhaps", "invalid value of batch/v1: perhaps, not a boolean"),
        ])
    func refusedRuntimeConfig(value: String, message: String) {
        #expect(RuntimeConfig(value).refusal == message)
    }

    @Test(
        "A gated resource needs its gate and its version",
        arguments: [
            (36, "", "", Catalogue.Serving.no),
            (36, "scheduling.k8s.io/v1alpha2=true", "", .no),
            (36, "", "GenericWorkload=true", .no),
            (
                36, "scheduling.k8s.io/v1alpha2=true",
                "GenericWorkload=true,UnknownVersionInteroperabilityProxy=false", .yes
            ),
            (36, "api/alpha=true", "AllAlpha=true", .yes),
            (36, "api/alpha=true", "AllBeta=true", .no),
            (36, "api/alpha=true", "AllAlpha=true,GenericWorkload=false", .no),
            (36, "api/alpha=true", "kube:GenericWorkload=true", .yes),
            (35, "api/alpha=true", "GenericWorkload=true", .no),
        ])
    func gates(minor: Int, config: String, gates: String, expected: Catalogue.Serving) {
        let served = Catalogue.served(
            in: Release(minor: minor), runtimeConfig: RuntimeConfig(config),
            gates: FeatureGates(gates))
        let podgroups = GroupVersionResource(
            group: "scheduling.k8s.io", version: "v1alpha2", resource: "podgroups")
        #expect(served[podgroups] == expected)
    }

    @Test("AllBeta turns a gate on from the release in which it is beta")
    func allBeta() {
        let bundles = GroupVersionResource(
            group: "certificates.k8s.io", version: "v1alpha1", resource: "clustertrustbundles")
        for (minor, expected) in [(32, Catalogue.Serving.no), (33, .yes)] {
            let served = Catalogue.served(
                in: Release(minor: minor), runtimeConfig: RuntimeConfig("api/all=true"),
                gates: FeatureGates("AllBeta=true"))
            #expect(served[bundles] == expected)
        }
    }

    @Test("The gate of every gated resource is known")
    func everyGateIsKnown() {
        for minor in Release.all.map(\.minor) {
            for resource in Catalogue.resources(in: Release(minor: minor))
            where resource.availability == .behindGate {
                #expect(Catalogue.gate(of: resource.id) != nil, "\(resource.id)")
            }
        }
    }

    @Test("An emulated release decides what is new, the binary what is gone")
    func emulation() {
        let emulating = Catalogue.served(in: Release(minor: 36), emulating: Release(minor: 35))
        #expect(emulating[Self.policy] == .no)
        #expect(emulating.groupOrder.map(\.name).contains("resource.k8s.io"))
        let gone = GroupVersionResource(
            group: "scheduling.k8s.io", version: "v1alpha1", resource: "workloads")
        let flags = (RuntimeConfig("api/all=true"), FeatureGates("AllAlpha=true,AllBeta=true"))
        #expect(
            Catalogue.served(
                in: Release(minor: 35), runtimeConfig: flags.0, gates: flags.1)[gone] == .yes)
        #expect(
            Catalogue.served(
                in: Release(minor: 36), emulating: Release(minor: 35), runtimeConfig: flags.0,
                gates: flags.1)[gone] == .no)
    }

    @Test("A group of which nothing is served has no handlers")
    func groupHandlers() {
        let plain = Catalogue.served(in: Release(minor: 36))
        #expect(plain.hasGroup("") == .yes)
        #expect(plain.hasGroup("apps") == .yes)
        #expect(plain.hasGroup("storagemigration.k8s.io") == .no)
        #expect(plain.hasGroup("crd.example.com") == .no)
        #expect(!Catalogue.isBuiltinGroup("crd.example.com"))
        #expect(Catalogue.isBuiltinGroup("storagemigration.k8s.io"))
        let without = Catalogue.served(
            in: Release(minor: 36), runtimeConfig: RuntimeConfig("batch/v1=false"))
        #expect(without.hasGroup("batch") == .no)
        #expect(!without.groupOrder.map(\.name).contains("batch"))
    }

    @Test("From 1.35 to 1.36 the difference holds what came, what went and what changed")
    func difference() throws {
        let change = Catalogue.difference(from: Release(minor: 35), to: Release(minor: 36))
        #expect(change.added.map(\.id).contains(Self.policy))
        #expect(
            change.removed.map(\.id.description) == ["scheduling.k8s.io/v1alpha1/workloads"])
        let forth = Catalogue.difference(from: Release(minor: 33), to: Release(minor: 34))
        #expect(
            forth.preferredVersions.map { [$0.group, $0.before ?? "none", $0.after ?? "none"] }
                == [["resource.k8s.io", "none", "v1"]])
        let back = Catalogue.difference(from: Release(minor: 36), to: Release(minor: 35))
        #expect(back.added == change.removed)
        #expect(back.removed == change.added)
        #expect(back.changed.count == change.changed.count)
        for item in change.changed { #expect(!item.summary.isEmpty) }
        let same = Catalogue.difference(from: Release(minor: 30), to: Release(minor: 30))
        #expect(same.added.isEmpty && same.removed.isEmpty && same.changed.isEmpty)
        #expect(same.preferredVersions.isEmpty)
    }

    @Test("1.37 has what its published clients have, and is marked as not measured")
    func published() throws {
        let release = Release(minor: 37)
        #expect(release.basis == .published)
        #expect(Release(minor: 36).basis == .measured)
        let change = Catalogue.difference(from: Release(minor: 36), to: release)
        #expect(
            change.removed.map(\.id.description) == [
                "certificates.k8s.io/v1alpha1/clustertrustbundles",
                "networking.k8s.io/v1beta1/ipaddresses",
                "networking.k8s.io/v1beta1/servicecidrs",
                "scheduling.k8s.io/v1alpha2/podgroups", "scheduling.k8s.io/v1alpha2/workloads",
                "storage.k8s.io/v1beta1/volumeattributesclasses",
            ])
        let added = change.added.map {
            "\($0.id) \($0.availability.text) \($0.subresources.joined(separator: ","))"
        }
        #expect(
            added == [
                "certificates.k8s.io/v1/clustertrustbundles default ",
                "certificates.k8s.io/v1/podcertificaterequests default status",
                "lifecycle.k8s.io/v1alpha1/evictionrequests gate+runtime-config status",
                "lifecycle.k8s.io/v1alpha1/evictions gate+runtime-config status",
                "resource.k8s.io/v1/devicetaintrules default status",
                "scheduling.k8s.io/v1alpha3/compositepodgroups gate+runtime-config status",
                "scheduling.k8s.io/v1alpha3/podgroups gate+runtime-config status",
                "scheduling.k8s.io/v1alpha3/workloads gate+runtime-config ",
                "scheduling.k8s.io/v1beta1/podgroups gate+runtime-config status",
                "scheduling.k8s.io/v1beta1/workloads gate+runtime-config ",
                "storagemigration.k8s.io/v1/storageversionmigrations default status",
            ])
        #expect(
            change.preferredVersions.map { [$0.group, $0.before ?? "none", $0.after ?? "none"] }
                == [["storagemigration.k8s.io", "none", "v1"]])
    }

    @Test("A release that is not out is provisional, and the newest settled one is before it")
    func provisional() {
        #expect(Release(minor: 38).basis == .provisional)
        #expect(Release.newestSettled == Release(minor: 37))
        #expect(Release.newestMeasured == Release(minor: 36))
        #expect(Release(minor: 27).basis == nil)
        #expect(Release(minor: Release.known.upperBound.minor + 1).basis == nil)
        #expect(Release.all.allSatisfy { $0.basis != nil })
    }

    @Test("Each field that a release added belongs to a kind that the release serves")
    func fields() {
        #expect(Catalogue.fields.count == 556)
        for field in Catalogue.fields {
            #expect(Release.known.contains(field.since), "\(field)")
            #expect(!field.path.isEmpty && !field.path.hasPrefix("."), "\(field)")
        }
        let orders = Catalogue.fields.map(\.since)
        #expect(orders == orders.sorted(), "rows are appended, release by release")
    }

    @Test("A difference holds the fields that only the newer release knows, in both directions")
    func fieldDifference() {
        let forth = Catalogue.difference(from: Release(minor: 36), to: Release(minor: 37))
        #expect(forth.addedFields.count == 192 && forth.removedFields.isEmpty)
        let back = Catalogue.difference(from: Release(minor: 37), to: Release(minor: 36))
        #expect(back.removedFields == forth.addedFields && back.addedFields.isEmpty)
        let skipping = Catalogue.difference(from: Release(minor: 34), to: Release(minor: 36))
        #expect(Set(skipping.addedFields.map(\.since.description)) == ["1.35", "1.36"])
        #expect(forth.addedFields.contains { $0.path == "spec.evictionResponders" })
    }

    @Test("Versions are preferred stable first, then beta, then alpha, newest first")
    func versions() {
        let sorted = [
            "v1", "v10", "v2beta1", "v2", "v1alpha1", "foo10", "v1beta2", "v1beta1", "foo1",
        ]
        .map(APIVersion.init).sorted().map(\.text)
        #expect(
            sorted == [
                "v10", "v2", "v1", "v2beta1", "v1beta2", "v1beta1", "v1alpha1", "foo1", "foo10",
            ])
        for odd in ["", "v", "v1x", "v1beta", "v1alpha1x", "v99999999999999999999999", "1"] {
            #expect(APIVersion(odd).stage == nil)
        }
    }

    @Test("Feature gates are read as the server reads them")
    func featureGates() {
        var gates = FeatureGates("A=true, B=0,kube:C=T")
        #expect(gates["A"] == true)
        #expect(gates["B"] == false)
        #expect(gates["C"] == true)
        gates.add("A=false")
        #expect(gates["A"] == false)
        #expect(gates.refusal == nil)
        #expect(FeatureGates("A").refusal == "missing bool value for A")
        #expect(FeatureGates("A=maybe").refusal != nil)
        #expect(FeatureGates("").refusal == nil)
    }
}
