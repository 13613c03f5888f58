import Judgments
import ControlPlane
import Findings
import KubeAPI
import Replay
import Testing

/// Deletions of namespaces as the controller goes about them.
extension Timeline {
    static let roles = Resource(
        group: "scheduling.k8s.io", version: "v1alpha2", plural: "podgroups", kind: "PodGroup")
    static let others = Resource(
        group: "scheduling.k8s.io", version: "v1alpha2", plural: "workloads", kind: "Workload")

    /// Servers of which `new` alone serves the resources above.
    static func scheduling() -> Timeline {
        var timeline = Timeline()
        timeline.scenario.servers[2].processes[0].flags = [
            "--runtime-config=scheduling.k8s.io/v1alpha2=true",
            "--feature-gates=GenericWorkload=true,UnknownVersionInteroperabilityProxy=false",
        ]
        return timeline
    }

    mutating func askForDeletion(_ seconds: Double, of namespace: String) {
        request(seconds, .delete, .namespaces, namespace, at: "new")
    }

    mutating func controller(
        _ seconds: Double, _ verb: Verb, _ resource: Resource, in namespace: String,
        at server: String, status: UInt16 = 200
    ) {
        request(
            seconds, verb, resource, in: namespace, at: server, status: status,
            shape: status == 404 ? .route : .none, agent: Self.namespaceAgent, user: "system:x")
    }

    /// GET of the namespace, discovery, and the pods.
    mutating func beginRun(_ seconds: Double, of namespace: String, discoveryAt server: String) {
        request(
            seconds, .get, .namespaces, namespace, at: server, agent: Self.namespaceAgent,
            user: "system:x")
        discovery(seconds + 0.01, at: server, agent: Self.namespaceAgent)
        controller(seconds + 0.02, .deletecollection, .pods, in: namespace, at: server)
        controller(seconds + 0.03, .list, .pods, in: namespace, at: server)
    }

    mutating func collect(
        _ seconds: Double, _ resource: Resource, in namespace: String, at server: String,
        status: UInt16 = 200
    ) {
        controller(seconds, .deletecollection, resource, in: namespace, at: server, status: status)
        controller(seconds + 0.001, .list, resource, in: namespace, at: server, status: status)
    }

    mutating func finalize(_ seconds: Double, _ namespace: String, at server: String = "old-1") {
        request(
            seconds, .update, .namespaces, namespace, subresource: "finalize", at: server,
            status: 409, agent: Self.namespaceAgent, user: "system:x")
        request(
            seconds + 0.01, .get, .namespaces, namespace, at: server, agent: Self.namespaceAgent,
            user: "system:x")
        request(
            seconds + 0.02, .update, .namespaces, namespace, subresource: "finalize", at: server,
            agent: Self.namespaceAgent, user: "system:x")
    }
}

