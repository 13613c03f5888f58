import Judgments
import ControlPlane
import Findings
import KubeAPI
import Replay
import Testing

@Suite("Wrong collections") struct WrongCollectionTests {
    /// A living policy, and config maps that it owns.
    private func story(
        _ dependents: Int = 3
    ) -> (timeline: Timeline, owner: Timeline.Object, dependents: [Timeline.Object]) {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let maps = (0..<dependents).map {
            timeline.create(2, .configMaps, "map-\($0)", in: "team-a", owners: [owner])
        }
        return (timeline, owner, maps)
    }

    @Test("a wrong 404 for the owner and deletes of its dependents are one finding (G1)")
    func plain() throws {
        var (timeline, owner, maps) = story()
        timeline.collectorGets(60, owner, at: "old-1")
        for map in maps { timeline.collectorDeletes(60.5, map) }
        let finding = try #require(timeline.findings(.wrongCollection).first)
        #expect(finding.grade == .observed)
        #expect(finding.severity == .error)
        #expect(finding.victims(.observed) == ["map-0", "map-1", "map-2"])
        #expect(finding.victims.allSatisfy { $0.deletedAt == Timeline.instant(60.5) })
        #expect(
            finding.summary
                == "3 ConfigMaps were deleted because old-1 answered 404 for their owner "
                + "MutatingAdmissionPolicy quota, which new was serving")
        let roles = Set(finding.evidence.map(\.role))
        #expect(roles.isSuperset(of: [.condemnedBy, .delete, .provesAlive]))
    }

    @Test(
        "an owner that could not be asked for condemns nobody (G2)",
        arguments: [503, 429, 403, 504])
    func notAbsent(_ status: UInt16) {
        var (timeline, owner, _) = story()
        timeline.collectorGets(60, owner, at: "old-1", status: status, shape: .none)
        let found = timeline.findings(.wrongCollection).filter { $0.grade != .possible }
        #expect(found.isEmpty)
    }

    @Test("one wrong 404 condemns dependents for which no GET was sent (G5)")
    func cached() {
        var (timeline, owner, maps) = story()
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.5, maps[0])
        let late = timeline.create(300, .configMaps, "late", in: "team-b", owners: [owner])
        timeline.collectorDeletes(301, late)
        let victims = timeline.findings(.wrongCollection).first?.victims(.observed)
        #expect(victims == ["late", "map-0"])
    }

    @Test("a dependent with another living owner loses a reference and is no victim (G4)")
    func stripped() throws {
        var (timeline, owner, _) = story(0)
        let other = timeline.create(1, .services, "front", in: "team-a")
        let both = timeline.create(
            2, .configMaps, "both", in: "team-a", owners: [owner, other])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorPatches(60.5, both)
        timeline.observe(61, both, owners: [other])
        let finding = try #require(timeline.findings(.wrongCollection).first)
        #expect(finding.victims.isEmpty)
        #expect(finding.stripped.map(\.name) == ["both"])
    }

    @Test("a dependent whose other owner is gone is deleted, and is a victim")
    func secondOwnerGone() {
        var (timeline, owner, _) = story(0)
        let other = timeline.create(1, .services, "front", in: "team-a")
        let both = timeline.create(
            2, .configMaps, "both", in: "team-a", owners: [owner, other])
        timeline.delete(50, other)
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.5, both)
        #expect(timeline.findings(.wrongCollection).first?.victims(.observed) == ["both"])
    }

    @Test("the item's own wrong 404 costs its dependents (G6)") func ownGet() {
        var timeline = Timeline()
        let root = timeline.create(1, .services, "root", in: "team-a")
        let claim = timeline.create(2, .policies, "middle", owners: [root])
        let map = timeline.create(3, .configMaps, "leaf", in: "team-a", owners: [claim])
        timeline.collectorGets(60, claim, at: "old-1")
        timeline.collectorDeletes(60.2, map)
        let finding = timeline.findings(.wrongCollection).first
        #expect(finding?.owner.name == "middle")
        #expect(finding?.victims(.observed) == ["leaf"])
    }

    @Test("a delete that met a conflict and was tried again counts once (G10)")
    func conflict() {
        var (timeline, owner, maps) = story(1)
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, maps[0], status: 409)
        timeline.collectorGets(60.2, maps[0], at: "old-1", status: 200)
        timeline.collectorDeletes(60.3, maps[0])
        let victims = timeline.findings(.wrongCollection).first?.victims
        #expect(victims?.count == 1)
        #expect(victims?.first?.deletedAt == Timeline.instant(60.3))
    }

    @Test(
        "orphaning and foreground deletes are deletes (G9)",
        arguments: [Deletion.Propagation.orphan, .foreground])
    func propagation(_ policy: Deletion.Propagation) {
        var (timeline, owner, maps) = story(1)
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, maps[0], propagation: policy)
        #expect(timeline.findings(.wrongCollection).first?.victims(.observed) == ["map-0"])
    }

    @Test("what depends on a victim and follows it is a victim too") func cascade() {
        var (timeline, owner, _) = story(0)
        let service = timeline.create(2, .services, "middle", in: "team-a", owners: [owner])
        let map = timeline.create(3, .configMaps, "leaf", in: "team-a", owners: [service])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, service)
        timeline.collectorGets(60.2, service, at: "old-1", shape: .object)
        timeline.collectorDeletes(60.3, map)
        let findings = timeline.findings(.wrongCollection)
        #expect(findings.count == 1)
        #expect(findings.first?.victims(.observed) == ["leaf", "middle"])
    }

    @Test("a condemned dependent whose delete nobody saw is possible at most (I-25)")
    func noDelete() {
        var (timeline, owner, _) = story(1)
        timeline.collectorGets(60, owner, at: "old-1")
        let findings = timeline.findings(.wrongCollection)
        #expect(findings.map(\.grade) == [.possible])
        #expect(findings.first?.severity == .warning)
    }

    @Test("what lives on after the condemnation is no victim of it") func survivor() {
        var (timeline, owner, maps) = story(1)
        timeline.turnProxyOn()
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.observe(200, maps[0], owners: [owner])
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("ids and order are the same in every run") func deterministic() {
        var (timeline, owner, maps) = story(3)
        timeline.collectorGets(60, owner, at: "old-1")
        for map in maps { timeline.collectorDeletes(60.5, map) }
        let input = timeline.input()
        let runs = (0..<3).map { _ in Conclusions(input).findings }
        #expect(runs[0] == runs[1] && runs[1] == runs[2])
        #expect(Set(runs[0].map(\.id)).count == runs[0].count)
    }
}

