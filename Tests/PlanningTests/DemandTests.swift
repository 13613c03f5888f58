import ControlPlane
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
                #expect(!row.source.isEmpty && !row.verbs.isEmpty && !row.when.isEmpty)
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
}
