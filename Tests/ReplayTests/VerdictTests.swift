import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay
import Testing

@Suite("Verdicts") struct VerdictTests {
    let on = SmallControlPlane(proxy: true)
    let off = SmallControlPlane(proxy: false)

    @Test("what every server serves is plainly local, and only counted") func plain() {
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: 2)
        let judgement = on.replay().judge(
            on.subject(on.sharedResource), memory: &memory, tallies: &tallies)
        #expect(judgement == nil)
        #expect(tallies[.asRecorded].requests == 1)
        #expect(tallies[.asRecorded].total.count(.local) == 1)
    }

    @Test("without the proxy, a route-level 404 for what a peer serves is wrong") func wrong() {
        let subject = off.subject(off.newResource, status: 404, notFound: .route)
        let verdict = off.verdict(subject)
        #expect(verdict?.outcome == .wrongNotFound)
        #expect(verdict?.certainty == .certain)
    }

    @Test("a 404 for an object that is gone is never wrong") func objectGone() {
        let subject = off.subject(off.newResource, at: 2, status: 404, notFound: .object)
        #expect(off.verdict(subject) == nil)
    }

    @Test("a route-level 404 for what nobody serves is right") func right() {
        let subject = off.subject(off.unservedResource, status: 404, notFound: .route)
        #expect(off.verdict(subject)?.outcome == .rightNotFound)
    }

    @Test("a request with a pass at the peer was forwarded") func forwarded() {
        let verdict = on.verdict(on.subject(on.newResource), passes: [on.pass()])
        #expect(verdict?.outcome == .proxied)
        #expect(verdict?.path == [0, 1])
    }

    @Test("a forwarded request that finds its object gone is forwarded, and nothing worse")
    func forwardedToNothing() {
        let verdict = on.verdict(
            on.subject(on.newResource, status: 404, notFound: .object),
            passes: [on.pass(status: 404, notFound: .object)])
        #expect(verdict?.outcome == .proxied)
        #expect(verdict?.certainty == .certain)
    }

    @Test("a missing record at the peer makes a verdict possible, never a flag (F9.8)")
    func lostPass() {
        for shape in [NotFoundShape.none, .page] {
            let status: UInt16 = shape == .none ? 200 : 404
            let verdict = on.verdict(
                on.subject(on.newResource, status: status, notFound: shape, flags: .codeOnlyStatus))
            #expect(verdict?.outcome == .proxied)
            #expect(verdict?.certainty == .possible)
            #expect(verdict?.isFlagged == false)
        }
    }

    @Test("a list that is not found was not forwarded: no peer that serves it answers so")
    func listNotFound() {
        let verdict = on.verdict(
            on.subject(
                on.newGroupResource, status: 404, notFound: .page, flags: .codeOnlyStatus,
                verb: .list))
        #expect(verdict?.outcome == .wrongNotFound)
        #expect(verdict?.certainty == .certain)
    }

    @Test("a full 404 where the model forwards may be a header that logs do not show (F1.15)")
    func hiddenHeader() {
        let verdict = on.verdict(on.subject(on.newResource, status: 404, notFound: .route))
        #expect(verdict?.outcome == .wrongNotFound)
        #expect(verdict?.certainty == .certain)
        #expect(verdict?.reason == .hiddenHeader(.guarding))
    }

    @Test("on the wire the header is seen, and the verdict certain (F1.15)") func seenHeader() {
        let verdict = on.verdict(
            on.subject(
                on.newResource, status: 404, notFound: .route,
                flags: [.fromWire, .peerProxiedHeader]))
        #expect(verdict?.outcome == .wrongNotFound)
        #expect(verdict?.certainty == .certain)
    }

    @Test("who is refused never reaches the router (F1.3)", arguments: [401, 403, 429])
    func refused(_ status: UInt16) {
        #expect(on.verdict(on.subject(on.newResource, status: status))?.outcome == .local)
        let whatIf = on.verdict(on.subject(on.newResource, status: status), mode: .whatIf)
        #expect(whatIf?.reason == .refusedBeforeRouting)
    }

    @Test("what the model does not allow is said to be a contradiction, and is not certain")
    func contradiction() {
        let subject = off.subject(off.sharedResource, status: 404, notFound: .route)
        let verdict = off.verdict(subject)
        #expect(verdict?.certainty == .possible)
        #expect(verdict?.reason == .contradiction(predicted: .local))
    }

    @Test("a group that nobody ever served is a right 404 (V13)") func unknownGroup() {
        let subject = on.subject(on.unknownResource, status: 404, notFound: .page)
        #expect(on.verdict(subject)?.outcome == .rightNotFound)
        #expect(on.verdict(subject)?.certainty == .certain)
    }

    @Test("what if the proxy had been on: the wrong 404 would have been forwarded") func whatIf() {
        let subject = off.subject(off.newResource, status: 404, notFound: .route)
        let verdict = on.verdict(subject, mode: .whatIf)
        #expect(verdict?.outcome == .proxied)
        #expect(verdict?.certainty == .certain)
        #expect(verdict?.path == [0, 1])
    }

    @Test("a request that reached its server in life reaches it in a what-if, if it runs at all")
    func reached() {
        var early = off.subject(off.sharedResource)
        early.at = SmallControlPlane.start + 500_000_000
        #expect(off.verdict(early, mode: .whatIf)?.outcome != .unreachable)
        early.at = SmallControlPlane.start - 60_000_000_000
        #expect(off.verdict(early, mode: .whatIf)?.outcome == .unreachable)
    }

    @Test("a server that the scenario lacks cannot be judged") func unknownServer() {
        var plane = off
        _ = plane.names.servers.intern("cp-9")
        let verdict = plane.verdict(plane.subject(plane.sharedResource, at: 3))
        #expect(verdict?.outcome == .unjudged)
    }
}