@Suite("What is no wrong collection") struct RightCollectionTests {
    @Test("the owner was really deleted, and its dependents after it") func deletedOwner() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.delete(50, owner)
        timeline.collectorGets(50.1, owner, at: "old-1")
        timeline.collectorDeletes(50.2, map)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("the owner is asked for at a server that serves it, and is gone") func rightAnswer() {
        var timeline = Timeline()
        let owner = timeline.create(1, .services, "front", in: "team-a")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.delete(50, owner)
        timeline.collectorGets(50.1, owner, at: "old-1", shape: .object)
        timeline.collectorDeletes(50.2, map)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("the reference names a uid that never was") func invalidUID() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        var other = owner
        other.uid = "uid-of-nobody"
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [other])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("the owner lives in another namespace (I-26)") func crossNamespace() {
        var timeline = Timeline([("old-1", 33), ("new", 34)])
        let owner = timeline.create(1, .claims, "gpu", in: "team-b")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        var asked = owner
        asked.namespace = "team-a"
        timeline.collectorGets(60, asked, at: "old-1", shape: .page)
        timeline.collectorDeletes(60.1, map)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("a cluster-scoped dependent of a namespaced owner is never deleted (G7)")
    func clusterScoped() {
        var timeline = Timeline([("old-1", 33), ("new", 34)])
        timeline.mode = .whatIf
        let owner = timeline.create(1, .claims, "gpu", in: "team-a")
        timeline.create(2, .namespaces, "odd", owners: [owner])
        timeline.collectorGets(60, owner, at: "old-1", status: 200)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("a delete by somebody else is not the collector's") func otherDeleter() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.delete(60.5, map)
        #expect(timeline.findings(.wrongCollection).allSatisfy { $0.victims(.observed).isEmpty })
    }

    @Test("with the proxy on nothing is exposed") func protected() {
        var timeline = Timeline()
        timeline.turnProxyOn()
        let owner = timeline.create(1, .policies, "quota")
        timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }
}

@Suite("Collections in another control plane") struct PredictedCollectionTests {
    /// Recorded with the proxy on; replayed without.
    private func story(mapperAt server: String = "new") -> Timeline {
        var timeline = Timeline()
        timeline.mode = .whatIf
        let owner = timeline.create(1, .policies, "quota")
        timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.discovery(59, at: server, agent: Timeline.mapperAgent)
        timeline.collectorGets(60, owner, at: "old-1", status: 200)
        return timeline
    }

    @Test("a GET that would get a wrong 404 condemns what was alive") func predicted() {
        let findings = story().findings(.wrongCollection)
        #expect(findings.map(\.grade) == [.predicted])
        #expect(findings.first?.victims(.predicted) == ["map"])
    }

    @Test("a kind that discovery lacks is safe; it stays exposed to a restart (G3)")
    func unmapped() {
        let findings = story(mapperAt: "old-2").findings(.wrongCollection)
        #expect(findings.allSatisfy { $0.grade == .possible })
    }

    @Test("a second living owner saves the dependent") func secondOwner() {
        var timeline = Timeline()
        timeline.mode = .whatIf
        let owner = timeline.create(1, .policies, "quota")
        let other = timeline.create(1, .services, "front", in: "team-a")
        timeline.create(2, .configMaps, "both", in: "team-a", owners: [owner, other])
        timeline.discovery(59, at: "new", agent: Timeline.mapperAgent)
        timeline.collectorGets(60, owner, at: "old-1", status: 200)
        let finding = timeline.findings(.wrongCollection).first
        #expect(finding?.victims.isEmpty == true)
        #expect(finding?.stripped.map(\.name) == ["both"])
    }

