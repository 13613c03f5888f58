import Judgments
import ControlPlane
import KubeAPI
import Testing

/// What servers learn of each other and when: 1.33 and later.
struct PeerDiscoveryTests {
    /// Two older servers that are up, and one of a newer release that starts at 100 s.
    static func upgrade(
        _ old: Int, _ new: Int, flags: [String]? = nil, stop: Double? = nil, drain: Double? = nil,
        again: [Plane.Run] = []
    ) -> Plane {
        var plane = Plane()
        plane.add("cp-1", [.init(old)])
        plane.add("cp-2", [.init(old, at: 10)])
        plane.add(
            "cp-3", [.init(new, at: 100, flags: flags, stop: stop, drain: drain)] + again)
        return plane
    }

    @Test("1.35 learns of a newcomer after it is ready (C20, C21, F3.19)")
    func learns() {
        let table = Self.upgrade(35, 36).table
        #expect(table.says(newIn36, at: "cp-1", after: 90) == ["right-404 cp-1 route"])
        // Between readiness and the next try, either.
        #expect(
            table.says(newIn36, at: "cp-1", after: 104.5) == [
                "proxied cp-1>cp-3 handlers", "wrong-404 cp-1 route",
            ])
        for server in ["cp-1", "cp-2"] {
            #expect(
                table.says(newIn36, at: server, after: 112) == ["proxied \(server)>cp-3 handlers"])
        }
        #expect(table.says(everywhere, at: "cp-1", after: 112) == ["local cp-1 handlers"])
    }

    @Test("1.33 gives up before the newcomer is ready, and never learns of it (C32, V8)")
    func neverLearns() {
        let table = Self.upgrade(33, 34).table
        for after in [105.0, 200, 3000] {
            #expect(table.says(newIn34, at: "cp-1", after: after) == ["wrong-404 cp-1 page"])
        }
    }

    @Test("a server does not take its own old lease for a peer's (C11)")
    func ownLease() {
        for minor in [33, 34, 35, 36] {
            let off = Plane.proxy(minor) + ["--runtime-config=batch/v1=false"]
            var plane = Plane()
            plane.add("cp-1", [.init(minor, stop: 100), .init(minor, at: 110, flags: off)])
            plane.add("cp-2", [.init(minor, at: 30, flags: off)])
            #expect(
                plane.table.says("batch/v1/jobs", at: "cp-1", after: 200)
                    == ["right-404 cp-1 page"], "\(minor)")
        }
    }

    @Test("a server that starts last knows all that are ready (I1, F3.20)")
    func lastOneKnowsAll() {
        var plane = Plane()
        plane.add("cp-3", [.init(34)])
        plane.add("cp-1", [.init(33, at: 60)])
        #expect(
            plane.table.says(newIn34, at: "cp-1", after: 70) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("B without batch/v1 forwards to A; in 1.33 only if it started after A (I1)")
    func withoutBatch() {
        let off = { Plane.proxy($0) + ["--runtime-config=batch/v1=false"] }
        for minor in [33, 34, 35, 36] {
            var after = Plane()
            after.add("a", [.init(minor)])
            after.add("b", [.init(minor, at: 60, flags: off(minor))])
            #expect(
                after.table.says("batch/v1/jobs", at: "b", after: 70) == ["proxied b>a handlers"])
            var before = Plane()
            before.add("b", [.init(minor, flags: off(minor))])
            before.add("a", [.init(minor, at: 60)])
            #expect(
                before.table.says("batch/v1/jobs", at: "b", after: 80)
                    == [minor <= 34 ? "wrong-404 b page" : "proxied b>a handlers"])
        }
    }

    @Test("after A is shut down, B forwards to C, in every release (I2)")
    func shutDown() {
        for minor in Release.all.map(\.minor) {
            let off = Plane.proxy(minor).map {
                $0.hasPrefix("--runtime-config") ? $0 + ",batch/v1=false" : $0
            }
            var plane = Plane()
            plane.add("a", [.init(minor, stop: 200, drain: 5)])
            plane.add("c", [.init(minor, at: 20)])
            plane.add(
                "b",
                [
                    .init(
                        minor, at: 60,
                        flags: minor < 33 ? off : off + ["--runtime-config=batch/v1=false"])
                ])
            let table = plane.table
            #expect(
                table.says("batch/v1/jobs", at: "b", after: 100) == [
                    "proxied b>a handlers", "proxied b>c handlers",
                ], "\(minor)")
            // F1.19: until 1.31 the stopped server has no address and spoils every request.
            let later = table.says("batch/v1/jobs", at: "b", after: 230)
            #expect(
                later
                    == [minor < 32 ? "unavailable-503 b noAddress" : "proxied b>c handlers"],
                "\(minor)")
        }
    }

    @Test("a holder change makes 1.33 read its peers anew (C22), renewals do not (C30)")
    func holderChange() {
        // 1.34 restarts in place: the lease is only renewed, so nothing is noticed (F3.4).
        let unnoticed = Self.upgrade(33, 34, stop: 300, again: [.init(34, at: 330)])
        #expect(
            unnoticed.table.says(newIn34, at: "cp-1", after: 400) == ["wrong-404 cp-1 page"])
        // 1.35 deletes its lease and makes another (F3.5): the other servers read all peers, and
        // learn of cp-3, which has long been ready.
        var noticed = Self.upgrade(33, 34)
        noticed.add("cp-4", [.init(35, at: 300)])
        #expect(
            noticed.table.says(newIn34, at: "cp-1", after: 310)
                == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("a deleted lease empties the cache of 1.35 and later: 404, not 503 (C23, F3.24)")
    func deleted() {
        for new in [35, 36] {
            let flags = Plane.proxy(new)
            var plane = Plane()
            plane.add("cp-1", [.init(35, flags: flags0(35))])
            plane.add("cp-3", [.init(new, at: 20, flags: flags, stop: 100, drain: 5)])
            let table = plane.table
            #expect(
                table.says("batch/v1/jobs", at: "cp-1", after: 60) == [
                    "proxied cp-1>cp-3 handlers"
                ])
            #expect(
                table.says("batch/v1/jobs", at: "cp-1", after: 110) == ["right-404 cp-1 page"])
        }
    }

    private func flags0(_ minor: Int) -> [String] {
        Plane.proxy(minor) + ["--runtime-config=batch/v1=false"]
    }

    @Test("a stopped server of 1.34 stays known: 503 until somebody's lease changes (F3.24)")
    func staysKnown() {
        var plane = Plane()
        plane.add("cp-3", [.init(34, stop: 100, drain: 5)])
        plane.add("cp-1", [.init(34, at: 30, flags: flags0(34))])
        plane.add("cp-4", [.init(35, at: 400, flags: flags0(35))])
        let table = plane.table
        #expect(
            table.says("batch/v1/jobs", at: "cp-1", after: 200) == [
                "unavailable-503 cp-1 noAddress"
            ])
        #expect(table.says("batch/v1/jobs", at: "cp-1", after: 420) == ["right-404 cp-1 page"])
    }

    @Test("a crash is a 503 from the first request: unreachable, then without an address (V9)")
    func crash() {
        let plane = Self.upgrade(35, 36, stop: 200, again: [.init(36, at: 230)])
        let table = plane.table
        #expect(
            table.says(newIn36, at: "cp-1", after: 202)
                == ["unavailable-503 cp-1>cp-3 peerUnreachable"])
        #expect(
            table.says(newIn36, at: "cp-1", after: 220) == ["unavailable-503 cp-1 noAddress"])
        #expect(
            table.says(newIn36, at: "cp-1", after: 245) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("with two capable peers each request is a draw until the dead one's lease is out (V9)")
    func draw() {
        var plane = Self.upgrade(35, 36, stop: 200)
        plane.add("cp-4", [.init(36, at: 50)])
        let table = plane.table
        #expect(
            table.says(newIn36, at: "cp-1", after: 150) == [
                "proxied cp-1>cp-3 handlers", "proxied cp-1>cp-4 handlers",
            ])
        #expect(
            table.says(newIn36, at: "cp-1", after: 202) == [
                "proxied cp-1>cp-4 handlers", "unavailable-503 cp-1>cp-3 peerUnreachable",
            ])
        #expect(
            table.says(newIn36, at: "cp-1", after: 220) == ["proxied cp-1>cp-4 handlers"])
    }

    @Test("a peer that cannot be read is dropped while the others are kept (C34, F3.18)")
    func dropped() {
        var plane = Self.upgrade(35, 36, stop: 200)
        plane.add("cp-4", [.init(35, at: 300)])
        // cp-4's lease makes cp-1 read everybody anew: cp-3 is gone, and with it what it served.
        let table = plane.table
        #expect(
            table.says(newIn36, at: "cp-1", after: 290) == ["unavailable-503 cp-1 noAddress"])
        #expect(table.says(newIn36, at: "cp-1", after: 310) == ["right-404 cp-1 route"])
    }

    @Test("1.33 and 1.34 may die of a peer that cannot be read; 1.35 does not (C33, F3.21)")
    func panic() {
        for minor in [34, 35] {
            var plane = Plane()
            plane.add("cp-3", [.init(minor, stop: 200)])
            plane.add("cp-1", [.init(minor, at: 30)])
            // Starts while the dead server's address still stands.
            plane.add("cp-4", [.init(minor, at: 201)])
            let said = plane.table.says(everywhere, at: "cp-1", after: 300)
            #expect(said.contains("unreachable cp-1 none") == (minor == 34))
        }
    }

    @Test("a server without --peer-ca-file is forwarded to and forwards nothing (V10, F2.2)")
    func oneWay() {
        var plane = Plane()
        plane.add("cp-1", [.init(35)])
        plane.add("cp-3", [.init(36, at: 30, flags: [])])
        let table = plane.table
        #expect(table.says(newIn36, at: "cp-1", after: 60) == ["proxied cp-1>cp-3 handlers"])
        #expect(
            table.says("resource.k8s.io/v1beta1/resourceclaims", at: "cp-3", after: 60)
                == ["right-404 cp-3 route"])
    }

    @Test("the header keeps a request where it is, and a spoofed one does not (F1.15, F5.6)")
    func header() {
        let table = Self.upgrade(35, 36).table
        #expect(
            table.says(newIn36, at: "cp-1", after: 120, header: .guarding)
                == ["wrong-404 cp-1 route"])
        #expect(
            table.says(newIn36, at: "cp-1", after: 120, header: .spoofed)
                == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("a server that is stopping finds no address any more")
    func stopping() {
        var plane = Self.upgrade(35, 36)
        plane.scenario.servers[0].processes[0].stoppedAt = Plane.nanoseconds(200)
        plane.scenario.servers[0].processes[0].end = .graceful(drain: 6 * Plane.second)
        let table = plane.table
        #expect(
            table.says(newIn36, at: "cp-1", after: 203) == [
                "unavailable-503 cp-1 noAddress", "proxied cp-1>cp-3 handlers",
            ])
        #expect(table.says(everywhere, at: "cp-1", after: 203) == ["local cp-1 handlers"])
        #expect(table.says(everywhere, at: "cp-1", after: 230) == ["unreachable cp-1 none"])
    }

    @Test("faults of the network: 503 at once, and the peer is dropped when it is read again")
    func faults() {
        var plane = Self.upgrade(35, 36)
        plane.scenario.faults = [
            Scenario.Fault(
                from: "cp-1", to: "cp-3", at: Plane.nanoseconds(200),
                until: Plane.nanoseconds(300), kind: .refuse)
        ]
        let table = plane.table
        #expect(
            table.says(newIn36, at: "cp-1", after: 250)
                == ["unavailable-503 cp-1>cp-3 peerUnreachable"])
        #expect(table.says(newIn36, at: "cp-2", after: 250) == ["proxied cp-2>cp-3 handlers"])
        #expect(table.says(newIn36, at: "cp-1", after: 301) == ["proxied cp-1>cp-3 handlers"])
    }

    @Test("servers of one host name are one identity: a replacement takes over the lease (F3.1)")
    func sharedHostname() {
        var plane = Plane()
        plane.add("cp-1", [.init(35)])
        plane.add("old", hostname: "node", [.init(36, at: 20, stop: 100, drain: 5)])
        plane.add("new", hostname: "node", [.init(36, at: 110)])
        let table = plane.table
        #expect(table.says(newIn36, at: "cp-1", after: 60) == ["proxied cp-1>old handlers"])
        #expect(table.says(newIn36, at: "cp-1", after: 130) == ["proxied cp-1>new handlers"])
    }
}
