import KubeAPI
import Testing

@testable import ControlPlane

@Suite("Clocks of servers") struct ServerClocksTests {
    /// Writes of two servers in turn, a tenth of a second apart, each done in five milliseconds.
    private func history(ahead: Int64, writes: Int = 20) -> [Revision] {
        (0..<writes).map { number in
            let server = UInt32(number % 2 + 1)
            let at = Int64(number) * 100 * .millisecond + (server == 2 ? ahead : 0)
            return write(server: server, at: at, made: Int64(1_000 + number))
        }
    }

    private func clocks(_ revisions: [Revision], told: [Int: Int64] = [:]) -> ServerClocks {
        ServerClocks(ClockBounds(servers: 3, revisions, forwarded: []), told)
    }

    @Test("what servers write tells how far their clocks are apart", arguments: [30, -30, 2, -2])
    func offset(_ seconds: Int64) {
        let found = clocks(history(ahead: seconds * .second))
        let error = found.readings[2].ahead - seconds * .second
        #expect(abs(error) <= found.readings[2].margin)
        #expect(found.readings[2].margin <= 110 * .millisecond)
        #expect(found.corrections[2] == -found.readings[2].ahead)
        #expect(found.corrections[1] == 0)
        #expect(found.isComplete && found.margin <= 220 * .millisecond)
    }

    @Test("the clocks of sixty-four servers are compared", arguments: [64, 65])
    func most(servers: Int) {
        let found = ServerClocks(
            ClockBounds(servers: servers, history(ahead: 30 * .second), forwarded: []), [:])
        #expect(found.isCorrected == (servers == 64))
        #expect((found.readings[2].basis == .unknown) == (servers == 65))
    }

    @Test("what is less than a second apart is left alone, and stays as doubt") func small() {
        let found = clocks(history(ahead: 400 * .millisecond))
        #expect(!found.isCorrected)
        #expect(found.margin >= 400 * .millisecond)
        #expect(found.margin <= 700 * .millisecond)
    }

    @Test("a clock that was set in the meantime leaves as much doubt as it was set by")
    func setMeanwhile() {
        for step in [5, -5] as [Int64] {
            let found = clocks(
                history(ahead: 0).prefix(10) + history(ahead: step * .second).suffix(10))
            #expect(!found.isCorrected)
            #expect(found.margin >= 5 * .second && found.margin <= 9 * .second)
            #expect(found.isComplete)
        }
    }

    @Test("that an object was written again long after a known write says nothing of clocks")
    func lateUse() {
        // One server makes ten revisions a second; of what made those that the other one uses half
        // a minute after its first writes, nothing is known.
        let many = (0..<600).map { tenth in
            write(server: 2, at: Int64(tenth) * 100 * .millisecond, made: Int64(10 * tenth + 5))
        }
        let few = (0..<20).flatMap { object in
            [object, object + 30].map { second in
                write(
                    server: 1, at: Int64(second) * .second, name: UInt32(object + 1),
                    used: Int64(100 * second))
            }
        }
        let found = clocks(many + few)
        #expect(!found.isCorrected && !found.varies)
    }

    private func write(
        server: UInt32, at: Int64, name: UInt32 = 0, used: Int64 = 0, made: Int64 = 0
    ) -> Revision {
        Revision(
            server: server, from: at, until: at + 5 * .millisecond, name: name, used: used,
            made: made)
    }

    @Test("what a person says goes before what was found") func told() {
        let found = clocks(history(ahead: 30 * .second), told: [2: 30 * .second])
        #expect(found.corrections == [0, 0, -30 * .second])
        #expect(found.readings[2].basis == .told)
        #expect(found.margin <= 110 * .millisecond)
    }

    @Test("updates of one lease tell it where no answer shows a revision") func chain() {
        let lease = (0..<20).map { number in
            let server = UInt32(number % 2 + 1)
            let at = Int64(number) * 2 * .second + (server == 2 ? 30 * .second : 0)
            return Revision(
                server: server, from: at, until: at, name: 7, used: Int64(500 + 10 * number),
                made: 0)
        }
        let found = clocks(lease)
        #expect(abs(found.readings[2].ahead - 30 * .second) <= 2 * .second)
        #expect(found.isCorrected)
    }

    @Test("where nothing was compared, nothing is known") func nothing() {
        let found = clocks([])
        #expect(!found.isComplete && !found.isCorrected)
        #expect(found.readings[2].basis == .unknown)
    }

    @Test("of three servers the one that is off is corrected, whichever it is")
    func reference() {
        for off in 1...3 {
            let writes = (0..<30).map { number in
                let server = number % 3 + 1
                let at = Int64(number) * 50 * .millisecond + (server == off ? 9 * .second : 0)
                return Revision(
                    server: UInt32(server), from: at, until: at + .millisecond, name: 0, used: 0,
                    made: Int64(number + 1))
            }
            let found = ServerClocks(ClockBounds(servers: 4, writes, forwarded: []), [:])
            #expect((1...3).filter { found.corrections[$0] != 0 } == [off])
        }
    }

    @Test("a forwarded request lies within the one that it was forwarded for") func forwarded() {
        let pairs = (0..<5).map { number in
            ClockBounds.Pair(
                first: 1, second: 2, from: Int64(number) * .second,
                until: Int64(number) * .second + 8 * .millisecond,
                arrived: Int64(number) * .second + 4 * .millisecond - 3 * .second)
        }
        let found = ServerClocks(ClockBounds(servers: 3, [], forwarded: pairs), [:])
        #expect(abs(found.corrections[2] - 3 * .second) <= 5 * .millisecond)
    }
}