@Suite("Leaked namespaces") struct NamespaceLeakTests {
    @Test("what discovery does not list is never looked at (N5)") func unlisted() throws {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "old-1")
        timeline.finalize(36, "batch")
        let finding = try #require(timeline.findings(.namespaceLeak).first)
        #expect(finding.grade == .observed)
        #expect(finding.namespace == "batch")
        #expect(finding.risks.map(\.resource) == ["podgroups"])
        #expect(
            finding.summary
                == "Namespace batch was removed while 1 PodGroup stayed behind: the controller "
                + "never asked for podgroups, which discovery from old-1 did not list")
        #expect(Set(finding.evidence.map(\.role)) == [.asked, .discovery, .finalize])
    }

    @Test("a 404 to the deletion and the list counts as empty (N1)") func takenForEmpty() throws {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "old-2", status: 404)
        timeline.finalize(36, "batch")
        let finding = try #require(timeline.findings(.namespaceLeak).first)
        #expect(finding.grade == .observed)
        #expect(
            finding.summary.hasSuffix("old-2 answered 404 for podgroups, which counts as empty"))
        #expect(finding.requests == 2)
    }

    @Test("objects that wait for finalizers are lost to a later 404") func finalizers() throws {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "held", in: "batch", finalizers: ["a/b"])
        timeline.create(1, Timeline.roles, "free", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "new")
        timeline.beginRun(45, of: "batch", discoveryAt: "new")
        timeline.collect(45.1, Timeline.roles, in: "batch", at: "old-1", status: 404)
        timeline.finalize(46, "batch")
        let finding = try #require(timeline.findings(.namespaceLeak).first)
        #expect(finding.summary.contains("1 PodGroup stayed"))
    }

    @Test("the list that should show the rest got the 404") func restUnseen() {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "held", in: "batch", finalizers: ["a/b"])
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.controller(
            35.1, .deletecollection, Timeline.roles, in: "batch", at: "new")
        timeline.controller(
            35.2, .list, Timeline.roles, in: "batch", at: "old-1", status: 404)
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).map(\.grade) == [.observed])
    }

    @Test("what no running server served just then stays behind too") func unserved() {
        var timeline = Timeline.scheduling()
        let started = timeline.scenario.servers[2].processes[0]
        timeline.scenario.servers[2].processes[0].stoppedAt = Timeline.instant(20)
        timeline.scenario.servers[2].processes.append(started)
        timeline.scenario.servers[2].processes[1].startedAt = Timeline.instant(80)
        let group = timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "old-1")
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
        timeline.observe(100, group)
        let finding = timeline.findings(.namespaceLeak).first
        #expect(finding?.grade == .observed)
        #expect(finding?.summary.hasSuffix("no running server served podgroups just then") == true)
    }

    @Test("a log without bodies shows the creations") func metadata() {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "old-1")
        timeline.finalize(36, "batch")
        timeline.dropBodies()
        #expect(timeline.findings(.namespaceLeak).map(\.grade) == [.observed])
    }

    @Test("where nobody knows what was in it, a wrong 404 makes a leak possible")
    func unknownContent() {
        var timeline = Timeline.scheduling()
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "old-2", status: 404)
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).map(\.grade) == [.possible])
    }
}

@Suite("Namespaces that went as they should") struct RightNamespaceTests {
    @Test("everything was collected") func collected() {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.create(1, .configMaps, "map", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, .configMaps, in: "batch", at: "old-1")
        timeline.collect(35.2, Timeline.roles, in: "batch", at: "new")
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
        #expect(timeline.findings(.namespaceStuck).isEmpty)
    }

    @Test("nothing of the resource was ever in it") func empty() {
        var timeline = Timeline.scheduling()
        timeline.create(0, .namespaces, "batch")
        timeline.create(1, .configMaps, "map", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, .configMaps, in: "batch", at: "old-1")
        timeline.collect(35.2, Timeline.roles, in: "batch", at: "old-1", status: 404)
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
    }

    @Test("the objects were deleted before") func deletedBefore() {
        var timeline = Timeline.scheduling()
        let group = timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.create(0, .namespaces, "batch")
        timeline.delete(20, group)
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "old-1")
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
    }

    @Test("a log that lacks a question does not show that it was not asked") func incomplete() {
        var timeline = Timeline.scheduling()
        timeline.create(1, .configMaps, "map", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
    }

    @Test("a list with items after a 404 has them deleted one by one (N3)") func oneByOne() {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "group", in: "batch")
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.controller(
            35.1, .deletecollection, Timeline.roles, in: "batch", at: "old-1", status: 404)
        timeline.controller(35.2, .list, Timeline.roles, in: "batch", at: "new")
        timeline.finalize(36, "batch")
        #expect(timeline.findings(.namespaceLeak).isEmpty)
    }
}

