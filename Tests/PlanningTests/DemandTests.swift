import ControlPlane
import Judgments
import KubeAPI
import Planning
import Testing

/// The table of what components ask for, and what follows from it for an upgrade.
@Suite("The components' demand") struct DemandTests {
    @Test("has who asks, how it is known, and only what the release has")
    func rows() {
        for release in Release.all {
            let rows = ComponentDemand.rows(of: release)
            #expect(
                Set(rows.map(\.component)).isSuperset(of: ["kube-controller-manager", "kubelet"]))
            for row in rows {
                #expect(!row.source.isEmpty && !row.verbs.isEmpty && !row.occasion.isEmpty)
            }
        }
        let new = ComponentDemand.rows(of: Release(minor: 36))
        let policies = new.filter { $0.resource.resource == "mutatingadmissionpolicies" }
        #expect(policies.contains { $0.component == "kube-apiserver" && $0.grade == .recorded })
    }

    @Test("of the new release is what only its servers have")
    func predicted() {
        let fleet = Fleet(
            from: Release(minor: 35), to: Release(minor: 36), members: [.init(name: "cp-1")],
            recorded: 0...1)
        let sides = Sides(fleet)
        let demand = PredictedDemand(of: Release(minor: 36), sides)
        #expect(!demand.resources.isEmpty)
        #expect(demand.resources.allSatisfy(sides.added.contains))
        #expect(Set(sides.added).isDisjoint(with: sides.removed))
    }

    /// `cp-1` is upgraded at 10 s and ready at 15 s; `cp-2` stays.
    private func requests(reachesOthers: Bool, recorded: ClosedRange<Int64>) -> [PredictedRequest] {
        let second: Int64 = 1_000_000_000
        let fleet = Fleet(
            from: Release(minor: 35), to: Release(minor: 36),
            members: [.init(name: "cp-1"), .init(name: "cp-2")], recorded: recorded)
        let scenario = fleet.scenario(
            of: Plan(
                order: [0], start: 10 * second,
                pace: .init(down: 0, ready: 5 * second, settle: 0), proxy: .off))
        return PredictedDemand.requests(
            in: scenario, RoutingTable(scenario), recorded: recorded,
            reachesOthers: reachesOthers)
    }

    @Test("meets the old server where components speak to several, from the new one's readiness on")
    func meetsOldServers() {
        let all = requests(reachesOthers: true, recorded: 0...60_000_000_000)
        #expect(!all.isEmpty && all.allSatisfy { $0.at == 16_000_000_000 })
        for request in all {
            let asksItself = request.component == "kube-apiserver"
            #expect(request.refusing == (asksItself ? [] : ["cp-2"]))
            #expect(request.outcome == (asksItself ? .local : .wrongNotFound))
            #expect(request.certainty == .certain)
        }
    }

    @Test("is answered by the own node's server where components speak to that alone")
    func staysAtHome() {
        let all = requests(reachesOthers: false, recorded: 0...60_000_000_000)
        #expect(!all.isEmpty && all.allSatisfy { $0.refusing.isEmpty && $0.outcome == .local })
    }

    @Test("is none where nothing is upgraded within the recording")
    func outside() {
        #expect(requests(reachesOthers: true, recorded: 0...12_000_000_000).isEmpty)
    }
}
