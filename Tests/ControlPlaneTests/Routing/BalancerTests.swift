import ControlPlane
import KubeAPI
import Testing

/// Servers that advertise an address which is not their own (V3, V11, F5.4 to F5.6).
struct BalancerTests {
    static func plane(strips: [String] = [], advertised: [Int] = [1, 2, 3]) -> Plane {
        var plane = Plane()
        for (number, minor) in [(1, 35), (2, 35), (3, 36)] {
            let flags =
                Plane.proxy(minor)
                + (advertised.contains(number) ? ["--advertise-address=10.0.0.9"] : [])
            plane.add(
                "cp-\(number)", address: "10.0.0.\(number):6443",
                [.init(minor, at: Double(number) * 20, flags: flags)])
        }
        plane.scenario.loadBalancers = [
            .init(address: "10.0.0.9:6443", servers: ["cp-1", "cp-2", "cp-3"], strips: strips)
        ]
        return plane
    }

    @Test("what is believed of a peer is what some server behind the balancer said (V11)")
    func beliefs() {
        let table = Self.plane().table
        #expect(
            table.says(newIn36, at: "cp-1", after: 200) == [
                "proxied cp-1>cp-3 handlers", "wrong-404 cp-1 route", "wrong-404 cp-1>cp-2 route",
                "looped cp-1>cp-1 route",
            ])
        let decision = table.decision(
            at: Plane.nanoseconds(200), server: 0,
            resource: GroupVersionResource(
                group: "admissionregistration.k8s.io", version: "v1",
                resource: "mutatingadmissionpolicies"))
        let kinds = Set(decision.reasons.map(\.kind))
        #expect(kinds.isSuperset(of: [.knowledgeThroughBalancer, .balancerChoice]))
    }

    @Test("a balancer that strips the header lets requests go on (F5.5)")
    func strips() {
        let said = Self.plane(strips: ["x-kubernetes-peer-proxied"]).table
            .says(newIn36, at: "cp-1", after: 200)
        #expect(said.contains("proxied cp-1>cp-3 handlers"))
        #expect(said.contains { $0.hasPrefix("looped cp-1>cp-2>") })
        #expect(said.contains { $0.hasPrefix("looped cp-1>cp-1>") })
        // Where it would be sent on from the third, it is told as what it is by then.
        #expect(said.map { $0.count { $0 == ">" } }.max() == 2)
    }

    @Test("a server that advertises its own address is no balancer")
    func ownAddress() {
        let table = Self.plane(advertised: []).table
        #expect(table.says(newIn36, at: "cp-1", after: 200) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("two addresses that were swapped send requests to the other server (F5.4)")
    func swapped() {
        var plane = Self.plane(advertised: [])
        plane.scenario.servers[1].processes[0].flags.append("--advertise-address=10.0.0.3")
        plane.scenario.servers[2].processes[0].flags.append("--advertise-address=10.0.0.2")
        // cp-1 reads cp-2's discovery for cp-3's and the other way round, and so finds the right
        // one.
        #expect(plane.table.says(newIn36, at: "cp-1", after: 200) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("an IPv6 address is published in brackets (L8)")
    func ipv6() {
        #expect(HostPort(host: "fd00::1", port: 6443).description == "[fd00::1]:6443")
        var plane = Self.plane(advertised: [])
        plane.scenario.servers[2].processes[0].flags.append("--advertise-address=fd00::1")
        plane.scenario.loadBalancers = [.init(address: "[fd00::1]:6443", servers: ["cp-2"])]
        #expect(plane.table.says(newIn36, at: "cp-1", after: 200) == ["wrong-404 cp-1 route"])
    }
}

/// The endpoint leases: who has an address when (L1 to L7).
struct EndpointLeaseTests {
    private static let claims = "resource.k8s.io/v1beta1/resourceclaims"

    @Test("each server has its own address, and loses it when it stops (L1, L3, L4, L6)")
    func ownAddresses() {
        let more = Plane.proxy(32).map {
            $0.hasPrefix("--runtime-config") ? $0 + ",resource.k8s.io/v1beta1=true" : $0
        }
        var plane = Plane()
        plane.add("cp-1", [.init(32)])
        plane.add("s1", [.init(32, at: 20, flags: more)])
        plane.add("s2", [.init(32, at: 20, flags: more, stop: 200, drain: 5)])
        let table = plane.table
        #expect(
            table.says(Self.claims, at: "cp-1", after: 100) == [
                "proxied cp-1>s1 handlers", "proxied cp-1>s2 handlers",
            ], "L1, L3")
        // L4, L6: the stopped server has no address, and is skipped.
        #expect(
            table.says(Self.claims, at: "cp-1", after: 300) == ["proxied cp-1>s1 handlers"])
    }

    @Test("a server that was told to stop writes no address any more while it drains (L5)")
    func draining() {
        let more = Plane.proxy(32).map {
            $0.hasPrefix("--runtime-config") ? $0 + ",resource.k8s.io/v1beta1=true" : $0
        }
        var plane = Plane()
        plane.add("cp-1", [.init(32)])
        plane.add("s1", [.init(32, at: 20, flags: more)])
        plane.add("s2", [.init(32, at: 20, flags: more, stop: 200, drain: 90)])
        let table = plane.table
        for after in [202.0, 215, 240, 285] {
            #expect(
                table.says(Self.claims, at: "cp-1", after: after) == ["proxied cp-1>s1 handlers"],
                "\(after)")
        }
    }

    @Test("a restart under another address is followed (L2)")
    func followed() {
        var plane = Plane()
        plane.add("cp-1", [.init(35)])
        plane.add("cp-2", address: "10.0.0.2:6443", [.init(35, at: 10)])
        let proxy = Plane.proxy(36)
        plane.add(
            "cp-3", address: "10.0.0.3:6443",
            [
                .init(
                    36, at: 20, flags: proxy + ["--advertise-address=10.0.0.2"], stop: 100, drain: 5
                ),
                .init(36, at: 110, flags: proxy),
            ])
        let table = plane.table
        #expect(table.says(newIn36, at: "cp-1", after: 60) == ["wrong-404 cp-1 route"])
        #expect(table.says(newIn36, at: "cp-1", after: 130) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("without an identity there is no lease and no address (L7, F2.8)")
    func noIdentity() {
        var plane = Plane()
        plane.add("cp-1", [.init(34)])
        let flags = [
            "--feature-gates=UnknownVersionInteroperabilityProxy=true,APIServerIdentity=false"
        ]
        plane.add("cp-3", [.init(34, at: -100, flags: flags)])
        let off = Plane.proxy(34) + ["--runtime-config=batch/v1=false"]
        plane.add("cp-2", [.init(34, at: 60, flags: off)])
        plane.scenario.servers[0].processes[0].flags = off
        #expect(
            plane.table.says("batch/v1/jobs", at: "cp-2", after: 120)
                == ["wrong-404 cp-2 page"])
    }
}