@Suite("Namespaces in another control plane") struct PredictedNamespaceTests {
    /// Recorded with the proxy: forwarded, waiting for a finalizer, gone at last.
    private func story(proxy: Bool, discoveryAt server: String) -> Timeline {
        var timeline = Timeline.scheduling()
        timeline.mode = .whatIf
        if proxy {
            let gate = "UnknownVersionInteroperabilityProxy=true"
            for number in 0..<2 {
                timeline.scenario.servers[number].processes[0].flags = [
                    "--feature-gates=\(gate)", "--peer-ca-file=ca.crt",
                ]
            }
            timeline.scenario.servers[2].processes[0].flags = [
                "--runtime-config=scheduling.k8s.io/v1alpha2=true", "--peer-ca-file=ca.crt",
                "--feature-gates=GenericWorkload=true",
            ]
        }
        timeline.create(1, Timeline.roles, "held", in: "batch", finalizers: ["a/b"])
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: server)
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "old-1")
        return timeline
    }

    @Test("without the proxy the first run takes it for empty and lets it go") func off() {
        let findings = story(proxy: false, discoveryAt: "new").findings(.namespaceLeak)
        #expect(findings.map(\.grade) == [.predicted])
        #expect(findings.first?.summary.contains("would be removed") == true)
    }

    @Test("without merged discovery it would never have been looked at") func unlisted() {
        let findings = story(proxy: false, discoveryAt: "old-1").findings(.namespaceLeak)
        #expect(findings.map(\.grade) == [.predicted])
        #expect(findings.first?.summary.contains("would never ask") == true)
    }

    @Test("with the proxy nothing is lost", arguments: ["old-1", "new"])
    func on(_ server: String) {
        #expect(story(proxy: true, discoveryAt: server).findings(.namespaceLeak).isEmpty)
    }
}

@Suite("Stuck namespaces") struct NamespaceStuckTests {
    @Test("errors block for as long as they last (N2)") func unavailable() throws {
        var timeline = Timeline.scheduling()
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "new", status: 503)
        timeline.beginRun(75, of: "batch", discoveryAt: "new")
        timeline.collect(75.1, Timeline.roles, in: "batch", at: "new")
        timeline.finalize(76, "batch")
        let finding = try #require(timeline.findings(.namespaceStuck).first)
        #expect(finding.grade == .observed)
        #expect(finding.severity == .warning)
        #expect(
            finding.summary
                == "Namespace batch stayed Terminating for 46 s: new answered 503 for podgroups")
        #expect(finding.risks.map(\.resource) == ["podgroups"])
    }

    @Test("objects that wait for finalizers are named") func finalizers() {
        var timeline = Timeline.scheduling()
        timeline.create(1, Timeline.roles, "held", in: "batch", finalizers: ["a/b"])
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "new")
        let finding = timeline.findings(.namespaceStuck).first
        #expect(finding?.summary.contains("objects of podgroups wait for finalizers") == true)
        #expect(finding?.summary.contains("at least") == true)
    }

    @Test("failed discovery and an aggregated API that is away block (N4)") func discovery() {
        var timeline = Timeline.scheduling()
        timeline.scenario.extensions = [
            .init(
                groupVersion: .init(group: "metrics.k8s.io", version: "v1beta1"),
                isAggregated: true, isAvailable: false,
                resources: [.init(name: "pods", kind: "PodMetrics", namespaced: true)],
                from: Timeline.origin - 1)
        ]
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.discovery(
            35.025, at: "new", agent: Timeline.namespaceAgent,
            path: "/apis/metrics.k8s.io/v1beta1", status: 503)
        let summary = timeline.findings(.namespaceStuck).first?.summary ?? ""
        #expect(summary.contains("new answered 503 for /apis/metrics.k8s.io/v1beta1"))
        #expect(summary.contains("the aggregated API metrics.k8s.io/v1beta1 was not available"))
    }

    @Test("a short wait is none") func short() {
        var timeline = Timeline.scheduling()
        timeline.askForDeletion(30, of: "batch")
        timeline.beginRun(35, of: "batch", discoveryAt: "new")
        timeline.collect(35.1, Timeline.roles, in: "batch", at: "new", status: 503)
        timeline.beginRun(42, of: "batch", discoveryAt: "new")
        timeline.collect(42.1, Timeline.roles, in: "batch", at: "new")
        timeline.finalize(43, "batch")
        #expect(timeline.findings(.namespaceStuck).isEmpty)
    }
}
