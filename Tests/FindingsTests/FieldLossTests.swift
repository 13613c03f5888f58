import Judgments
import ControlPlane
import Findings
import KubeAPI
import Testing

@Suite("Lost fields") struct FieldLossTests {
    /// Of 1.36, on pods.
    private static let group = "spec.schedulingGroup"
    /// Of 1.33, known to all servers of these stories.
    private static let generation = "status.observedGeneration"

    /// A pod that a 1.36 server showed with the field at version 10.
    private static var story: Timeline {
        var timeline = Timeline()
        timeline.fields(
            1, .create, .pods, "p", at: "new", sent: [group], shown: [group], version: 10,
            agent: "operator/v2")
        return timeline
    }

    @Test("a server that does not know a field drops it from an update that has it (F11.1)")
    func server() throws {
        var timeline = Self.story
        timeline.fields(
            5, .update, .pods, "p", at: "old-1", sent: [Self.group], shown: [], version: 20)
        let finding = try #require(timeline.findings(.fieldLoss).first)
        #expect(timeline.findings(.fieldLoss).count == 1)
        #expect(finding.grade == .observed && finding.severity == .error)
        #expect(finding.server == "old-1" && finding.resource == "pods")
        #expect(finding.notes.first == "The server dropped it")
        #expect(finding.evidence.map(\.role) == [.lostBy, .hadField])
        #expect(
            finding.summary
                == "Pod a/p lost spec.schedulingGroup (since 1.36): kubectl/v1.35.0 wrote it through "
                + "old-1 (1.35), which does not know the field and drops it; new (1.36) had shown "
                + "it")
    }

    @Test("an update without the field is the client's doing, whatever the server")
    func client() throws {
        let unknown = "; the server does not know the field either, and would have dropped it"
        for (server, note) in [("new", ""), ("old-1", unknown)] {
            var timeline = Self.story
            timeline.fields(5, .update, .pods, "p", at: server, sent: [], shown: [], version: 20)
            let finding = try #require(timeline.findings(.fieldLoss).first)
            #expect(finding.notes.first == "The client dropped it" + note)
            #expect(finding.grade == .observed, "kubectl 1.35 does not know a field of 1.36")
        }
    }

    @Test("a client of unknown release that drops a field may have meant to")
    func perhaps() {
        var timeline = Self.story
        timeline.fields(
            5, .update, .pods, "p", at: "new", sent: [], shown: [], version: 20, agent: "robot/v1")
        #expect(timeline.findings(.fieldLoss).map(\.grade) == [.possible])
    }

    @Test("who has sent a field and sends it no more takes it away on purpose")
    func onPurpose() {
        var timeline = Self.story
        timeline.fields(
            5, .update, .pods, "p", at: "new", sent: [], shown: [], version: 20,
            agent: "operator/v2")
        timeline.fields(
            6, .patch, .pods, "p", at: "new", sent: [], shown: [], version: 30)
        #expect(timeline.findings(.fieldLoss).isEmpty)
    }

    @Test("a patch that does not name the field loses it through a server that does not know it")
    func patch() throws {
        var timeline = Self.story
        timeline.fields(5, .patch, .pods, "p", at: "old-2", sent: [], shown: [], version: 20)
        let finding = try #require(timeline.findings(.fieldLoss).first)
        #expect(finding.notes.first == "The server dropped it" && finding.server == "old-2")
    }

    @Test("a create through a server that does not know the field is a loss where another does")
    func create() {
        var timeline = Timeline()
        timeline.fields(
            1, .create, .pods, "p", at: "old-1", sent: [Self.group], shown: [], version: 10)
        #expect(timeline.findings(.fieldLoss).map(\.grade) == [.observed])
        var same = Timeline([("old-1", 35), ("old-2", 35)])
        same.fields(1, .create, .pods, "p", at: "old-1", sent: [Self.group], shown: [], version: 10)
        #expect(same.findings(.fieldLoss).isEmpty)
    }

    @Test(
        "what is not lost is none: reads through old servers, kept fields, a new object, a status")
    func none() {
        var timeline = Self.story
        timeline.fields(2, .get, .pods, "p", at: "old-1", shown: [], version: 10)
        timeline.fields(
            3, .update, .pods, "p", at: "new", sent: [Self.group], shown: [Self.group], version: 11)
        timeline.fields(
            4, .update, .pods, "p", subresource: "status", at: "new", sent: [],
            shown: [Self.group, Self.generation], version: 12)
        // Deleted and made anew, without the field.
        timeline.fields(9, .create, .pods, "p", at: "new", sent: [], shown: [], version: 30)
        timeline.fields(10, .update, .pods, "p", at: "old-1", sent: [], shown: [], version: 31)
        #expect(timeline.findings(.fieldLoss).isEmpty)
    }

    @Test("what the store counted goes before clocks")
    func clocks() {
        var timeline = Self.story
        // By its clock before the answer that shows the field; by its version after it.
        timeline.fields(0.5, .update, .pods, "p", at: "old-1", sent: [], shown: [], version: 20)
        #expect(timeline.findings(.fieldLoss).count == 1)
        var other = Timeline()
        other.fields(2, .update, .pods, "p", at: "old-1", sent: [], shown: [], version: 5)
        other.fields(
            1, .update, .pods, "p", at: "new", sent: [Self.group], shown: [Self.group], version: 10)
        #expect(other.findings(.fieldLoss).isEmpty)
    }

    @Test("a what-if of an older server predicts who would lose what")
    func whatIf() throws {
        var timeline = Timeline([("a", 36), ("b", 36)])
        timeline.fields(
            1, .create, .pods, "p", at: "a", sent: [Self.group], shown: [Self.group], version: 10)
        timeline.fields(
            5, .update, .pods, "p", at: "b", sent: [Self.group], shown: [Self.group], version: 20)
        #expect(timeline.findings(.fieldLoss).isEmpty)
        timeline.mode = .whatIf
        timeline.scenario.servers[1].processes[0].release = Release(minor: 35)
        let finding = try #require(timeline.findings(.fieldLoss).first)
        #expect(finding.grade == .predicted && finding.summary.contains("would lose"))
        #expect(finding.server == "b")
    }
}