    @Test("what is created later under the same uid goes too, until a restart") func later() {
        var timeline = Timeline()
        timeline.mode = .whatIf
        let owner = timeline.create(1, .policies, "quota")
        timeline.discovery(59, at: "new", agent: Timeline.mapperAgent)
        timeline.collectorGets(60, owner, at: "old-1", status: 200)
        timeline.create(100, .configMaps, "soon", in: "team-a", owners: [owner])
        timeline.request(
            200, .create,
            .init(group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount"),
            "generic-garbage-collector", in: "kube-system", subresource: "token", at: "new",
            status: 201,
            agent: "kube-controller-manager/v1.36.2 (linux/amd64) k/abc/kube-controller-manager",
            user: "system:kube-controller-manager")
        timeline.create(300, .configMaps, "late", in: "team-a", owners: [owner])
        let finding = timeline.findings(.wrongCollection).first
        #expect(finding?.victims(.predicted) == ["soon"])
        #expect(finding?.victims(.possible) == ["late"])
    }

    @Test("objects of a kind that somebody was refused are exposed to a roaming collector")
    func exposed() throws {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.request(40, .list, .policies, at: "old-1", status: 404, shape: .route)
        timeline.collectorGets(50, map, at: "old-1", status: 200, shape: .none)
        // One that speaks to one server alone asks nothing that the server does not know (V15).
        #expect(timeline.findings(.wrongCollection).isEmpty)
        timeline.collectorGets(51, map, at: "new", status: 200, shape: .none)
        let finding = try #require(timeline.findings(.wrongCollection).first)
        #expect(finding.grade == .possible)
        #expect(finding.severity == .warning)
        #expect(finding.summary.contains("at a restart of the controller-manager"))
    }
}

@Suite("Collections in a log without bodies") struct MetadataCollectionTests {
    @Test("the chain of GET, 404 and DELETE is predicted, and says what is missing")
    func chain() throws {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.request(30, .get, .policies, "quota", at: "new")
        timeline.collectorGets(59.9, map, at: "old-1", status: 200)
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        timeline.dropBodies()
        let finding = try #require(timeline.findings(.wrongCollection).first)
        #expect(finding.grade == .predicted)
        #expect(finding.victims(.predicted) == ["map"])
        #expect(finding.notes.contains { $0.contains("no owner references") })
    }

    @Test("an owner that nobody saw alive proves nothing") func unseen() {
        var timeline = Timeline()
        let owner = Timeline.Object(
            resource: .policies, namespace: "", name: "quota", uid: "u")
        let map = Timeline.Object(
            resource: .configMaps, namespace: "team-a", name: "map", uid: "m")
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        timeline.dropBodies()
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("an owner that somebody deleted before is gone rightly") func deleted() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.delete(59, owner)
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        timeline.dropBodies()
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }

    @Test("deletes long after the 404 belong to something else") func late() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(200, map)
        timeline.dropBodies()
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }
}

@Suite("How sure a collection is") struct CollectionGradeTests {
    @Test("an owner seen before and after the 404 was condemned, whatever ran just then")
    func seenAfter() {
        var timeline = Timeline()
        let started = timeline.scenario.servers[2].processes[0]
        // The only server that serves the kind restarts.
        timeline.scenario.servers[2].processes[0].stoppedAt = Timeline.instant(50)
        timeline.scenario.servers[2].processes.append(started)
        timeline.scenario.servers[2].processes[1].startedAt = Timeline.instant(80)
        let owner = timeline.create(1, .policies, "quota")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        #expect(timeline.findings(.wrongNotFound).isEmpty)
        #expect(timeline.findings(.wrongCollection).isEmpty)
        timeline.observe(90, owner)
        let finding = timeline.findings(.wrongCollection).first
        #expect(finding?.grade == .observed)
        #expect(finding?.notes.contains { $0.hasPrefix("No running server") } == true)
    }

    @Test("a uid that is in no record counts where the collector had found it right before")
    func checkedBefore() {
        var timeline = Timeline()
        let owner = Timeline.Object(
            resource: .policies, namespace: "", name: "quota", uid: "unseen")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [owner])
        timeline.request(10, .get, .policies, "quota", at: "new")
        timeline.collectorGets(60, owner, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        #expect(timeline.findings(.wrongCollection).map(\.grade) == [.possible])
        timeline.collectorGets(30, owner, at: "new", status: 200)
        #expect(timeline.findings(.wrongCollection).map(\.grade) == [.observed])
    }

    @Test("an owner that was made anew under its name is another (G8)") func madeAnew() {
        var timeline = Timeline()
        let first = timeline.create(1, .policies, "quota", uid: "first")
        let map = timeline.create(2, .configMaps, "map", in: "team-a", owners: [first])
        timeline.delete(30, first)
        timeline.create(31, .policies, "quota", uid: "second")
        timeline.collectorGets(60, first, at: "old-1")
        timeline.collectorDeletes(60.1, map)
        #expect(timeline.findings(.wrongCollection).isEmpty)
    }
}