@Suite("Decisions taken once") struct StuckStartTests {
    private static let path = "/apis/storagemigration.k8s.io/v1"
    private static let migrations = Timeline.Resource(
        group: "storagemigration.k8s.io", version: "v1", plural: "storageversionmigrations",
        kind: "StorageVersionMigration")
    private static let bundles = Timeline.Resource(
        group: "certificates.k8s.io", version: "v1", plural: "clustertrustbundles",
        kind: "ClusterTrustBundle")
    private static let agent = "migrator/v1"
    /// 1.37 serves both; 1.36 does not.
    private static var story: Timeline { Timeline([("old", 36), ("new", 37)]) }

    private func watches(_ timeline: inout Timeline, from seconds: Double) {
        for second in stride(from: seconds, to: 500, by: 60) {
            timeline.request(
                second, .watch, .configMaps, at: "new", agent: Self.agent,
                user: "system:kube-controller-manager")
        }
    }

    @Test("a component that asked once and was told that there is no such API is stuck (F11.3)")
    func stuck() throws {
        var timeline = Self.story
        timeline.discovery(5, at: "old", agent: Self.agent, path: Self.path, status: 404)
        watches(&timeline, from: 6)
        let finding = try #require(timeline.findings(.stuckStart).first)
        #expect(finding.group == "storagemigration.k8s.io" && finding.server == "old")
        #expect(finding.grade == .observed && finding.severity == .warning)
        #expect(finding.summary.contains("which new served, was told that it is not there"))
    }

    @Test("one that asks again, one that ends, a command, and a server that has it are none")
    func none() {
        var again = Self.story
        again.discovery(5, at: "old", agent: Self.agent, path: Self.path, status: 404)
        watches(&again, from: 6)
        again.request(
            300, .list, Self.migrations, at: "new", agent: Self.agent,
            user: "system:kube-controller-manager")
        #expect(again.findings(.stuckStart).isEmpty)
        var retried = Self.story
        retried.discovery(5, at: "old", agent: Self.agent, path: Self.path, status: 404)
        retried.discovery(90, at: "new", agent: Self.agent, path: Self.path)
        watches(&retried, from: 6)
        #expect(retried.findings(.stuckStart).isEmpty)
        var ended = Self.story
        ended.discovery(5, at: "old", agent: Self.agent, path: Self.path, status: 404)
        #expect(ended.findings(.stuckStart).isEmpty)
        var known = Self.story
        known.discovery(5, at: "new", agent: Self.agent, path: Self.path)
        watches(&known, from: 6)
        #expect(known.findings(.stuckStart).isEmpty)
    }

    @Test("where the version was there, only one that uses the resource otherwise is stuck")
    func resource() {
        let path = "/apis/certificates.k8s.io/v1"
        for uses in [true, false] {
            var timeline = Self.story
            if uses {
                timeline.request(
                    1, .list, Self.bundles, at: "new", agent: Self.agent,
                    user: "system:kube-controller-manager")
            }
            timeline.discovery(5, at: "old", agent: Self.agent, path: path)
            watches(&timeline, from: 6)
            let findings = timeline.findings(.stuckStart)
            #expect(findings.map(\.resource) == (uses ? ["clustertrustbundles"] : []))
        }
    }
}

@Suite("Refused watches") struct WatchListTests {
    private func refused(_ timeline: inout Timeline, _ seconds: [Double]) {
        for second in seconds {
            timeline.request(
                second, .watch, .pods, in: "a", at: "old-1", status: 422, agent: "informer/v1")
        }
    }

    @Test("a client that repeats without a list is stuck, one that lists is not (F11.4)")
    func both() throws {
        var timeline = Timeline()
        timeline.request(1, .watch, .pods, in: "a", at: "new", agent: "informer/v1")
        refused(&timeline, [10, 12, 14])
        let stuck = try #require(timeline.findings(.watchListRefused).first)
        #expect(
            stuck.requests == 3 && stuck.summary.contains("is stuck: it repeats those of v1/pods"))
        timeline.request(11, .list, .pods, in: "a", at: "old-1", agent: "informer/v1")
        let sound = try #require(timeline.findings(.watchListRefused).first)
        #expect(sound.summary.contains("fell back to lists"))
    }

    @Test("where no server takes such a watch, the upgrade is not what is wrong")
    func everywhere() {
        var timeline = Timeline()
        refused(&timeline, [10, 12, 14])
        #expect(timeline.findings(.watchListRefused).isEmpty)
    }
}
